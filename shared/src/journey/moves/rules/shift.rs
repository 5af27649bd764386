//! Moving rows and dates by whole days of the client's calendar.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::journey::moves::state::RowFact;
use crate::journey::zone::{at_hour, at_local, local_date, plus_days, stored_date};
use crate::journey::{AutomationKind, Template};

/// Whether a client reads what comes of it, so that it keeps to their wall clock.
pub(in crate::journey) fn is_for_client(kind: AutomationKind, template: Option<Template>) -> bool {
    match kind {
        AutomationKind::SendReminder => template != Some(Template::Revision),
        AutomationKind::SendCelebration | AutomationKind::SendNotification => true,
        _ => false,
    }
}

/// When a row that is planned for `date` comes: at the send hour where the client is, or at 00:00 UTC.
pub(in crate::journey) fn moment_of(row: &RowFact, date: NaiveDate, zone: Tz, send_hour: u32) -> DateTime<Utc> {
    if is_for_client(row.kind, row.template) { at_hour(date, send_hour, zone) } else { stored_date(date) }
}

/// A row some days later. One that is looked at outside its plan keeps its own hour.
pub(super) fn later(row: &RowFact, days: i64, zone: Tz, send_hour: u32) -> (DateTime<Utc>, NaiveDate) {
    let date = plus_days(row.date, days);
    let at = if moment_of(row, row.date, zone, send_hour) == row.trigger {
        moment_of(row, date, zone, send_hour)
    } else if is_for_client(row.kind, row.template) {
        let local = row.trigger.with_timezone(&zone);
        at_local(plus_days(local.date_naive(), days), local.time(), zone)
    } else {
        let span = TimeDelta::try_days(days).unwrap_or_default();
        row.trigger.checked_add_signed(span).unwrap_or(row.trigger)
    };
    (at, date)
}

/// Where a row stands once a hold of `days` that began at `start` ends at `end`; `None` where it stays.
///
/// What was due from the start on moves by the hold's length. A failed attempt is made again at once, and the news
/// of a delivery that was made meanwhile goes out at once.
pub(super) fn after_hold(
    row: &RowFact,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    days: i64,
    zone: Tz,
    send_hour: u32,
) -> Option<(DateTime<Utc>, NaiveDate)> {
    if row.trigger < start {
        None
    } else if row.template == Some(Template::Ready) {
        Some((end, local_date(end, zone)))
    } else if row.retry_count > 0 {
        Some((end, row.date))
    } else {
        Some(later(row, days, zone, send_hour))
    }
}
