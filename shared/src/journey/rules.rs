//! The small derived facts: progress, the current month, how a month stands, who is late.
//!
//! Pure, and the only place where these are worked out: every surface shows the same figure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::zone::{plus_days, stored_date};
use crate::programme::{MONTHS, Month};

/// How a month stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MonthState {
    /// Its date is in the future.
    Upcoming,
    /// Its date has come, its document has not.
    InProgress,
    /// Its date is more than a day past, and there is no document yet.
    Delayed,
    /// It cannot go on without an admin. Clients see [`MonthState::Delayed`] or less instead.
    Blocked,
    /// Its document is delivered.
    Completed,
    /// The studio left it out.
    Skipped,
    /// The journey is on hold.
    Paused,
}

/// Who looks at a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The client, who is never shown what is blocked inside the studio.
    Client,
    /// The studio.
    Studio,
}

/// What decides how a month stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each a column or a query of its own")]
pub struct MonthFacts {
    /// The day for which it is promised.
    pub due: NaiveDate,
    /// Its document is delivered.
    pub delivered: bool,
    /// It was left out.
    pub skipped: bool,
    /// The journey is on hold.
    pub paused: bool,
    /// Its document waits for the month before, or could not be written.
    pub blocked: bool,
}

/// Delivered months of eight in whole percent, half a percent rounded up.
#[must_use]
pub fn progress_percent(delivered: i64) -> i64 {
    let months = i64::from(MONTHS);
    (200 * delivered.clamp(0, months) + months) / (2 * months)
}

/// The month of the programme in which `today` falls: the last one whose date has come, none
/// before the start. `dates` are the promised days in order; a hold that has ended has moved them
/// already, so that its days do not count.
#[must_use]
pub fn current_month(dates: &[NaiveDate], today: NaiveDate) -> Option<Month> {
    let reached = dates.iter().take_while(|date| **date <= today).count();
    Month::new(i64::try_from(reached).ok()?).ok()
}

/// How a month stands on `today`, a day of the client's calendar.
#[must_use]
pub fn month_state(facts: &MonthFacts, today: NaiveDate, view: View) -> MonthState {
    if facts.skipped {
        MonthState::Skipped
    } else if facts.delivered {
        MonthState::Completed
    } else if facts.paused {
        MonthState::Paused
    } else if facts.blocked && view == View::Studio {
        MonthState::Blocked
    } else if is_late(facts.due, today) {
        MonthState::Delayed
    } else if facts.due <= today {
        MonthState::InProgress
    } else {
        MonthState::Upcoming
    }
}

/// The stored dates before which an undelivered month is late, for lists over clients of all
/// zones: the day is counted in UTC there.
#[must_use]
pub fn late_before(now: DateTime<Utc>) -> DateTime<Utc> {
    stored_date(plus_days(now.date_naive(), -1))
}

/// True when a month promised for `due` is more than a day past; ask only of an undelivered month.
#[must_use]
pub fn is_late(due: NaiveDate, today: NaiveDate) -> bool {
    plus_days(due, 1) < today
}
