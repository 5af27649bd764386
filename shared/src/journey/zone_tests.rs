//! Every zone and every change of its clocks from 2020 to 2040, against an oracle that knows only
//! the way from an instant to a wall clock.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::kinds::{AutomationKind, Template};
use super::plan::*;
use super::zone::*;
use crate::config::{JourneySettings, MonthStep};
use crate::programme::Month;

/// A stretch of time during which a zone's clocks keep one distance from UTC.
struct Stretch {
    from: DateTime<Utc>,
    offset: TimeDelta,
}

fn offset_at(zone: Tz, at: DateTime<Utc>) -> TimeDelta {
    TimeDelta::seconds(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into())
}

fn new_year(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_time(chrono::NaiveTime::MIN).and_utc()
}

/// The stretches of a zone, found by search: no zone changes its clocks twice within two days.
fn stretches(zone: Tz) -> Vec<Stretch> {
    let (mut at, end) = (new_year(2019), new_year(2042));
    let mut found = vec![Stretch { from: at, offset: offset_at(zone, at) }];
    while at < end {
        let next = at + TimeDelta::days(2);
        if offset_at(zone, at) != offset_at(zone, next) {
            let (mut before, mut after) = (at, next);
            while after - before > TimeDelta::seconds(1) {
                let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
                if offset_at(zone, middle) == offset_at(zone, at) { before = middle } else { after = middle }
            }
            found.push(Stretch { from: after, offset: offset_at(zone, after) });
        }
        at = next;
    }
    found
}

/// When a wall clock first shows `wanted` or, if it jumps over it, the minute to which it jumps.
fn first_shown(wanted: NaiveDateTime, all: &[Stretch]) -> DateTime<Utc> {
    let ends = all.iter().skip(1).map(|next| next.from).chain([DateTime::<Utc>::MAX_UTC]);
    all.iter()
        .zip(ends)
        .map(|(stretch, end)| ((wanted.and_utc() - stretch.offset).max(stretch.from), end))
        .find_map(|(at, end)| (at < end).then_some(at))
        .unwrap()
}

/// The local days on which the clocks change, and those before and after.
fn days_around(change: &[Stretch]) -> impl Iterator<Item = NaiveDate> {
    let day = (change[1].from + change[0].offset).date_naive();
    let past = (change[1].from + change[1].offset).date_naive();
    day.min(past).pred_opt().unwrap().iter_days().take_while(move |date| *date <= day.max(past).succ_opt().unwrap())
}

fn is_for_client(step: &Step) -> bool {
    step.kind == AutomationKind::SendReminder
}

/// Every row at its instant, and what a client reads at the send hour of its day.
fn check(steps: &[Step], hour: u32, zone: Tz, all: &[Stretch]) {
    for step in steps {
        if !is_for_client(step) {
            assert_eq!(step.at, step.date.and_time(chrono::NaiveTime::MIN).and_utc());
            continue;
        }
        let wanted = step.date.and_hms_opt(hour, 0, 0).unwrap();
        assert_eq!(step.at, first_shown(wanted, all), "{zone}: {wanted}");
        if hour == 9 {
            let local = (step.at + offset_at(zone, step.at)).naive_utc();
            assert_eq!((local.date(), local.hour(), local.minute()), (step.date, 9, 0), "{zone}: {wanted}");
        }
    }
}

/// A start with which month `month`'s reminder, or its nudge, falls on `date`.
fn start_for(date: NaiveDate, month: Month, template: Template, step: MonthStep) -> NaiveDate {
    let away = if template == Template::Upcoming { UPCOMING_DAYS } else { -OVERDUE_DAYS };
    let due = plus_days(date, away);
    let back = u32::from(month.number()) - 1;
    match step {
        MonthStep::Days30 => plus_days(due, -30 * i64::from(back)),
        MonthStep::CalendarMonth => due.checked_sub_months(chrono::Months::new(back)).unwrap(),
    }
}

/// A send hour inside the hour that the clocks skip or repeat, so that gap and fold are met as well.
fn hour_of_change(change: &[Stretch]) -> u32 {
    let lower = (change[1].from + change[0].offset.min(change[1].offset)).naive_utc();
    if lower.minute() == 0 { lower.hour() } else { (lower.hour() + 1) % 24 }
}

/// The changes from 2020 to 2040, each as the stretch before it and the one that begins with it.
fn changes(all: &[Stretch]) -> impl Iterator<Item = &[Stretch]> {
    all.windows(2).filter(|pair| pair[1].from >= new_year(2020) && pair[1].from < new_year(2041))
}

#[test]
fn the_zones_data_reaches_to_the_end() {
    assert_eq!(changes(&stretches(Tz::Europe__Berlin)).count(), 2 * 21, "spring and autumn of every year");
}

#[test]
fn every_zone_keeps_every_step_once_across_every_change_of_its_clocks() {
    let templates = [Template::Upcoming, Template::Overdue];
    let mut met = 0_usize;
    for zone in TZ_VARIANTS {
        let all = stretches(zone);
        for change in changes(&all) {
            met += 1;
            // A whole programme that meets the change in one of its months, by turns.
            let month = Month::all().nth(met % 8).unwrap();
            let template = templates[met / 8 % 2];
            let date = (change[1].from + change[0].offset).date_naive();
            for month_step in [MonthStep::Days30, MonthStep::CalendarMonth] {
                let settings = JourneySettings { month_step, ..JourneySettings::default() };
                let steps = plan(start_for(date, month, template, month_step), zone, &settings);
                check(&steps, settings.send_hour, zone, &all);
                let mut keys: Vec<_> = steps
                    .iter()
                    .map(|row| (row.month, row.kind.as_str(), row.template.map(Template::as_str)))
                    .collect();
                keys.sort_unstable();
                keys.dedup();
                assert_eq!((steps.len(), keys.len()), (32, 32), "{zone}: each step once");
            }
            // Every row on the days around it, at nine and in the very hour that is skipped or repeated.
            for hour in [9, hour_of_change(change)] {
                let settings = JourneySettings { send_hour: hour, ..JourneySettings::default() };
                for date in days_around(change) {
                    for away in [UPCOMING_DAYS, -OVERDUE_DAYS] {
                        check(&plan_month(month, plus_days(date, away), zone, &settings), hour, zone, &all);
                    }
                }
            }
        }
    }
    crate::testing::visible(&format!("{} zones, {met} changes of their clocks", TZ_VARIANTS.len()));
}

#[test]
fn every_local_quarter_of_an_hour_around_a_change_comes_once_and_in_order() {
    for zone in TZ_VARIANTS {
        let all = stretches(zone);
        for change in changes(&all) {
            let (low, high) = (change[0].offset.min(change[1].offset), change[0].offset.max(change[1].offset));
            let first = (change[1].from + low - TimeDelta::minutes(30)).naive_utc();
            let quarters = (high - low + TimeDelta::hours(1)).num_minutes() / 15;
            let mut last = None;
            for local in (0..=quarters).map(|quarter| first + TimeDelta::minutes(15 * quarter)) {
                let at = at_local(local.date(), local.time(), zone);
                assert_eq!(at, first_shown(local, &all), "{zone}: {local}");
                assert!(last <= Some(at), "{zone}: {local} comes before what is earlier");
                last = Some(at);
            }
        }
    }
}
