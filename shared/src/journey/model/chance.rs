//! Random histories.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::history::{Link, News, Paper, Setting, Step, Which, Writer};
use super::state::What;
use crate::config::MonthStep;

fn zone() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![
        Tz::UTC,
        Tz::America__New_York,
        Tz::Asia__Tokyo,
        Tz::Pacific__Kiritimati,
        Tz::Australia__Lord_Howe,
        Tz::Europe__Berlin,
    ])
}

fn setting() -> impl Strategy<Value = Setting> {
    let step = prop_oneof![3 => Just(MonthStep::Days30), 1 => Just(MonthStep::CalendarMonth)];
    let noon: DateTime<Utc> = "2026-01-01T12:00:00Z".parse().unwrap();
    let start_in = prop_oneof![3 => Just(0_i64), 2 => -200_i64..0, 1 => 1_i64..40];
    (zone(), step, prop_oneof![3 => Just(3_u32), 1 => 0_u32..6], 0_i64..600_000, start_in).prop_map(
        move |(zone, month_step, lead_days, minutes, start_in)| Setting {
            zone,
            month_step,
            lead_days,
            now: noon + TimeDelta::minutes(minutes),
            start_in,
        },
    )
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![4 => Just(Which::Next), 3 => Just(Which::Last), 2 => (1_u8..=8).prop_map(Which::Month)]
}

fn what() -> impl Strategy<Value = What> {
    use What::*;
    prop::sample::select(vec![
        Upcoming, Generate, Generate, Generate, Overdue, Escalate, Celebrate, Revision, Ready, ResumeSoon, Plan,
    ])
}

fn paper() -> impl Strategy<Value = Paper> {
    use Paper::*;
    prop_oneof![
        2 => Just(Edit),
        3 => Just(Submit),
        3 => Just(Approve),
        14 => Just(Deliver),
        6 => Just(Reject),
        5 => Just(Regenerate),
        2 => Just(TakeBack),
        1 => Just(Delete),
    ]
}

fn plan_paper() -> impl Strategy<Value = Paper> {
    use Paper::*;
    prop::sample::select(vec![Edit, Submit, Approve, Deliver, Reject, Regenerate])
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![160 => time(), 180 => work(), 84 => moves(), 40 => person()]
}

fn time() -> impl Strategy<Value = Step> {
    let minutes = prop_oneof![2 => 1_i64..120, 3 => 120_i64..2_000, 4 => 1_000_i64..9_000, 1 => 9_000_i64..60_000];
    prop_oneof![
        20 => minutes.prop_map(Step::Pass),
        1 => (1_i64..3_000).prop_map(Step::SetBack),
    ]
}

fn work() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => which().prop_map(Step::Write),
        1 => Just(Step::AskPlan),
        5 => plan_paper().prop_map(Step::Plan),
        36 => (paper(), which()).prop_map(|(paper, which)| Step::Paper(paper, which)),
        7 => which().prop_map(Step::Open),
        6 => (what(), which()).prop_map(|(what, which)| Step::Run(what, which)),
        4 => (what(), which()).prop_map(|(what, which)| Step::Force(what, which)),
        2 => (what(), which()).prop_map(|(what, which)| Step::Cancel(what, which)),
        2 => (what(), which()).prop_map(|(what, which)| Step::Retry(what, which)),
        1 => Just(Step::Writer(Writer::Fails)),
        2 => Just(Step::Writer(Writer::Works)),
    ]
}

fn moves() -> impl Strategy<Value = Step> {
    let ahead = || prop_oneof![2 => Just(None), 1 => (1_i64..40).prop_map(Some)];
    // Now and then a hold is longer than the programme.
    let days = prop_oneof![3 => Just(None), 6 => (1_i64..40).prop_map(Some), 1 => (200_i64..300).prop_map(Some)];
    prop_oneof![
        5 => (ahead(), days).prop_map(|(ahead, days)| Step::Pause { ahead, days }),
        4 => Just(Step::Resume),
        3 => prop::option::weighted(0.8, -5_i64..60).prop_map(Step::Extend),
        2 => (-60_i64..60).prop_map(Step::Adjust),
        2 => which().prop_map(Step::Skip),
        3 => which().prop_map(Step::Unskip),
        2 => Just(Step::Replan),
    ]
}

fn person() -> impl Strategy<Value = Step> {
    let news = prop_oneof![Just(News::Documents), Just(News::Reminders)];
    prop_oneof![
        6 => Just(Step::Archive),
        24 => Just(Step::Restore),
        1 => Just(Step::Churn),
        8 => Just(Step::Chat(Link::Ends)),
        24 => Just(Step::Chat(Link::Begins)),
        16 => (news, prop::bool::weighted(0.7)).prop_map(|(news, on)| Step::Prefer(news, on)),
        8 => any::<bool>().prop_map(Step::Quiet),
        8 => zone().prop_map(Step::Zone),
    ]
}

/// A beginning, and `steps` things that happen after it.
pub(super) fn history(steps: usize) -> impl Strategy<Value = (Setting, Vec<Step>)> {
    (setting(), prop::collection::vec(step(), steps))
}
