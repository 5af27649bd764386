//! Placing a hold, moving its end, ending it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::Outcome;
use super::shift::after_hold;
use crate::config::JourneySettings;
use crate::journey::automation::Payload;
use crate::journey::moves::change::Effect;
use crate::journey::moves::state::{Hold, Journey, Span};
use crate::journey::start::FARTHEST_DAYS;
use crate::journey::zone::{at_hour, local_date, plus_days};
use crate::journey::{AutomationKind, SkipReason, Template};
use crate::{Error, Result};

/// Days from the reminder to the hold's end.
const RESUME_SOON_DAYS: i64 = 3;
/// The shortest hold whose end is announced, in days.
const ANNOUNCED_DAYS: i64 = 4;

/// The first moment of the day on which a hold ends.
pub(in crate::journey) fn end_moment(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    at_hour(day, 0, zone)
}

pub(super) fn place(
    journey: &Journey,
    from: Option<DateTime<Utc>>,
    until: Option<NaiveDate>,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    if let Some(hold) = &journey.hold {
        return Err(already_held(hold, journey.zone, now));
    }
    let start = from.unwrap_or(now);
    let first = local_date(start, journey.zone);
    if start < now {
        return Err(Error::invalid(format!("{first} is past; a hold begins now or later")));
    }
    let last = Outcome::of(journey).preview(journey, settings, 0).end;
    if last.is_some_and(|last| first > last) {
        return Err(Error::refused(format!("the programme is over by {first}; there is nothing to hold then")));
    }
    let end = until.map(|day| ends_on(day, start, journey.zone, now)).transpose()?;
    Ok(foresee(journey, start, end, settings, now))
}

pub(super) fn extend(
    journey: &Journey,
    until: Option<NaiveDate>,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let hold = live(journey)?;
    let end = until.map(|day| ends_on(day, hold.started_at, journey.zone, now)).transpose()?;
    if end == hold.planned_end {
        let known = until.map_or_else(|| "is open-ended".to_owned(), |day| format!("ends on {day}"));
        return Err(Error::refused(format!("the hold {known} already")));
    }
    Ok(foresee(journey, hold.started_at, end, settings, now))
}

/// Ends the hold now, or at its planned end where that is past: a late machine costs nobody a day.
pub(super) fn end(journey: &Journey, settings: &JourneySettings, now: DateTime<Utc>) -> Result<Outcome> {
    let hold = live(journey)?;
    let mut outcome = Outcome::of(journey);
    // One that was called off held nothing.
    let end = hold.planned_end.unwrap_or(now).min(now).max(hold.started_at);
    let span = Span::between(hold.started_at, end, journey.zone);
    if hold.in_force(now) {
        move_by(&mut outcome, journey, hold.started_at, Some(end), span.days, Effect::Shifted, settings);
    }
    take_reminder_off(&mut outcome);
    outcome.days = span.days;
    outcome.hold = Some((hold.started_at, Some(end)));
    outcome.held = Some(span);
    outcome.opens_gate = true;
    Ok(outcome)
}

/// Why no other hold can be placed.
fn already_held(hold: &Hold, zone: Tz, now: DateTime<Utc>) -> Error {
    let since = local_date(hold.started_at, zone);
    Error::refused(if hold.in_force(now) {
        format!("the journey is on hold since {since} already; move its end with `journey extend`, or resume it")
    } else {
        format!(
            "a hold is planned from {since} already; move its end with `journey extend`, or call it off with `journey resume`"
        )
    })
}

fn live(journey: &Journey) -> Result<&Hold> {
    journey.hold.as_ref().ok_or_else(|| Error::refused("the journey is not on hold, and no hold is planned"))
}

/// The moment of a hold's end, if it can end then.
fn ends_on(day: NaiveDate, start: DateTime<Utc>, zone: Tz, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let end = end_moment(day, zone);
    let first = local_date(start, zone);
    if day <= first {
        return Err(Error::invalid(format!("the hold begins on {first}, so it cannot end on {day}; give a later day")));
    }
    if end <= now {
        return Err(Error::invalid(format!("{day} is not ahead; to end the hold now, use `journey resume`")));
    }
    if day > plus_days(local_date(now, zone), FARTHEST_DAYS) {
        return Err(Error::invalid(format!("{day} is more than two years ahead; give a nearer day, or none")));
    }
    Ok(end)
}

/// What a hold does to the rows: none is written, each is held, and comes later by the hold's length if that is known.
fn foresee(
    journey: &Journey,
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Outcome {
    let mut outcome = Outcome::of(journey);
    let span = end.map(|end| Span::between(start, end, journey.zone));
    let days = span.map_or(0, |span| span.days);
    move_by(&mut outcome, journey, start, end, days, Effect::Held, settings);
    outcome.days = days;
    outcome.hold = Some((start, end));
    outcome.held = span;
    place_reminder(&mut outcome, span, journey, settings, now);
    outcome
}

/// Moves every waiting row from the hold's start on, and the months' days with them.
fn move_by(
    outcome: &mut Outcome,
    journey: &Journey,
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
    days: i64,
    effect: Effect,
    settings: &JourneySettings,
) {
    let (zone, hour) = (journey.zone, settings.send_hour);
    for (row, placed) in journey.rows.iter().zip(&mut outcome.rows) {
        if !row.is_live() || row.template == Some(Template::ResumeSoon) || row.trigger < start {
            continue;
        }
        if let Some((at, date)) = end.and_then(|end| after_hold(row, start, end, days, zone, hour)) {
            placed.put(effect, at, date);
        } else {
            placed.change.effect = effect;
            placed.change.after = None;
        }
    }
    let first = local_date(start, zone);
    for month in outcome.months.iter_mut().filter(|month| month.due >= first) {
        month.due = plus_days(month.due, days);
    }
}

/// Three days before a hold of four days or more ends, the client is told.
fn place_reminder(
    outcome: &mut Outcome,
    span: Option<Span>,
    journey: &Journey,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) {
    let day =
        span.filter(|span| span.days >= ANNOUNCED_DAYS).map(|span| plus_days(span.first, span.days - RESUME_SOON_DAYS));
    let time = day.map(|day| (at_hour(day, settings.send_hour, journey.zone), day)).filter(|(at, _)| *at > now);
    let waiting = outcome.rows.iter_mut().find(|row| is_waiting_reminder(row));
    match (waiting, time) {
        (Some(row), Some((at, day))) => row.put(Effect::Shifted, at, day),
        (Some(row), None) => row.cancel(SkipReason::NotNeeded),
        (None, Some((at, day))) => {
            let payload = Payload { template: Some(Template::ResumeSoon), ..Payload::default() };
            outcome.add(AutomationKind::SendReminder, payload, at, day);
        }
        (None, None) => {}
    }
}

/// Announces the end of a hold that nothing announces any more.
pub(super) fn announce_known_end(
    outcome: &mut Outcome,
    journey: &Journey,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) {
    let Some(hold) = &journey.hold else { return };
    if outcome.rows.iter().any(is_waiting_reminder) {
        return;
    }
    let span = hold.planned_end.map(|end| Span::between(hold.started_at, end, journey.zone));
    place_reminder(outcome, span, journey, settings, now);
}

fn take_reminder_off(outcome: &mut Outcome) {
    if let Some(row) = outcome.rows.iter_mut().find(|row| is_waiting_reminder(row)) {
        row.cancel(SkipReason::NotNeeded);
    }
}

fn is_waiting_reminder(row: &super::Placed) -> bool {
    row.change.template == Some(Template::ResumeSoon) && row.change.effect != Effect::Done
}
