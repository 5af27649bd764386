//! Moving the programme's first day.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::Outcome;
use super::shift::moment_of;
use crate::config::JourneySettings;
use crate::journey::moves::change::Effect;
use crate::journey::moves::state::{Journey, MonthFact, RowFact};
use crate::journey::plan::{Step, plan_month};
use crate::journey::start::FARTHEST_DAYS;
use crate::journey::zone::{local_date, plus_days};
use crate::journey::{AutomationKind, AutomationStatus, SkipReason, Template};
use crate::{Error, Result};

/// Moves every month, and every waiting row that counts from a month's day. A reminder whose day is past by then is
/// taken off; of the drafts whose day is past, the gate of the month before lets the lowest run.
pub(super) fn adjust(
    journey: &Journey,
    on: NaiveDate,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let today = local_date(now, journey.zone);
    let days = journey.start.map_or(0, |start| (on - start).num_days());
    if days == 0 {
        return Err(Error::refused(format!("the journey starts on {on} already")));
    }
    if on > plus_days(today, FARTHEST_DAYS) {
        return Err(Error::invalid(format!("{on} is more than two years ahead; give a nearer day")));
    }
    let mut outcome = Outcome::of(journey);
    outcome.start = Some(on);
    outcome.days = days;
    for month in &mut outcome.months {
        month.due = plus_days(month.due, days);
    }
    let end = outcome.preview(journey, settings, 0).end;
    if let Some(end) = end.filter(|end| *end < today) {
        return Err(Error::invalid(format!("a journey from {on} ended on {end}; give a later day")));
    }
    let live: HashSet<_> = journey.rows.iter().filter(|row| row.is_live()).map(RowFact::slot).collect();
    for (row, placed) in journey.rows.iter().zip(&mut outcome.rows) {
        if !counts_from_its_month(journey, row) {
            continue;
        }
        let date = plus_days(row.date, days);
        let at = moment_of(row, date, journey.zone, settings.send_hour);
        match row.status {
            // It may have looked in vain since its day, and goes back to it.
            AutomationStatus::Scheduled if row.kind == AutomationKind::EscalateToAdmin => {
                if let Some(step) = planned(&outcome.months, row, journey.zone, settings) {
                    placed.put(Effect::Shifted, step.at, step.date);
                }
            }
            AutomationStatus::Scheduled if at < now && is_reminder(row) => placed.cancel(SkipReason::Superseded),
            AutomationStatus::Scheduled => placed.put(Effect::Shifted, at, date),
            _ if was_too_late(row) && !live.contains(&row.slot()) => {
                // Its own date stayed behind when it was taken off; its month's has moved.
                let step = planned(&outcome.months, row, journey.zone, settings);
                if let Some(step) = step.filter(|step| step.at >= now) {
                    placed.put(Effect::Restored, step.at, step.date);
                }
            }
            _ => {}
        }
    }
    Ok(outcome)
}

/// The row's place in the plan of its month.
fn planned(months: &[MonthFact], row: &RowFact, zone: Tz, settings: &JourneySettings) -> Option<Step> {
    let month = months.iter().find(|month| row.month == Some(i64::from(month.month.number())))?;
    plan_month(month.month, month.due, zone, settings)
        .into_iter()
        .find(|step| (step.kind, step.template) == (row.kind, row.template))
}

/// Once a month is delivered, its rows count from the delivery; so does the nudge once the studio has owned up to being
/// late, and nothing but the delivery makes it due.
fn counts_from_its_month(journey: &Journey, row: &RowFact) -> bool {
    let planned = match row.kind {
        AutomationKind::GenerateDeliverable => row.payload.document_id.is_none(),
        AutomationKind::EscalateToAdmin => true,
        _ => is_reminder(row),
    };
    let its_month = journey.months.iter().find(|month| row.month == Some(i64::from(month.month.number())));
    planned
        && its_month.is_some_and(|month| {
            let waits_for_delivery = month.late && row.template == Some(Template::Overdue);
            !month.delivered && !month.skipped && !waits_for_delivery
        })
}

fn is_reminder(row: &RowFact) -> bool {
    matches!(row.template, Some(Template::Upcoming | Template::Overdue))
}

/// Taken off because its day was past, which another start undoes.
fn was_too_late(row: &RowFact) -> bool {
    is_reminder(row)
        && row.status == AutomationStatus::Cancelled
        && matches!(row.cancel_reason.as_deref(), Some("SUPERSEDED" | "STALE"))
}
