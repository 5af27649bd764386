//! The second reading of a journey that somebody else lives.
//!
//! What people did goes in one by one. What the machine did follows from the rules alone after a look that nothing
//! disturbed; where trouble struck, the rows that it left untouched or that failed are taken from what it left behind,
//! and the rules say what the others must have come to.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::history::{Setting, Step, Which};
use super::journey::Journey;
use super::people::Answer;
use super::state::{Done, MonthState, RowState, Standing, State, What, When};
use crate::clients::{self, Client};
use crate::config::JourneySettings;
use crate::db::Tx;
use crate::documents::DocumentStatus;
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::journey::{AutomationKind, AutomationStatus, Template};
use crate::programme::Month;
use crate::{Error, Result, fetch_all};

/// Something that a person did to a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// The business plan was asked for.
    AskedForPlan,
    /// A month's document was delivered, or the plan where no month is given.
    Delivered(Option<Month>),
    /// A month's draft was sent back, or the plan's.
    Rejected(Option<Month>),
    /// A rejected draft is to be written anew.
    Regenerated(Option<Month>),
    /// The client opened a month's document.
    Opened(Month),
    /// The journey was held from now on, for so many days if that was known.
    Paused(Option<i64>),
    /// The hold was ended.
    Resumed,
    /// A month was left out.
    LeftOut(Month),
    /// A month was taken in again.
    TakenIn(Month),
    /// A failed row got its tries back.
    Retried(AutomationKind, Option<Template>, Option<Month>),
}

/// One client's journey as the rules have it.
#[derive(Clone, Debug)]
pub struct Reading {
    journey: Journey,
}

/// One client's journey as the product shows it.
#[derive(Clone, Debug)]
pub struct Seen {
    state: State,
    /// How each row stands, by what it does, in the order of making.
    rows: HashMap<(What, u8), Vec<Mark>>,
}

/// What tells whether a row was touched.
#[derive(Clone, Copy, Debug)]
struct Mark {
    standing: Standing,
    at: DateTime<Utc>,
    failures: u32,
}

/// What a look did to a row.
enum Touch {
    Nothing,
    Failed,
    Done,
}

impl Reading {
    /// A journey that was started at `now` with this first day.
    #[must_use]
    pub fn start(client: &Client, settings: &JourneySettings, first: NaiveDate, now: DateTime<Utc>) -> Self {
        let zone = client.zone();
        let setting = Setting {
            zone,
            month_step: settings.month_step,
            lead_days: settings.generate_lead_days,
            now,
            start_in: (first - now.with_timezone(&zone).date_naive()).num_days(),
        };
        Self { journey: Journey::start(setting) }
    }

    /// A person did something, and the product took it.
    ///
    /// # Errors
    /// In words, when the rules would have refused it.
    pub fn did(&mut self, did: Did, now: DateTime<Utc>) -> Result<(), String> {
        let of = |month: Month| Which::Month(month.number());
        let step = match did {
            Did::AskedForPlan | Did::Delivered(None) | Did::Rejected(None) | Did::Regenerated(None) => {
                return self.did_with_plan(did, now);
            }
            Did::Delivered(Some(month)) => Step::Deliver(of(month)),
            Did::Rejected(Some(month)) => Step::Reject(of(month)),
            Did::Regenerated(Some(month)) => Step::Regenerate(of(month)),
            Did::Opened(month) => Step::Open(of(month)),
            Did::Paused(days) => Step::Pause(days),
            Did::Resumed => Step::Resume,
            Did::LeftOut(month) => Step::Skip(of(month)),
            Did::TakenIn(month) => Step::Unskip(of(month)),
            Did::Retried(kind, template, month) => {
                Step::Retry(What::of(kind, template, month.is_some()), month.map_or(Which::Month(0), of))
            }
        };
        match self.journey.happen(&step, now) {
            Answer::Taken => Ok(()),
            Answer::Refused => Err(format!("the rules refuse {step:?}")),
        }
    }

