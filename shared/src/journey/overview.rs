//! One client's journey as every surface shows it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::automation::Automation;
use super::business_plan::{self, PlanView};
use super::rules::{MonthFacts, MonthState, View, current_month, month_state, progress_percent};
use super::store::{self, MonthRow};
use super::zone::local_date;
use super::{AutomationKind, AutomationStatus, SkipReason};
use crate::Result;
use crate::Studio;
use crate::clients::Client;
use crate::db::Tx;
use crate::id::ClientId;
use crate::programme::Month;

/// Where a journey stands. Serialised as `journey show --json` prints it.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    /// Whose.
    pub client_id: ClientId,
    /// The first day, as midnight UTC of that date; `None` before the start.
    pub program_start_date: Option<DateTime<Utc>>,
    /// 1 to 8; `None` before the first day.
    pub current_month: Option<i64>,
    /// Whether a hold is in force.
    pub is_paused: bool,
    /// Delivered months of eight.
    pub progress_percent: i64,
    /// How many months are delivered.
    pub months_delivered: i64,
    /// How many were left out.
    pub months_skipped: i64,
    /// The business plan, which precedes the months; `None` where none was asked for.
    pub plan: Option<PlanView>,
    /// The eight months in order; none before the start.
    pub months: Vec<MonthView>,
    /// Everything planned, done and taken off, by time; but for what writes the plan and extras.
    pub automations: Vec<Automation>,
}

/// One month of an [`Overview`].
#[derive(Clone, Debug, Serialize)]
pub struct MonthView {
    /// 1 to 8.
    pub month: i64,
    /// Its title.
    pub title: String,
    /// The promised day, as midnight UTC of that date.
    pub planned_date: DateTime<Utc>,
    /// As the studio sees it.
    pub state: MonthState,
    /// As the client sees it.
    pub client_state: MonthState,
    /// When its document was delivered.
    pub delivered_at: Option<DateTime<Utc>>,
}

impl Overview {
    /// The next month that is still to come for the client, with its day.
    #[must_use]
    pub fn next_month(&self) -> Option<&MonthView> {
        self.months.iter().find(|month| !matches!(month.state, MonthState::Completed | MonthState::Skipped))
    }
}

/// Where `client`'s journey stands now.
pub async fn overview(tx: &mut Tx, studio: &Studio, client: &Client) -> Result<Overview> {
    let rows = store::months(tx, &client.id).await?;
    let automations = store::automations(tx, &client.id).await?;
    let plan = business_plan::view(tx, client).await?;
    let today = local_date(studio.clock.now(), client.zone());
    let months = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let previous = at.checked_sub(1).and_then(|before| rows.get(before));
            let facts = facts(client, row, previous, &automations);
            MonthView {
                month: row.month,
                title: Month::new(row.month)
                    .map_or_else(|_| String::new(), |month| studio.programme.title(month).into()),
                planned_date: row.planned_date,
                state: month_state(&facts, today, View::Studio),
                client_state: month_state(&facts, today, View::Client),
                delivered_at: row.delivered_at,
            }
        })
        .collect();
    let delivered = count(&rows, |row| row.delivered_at.is_some());
    Ok(Overview {
        client_id: client.id.clone(),
        program_start_date: client.program_start_date,
        current_month: month_now(client, &rows, today),
        is_paused: client.is_paused,
        progress_percent: progress_percent(delivered),
        months_delivered: delivered,
        months_skipped: count(&rows, |row| row.skipped_at.is_some()),
        plan,
        months,
        automations,
    })
}

/// The month that today falls in; while the journey is on hold, the one it was held in.
fn month_now(client: &Client, rows: &[MonthRow], today: NaiveDate) -> Option<i64> {
    if client.is_paused {
        return client.current_month;
    }
    let dates: Vec<NaiveDate> = rows.iter().map(MonthRow::due).collect();
    current_month(&dates, today).map(|month| i64::from(month.number()))
}

fn count(rows: &[MonthRow], which: impl Fn(&MonthRow) -> bool) -> i64 {
    i64::try_from(rows.iter().filter(|row| which(row)).count()).unwrap_or(i64::MAX)
}

fn facts(client: &Client, row: &MonthRow, previous: Option<&MonthRow>, automations: &[Automation]) -> MonthFacts {
    let generation = automations
        .iter()
        .filter(|a| a.kind == AutomationKind::GenerateDeliverable && a.month == Some(row.month))
        .max_by_key(|a| a.trigger_date);
    let behind = previous.is_some_and(|previous| previous.delivered_at.is_none() && previous.skipped_at.is_none());
    MonthFacts {
        due: row.due(),
        delivered: row.delivered_at.is_some(),
        skipped: row.skipped_at.is_some(),
        paused: client.is_paused,
        blocked: generation.is_some_and(|row| is_blocked(row.status, row.payload.gate, behind)),
    }
}

/// Whether a month cannot go on without an admin: its latest generation failed, or waits for a month
/// before that is still not done.
pub(crate) fn is_blocked(status: AutomationStatus, gate: Option<SkipReason>, previous_open: bool) -> bool {
    match status {
        AutomationStatus::Failed => true,
        AutomationStatus::Scheduled | AutomationStatus::Running => {
            previous_open && gate == Some(SkipReason::BlockedPrevious)
        }
        AutomationStatus::Completed | AutomationStatus::Cancelled => false,
    }
}
