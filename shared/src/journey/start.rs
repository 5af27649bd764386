//! Starting a journey: eight months, 32 rows, the status and the notice in one transaction.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::automation::Payload;
use super::plan::{ESCALATE_DAYS, OVERDUE_DAYS, Step, end_date, plan};
use super::store::{self, Entry, MonthRow, NewAutomation};
use super::zone::{at_hour, local_date, plus_days, stored_date};
use super::{
    AutomationKind, LogStatus, Overview, SkipReason, Template, current_month, date_of, effects, notices, overview,
};
use crate::clients::{self, Client, Status};
use crate::config::JourneySettings;
use crate::db::Tx;
use crate::documents::{self, DocumentKind, DocumentRow, DocumentStatus};
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::programme::Month;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// How many days ahead a start may lie.
pub(super) const FARTHEST_DAYS: i64 = 730;

/// Starts a client's journey today or on `on`, a day of the client's calendar.
///
/// The day may lie in the past, for somebody whose journey runs already: the months before the one
/// that today falls in count as delivered if their document is, and as skipped otherwise, until an
/// admin adds and delivers it. Only what is still to come is planned for.
pub async fn start(studio: &Studio, actor: &Actor, client: &ClientId, on: Option<NaiveDate>) -> Result<Overview> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = store::lock_client(&mut tx, client).await?;
    let zone = client.zone();
    let today = local_date(now, zone);
    let begin = on.unwrap_or(today);
    check(&mut tx, studio, &client, begin, today).await?;

    let settings = &studio.settings.journey;
    let dates: Vec<NaiveDate> = Month::all().map(|month| date_of(begin, month, settings.month_step)).collect();
    let reached = current_month(&dates, today);
    let first = reached.unwrap_or(Month::FIRST);
    let documents = documents::list(&mut tx, &Actor::System, &client.id).await?;
    let months = Month::all().zip(&dates).map(|(month, due)| month_row(&documents, month, *due, month < first, now));
    store::insert_months(&mut tx, &client.id, &months.collect::<Vec<_>>(), now).await?;
    let steps = plan(begin, zone, settings).into_iter().filter(|step| step.month >= first);
    add_rows(&mut tx, actor, &client, settings, steps, today, now).await?;
    store::set_started(&mut tx, &client.id, stored_date(begin), reached, now).await?;
    if matches!(client.status, Status::Lead | Status::Onboarding) {
        clients::change_status(&mut tx, now, actor, &client, Status::Active, "the journey was started").await?;
    }
    let what = format!("Started the journey on {begin}");
    let details = json!({ "start": begin, "timezone": client.timezone, "first_month": first });
    events::record(&mut tx, now, actor, EventKind::JourneyStarted, Some(&client.id), &what, Some(details)).await?;
    if begin >= today {
        let notice = notices::activated(studio, &client, begin)?;
        effects::tell(&mut tx, studio, &client, notice, "ACTIVATED", now).await?;
    }
    let client = clients::get(&mut tx, &client.id).await?.ok_or(Error::NotFound("client"))?;
    let overview = overview(&mut tx, studio, &client).await?;
    tx.commit().await?;
    Ok(overview)
}

/// Whether this client's journey may begin on that day.
async fn check(tx: &mut Tx, studio: &Studio, client: &Client, begin: NaiveDate, today: NaiveDate) -> Result<()> {
    if let Some(started) = client.program_start_date {
        let day = started.date_naive();
        return Err(Error::refused(format!("this journey started on {day} already; use `journey adjust` to move it")));
    }
    match client.status {
        Status::Lead => clients::require_room(tx, studio).await?,
        Status::Onboarding | Status::Active => {}
        Status::Archived => return Err(Error::refused("this client is archived; restore them first")),
        Status::Paused | Status::Completed | Status::Churned => {
            return Err(Error::refused(format!("a client who is {} cannot start a journey", client.status)));
        }
    }
    if begin > plus_days(today, FARTHEST_DAYS) {
        return Err(Error::invalid(format!("{begin} is more than two years ahead; give a nearer day")));
    }
    let end = end_date(begin, studio.settings.journey.month_step);
    if end < today {
        return Err(Error::invalid(format!("a journey from {begin} ended on {end}; give a later day")));
    }
    Ok(())
}

/// A month as it stands when the journey starts.
fn month_row(documents: &[DocumentRow], month: Month, due: NaiveDate, past: bool, now: DateTime<Utc>) -> MonthRow {
    let number = i64::from(month.number());
    let delivered_at = documents
        .iter()
        .find(|document| document.month == Some(number) && document.kind == DocumentKind::Main)
        .filter(|document| document.status == DocumentStatus::Delivered)
        .and_then(|document| document.delivered_at);
    MonthRow {
        month: number,
        planned_date: stored_date(due),
        delivered_at,
        skipped_at: (past && delivered_at.is_none()).then_some(now),
    }
}

/// Adds the rows of the plan. A reminder whose day is past stands there for the record only; what
/// counts from a month's date counts from today when that date is past.
async fn add_rows(
    tx: &mut Tx,
    actor: &Actor,
    client: &Client,
    settings: &JourneySettings,
    steps: impl Iterator<Item = Step>,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    let rows: Vec<NewAutomation<'_>> = steps
        .map(|step| not_before(step, client.zone(), settings.send_hour, today))
        .map(|step| {
            let stale = step.template == Some(Template::Upcoming) && step.at < now;
            NewAutomation {
                client: &client.id,
                kind: step.kind,
                payload: Payload::planned(step.kind, step.template, Some(i64::from(step.month.number()))),
                at: step.at,
                date: Some(step.date),
                cancelled: stale.then_some(SkipReason::Stale),
                actor: actor.id(),
            }
        })
        .collect();
    let ids = store::insert_first(tx, &rows, now).await?;
    let stale = rows.iter().zip(&ids).filter(|(row, _)| row.cancelled.is_some());
    let lines: Vec<Entry<'_>> = stale
        .map(|(row, id)| Entry {
            client: &client.id,
            automation: Some(id),
            kind: row.kind,
            action: Template::Upcoming.as_str(),
            status: LogStatus::Skipped,
            reason: row.cancelled,
            error: None,
            attempt: 1,
        })
        .collect();
    store::log_all(tx, &lines, now).await
}

/// A step of the plan as it stands for somebody whose month's day is past already.
pub(super) fn not_before(step: Step, zone: Tz, hour: u32, today: NaiveDate) -> Step {
    let later = |days| plus_days(today, days).max(step.date);
    match (step.kind, step.template) {
        (AutomationKind::SendReminder, Some(Template::Overdue)) if step.date < today => {
            let date = later(OVERDUE_DAYS);
            Step { date, at: at_hour(date, hour, zone), ..step }
        }
        (AutomationKind::EscalateToAdmin, _) if step.date < today => {
            let date = later(ESCALATE_DAYS);
            Step { date, at: stored_date(date), ..step }
        }
        _ => step,
    }
}
