//! Everything that decides a step and words it, read in the step's own transaction.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;

use super::super::automation::Automation;
use super::super::store::{self, MonthRow, columns};
use super::super::zone::local_date;
use super::decide::{Decision, Deed};
use super::due::{hold, listed};
use crate::clients::{Client, client_columns};
use crate::db::Tx;
use crate::db::rows::{Holds, Rows};
use crate::delivery::after_quiet;
use crate::documents::{self, Document, DocumentStatus};
use crate::id::{AutomationId, ClientId, DocumentId};
use crate::portal::{Standing, StandingRow, standing_columns};
use crate::{Error, Result, Studio};

/// A client, how they can be written to, how the month of a row stands, and how the plan does.
#[derive(Clone, Debug)]
pub(in crate::journey) struct Facts {
    pub client: Client,
    pub standing: Standing,
    pub month: Option<MonthNow>,
    pub plan: PlanNow,
    /// Of the extra document that the row writes, if it is there.
    pub extra: Option<DocumentStatus>,
}

/// How the business plan stands at this moment.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::journey) struct PlanNow {
    /// Of its newest version.
    pub latest: Option<DocumentStatus>,
    /// Some version is approved or delivered.
    pub approved: bool,
}

/// How a month stands at this moment.
#[derive(Clone, Debug, Default)]
pub(in crate::journey) struct MonthNow {
    pub planned_date: DateTime<Utc>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub skipped_at: Option<DateTime<Utc>>,
    pub celebrated_at: Option<DateTime<Utc>>,
    pub late_at: Option<DateTime<Utc>>,
    /// The month before is neither delivered nor skipped.
    pub previous_open: bool,
    /// A later month is delivered and waits for its celebration.
    pub later_to_celebrate: bool,
    /// The month's main document, if there is one.
    pub document_id: Option<DocumentId>,
    /// Its status.
    pub document: Option<DocumentStatus>,
    pub first_opened_at: Option<DateTime<Utc>>,
    /// When the client's last journey message arrived, or is to arrive. News of a delivery does not count.
    pub messaged_at: Option<DateTime<Utc>>,
}

/// A row as it is now, and its facts.
pub(in crate::journey) struct Step {
    pub row: Automation,
    pub facts: Facts,
}

/// What one look answers: the row, its client, and the month's columns, empty where the row has no month.
#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    automation: Automation,
    #[sqlx(flatten)]
    client: Client,
    #[sqlx(flatten)]
    standing: StandingRow,
    planned_date: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    skipped_at: Option<DateTime<Utc>>,
    celebrated_at: Option<DateTime<Utc>>,
    late_at: Option<DateTime<Utc>>,
    previous_open: bool,
    later_to_celebrate: bool,
    document_id: Option<DocumentId>,
    document: Option<DocumentStatus>,
    first_opened_at: Option<DateTime<Utc>>,
    messaged_at: Option<DateTime<Utc>>,
    plan_latest: Option<DocumentStatus>,
    plan_approved: bool,
    extra: Option<DocumentStatus>,
}

impl MonthNow {
    pub(in crate::journey) fn due(&self) -> NaiveDate {
        self.planned_date.date_naive()
    }
}

impl Facts {
    /// A plan is owed, and none is approved yet.
    pub(in crate::journey) fn lacks_plan(&self) -> bool {
        self.client.plan_due_at.is_some() && !self.plan.approved
    }

    /// Whether the client already has a journey message on the day of theirs on which one that is written now
    /// arrives: what is written at night arrives in the morning, and what could not be sent, later.
    pub(super) fn has_that_days_message(&self, now: DateTime<Utc>) -> bool {
        let zone = self.client.zone();
        let quiet = self.standing.preferences.quiet_hours;
        let arrival = quiet.map_or(now, |quiet| after_quiet(now, quiet, zone));
        let before = self.month.as_ref().and_then(|month| month.messaged_at);
        before.is_some_and(|before| local_date(before, zone) == local_date(arrival, zone))
    }
}