    fn did_with_plan(&mut self, did: Did, now: DateTime<Utc>) -> Result<(), String> {
        let followed = match did {
            Did::Delivered(_) => self.journey.deliver_plan(now),
            Did::Rejected(_) => self.journey.reject_plan(now),
            Did::Regenerated(_) => self.journey.write_plan_again(now),
            _ => self.journey.ask_plan(now),
        };
        if followed { Ok(()) } else { Err(format!("the rules refuse {did:?}")) }
    }

    /// The machine looked, and nothing disturbed it.
    pub fn looked(&mut self, now: DateTime<Utc>) {
        self.journey.tick(now);
    }

    /// The machine looked while trouble struck, and left this.
    pub fn struck(&mut self, left: &Seen, now: DateTime<Utc>) {
        let due = self.journey.hold.and_then(|hold| hold.planned_end).filter(|end| *end <= now);
        if let Some(end) = due.filter(|_| left.state.status != "PAUSED") {
            self.journey.end_hold(end, now);
        }
        for documents in [false, true] {
            for index in self.journey.due(documents, now) {
                match self.touch(index, left) {
                    Touch::Nothing => {}
                    Touch::Failed => self.journey.fail(index, now),
                    Touch::Done => self.journey.perform(index, now),
                }
            }
        }
        if self.journey.hold.is_none() {
            let reached = self.journey.month_of(self.journey.local_day(now));
            self.journey.current_month = self.journey.current_month.max(reached.min(left.state.current_month));
        }
    }

    fn touch(&self, index: usize, left: &Seen) -> Touch {
        let row = &self.journey.rows[index];
        let same = |other: &&super::journey::Row| (other.what, other.month) == (row.what, row.month);
        let number = self.journey.rows[..index].iter().filter(same).count();
        let Some(mark) = left.rows.get(&(row.what, row.month)).and_then(|marks| marks.get(number)) else {
            return Touch::Done;
        };
        match mark.standing {
            Standing::Failed => Touch::Failed,
            Standing::Scheduled if mark.failures > row.failures => Touch::Failed,
            Standing::Scheduled if When::At(mark.at) == row.when => Touch::Nothing,
            Standing::Scheduled | Standing::Completed | Standing::Cancelled(_) => Touch::Done,
        }
    }

    /// Holds the product's state against what it must be.
    ///
    /// # Errors
    /// One line for each difference.
    pub fn compare(&self, seen: &Seen) -> Result<(), String> {
        in_order(&seen.state).differs_from(&in_order(&self.journey.state()))
    }
}

/// Rows by what they do, and within one moment deeds by their names: their other order means nothing.
fn in_order(state: &State) -> State {
    let mut state = state.clone();
    state.rows.sort_by_key(|row| (row.month, row.what));
    state.done.sort_by(|a, b| (a.2, &a.0, a.1).cmp(&(b.2, &b.0, b.1)));
    state
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(rename = "type")]
    kind: AutomationKind,
    template: Option<Template>,
    month: Option<i64>,
    status: AutomationStatus,
    cancel_reason: Option<String>,
    trigger_date: DateTime<Utc>,
    retry_count: i64,
}

#[derive(sqlx::FromRow)]
struct MonthRow {
    planned_date: DateTime<Utc>,
    delivered: bool,
    skipped: bool,
    document: Option<DocumentStatus>,
    opened: bool,
}

/// Looks at one client's journey.
pub async fn see(tx: &mut Tx, client: &ClientId) -> Result<Seen> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT type, template, month, status, cancel_reason, trigger_date, retry_count FROM automation_schedules
         WHERE client_id = $1 ORDER BY created_at, id",
        client
    )?;
    let months = fetch_all!(
        tx,
        MonthRow,
        "SELECT m.planned_date, m.delivered_at IS NOT NULL AS delivered, m.skipped_at IS NOT NULL AS skipped,
                d.status AS document, COALESCE(d.first_opened_at IS NOT NULL, FALSE) AS opened
         FROM journey_months m
         LEFT JOIN deliverables d ON d.client_id = m.client_id AND d.month = m.month AND d.type = 'MAIN'
         WHERE m.client_id = $1 ORDER BY m.month",
        client
    )?;
    let found = clients::get(tx, client).await?.ok_or(Error::NotFound("client"))?;
    let mut marks: HashMap<(What, u8), Vec<Mark>> = HashMap::new();
    for row in &rows {
        let state = row.seen();
        let failures = u32::try_from(row.retry_count).unwrap_or(u32::MAX);
        let mark = Mark { standing: state.standing, at: row.trigger_date, failures };
        marks.entry((state.what, state.month)).or_default().push(mark);
    }
    let state = State {
        status: found.status.as_str(),
        current_month: found.current_month.and_then(|month| u8::try_from(month).ok()),
        months: months.iter().map(MonthRow::seen).collect(),
        rows: rows.iter().map(Row::seen).collect(),
        done: done(tx, client).await?,
    };
    Ok(Seen { state, rows: marks })
}

