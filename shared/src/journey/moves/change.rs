//! What an admin may change about a journey, and what that would do, as data.

use std::fmt;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Serialize, Serializer};

use crate::id::{AdminId, AutomationId, PauseId};
use crate::journey::{AutomationKind, SkipReason, Template};
use crate::programme::Month;
use crate::text::Foreign;

/// What an admin changes about one client's journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Move {
    /// Hold the journey.
    Pause {
        /// From which moment; `None` means now.
        from: Option<DateTime<Utc>>,
        /// The day, where the client is, on which it goes on; `None` leaves that open.
        until: Option<NaiveDate>,
        /// Why, in the admin's words.
        reason: Option<Foreign>,
    },
    /// End the hold now: everything from its start on moves by its length. A hold that has not begun is called off.
    Resume,
    /// Give a hold, running or planned, another planned end.
    Extend {
        /// The day on which it goes on; `None` leaves that open.
        until: Option<NaiveDate>,
    },
    /// Another first day of the programme.
    AdjustStart {
        /// A day of the client's calendar.
        on: NaiveDate,
    },
    /// Leave a month out.
    Skip {
        /// Which.
        month: Month,
    },
    /// Take a month in again that was left out.
    Unskip {
        /// Which.
        month: Month,
    },
    /// Plan what is missing again for a client who was archived and restored.
    Replan,
}

/// What a move does to every row and date of a journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Every row of the journey by time, then those that are added.
    pub rows: Vec<RowChange>,
    /// The eight months.
    pub months: Vec<MonthChange>,
    /// Days on hold over the whole journey, as far as their end is known.
    pub paused_days: i64,
    /// The programme's last day afterwards.
    pub end: Option<NaiveDate>,
    /// What was counted over the rows.
    pub proof: Proof,
    /// The client's version that this was worked out for; after a move, the one that it left.
    pub version: i64,
}

/// One row before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowChange {
    /// The row; `None` for one that is still to be added.
    pub id: Option<AutomationId>,
    /// What is done.
    #[serde(rename = "type")]
    pub kind: AutomationKind,
    /// Which message.
    pub template: Option<Template>,
    /// 1 to 8.
    pub month: Option<i64>,
    /// When it was due.
    pub before: Option<DateTime<Utc>>,
    /// When it is due then; `None` where it is taken off, or where an open-ended hold leaves that open.
    pub after: Option<DateTime<Utc>>,
    /// What becomes of it.
    #[serde(flatten)]
    pub effect: Effect,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", tag = "effect", content = "reason")]
pub enum Effect {
    /// It stays as it is.
    Kept,
    /// It waits for the hold's end, and comes at `after` if the hold ends as planned.
    Held,
    /// It gets another time.
    Shifted,
    /// It is taken off.
    Cancelled(SkipReason),
    /// It had been taken off, and is planned again.
    Restored,
    /// It is new.
    Added,
    /// It is over already, and untouched.
    Done,
}

/// The day of one month before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MonthChange {
    /// Which month.
    pub month: Month,
    /// The promised day; `None` while it is left out.
    pub before: Option<NaiveDate>,
    /// The promised day then.
    pub after: Option<NaiveDate>,
}

/// The count that shows that a move loses nothing and does nothing twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Rows of the journey before the move.
    pub rows: usize,
    /// Rows that were to come and have neither a time nor a reason afterwards.
    pub lost: usize,
    /// Rows that would come more than once.
    pub doubled: usize,
    /// By how much the dates move.
    #[serde(rename = "shift_seconds", serialize_with = "seconds")]
    pub shift: TimeDelta,
}

fn seconds<S: Serializer>(span: &TimeDelta, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(span.num_seconds())
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, hours) =
            if self.shift < TimeDelta::zero() { ("-", -self.shift.num_hours()) } else { ("", self.shift.num_hours()) };
        write!(f, "{} rows: {} lost, {} doubled, ", self.rows, self.lost, self.doubled)?;
        write!(f, "shifted by {sign}{} d {} h", hours / 24, hours % 24)
    }
}

/// One hold of a journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Pause {
    /// Row id.
    pub id: PauseId,
    /// When it began or begins.
    pub started_at: DateTime<Utc>,
    /// When it is planned to end; `None` leaves that open.
    pub planned_end: Option<DateTime<Utc>>,
    /// When it ended. One that was called off before it began ended when it would have begun.
    pub ended_at: Option<DateTime<Utc>>,
    /// By how many days it moved the journey when it ended.
    pub days: Option<i64>,
    /// Why, in the admin's words.
    pub reason: Option<Foreign>,
    /// Who placed it.
    pub created_by: Option<AdminId>,
    /// Their name.
    pub created_by_name: Option<String>,
}
