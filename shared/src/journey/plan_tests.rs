use chrono::{Datelike, TimeZone, Timelike};
use proptest::prelude::*;
use rstest::rstest;

use super::kinds::{AutomationKind, Template};
use super::plan::*;
use super::rules::*;
use super::zone::*;
use crate::config::{JourneySettings, MonthStep};
use crate::programme::Month;
use chrono::{NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn with_step(month_step: MonthStep) -> JourneySettings {
    JourneySettings { month_step, ..JourneySettings::default() }
}

#[test]
fn oracle_schedule_of_32_rows() {
    let steps = plan(day("2025-11-01"), Tz::UTC, &JourneySettings::default());
    let count = |kind| steps.iter().filter(|step| step.kind == kind).count();
    assert_eq!(steps.len(), 32);
    assert_eq!(count(AutomationKind::SendReminder), 16);
    assert_eq!(count(AutomationKind::GenerateDeliverable), 8);
    assert_eq!(count(AutomationKind::EscalateToAdmin), 8);
}

#[rstest]
#[case(MonthStep::Days30, ["11-01", "12-01", "12-31", "01-30", "03-01", "03-31", "04-30", "05-30"], "2026-06-29")]
#[case(MonthStep::CalendarMonth, ["11-01", "12-01", "01-01", "02-01", "03-01", "04-01", "05-01", "06-01"], "2026-06-30")]
fn oracle_dates_of_both_steps(#[case] step: MonthStep, #[case] dates: [&str; 8], #[case] end: &str) {
    let start = day("2025-11-01");
    let found: Vec<String> =
        Month::all().map(|month| date_of(start, month, step).format("%m-%d").to_string()).collect();
    assert_eq!(found, dates);
    assert_eq!(end_date(start, step), day(end));
}

#[rstest]
#[case("2025-10-31", ["10-31", "11-30", "12-31", "01-31", "02-28", "03-31", "04-30", "05-31"])]
#[case("2027-07-31", ["07-31", "08-31", "09-30", "10-31", "11-30", "12-31", "01-31", "02-29"])]
fn a_calendar_month_is_cut_to_its_end_without_drifting(#[case] start: &str, #[case] dates: [&str; 8]) {
    let found: Vec<String> = Month::all()
        .map(|month| date_of(day(start), month, MonthStep::CalendarMonth).format("%m-%d").to_string())
        .collect();
    assert_eq!(found, dates);
}

#[rstest]
#[case(2, AutomationKind::SendReminder, Some(Template::Upcoming), "2025-11-28T14:00:00Z")]
#[case(2, AutomationKind::GenerateDeliverable, None, "2025-11-28T00:00:00Z")]
#[case(1, AutomationKind::GenerateDeliverable, None, "2025-11-01T00:00:00Z")]
#[case(1, AutomationKind::SendReminder, Some(Template::Overdue), "2025-11-04T14:00:00Z")]
#[case(1, AutomationKind::EscalateToAdmin, None, "2025-11-08T00:00:00Z")]
// New York is four hours behind in April, five in November: nine in the morning stays nine.
#[case(7, AutomationKind::SendReminder, Some(Template::Upcoming), "2026-04-27T13:00:00Z")]
fn a_row_falls_on_its_hour(
    #[case] month: u8,
    #[case] kind: AutomationKind,
    #[case] template: Option<Template>,
    #[case] at: &str,
) {
    let steps = plan(day("2025-11-01"), Tz::America__New_York, &JourneySettings::default());
    let found = steps
        .iter()
        .find(|step| step.month.number() == month && step.kind == kind && step.template == template)
        .unwrap();
    assert_eq!(found.at, at.parse::<chrono::DateTime<Utc>>().unwrap());
}

#[rstest]
#[case(Tz::Europe__Berlin, "2026-03-29", "02:30", "2026-03-29T01:00:00Z")] // no such minute: 03:00 is the first
#[case(Tz::Europe__Berlin, "2026-10-25", "02:30", "2026-10-25T00:30:00Z")] // twice: the summer one
#[case(Tz::Pacific__Apia, "2011-12-30", "09:00", "2011-12-30T10:00:00Z")] // a day that never was
#[case(Tz::Australia__Lord_Howe, "2026-10-04", "02:10", "2026-10-03T15:30:00Z")] // a gap of half an hour
fn gaps_and_folds_are_resolved(#[case] zone: Tz, #[case] date: &str, #[case] time: &str, #[case] at: &str) {
    let time = NaiveTime::parse_from_str(time, "%H:%M").unwrap();
    assert_eq!(at_local(day(date), time, zone), at.parse::<chrono::DateTime<Utc>>().unwrap());
}

#[rstest]
#[case(0, 0)]
#[case(1, 13)]
#[case(3, 38)]
#[case(4, 50)]
#[case(5, 63)]
#[case(8, 100)]
fn oracle_progress(#[case] delivered: i64, #[case] percent: i64) {
    assert_eq!(progress_percent(delivered), percent);
}

#[rstest]
#[case(-1, None)]
#[case(0, Some(1))]
#[case(29, Some(1))]
#[case(30, Some(2))]
#[case(239, Some(8))]
#[case(240, Some(8))]
#[case(400, Some(8))]
fn oracle_current_month(#[case] days: i64, #[case] month: Option<u8>) {
    let start = day("2025-11-01");
    let dates: Vec<NaiveDate> = Month::all().map(|month| date_of(start, month, MonthStep::Days30)).collect();
    assert_eq!(current_month(&dates, plus_days(start, days)).map(Month::number), month);
}

#[rstest]
#[case("2026-03-01", MonthState::Upcoming)]
#[case("2026-03-02", MonthState::InProgress)]
#[case("2026-03-03", MonthState::InProgress)]
#[case("2026-03-04", MonthState::Delayed)]
fn a_month_becomes_late_after_a_day_of_grace(#[case] today: &str, #[case] state: MonthState) {
    let facts = MonthFacts { due: day("2026-03-02"), delivered: false, skipped: false, paused: false, blocked: false };
    assert_eq!(month_state(&facts, day(today), View::Client), state);
    let blocked = MonthFacts { blocked: true, ..facts };
    assert_eq!(month_state(&blocked, day(today), View::Studio), MonthState::Blocked);
    assert_eq!(month_state(&blocked, day(today), View::Client), state, "a client never sees BLOCKED");
    let paused = MonthFacts { paused: true, ..blocked };
    assert_eq!(month_state(&paused, day(today), View::Client), MonthState::Paused);
    let delivered = MonthFacts { delivered: true, ..paused };
    assert_eq!(month_state(&delivered, day(today), View::Client), MonthState::Completed);
    let skipped = MonthFacts { skipped: true, ..delivered };
    assert_eq!(month_state(&skipped, day(today), View::Client), MonthState::Skipped);
}

fn any_zone() -> impl Strategy<Value = Tz> {
    (0..TZ_VARIANTS.len()).prop_map(|index| TZ_VARIANTS[index])
}

fn any_start() -> impl Strategy<Value = NaiveDate> {
    (0i64..7300).prop_map(|days| plus_days(day("2020-01-01"), days))
}

fn any_step() -> impl Strategy<Value = MonthStep> {
    prop_oneof![Just(MonthStep::Days30), Just(MonthStep::CalendarMonth)]
}

proptest! {
    #[test]
    fn every_plan_is_whole_and_in_daylight(start in any_start(), zone in any_zone(), step in any_step()) {
        let settings = with_step(step);
        let steps = plan(start, zone, &settings);
        prop_assert_eq!(steps.len(), 32);
        for row in &steps {
            if row.kind == AutomationKind::SendReminder {
                let local = row.at.with_timezone(&zone);
                prop_assert_eq!(local.date_naive(), row.date);
                prop_assert_eq!((local.hour(), local.minute()), (settings.send_hour, 0));
            } else {
                prop_assert_eq!(row.at, stored_date(row.date));
            }
        }
        let mut keys: Vec<_> = steps.iter().map(|row| (row.kind.as_str(), row.month, row.template.map(Template::as_str))).collect();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), 32, "no row twice");
    }

    #[test]
    fn a_later_start_moves_every_row_by_the_same_days(start in any_start(), by in 1i64..400) {
        let settings = JourneySettings::default();
        let (before, after) = (plan(start, Tz::UTC, &settings), plan(plus_days(start, by), Tz::UTC, &settings));
        for (old, new) in before.iter().zip(&after) {
            prop_assert_eq!(new.at - old.at, TimeDelta::days(by));
        }
    }

    #[test]
    fn the_current_month_is_the_formula_of_active_days(start in any_start(), active in 0i64..500, hold_from in 0i64..300, hold in 0i64..60) {
        // A hold moves the dates on and after its first day; asked after it, only active days count.
        prop_assume!(active >= hold_from);
        let dates: Vec<NaiveDate> = Month::all()
            .map(|month| date_of(start, month, MonthStep::Days30))
            .map(|date| if date >= plus_days(start, hold_from) { plus_days(date, hold) } else { date })
            .collect();
        let formula = (active / 30 + 1).clamp(1, 8);
        prop_assert_eq!(current_month(&dates, plus_days(start, active + hold)).map(|month| i64::from(month.number())), Some(formula));
    }

    #[test]
    fn local_times_happen_once_and_in_order(date in any_start(), zone in any_zone(), hour in 0u32..24) {
        let at = at_hour(date, hour, zone);
        prop_assert!(at < at_hour(plus_days(date, 2), hour, zone));
        let local = at.with_timezone(&zone);
        // Either the wanted hour, or the first minute after a gap: the minute before does not exist.
        if local.hour() != hour || local.date_naive() != date {
            prop_assert!(zone.from_local_datetime(&(local.naive_local() - TimeDelta::minutes(1))).earliest().is_none());
        }
        prop_assert!(local.date_naive().num_days_from_ce() >= date.num_days_from_ce());
    }
}