/// What was done, from the log and the events.
async fn done(tx: &mut Tx, client: &ClientId) -> Result<Vec<Done>> {
    let mut logged = fetch_all!(
        tx,
        (String, Option<i64>, DateTime<Utc>),
        "SELECT l.action, COALESCE(a.month, (SELECT MAX(d.month) FROM outbox o JOIN deliverables d ON d.id = o.ref_id
             WHERE o.client_id = l.client_id AND o.created_at = l.created_at AND o.purpose = 'ready'
               AND l.action = 'READY')), l.created_at
         FROM automation_logs l LEFT JOIN automation_schedules a ON a.id = l.automation_id
         WHERE l.client_id = $1 AND l.status = 'SUCCESS'",
        client
    )?;
    let alerts = events::page(tx, Some(client), None, 10_000).await?;
    logged.extend(alerts.into_iter().filter_map(|event| {
        let alert = match event.kind {
            EventKind::StudioLate => "alert: studio late",
            EventKind::ClientSilent => "alert: client silent",
            EventKind::AutomationBlocked => "alert: blocked",
            EventKind::AutomationFailed => "alert: failed",
            _ => return None,
        };
        Some((alert.to_owned(), event.metadata.and_then(|data| data["month"].as_i64()), event.at))
    }));
    Ok(logged.into_iter().map(|(action, month, at)| (action, month.and_then(|m| u8::try_from(m).ok()), at)).collect())
}

impl What {
    fn of(kind: AutomationKind, template: Option<Template>, of_month: bool) -> Self {
        match (kind, template) {
            (AutomationKind::GenerateDeliverable, _) if of_month => Self::Generate,
            (AutomationKind::GenerateDeliverable, _) => Self::Plan,
            (AutomationKind::EscalateToAdmin, _) => Self::Escalate,
            (AutomationKind::SendCelebration, _) => Self::Celebrate,
            (_, Some(Template::Overdue)) => Self::Overdue,
            (_, Some(Template::Revision)) => Self::Revision,
            (_, Some(Template::Ready)) => Self::Ready,
            (_, Some(Template::ResumeSoon)) => Self::ResumeSoon,
            _ => Self::Upcoming,
        }
    }
}

impl Row {
    fn seen(&self) -> RowState {
        const REASONS: [&str; 8] =
            ["STALE", "SKIPPED", "MANUAL", "DELIVERED", "COMPLETED", "NOT_NEEDED", "ADMIN", "SUPERSEDED"];
        let reason = |text: &str| REASONS.into_iter().find(|known| *known == text).unwrap_or("of no known kind");
        let standing = match self.status {
            AutomationStatus::Scheduled | AutomationStatus::Running => Standing::Scheduled,
            AutomationStatus::Completed => Standing::Completed,
            AutomationStatus::Failed => Standing::Failed,
            AutomationStatus::Cancelled => Standing::Cancelled(reason(self.cancel_reason.as_deref().unwrap_or(""))),
        };
        let month = u8::try_from(self.month.unwrap_or_default()).unwrap_or_default();
        let what = What::of(self.kind, self.template, self.month.is_some());
        RowState { what, month, standing, when: When::At(self.trigger_date) }
    }
}

impl MonthRow {
    fn seen(&self) -> MonthState {
        let (delivered, skipped) = (self.delivered, self.skipped);
        MonthState {
            due: self.planned_date.date_naive(),
            delivered,
            skipped,
            document: self.document,
            opened: self.opened,
        }
    }
}
