//! Leaving a month out, taking it in again, and planning what is missing.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::Outcome;
use super::hold::announce_known_end;
use crate::config::JourneySettings;
use crate::journey::moves::change::Effect;
use crate::journey::moves::state::{Journey, MonthFact, RowFact};
use crate::journey::plan::{Step, plan_month};
use crate::journey::start::not_before;
use crate::journey::zone::local_date;
use crate::journey::{AutomationKind, AutomationStatus, SkipReason, Template};
use crate::programme::Month;
use crate::{Error, Result};

/// Takes every live row of the month off. The month counts as done for the one after it.
pub(super) fn skip(journey: &Journey, month: Month) -> Result<Outcome> {
    let fact = of(journey, month)?;
    if fact.skipped {
        return Err(Error::refused(format!("month {month} is left out already")));
    }
    if fact.delivered {
        return Err(Error::refused(format!("month {month} is delivered; it cannot be left out any more")));
    }
    let mut outcome = Outcome::of(journey);
    set_skipped(&mut outcome, month, true);
    for (row, placed) in journey.rows.iter().zip(&mut outcome.rows) {
        if row.is_live() && row.month == Some(number(month)) {
            placed.cancel(SkipReason::Skipped);
        }
    }
    Ok(outcome)
}

/// Plans the month's rows again.
pub(super) fn unskip(
    journey: &Journey,
    month: Month,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let fact = of(journey, month)?;
    if !fact.skipped {
        return Err(Error::refused(format!("month {month} is not left out")));
    }
    let mut outcome = Outcome::of(journey);
    set_skipped(&mut outcome, month, false);
    plan_missing(&mut outcome, journey, fact, settings, now);
    Ok(outcome)
}

/// Plans what is missing of every month that is still to come.
pub(super) fn replan(journey: &Journey, settings: &JourneySettings, now: DateTime<Utc>) -> Result<Outcome> {
    let mut outcome = Outcome::of(journey);
    for fact in journey.months.iter().copied().filter(|fact| !fact.skipped) {
        if !fact.delivered {
            plan_missing(&mut outcome, journey, fact, settings, now);
        }
        restore_cut_off(&mut outcome, journey, fact, now);
    }
    announce_known_end(&mut outcome, journey, settings, now);
    let missing = outcome.rows.iter().any(|row| matches!(row.change.effect, Effect::Restored | Effect::Added));
    if missing { Ok(outcome) } else { Err(Error::refused("nothing is missing from this journey's plan")) }
}

pub(super) fn of(journey: &Journey, month: Month) -> Result<MonthFact> {
    journey.months.iter().copied().find(|fact| fact.month == month).ok_or(Error::NotFound("month"))
}

pub(super) fn number(month: Month) -> i64 {
    i64::from(month.number())
}

fn set_skipped(outcome: &mut Outcome, month: Month, skipped: bool) {
    for fact in outcome.months.iter_mut().filter(|fact| fact.month == month) {
        fact.skipped = skipped;
    }
}

/// Gives each of a month's four rows a time again, unless it is live, was done, or has no use any more: a reminder
/// of a day that is past, a draft of a document that exists.
fn plan_missing(
    outcome: &mut Outcome,
    journey: &Journey,
    fact: MonthFact,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) {
    let today = local_date(now, journey.zone);
    for step in plan_month(fact.month, fact.due, journey.zone, settings) {
        let step = not_before(step, journey.zone, settings.send_hour, today);
        let useless = match step.kind {
            AutomationKind::GenerateDeliverable => fact.written,
            _ => step.template == Some(Template::Upcoming) && step.at < now,
        };
        if !useless {
            plan_again(outcome, journey, &step);
        }
    }
}

/// Restores the row of a step that was taken off, or adds one where there never was any.
pub(super) fn plan_again(outcome: &mut Outcome, journey: &Journey, step: &Step) {
    let is_its_row = |row: &RowFact| {
        (row.kind, row.template, row.month) == (step.kind, step.template, Some(number(step.month)))
            && row.payload.document_id.is_none()
    };
    let mut rows = journey.rows.iter().zip(&mut outcome.rows).filter(|(row, _)| is_its_row(row)).peekable();
    if rows.peek().is_none() {
        drop(rows);
        outcome.add_step(step);
        return;
    }
    let mut rows: Vec<_> = rows.collect();
    if rows.iter().all(|(row, _)| row.status == AutomationStatus::Cancelled)
        && let Some((_, placed)) = rows.last_mut()
    {
        placed.put(Effect::Restored, step.at, step.date);
    }
}

/// What the client's leaving cut off besides the plan of an open month goes on if it is still ahead: what counts from
/// a delivery or a rejection. The news of a delivery does so however late it is.
fn restore_cut_off(outcome: &mut Outcome, journey: &Journey, fact: MonthFact, now: DateTime<Utc>) {
    let mut live: HashSet<_> = journey.rows.iter().filter(|row| row.is_live()).map(RowFact::slot).collect();
    // Of several of a kind, the latest.
    for (row, placed) in journey.rows.iter().zip(&mut outcome.rows).rev() {
        let cut_off = row.status == AutomationStatus::Cancelled
            && row.cancel_reason.as_deref().is_some_and(|reason| reason.starts_with("CLIENT_"));
        let wanted = match row.template {
            Some(Template::Ready) => fact.delivered,
            Some(Template::Revision) => row.trigger >= now,
            _ => fact.delivered && row.trigger >= now,
        };
        if cut_off && wanted && row.month == Some(number(fact.month)) && live.insert(row.slot()) {
            placed.put(Effect::Restored, row.trigger, row.date);
        }
    }
}
