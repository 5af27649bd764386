//! What may happen to a journey, and random histories of it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
#[cfg(test)]
use proptest::prelude::*;

use super::state::What;
use crate::config::MonthStep;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// So many minutes go by, and the machine looks.
    Pass(i64),
    /// The clock is set back by so many minutes, and the machine looks.
    SetBack(i64),
    Write(Which),
    Deliver(Which),
    Reject(Which),
    Regenerate(Which),
    Open(Which),
    Run(What, Which),
    Force(Which),
    Cancel(What, Which),
    Retry(What, Which),
    /// The business plan is asked for.
    AskPlan,
    ApprovePlan,
    DeliverPlan,
    /// On hold from now, for so many days if that is known.
    Pause(Option<i64>),
    Resume,
    Skip(Which),
    Unskip(Which),
    /// The model fails from now on, or works again.
    Writer(Writer),
}

/// Whether documents can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    Works,
    Fails,
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

#[cfg(test)]
fn setting() -> impl Strategy<Value = Setting> {
    let zones = [
        Tz::UTC,
        Tz::America__New_York,
        Tz::Asia__Tokyo,
        Tz::Pacific__Kiritimati,
        Tz::Australia__Lord_Howe,
        Tz::Europe__Berlin,
    ];
    let step = prop_oneof![3 => Just(MonthStep::Days30), 1 => Just(MonthStep::CalendarMonth)];
    let noon: DateTime<Utc> = "2026-01-01T12:00:00Z".parse().unwrap();
    let start_in = prop_oneof![3 => Just(0_i64), 2 => -200_i64..0, 1 => 1_i64..40];
    (prop::sample::select(zones.to_vec()), step, prop_oneof![3 => Just(3_u32), 1 => 0_u32..6], 0_i64..600_000, start_in)
        .prop_map(move |(zone, month_step, lead_days, minutes, start_in)| Setting {
            zone,
            month_step,
            lead_days,
            now: noon + TimeDelta::minutes(minutes),
            start_in,
        })
}

#[cfg(test)]
fn which() -> impl Strategy<Value = Which> {
    prop_oneof![4 => Just(Which::Next), 3 => Just(Which::Last), 2 => (1_u8..=8).prop_map(Which::Month)]
}

#[cfg(test)]
fn what() -> impl Strategy<Value = What> {
    use What::*;
    prop::sample::select(vec![Upcoming, Generate, Generate, Overdue, Escalate, Celebrate, Revision])
}

#[cfg(test)]
fn step() -> impl Strategy<Value = Step> {
    let minutes = prop_oneof![2 => 1_i64..120, 3 => 120_i64..2_000, 4 => 1_000_i64..9_000, 1 => 9_000_i64..60_000];
    prop_oneof![
        40 => minutes.prop_map(Step::Pass),
        2 => (1_i64..3_000).prop_map(Step::SetBack),
        3 => which().prop_map(Step::Write),
        14 => which().prop_map(Step::Deliver),
        6 => which().prop_map(Step::Reject),
        5 => which().prop_map(Step::Regenerate),
        7 => which().prop_map(Step::Open),
        6 => (what(), which()).prop_map(|(what, which)| Step::Run(what, which)),
        2 => which().prop_map(Step::Force),
        2 => (what(), which()).prop_map(|(what, which)| Step::Cancel(what, which)),
        2 => (what(), which()).prop_map(|(what, which)| Step::Retry(what, which)),
        3 => prop::sample::select(vec![Step::AskPlan, Step::ApprovePlan, Step::DeliverPlan]),
        4 => prop::option::of(1_i64..40).prop_map(Step::Pause),
        4 => Just(Step::Resume),
        2 => which().prop_map(Step::Skip),
        3 => which().prop_map(Step::Unskip),
        1 => Just(Step::Writer(Writer::Fails)),
        2 => Just(Step::Writer(Writer::Works)),
    ]
}

/// A beginning, and `steps` things that happen after it.
#[cfg(test)]
pub(super) fn history(steps: usize) -> impl Strategy<Value = (Setting, Vec<Step>)> {
    (setting(), prop::collection::vec(step(), steps))
}
