//! The same history, lived by the product itself on a database.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::history::{Setting, Step, Which, Writer};
use super::people::Answer;
use super::state::{Done, MonthState, RowState, Standing, State, What, When};
use crate::clients::Client;
use crate::coach::model::Model;
use crate::coach::model::scripted::{Act, Scripted};
use crate::config::{JourneySettings, Settings};
use crate::delivery::Channel;
use crate::documents::{self, DocumentStatus};
use crate::events::EventKind;
use crate::id::{AutomationId, DocumentId};
use crate::journey::fixture::{TEXT, owner};
use crate::journey::moves::{Move, make, preview};
use crate::journey::{
    AutomationKind, AutomationStatus, Template, cancel, force_now, regenerate, retry, run_now, start, tick, write_plan,
};
use crate::portal::fixture::linked;
use crate::programme::Month;
use crate::staff::Actor;
use crate::testing::{TestStudio, sqlite_with};
use crate::{Error, Result, execute, fetch_all};

/// A journey on a database.
pub(super) struct Real {
    studio: TestStudio,
    client: Client,
    /// A model that always fails.
    broken: Scripted,
    now: DateTime<Utc>,
}

/// A row as the database has it.
#[derive(sqlx::FromRow)]
struct Row {
    id: AutomationId,
    #[sqlx(rename = "type")]
    kind: AutomationKind,
    template: Option<Template>,
    month: Option<i64>,
    status: AutomationStatus,
    cancel_reason: Option<String>,
    trigger_date: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct MonthRow {
    planned_date: DateTime<Utc>,
    delivered: bool,
    skipped: bool,
    document: Option<DocumentStatus>,
    opened: bool,
}

impl Real {
    pub(super) async fn start(setting: &Setting) -> Self {
        let journey = JourneySettings {
            month_step: setting.month_step,
            generate_lead_days: setting.lead_days,
            ..JourneySettings::default()
        };
        let studio = sqlite_with(Settings { journey, ..Settings::default() }).await;
        studio.clock.set(setting.now);
        let mut client = linked(&studio, "Ada Obi", &[Channel::Telegram]).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET timezone = $2 WHERE id = $1", &client.id, setting.zone.name()).unwrap();
        tx.commit().await.unwrap();
        start(&studio, &owner(), &client.id, Some(setting.start())).await.unwrap();
        client.timezone = setting.zone.name().to_owned();
        let broken = Scripted::start([Act::Status(503, None, "down")]).await;
        Self { studio, client, broken, now: setting.now }
    }

    /// Lets a step happen, and answers when and whether it was taken.
    pub(super) async fn happen(&mut self, step: &Step, which: impl Fn(Which) -> u8) -> (DateTime<Utc>, Result<Answer>) {
        match step {
            Step::Pass(minutes) => self.now += TimeDelta::minutes(*minutes),
            Step::SetBack(minutes) => self.now -= TimeDelta::minutes(*minutes),
            // Two things never happen at the same moment.
            _ => self.now += TimeDelta::seconds(1),
        }
        self.studio.clock.set(self.now);
        let answer = match self.take(step, which).await {
            Ok(()) => Ok(Answer::Taken),
            Err(Error::Refused(_) | Error::NotFound(_)) => Ok(Answer::Refused),
            Err(other) => Err(other),
        };
        (self.now, answer)
    }

