//! The only place that asks what time it is.
//!
//! Tests, the demo and rehearsals run on a driven clock; clippy forbids every other source of
//! "now". Times are UTC and cut to the millisecond, the precision that both databases keep.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, TimeDelta, Utc};

/// The years that a typed date may have: what plans from there stays far from the ends of the calendar.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9000;

/// Reads a moment that a person or a script typed, in RFC 3339.
///
/// # Errors
/// A line that says how to write it, or which years are taken.
pub fn typed_moment(text: &str) -> Result<DateTime<Utc>, String> {
    let moment = DateTime::parse_from_rfc3339(text)
        .map_err(|_| "write date, time and zone, for instance 2026-03-30T12:00:00Z".to_owned())?
        .to_utc();
    within_years(moment.year()).map(|()| moment)
}

/// Reads a day that a person or a script typed: year-month-day.
///
/// # Errors
/// A line that says how to write it, or which years are taken.
pub fn typed_day(text: &str) -> Result<NaiveDate, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| "write year-month-day, for instance 2026-12-01".to_owned())?;
    within_years(day.year()).map(|()| day)
}

fn within_years(year: i32) -> Result<(), String> {
    if YEARS.contains(&year) {
        return Ok(());
    }
    Err(format!("the year must lie between {} and {}", YEARS.start(), YEARS.end()))
}

/// Where the time comes from. Clones share a driven clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Driven(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `at` until it is moved.
    #[must_use]
    pub fn driven(at: DateTime<Utc>) -> Self {
        Self(Source::Driven(Arc::new(AtomicI64::new(at.timestamp_millis()))))
    }

    /// The current time, UTC, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => system_now(),
            Source::Driven(millis) => {
                DateTime::from_timestamp_millis(millis.load(Ordering::Acquire)).unwrap_or_default()
            }
        }
    }

    /// Moves a driven clock; the machine's clock cannot be moved and stays as it is.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Source::Driven(millis) = &self.0 {
            millis.store(at.timestamp_millis(), Ordering::Release);
        }
    }

    /// Moves a driven clock on by `by`.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }

    /// Lets `span` go by before the next try. Nobody waits on a driven clock: it stands still meanwhile.
    pub async fn rest(&self, span: Duration) {
        if !self.is_driven() {
            tokio::time::sleep(span).await;
        }
    }

    /// True when this clock only moves when told to.
    #[must_use]
    pub fn is_driven(&self) -> bool {
        matches!(self.0, Source::Driven(_))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stays_away_from_the_ends_of_the_calendar() {
        assert_eq!(typed_day("2026-12-01").unwrap().to_string(), "2026-12-01");
        assert_eq!(typed_moment("2026-12-01T09:00:00+02:00").unwrap().to_rfc3339(), "2026-12-01T07:00:00+00:00");
        for text in ["262142-01-01", "+262142-01-01", "1969-12-31", "9001-01-01", "-0001-01-01", "2026-02-30", "today"]
        {
            assert!(typed_day(text).is_err(), "{text}");
            assert!(typed_moment(&format!("{text}T00:00:00Z")).is_err(), "{text}");
        }
        assert_eq!(typed_day("9001-01-01").unwrap_err(), "the year must lie between 1970 and 9000");
    }
}