/// Those of the steps that are still due, with their rows and clients held until the transaction ends.
pub(super) async fn take(tx: &mut Tx, studio: &Studio, ids: &[AutomationId]) -> Result<Vec<Step>> {
    let held = hold(tx, ids).await?;
    let now = studio.clock.now();
    let mut steps = gather(tx, studio, &held).await?;
    steps.retain(|step| step.row.is_due(now));
    Ok(steps)
}

/// The facts of one row, with its client held until the transaction ends.
pub(in crate::journey) async fn facts_of(tx: &mut Tx, studio: &Studio, row: &Automation) -> Result<Facts> {
    store::hold_client(tx, &row.client_id).await?;
    let step = gather(tx, studio, std::slice::from_ref(&row.id)).await?.pop();
    Ok(step.ok_or(Error::NotFound("automation"))?.facts)
}

/// Reads rows and their facts in one look, the oldest first.
async fn gather(tx: &mut Tx, studio: &Studio, ids: &[AutomationId]) -> Result<Vec<Step>> {
    let found = listed(ids)
        .fetch_all::<Row>(
            tx,
            concat!(
                "SELECT a.*, c.*, ",
                standing_columns!(),
                ", m.planned_date, m.delivered_at, m.skipped_at, m.celebrated_at, m.late_at,
                (p.month IS NOT NULL AND p.delivered_at IS NULL AND p.skipped_at IS NULL) AS previous_open,
                EXISTS (SELECT 1 FROM journey_months l WHERE l.client_id = m.client_id AND l.month > m.month
                          AND l.delivered_at IS NOT NULL AND l.celebrated_at IS NULL) AS later_to_celebrate,
                d.id AS document_id, d.status AS document, d.first_opened_at,
                (SELECT MAX(COALESCE(o.sent_at, o.not_before)) FROM outbox o
                 WHERE o.client_id = c.id AND o.state IN ('QUEUED', 'LEASED', 'SENT', 'IN_DOUBT')
                   AND o.purpose IN ('upcoming', 'overdue', 'studio_delay', 'month_complete', 'halfway',
                                     'program_complete')) AS messaged_at,
                (SELECT b.status FROM business_plans b WHERE b.client_id = c.id ORDER BY b.version DESC LIMIT 1)
                    AS plan_latest,
                EXISTS (SELECT 1 FROM business_plans b WHERE b.client_id = c.id
                          AND b.status IN ('APPROVED', 'DELIVERED')) AS plan_approved,
                (SELECT e.status FROM deliverables e WHERE e.client_id = a.client_id AND e.month = a.month
                   AND e.type = 'SUBDOCUMENT' AND e.title = a.payload ->> 'title') AS extra
             FROM r JOIN (SELECT ",
                columns!(),
                " FROM automation_schedules) a ON a.automation_id = r.id
             JOIN (SELECT ",
                client_columns!(),
                " FROM clients) c ON c.id = a.client_id
             LEFT JOIN client_portal_users u ON u.client_id = c.id
             LEFT JOIN journey_months m ON m.client_id = a.client_id AND m.month = a.month
             LEFT JOIN journey_months p ON p.client_id = m.client_id AND p.month = m.month - 1
             LEFT JOIN deliverables d ON d.client_id = m.client_id AND d.month = m.month AND d.type = 'MAIN'"
            ),
        )
        .await?;
    let mut steps: Vec<Step> = found.into_iter().map(|row| row.into_step(studio)).collect();
    steps.sort_by(|a, b| (a.row.trigger_date, &a.row.id).cmp(&(b.row.trigger_date, &b.row.id)));
    Ok(steps)
}

impl Row {
    fn into_step(self, studio: &Studio) -> Step {
        let month = self.planned_date.map(|planned_date| MonthNow {
            planned_date,
            delivered_at: self.delivered_at,
            skipped_at: self.skipped_at,
            celebrated_at: self.celebrated_at,
            late_at: self.late_at,
            previous_open: self.previous_open,
            later_to_celebrate: self.later_to_celebrate,
            document_id: self.document_id,
            document: self.document,
            first_opened_at: self.first_opened_at,
            messaged_at: self.messaged_at,
        });
        let facts = Facts {
            client: self.client,
            standing: self.standing.into_standing(studio),
            month,
            plan: PlanNow { latest: self.plan_latest, approved: self.plan_approved },
            extra: self.extra,
        };
        Step { row: self.automation, facts }
    }
}

impl Step {
    /// The document that it is about.
    pub(super) fn document_id(&self) -> Option<&DocumentId> {
        let of_month = || self.facts.month.as_ref().and_then(|month| month.document_id.as_ref());
        self.row.payload.document_id.as_ref().or_else(of_month)
    }
}

/// What some deeds are worded with besides.
#[derive(Default)]
pub(super) struct Library {
    documents: HashMap<DocumentId, Document>,
    journeys: BTreeMap<ClientId, Vec<MonthBrought>>,
}

/// A month of a client's journey, and what its document brought.
#[derive(FromRow)]
pub(super) struct MonthBrought {
    client_id: ClientId,
    #[sqlx(flatten)]
    pub month: MonthRow,
    #[sqlx(json)]
    highlights: Vec<String>,
    #[sqlx(json)]
    accomplishments: Vec<String>,
}

impl MonthBrought {
    /// What stands once it is complete; where nothing was taken for that, what the notice said.
    pub(super) fn achieved(&self) -> &[String] {
        if self.accomplishments.is_empty() { &self.highlights } else { &self.accomplishments }
    }
}

impl Library {
    /// Reads what these decisions need.
    pub(super) async fn gather<'a>(
        tx: &mut Tx,
        decided: impl Iterator<Item = (&'a Step, &'a Decision)> + Clone,
    ) -> Result<Self> {
        let deeds = decided.filter_map(|(step, decision)| match decision {
            Decision::Do(deed) => Some((step, *deed)),
            _ => None,
        });
        let about_document = |deed| matches!(deed, Deed::Overdue | Deed::Ready | Deed::Celebrate);
        let about_journey = |deed| matches!(deed, Deed::Celebrate | Deed::ResumeSoon(_));
        let of_documents = deeds.clone().filter(|(_, deed)| about_document(*deed));
        let documents = documents::by_ids(tx, of_documents.filter_map(|(step, _)| step.document_id())).await?;
        let mut clients = Rows::new([("id", Holds::Text)]);
        for (step, _) in deeds.filter(|(_, deed)| about_journey(*deed)) {
            clients.add([step.row.client_id.as_str().into()]);
        }
        let months = clients
            .fetch_all::<MonthBrought>(
                tx,
                "SELECT m.client_id, m.month, m.planned_date, m.delivered_at, m.skipped_at,
                        COALESCE(d.highlights, '[]') AS highlights,
                        COALESCE(d.accomplishments, '[]') AS accomplishments
                 FROM r JOIN journey_months m ON m.client_id = r.id
                 LEFT JOIN deliverables d ON d.client_id = m.client_id AND d.month = m.month AND d.type = 'MAIN'
                 ORDER BY m.client_id, m.month",
            )
            .await?;
        let mut journeys: BTreeMap<ClientId, Vec<MonthBrought>> = BTreeMap::new();
        for month in months {
            journeys.entry(month.client_id.clone()).or_default().push(month);
        }
        let documents = documents.into_iter().map(|document| (document.id.clone(), document)).collect();
        Ok(Self { documents, journeys })
    }

    /// The document that a step is about.
    pub(super) fn document(&self, step: &Step) -> Result<&Document> {
        step.document_id().and_then(|id| self.documents.get(id)).ok_or(Error::NotFound("document"))
    }

    /// The months of the step's client, in order.
    pub(super) fn journey(&self, step: &Step) -> &[MonthBrought] {
        self.journeys.get(&step.row.client_id).map_or(&[], Vec::as_slice)
    }
}
