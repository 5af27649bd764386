//! What may happen to a journey.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::state::What;
use crate::config::MonthStep;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// So many minutes go by, and the machine looks.
    Pass(i64),
    /// The clock is set back by so many minutes, and the machine looks.
    SetBack(i64),
    /// A month's document is written by hand.
    Write(Which),
    /// An admin does something with a month's document.
    Paper(Paper, Which),
    /// The business plan is asked for.
    AskPlan,
    /// An admin does something with the newest version of the plan.
    Plan(Paper),
    /// The client opens a month's document.
    Open(Which),
    Run(What, Which),
    Force(What, Which),
    Cancel(What, Which),
    Retry(What, Which),
    /// On hold, from now or from the day that is so many days ahead; for so many days if that is known.
    Pause {
        ahead: Option<i64>,
        days: Option<i64>,
    },
    /// The hold ends, or is called off.
    Resume,
    /// The hold is to end on the day that is so many days ahead, or nobody knows when.
    Extend(Option<i64>),
    /// The programme begins so many days later, or earlier.
    Adjust(i64),
    Skip(Which),
    Unskip(Which),
    /// What is missing is planned again.
    Replan,
    Archive,
    Restore,
    Churn,
    /// The client's chat account is unlinked, or linked again.
    Chat(Link),
    /// The client wants to hear of it, or not.
    Prefer(News, bool),
    /// The client keeps quiet hours, or takes messages at any hour.
    Quiet(bool),
    /// The client moves to another zone.
    Zone(Tz),
    /// The model fails from now on, or works again.
    Writer(Writer),
}

/// What an admin does with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paper {
    Edit,
    Submit,
    Approve,
    /// Whatever is missing for it is done first, from the writing on.
    Deliver,
    Reject,
    Regenerate,
    TakeBack,
    Delete,
}

/// Whether documents can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    Works,
    Fails,
}

/// Whether the client can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Ends,
    Begins,
}

/// What a client can switch off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// A document is there.
    Documents,
    /// Reminders and celebrations.
    Reminders,
}

/// Which month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The first that is neither delivered nor skipped.
    Next,
    /// The one before that.
    Last,
    Month(u8),
}

/// Where and how a journey begins.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub zone: Tz,
    pub month_step: MonthStep,
    pub lead_days: u32,
    /// When the admin starts it.
    pub now: DateTime<Utc>,
    /// The first day, in days from today.
    pub start_in: i64,
}

impl Setting {
    pub(super) fn start(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive() + TimeDelta::days(self.start_in)
    }
}
