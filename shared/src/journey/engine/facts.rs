//! Everything that decides a step, read in the step's own transaction.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::automation::Automation;
use super::super::store;
use super::super::zone::local_date;
use super::super::{AutomationKind, Template};
use crate::clients::{Client, client_columns};
use crate::db::Tx;
use crate::delivery::after_quiet;
use crate::documents::DocumentStatus;
use crate::portal::preferences::effective_quiet;
use crate::{Error, Result, Studio, fetch_all, fetch_optional};

/// A client, how the month of a row stands, and how the plan does where that matters.
#[derive(Clone, Debug)]
pub(in crate::journey) struct Facts {
    pub client: Client,
    pub month: Option<MonthNow>,
    pub plan: PlanNow,
    /// Of the extra document that the row writes, if it is there.
    pub extra: Option<DocumentStatus>,
    /// The client's own quiet hours, where they chose some.
    quiet_from: Option<String>,
    quiet_until: Option<String>,
}

impl Facts {
    /// A plan is owed, and none is approved yet.
    pub(in crate::journey) fn lacks_plan(&self) -> bool {
        self.client.plan_due_at.is_some() && !self.plan.approved
    }
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
    /// The status of the month's main document, if there is one.
    pub document: Option<DocumentStatus>,
    pub first_opened_at: Option<DateTime<Utc>>,
    /// When the client last had a journey message. News of a delivery does not count.
    pub messaged_at: Option<DateTime<Utc>>,
}

/// What one look answers: the client, and the month's columns, empty where the row has no month.
#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    client: Client,
    planned_date: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    skipped_at: Option<DateTime<Utc>>,
    celebrated_at: Option<DateTime<Utc>>,
    late_at: Option<DateTime<Utc>>,
    previous_open: bool,
    later_to_celebrate: bool,
    document: Option<DocumentStatus>,
    first_opened_at: Option<DateTime<Utc>>,
    messaged_at: Option<DateTime<Utc>>,
    quiet_from: Option<String>,
    quiet_until: Option<String>,
}

impl MonthNow {
    pub(in crate::journey) fn due(&self) -> NaiveDate {
        self.planned_date.date_naive()
    }
}

impl Facts {
    /// Whether the client already has a journey message on the day of theirs on which one that is written now
    /// arrives: what is written at night arrives in the morning.
    pub(super) fn has_that_days_message(&self, studio: &Studio, now: DateTime<Utc>) -> bool {
        let zone = self.client.zone();
        let quiet = effective_quiet(studio, self.quiet_from.clone(), self.quiet_until.clone());
        let arrival = |at| local_date(quiet.map_or(at, |quiet| after_quiet(at, quiet, zone)), zone);
        let before = self.month.as_ref().and_then(|month| month.messaged_at);
        before.is_some_and(|before| arrival(before) == arrival(now))
    }
}

/// Reads them in one look, with the client held until the transaction ends.
pub(in crate::journey) async fn gather(tx: &mut Tx, row: &Automation) -> Result<Facts> {
    store::hold_client(tx, &row.client_id).await?;
    let found = fetch_optional!(
        tx,
        Row,
        concat!(
            "SELECT c.*, m.planned_date, m.delivered_at, m.skipped_at, m.celebrated_at, m.late_at,
                (p.month IS NOT NULL AND p.delivered_at IS NULL AND p.skipped_at IS NULL) AS previous_open,
                EXISTS (SELECT 1 FROM journey_months l WHERE l.client_id = m.client_id AND l.month > m.month
                          AND l.delivered_at IS NOT NULL AND l.celebrated_at IS NULL) AS later_to_celebrate,
                d.status AS document, d.first_opened_at, q.quiet_from, q.quiet_until,
                (SELECT MAX(created_at) FROM automation_logs WHERE client_id = c.id AND status = 'SUCCESS'
                   AND action IN ('UPCOMING', 'OVERDUE', 'STUDIO_DELAY', 'MONTH_COMPLETE')) AS messaged_at
         FROM (SELECT ",
            client_columns!(),
            " FROM clients WHERE id = $1) c
         JOIN clients q ON q.id = c.id
         LEFT JOIN journey_months m ON m.client_id = c.id AND m.month = $2
         LEFT JOIN journey_months p ON p.client_id = m.client_id AND p.month = m.month - 1
         LEFT JOIN deliverables d ON d.client_id = m.client_id AND d.month = m.month AND d.type = 'MAIN'"
        ),
        &row.client_id,
        row.month
    )?
    .ok_or(Error::NotFound("client"))?;
    let (quiet_from, quiet_until) = (found.quiet_from, found.quiet_until);
    let month = found.planned_date.map(|planned_date| MonthNow {
        planned_date,
        delivered_at: found.delivered_at,
        skipped_at: found.skipped_at,
        celebrated_at: found.celebrated_at,
        late_at: found.late_at,
        previous_open: found.previous_open,
        later_to_celebrate: found.later_to_celebrate,
        document: found.document,
        first_opened_at: found.first_opened_at,
        messaged_at: found.messaged_at,
    });
    let plan = if looks_at_plan(row) { plan_now(tx, row).await? } else { PlanNow::default() };
    let extra = if row.writes_extra() { extra_now(tx, row).await? } else { None };
    Ok(Facts { client: found.client, month, plan, extra, quiet_from, quiet_until })
}

/// The plan matters to its own rows, and to the writing of the first month.
fn looks_at_plan(row: &Automation) -> bool {
    match row.kind {
        AutomationKind::GenerateDeliverable => !row.writes_extra() && row.month.is_none_or(|month| month == 1),
        _ => row.month.is_none() && row.template == Some(Template::Revision),
    }
}

async fn extra_now(tx: &mut Tx, row: &Automation) -> Result<Option<DocumentStatus>> {
    let found = fetch_optional!(
        tx,
        (DocumentStatus,),
        "SELECT status FROM deliverables WHERE client_id = $1 AND month = $2 AND type = 'SUBDOCUMENT' AND title = $3",
        &row.client_id,
        row.month,
        &row.payload.title
    )?;
    Ok(found.map(|(status,)| status))
}

async fn plan_now(tx: &mut Tx, row: &Automation) -> Result<PlanNow> {
    let versions = fetch_all!(
        tx,
        (DocumentStatus,),
        "SELECT status FROM business_plans WHERE client_id = $1 ORDER BY version DESC",
        &row.client_id
    )?;
    Ok(PlanNow {
        latest: versions.first().map(|(status,)| *status),
        approved: versions
            .iter()
            .any(|(status,)| matches!(status, DocumentStatus::Approved | DocumentStatus::Delivered)),
    })
}
