//! A client's wall clock: local dates and hours to instants, across every change of the clocks.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The instant of a local time of day.
///
/// When the clocks jump over it (spring), the first minute that exists after it; when they show it
/// twice (autumn), the first of the two. Every local time therefore happens exactly once.
#[must_use]
pub fn at_local(date: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    // A whole day was skipped once (Samoa, 2011), so the search may take more than a day of minutes.
    const LONGEST_GAP_MINUTES: i64 = 2 * 24 * 60;
    let wanted = date.and_time(time);
    (0..=LONGEST_GAP_MINUTES)
        .filter_map(|minutes| wanted.checked_add_signed(TimeDelta::minutes(minutes)))
        .find_map(|local| zone.from_local_datetime(&local).earliest())
        .map_or_else(|| wanted.and_utc(), |found| found.to_utc())
}

/// The instant of a full local hour.
#[must_use]
pub fn at_hour(date: NaiveDate, hour: u32, zone: Tz) -> DateTime<Utc> {
    at_local(date, NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default(), zone)
}

/// Which day it is for somebody in `zone`.
#[must_use]
pub fn local_date(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// How a day of a client's calendar is stored: midnight UTC of that date. It names a day, not an
/// instant, and so it stays the same day when the client moves to another zone.
#[must_use]
pub fn stored_date(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// A date some days later, or earlier when `days` is negative; it stops at the calendar's ends.
#[must_use]
pub fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    let span = Days::new(days.unsigned_abs());
    if days < 0 {
        date.checked_sub_days(span).unwrap_or(NaiveDate::MIN)
    } else {
        date.checked_add_days(span).unwrap_or(NaiveDate::MAX)
    }
}
