//! Opening a month again whose document was taken back or deleted.

use chrono::{DateTime, Utc};

use super::Outcome;
use super::months::{number, of, plan_again};
use crate::Result;
use crate::config::JourneySettings;
use crate::journey::moves::change::Effect;
use crate::journey::moves::state::{Journey, RowFact};
use crate::journey::plan::{Step, plan_month};
use crate::journey::start::not_before;
use crate::journey::zone::local_date;
use crate::journey::{AutomationKind, AutomationStatus, SkipReason, Template};
use crate::programme::Month;

/// The celebration of the delivery is taken off, and the month's clocks count from its day again. A month without a
/// document is written anew. What an admin took off stays off.
pub(in crate::journey) fn reopen(
    journey: &Journey,
    month: Month,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let fact = of(journey, month)?;
    let mut outcome = Outcome::of(journey);
    for (row, placed) in journey.rows.iter().zip(&mut outcome.rows) {
        if row.is_live() && row.month == Some(number(month)) && row.kind == AutomationKind::SendCelebration {
            placed.cancel(SkipReason::Superseded);
        }
    }
    for fact in outcome.months.iter_mut().filter(|fact| fact.month == month) {
        fact.delivered = false;
    }
    if fact.skipped {
        return Ok(outcome);
    }
    let today = local_date(now, journey.zone);
    for step in plan_month(month, fact.due, journey.zone, settings) {
        let step = not_before(step, journey.zone, settings.send_hour, today);
        match step.kind {
            AutomationKind::GenerateDeliverable if fact.written => {}
            AutomationKind::GenerateDeliverable => plan_once_more(&mut outcome, journey, &step, Live::Stays),
            _ if !fact.delivered => {}
            _ if step.template != Some(Template::Upcoming) => {
                plan_once_more(&mut outcome, journey, &step, Live::Moves);
            }
            _ if step.at >= now => plan_again(&mut outcome, journey, &step),
            _ => {}
        }
    }
    Ok(outcome)
}

/// What becomes of a row that waits already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Live {
    Stays,
    Moves,
}

/// Gives a step its row again, also where it was done before.
fn plan_once_more(outcome: &mut Outcome, journey: &Journey, step: &Step, live: Live) {
    let its =
        |row: &RowFact| (row.kind, row.template, row.month) == (step.kind, step.template, Some(number(step.month)));
    let mut rows: Vec<_> = journey.rows.iter().zip(&mut outcome.rows).filter(|(row, _)| its(row)).collect();
    if let Some((_, placed)) = rows.iter_mut().find(|(row, _)| row.is_live()) {
        if live == Live::Moves {
            placed.put(Effect::Shifted, step.at, step.date);
        }
        return;
    }
    if rows.iter().any(|(row, _)| row.cancel_reason.as_deref() == Some("ADMIN")) {
        return;
    }
    let planned = |row: &RowFact| row.status == AutomationStatus::Cancelled && row.payload.document_id.is_none();
    if let Some((_, placed)) = rows.iter_mut().rev().find(|(row, _)| planned(row)) {
        placed.put(Effect::Restored, step.at, step.date);
    } else {
        outcome.add_step(step);
    }
}