    async fn take(&mut self, step: &Step, which: impl Fn(Which) -> u8) -> Result<()> {
        match *step {
            Step::Pass(_) | Step::SetBack(_) => tick(&self.studio, "model").await.map(drop),
            Step::Writer(Writer::Works) => {
                self.studio.studio.model = Model::Offline;
                Ok(())
            }
            Step::Writer(Writer::Fails) => {
                self.studio.studio.model = self.broken.model();
                Ok(())
            }
            Step::Write(month) => self.write(which(month)).await,
            Step::Deliver(month) => {
                let number = which(month);
                if self.document(number).await.is_err() {
                    self.write(number).await?;
                }
                let document = self.document(number).await?;
                documents::approve_and_deliver(&self.studio, &owner(), &document.id).await.map(drop)
            }
            Step::Reject(month) => {
                let document = self.document(which(month)).await?;
                documents::reject(&self.studio, &owner(), &document.id, "too long").await.map(drop)
            }
            Step::Regenerate(month) => {
                let document = self.document(which(month)).await?;
                regenerate(&self.studio, &owner(), &document.id).await
            }
            Step::Open(month) => {
                let document = self.document(which(month)).await?;
                let client = Actor::Client(self.client.id.clone());
                documents::open(&self.studio, &client, &document.id, "telegram").await.map(drop)
            }
            Step::Run(what, month) => {
                run_now(&self.studio, &owner(), &self.row(what, which(month)).await?).await.map(drop)
            }
            Step::Force(month) => {
                force_now(&self.studio, &owner(), &self.row(What::Generate, which(month)).await?).await.map(drop)
            }
            Step::Cancel(what, month) => {
                cancel(&self.studio, &owner(), &self.row(what, which(month)).await?).await.map(drop)
            }
            Step::AskPlan => write_plan(&self.studio, &owner(), &self.client.id).await,
            Step::ApprovePlan => documents::approve(&self.studio, &owner(), &self.plan().await?).await.map(drop),
            Step::DeliverPlan => {
                documents::approve_and_deliver(&self.studio, &owner(), &self.plan().await?).await.map(drop)
            }
            Step::Pause(days) => {
                let today = self.now.with_timezone(&self.client.zone()).date_naive();
                let until = days.map(|days| today + TimeDelta::days(days));
                self.make(&Move::Pause { from: None, until, reason: None }).await
            }
            Step::Resume => self.make(&Move::Resume).await,
            Step::Skip(which_month) => self.make(&Move::Skip { month: month(which(which_month)) }).await,
            Step::Unskip(which_month) => self.make(&Move::Unskip { month: month(which(which_month)) }).await,
            Step::Retry(what, month) => {
                retry(&self.studio, &owner(), &self.row(what, which(month)).await?).await.map(drop)
            }
        }
    }

    /// A move that does what its preview showed.
    async fn make(&self, wanted: &Move) -> Result<()> {
        let mut tx = self.studio.db.read().await?;
        let shown = preview(&mut tx, &self.studio, &self.client.id, wanted).await?;
        drop(tx);
        let made = make(&self.studio, &owner(), &self.client.id, wanted, Some(shown.version)).await?;
        assert_eq!((&shown.rows, &shown.months), (&made.rows, &made.months));
        assert_eq!((shown.proof.lost, shown.proof.doubled), (0, 0));
        Ok(())
    }

    async fn write(&self, number: u8) -> Result<()> {
        documents::add(&self.studio, &owner(), &self.client.id, month(number), "By hand", TEXT).await.map(drop)
    }

    async fn plan(&self) -> Result<DocumentId> {
        let mut tx = self.studio.db.read().await?;
        let latest = documents::latest_plan(&mut tx, &self.client.id).await?;
        Ok(latest.ok_or(Error::NotFound("document"))?.id)
    }

    async fn document(&self, number: u8) -> Result<documents::Document> {
        let mut tx = self.studio.db.read().await?;
        documents::main_of(&mut tx, &self.client.id, month(number)).await?.ok_or(Error::NotFound("document"))
    }

    async fn rows(&self) -> Result<Vec<Row>> {
        let mut tx = self.studio.db.read().await?;
        // By the order of making: an id begins with its time, which may have been set back.
        fetch_all!(
            tx,
            Row,
            "SELECT id, type, template, month, status, cancel_reason, trigger_date FROM automation_schedules
             WHERE client_id = $1 ORDER BY rowid",
            &self.client.id
        )
    }

    async fn row(&self, what: What, number: u8) -> Result<AutomationId> {
        let mut rows = self.rows().await?;
        rows.retain(|row| row.what() == what && row.month == Some(i64::from(number)));
        Ok(rows.pop().ok_or(Error::NotFound("automation"))?.id)
    }

    pub(super) async fn state(&self) -> State {
        let rows = self.rows().await.unwrap();
        let mut tx = self.studio.db.read().await.unwrap();
        let months = fetch_all!(
            tx,
            MonthRow,
            "SELECT m.planned_date, m.delivered_at IS NOT NULL AS delivered, m.skipped_at IS NOT NULL AS skipped,
                    d.status AS document, COALESCE(d.first_opened_at IS NOT NULL, FALSE) AS opened
             FROM journey_months m
             LEFT JOIN deliverables d ON d.client_id = m.client_id AND d.month = m.month AND d.type = 'MAIN'
             WHERE m.client_id = $1 ORDER BY m.month",
            &self.client.id
        )
        .unwrap();
        let client = crate::clients::get(&mut tx, &self.client.id).await.unwrap().unwrap();
        drop(tx);
        State {
            status: client.status.as_str(),
            current_month: client.current_month.and_then(|month| u8::try_from(month).ok()),
            months: months.iter().map(MonthRow::seen).collect(),
            rows: rows.iter().map(Row::seen).collect(),
            done: self.done().await,
        }
    }

    /// What was done, from the log and the events, in the order in which it was written down.
    async fn done(&self) -> Vec<Done> {
        let mut tx = self.studio.db.read().await.unwrap();
        let mut logged = fetch_all!(
            tx,
            (String, Option<i64>, DateTime<Utc>),
            "SELECT l.action, COALESCE(a.month, (SELECT d.month FROM outbox o JOIN deliverables d ON d.id = o.ref_id
                       WHERE o.client_id = l.client_id AND o.created_at = l.created_at AND o.purpose = 'ready' AND l.action = 'READY')),
                    l.created_at
             FROM automation_logs l LEFT JOIN automation_schedules a ON a.id = l.automation_id
             WHERE l.client_id = $1 AND l.status = 'SUCCESS' ORDER BY l.rowid",
            &self.client.id
        )
        .unwrap();
        logged.extend(
            crate::events::page(&mut tx, Some(&self.client.id), None, 10_000).await.unwrap().into_iter().filter_map(
                |event| {
                    let alert = match event.kind {
                        EventKind::StudioLate => "alert: studio late",
                        EventKind::ClientSilent => "alert: client silent",
                        EventKind::AutomationBlocked => "alert: blocked",
                        EventKind::AutomationFailed => "alert: failed",
                        EventKind::PlanMissing => "alert: plan missing",
                        _ => return None,
                    };
                    Some((alert.to_owned(), event.metadata.and_then(|data| data["month"].as_i64()), event.at))
                },
            ),
        );
        logged.into_iter().map(|(action, month, at)| (action, month.and_then(|m| u8::try_from(m).ok()), at)).collect()
    }
}

fn month(number: u8) -> Month {
    Month::new(i64::from(number)).unwrap()
}

impl Row {
    fn what(&self) -> What {
        match (self.kind, self.template) {
            (AutomationKind::GenerateDeliverable, _) if self.month.is_none() => What::Plan,
            (AutomationKind::GenerateDeliverable, _) => What::Generate,
            (AutomationKind::EscalateToAdmin, _) => What::Escalate,
            (AutomationKind::SendCelebration, _) => What::Celebrate,
            (_, Some(Template::Upcoming)) => What::Upcoming,
            (_, Some(Template::Overdue)) => What::Overdue,
            (_, Some(Template::Revision)) => What::Revision,
            (_, Some(Template::Ready)) => What::Ready,
            (_, Some(Template::ResumeSoon)) => What::ResumeSoon,
            other => panic!("no such row is known: {other:?}"),
        }
    }

    fn seen(&self) -> RowState {
        const REASONS: [&str; 8] =
            ["STALE", "SKIPPED", "MANUAL", "DELIVERED", "COMPLETED", "NOT_NEEDED", "ADMIN", "SUPERSEDED"];
        let reason = |text: &str| REASONS.into_iter().find(|known| *known == text).unwrap_or("of no known kind");
        let standing = match self.status {
            AutomationStatus::Scheduled => Standing::Scheduled,
            AutomationStatus::Completed => Standing::Completed,
            AutomationStatus::Failed => Standing::Failed,
            AutomationStatus::Cancelled => {
                Standing::Cancelled(reason(self.cancel_reason.as_deref().unwrap_or_default()))
            }
            AutomationStatus::Running => panic!("nothing runs between two steps"),
        };
        let month = u8::try_from(self.month.unwrap_or_default()).unwrap();
        RowState { what: self.what(), month, standing, when: When::At(self.trigger_date) }
    }
}

impl MonthRow {
    fn seen(&self) -> MonthState {
        let due: NaiveDate = self.planned_date.date_naive();
        let (delivered, skipped) = (self.delivered, self.skipped);
        MonthState { due, delivered, skipped, document: self.document, opened: self.opened }
    }
}
