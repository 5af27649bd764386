use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::id::{AutomationId, PauseId};
use crate::journey::automation::Payload;
use crate::journey::moves::change::{Effect, Preview};
use crate::journey::moves::state::{Hold, MonthFact, RowFact};
use crate::journey::plan::{date_of, plan};
use crate::journey::zone::{at_hour, local_date, plus_days};
use crate::journey::{AutomationKind, AutomationStatus, SkipReason, Template};
use crate::programme::Month;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

/// Without a lead, as the figures of the domain's example are.
fn settings() -> JourneySettings {
    JourneySettings { generate_lead_days: 0, ..JourneySettings::default() }
}

fn month(number: i64) -> Month {
    Month::new(number).unwrap()
}

/// A journey just started: nothing done yet.
fn journey(start: NaiveDate, zone: Tz) -> Journey {
    let settings = settings();
    let mut rows: Vec<RowFact> = plan(start, zone, &settings)
        .into_iter()
        .map(|step| RowFact {
            id: AutomationId::new(at("2025-01-01T00:00")),
            kind: step.kind,
            template: step.template,
            month: Some(i64::from(step.month.number())),
            trigger: step.at,
            date: step.date,
            status: AutomationStatus::Scheduled,
            retry_count: 0,
            cancel_reason: None,
            payload: Payload::default(),
        })
        .collect();
    rows.sort_by(|a, b| (a.trigger, &a.id).cmp(&(b.trigger, &b.id)));
    let months = Month::all().map(|month| MonthFact {
        month,
        due: date_of(start, month, settings.month_step),
        delivered: false,
        skipped: false,
        late: false,
        written: false,
    });
    Journey {
        status: Status::Active,
        zone,
        start: Some(start),
        hold: None,
        held_days: 0,
        months: months.collect(),
        rows,
    }
}

/// The example of the domain: everything before 3 January is done.
fn example() -> Journey {
    let mut journey = journey(day("2025-11-01"), Tz::UTC);
    for row in journey.rows.iter_mut().filter(|row| row.trigger < at("2026-01-03T00:00")) {
        row.status = AutomationStatus::Completed;
    }
    for fact in journey.months.iter_mut().filter(|fact| fact.month < month(3)) {
        fact.delivered = true;
    }
    journey
}

fn held(mut journey: Journey, from: &str, until: Option<&str>) -> Journey {
    journey.hold = Some(Hold { id: PauseId::new(at(from)), started_at: at(from), planned_end: until.map(at) });
    journey.status = Status::Paused;
    journey
}

fn preview(journey: &Journey, wanted: &Move, now: &str) -> Preview {
    work_out(journey, wanted, &settings(), at(now)).unwrap().preview(journey, &settings(), 0)
}

fn refusal(journey: &Journey, wanted: &Move, now: &str) -> String {
    work_out(journey, wanted, &settings(), at(now)).unwrap_err().to_string()
}

fn pause(from: Option<&str>, until: Option<&str>) -> Move {
    Move::Pause { from: from.map(at), until: until.map(day), reason: None }
}

fn after(preview: &Preview, kind: AutomationKind, template: Option<Template>, month: i64) -> Option<DateTime<Utc>> {
    let row = preview.rows.iter().find(|row| (row.kind, row.template, row.month) == (kind, template, Some(month)));
    row.unwrap().after
}

use AutomationKind::{EscalateToAdmin, GenerateDeliverable, SendReminder};

#[rstest]
#[case(pause(None, Some("2026-01-24")), example(), "2026-01-10T00:00")]
#[case(pause(Some("2026-01-10T00:00"), Some("2026-01-24")), example(), "2026-01-08T15:00")]
#[case(Move::Resume, held(example(), "2026-01-10T00:00", None), "2026-01-24T00:00")]
#[case(Move::Resume, held(example(), "2026-01-10T00:00", Some("2026-01-24T00:00")), "2026-01-26T17:00")]
fn the_figures_of_the_pause(#[case] wanted: Move, #[case] journey: Journey, #[case] now: &str) {
    let shown = preview(&journey, &wanted, now);
    assert_eq!(after(&shown, GenerateDeliverable, None, 4), Some(at("2026-02-13T00:00")));
    assert_eq!(after(&shown, SendReminder, Some(Template::Upcoming), 4), Some(at("2026-02-10T09:00")));
    assert_eq!(after(&shown, SendReminder, Some(Template::Overdue), 3), Some(at("2026-01-03T09:00")));
    assert_eq!((shown.end, shown.paused_days), (Some(day("2026-07-13")), 14));
    assert_eq!(shown.proof.to_string(), "32 rows: 0 lost, 0 doubled, shifted by 14 d 0 h");
    assert_eq!(shown.months[2].after, Some(day("2025-12-31")), "it came before the hold");
    assert_eq!(shown.months[3].after, Some(day("2026-02-13")));
}

#[test]
fn an_open_hold_leaves_the_times_open_and_keeps_the_rows() {
    let shown = preview(&example(), &pause(None, None), "2026-01-10T00:00");
    let held = shown.rows.iter().filter(|row| row.effect == Effect::Held).collect::<Vec<_>>();
    assert!(!held.is_empty() && held.iter().all(|row| row.after.is_none()));
    assert_eq!((shown.proof.lost, shown.proof.doubled, shown.paused_days), (0, 0, 0));
    assert_eq!(shown.end, Some(day("2026-06-29")));
}

#[rstest]
#[case(pause(Some("2026-01-09T00:00"), None), "is past")]
#[case(pause(None, Some("2026-01-10")), "cannot end on")]
#[case(pause(None, Some("2028-06-01")), "two years")]
#[case(pause(Some("2026-07-30T00:00"), None), "is over by")]
#[case(Move::Resume, "not on hold")]
#[case(Move::Extend { until: None }, "not on hold")]
#[case(Move::AdjustStart { on: day("2025-11-01") }, "starts on 2025-11-01 already")]
#[case(Move::AdjustStart { on: day("2029-01-01") }, "two years")]
#[case(Move::AdjustStart { on: day("2024-01-01") }, "ended on 2024-08-28")]
#[case(Move::Skip { month: month(1) }, "is delivered")]
#[case(Move::Unskip { month: month(3) }, "is not left out")]
#[case(Move::Replan, "nothing is missing")]
fn what_cannot_be_is_refused(#[case] wanted: Move, #[case] says: &str) {
    let text = refusal(&example(), &wanted, "2026-01-10T12:00");
    assert!(text.contains(says), "{text}");
}

#[rstest]
#[case(Status::Archived, "restore them first")]
#[case(Status::Churned, "has left")]
#[case(Status::Completed, "nothing left to move")]
fn who_is_gone_is_not_moved(#[case] status: Status, #[case] says: &str) {
    let journey = Journey { status, ..example() };
    assert!(refusal(&journey, &Move::Resume, "2026-01-10T12:00").contains(says));
}

#[test]
fn who_has_not_started_is_not_held() {
    let journey = Journey { start: None, months: vec![], rows: vec![], status: Status::Onboarding, ..example() };
    assert!(refusal(&journey, &pause(None, None), "2026-01-10T12:00").contains("has not started"));
}

#[test]
fn one_hold_at_a_time() {
    let running = held(example(), "2026-01-10T00:00", None);
    assert!(refusal(&running, &pause(None, None), "2026-01-12T00:00").contains("on hold since 2026-01-10"));
    assert!(refusal(&running, &pause(None, None), "2026-01-09T00:00").contains("planned from 2026-01-10"));
}

#[test]
fn a_hold_that_is_called_off_moves_nothing() {
    let shown =
        preview(&held(example(), "2026-01-10T00:00", Some("2026-01-24T00:00")), &Move::Resume, "2026-01-09T00:00");
    assert!(shown.rows.iter().all(|row| matches!(row.effect, Effect::Kept | Effect::Done)));
    assert_eq!((shown.paused_days, shown.end), (0, Some(day("2026-06-29"))));
}

#[test]
fn an_end_is_announced_from_four_days_on() {
    let announced = |until| {
        let shown = preview(&example(), &pause(None, Some(until)), "2026-01-10T00:00");
        shown.rows.iter().find(|row| row.template == Some(Template::ResumeSoon)).map(|row| row.after)
    };
    assert_eq!(announced("2026-01-13"), None);
    assert_eq!(announced("2026-01-14"), Some(Some(at("2026-01-11T09:00"))));
}

#[test]
fn a_retried_row_and_the_news_of_a_delivery_go_at_once() {
    let mut journey = held(example(), "2026-01-10T00:00", None);
    let retried = journey.rows.iter_mut().find(|row| row.kind == GenerateDeliverable && row.month == Some(4)).unwrap();
    retried.retry_count = 1;
    retried.trigger = at("2026-01-10T00:05");
    let news = RowFact {
        id: AutomationId::new(at("2026-01-12T00:00")),
        kind: AutomationKind::SendNotification,
        template: Some(Template::Ready),
        month: Some(3),
        trigger: at("2026-01-15T11:00"),
        date: day("2026-01-15"),
        status: AutomationStatus::Scheduled,
        retry_count: 0,
        cancel_reason: None,
        payload: Payload::default(),
    };
    journey.rows.push(news);
    let shown = preview(&journey, &Move::Resume, "2026-01-24T10:00");
    assert_eq!(after(&shown, GenerateDeliverable, None, 4), Some(at("2026-01-24T10:00")));
    assert_eq!(after(&shown, AutomationKind::SendNotification, Some(Template::Ready), 3), Some(at("2026-01-24T10:00")));
}

#[test]
fn a_morning_stays_a_morning_when_the_clocks_change() {
    let zone = Tz::America__New_York;
    let held = held(journey(day("2026-01-05"), zone), "2026-02-20T12:00", None);
    let shown = preview(&held, &Move::Resume, "2026-03-12T12:00");
    // Month 3 is promised for 6 March; twenty days on, New York is on summer time.
    assert_eq!(after(&shown, SendReminder, Some(Template::Upcoming), 3), Some(at("2026-03-23T13:00")));
    assert_eq!(after(&shown, GenerateDeliverable, None, 3), Some(at("2026-03-26T00:00")));
}

#[test]
fn a_hold_after_the_last_months_day_moves_the_end_alone() {
    let held = held(journey(day("2025-11-01"), Tz::UTC), "2026-06-10T00:00", None);
    let shown = preview(&held, &Move::Resume, "2026-07-20T00:00");
    assert_eq!(shown.months[7].after, Some(day("2026-05-30")));
    assert_eq!(shown.end, Some(day("2026-08-08")));
}

#[test]
fn an_earlier_start_takes_reminders_of_past_days_off() {
    let journey = journey(day("2026-04-10"), Tz::UTC);
    let shown = preview(&journey, &Move::AdjustStart { on: day("2026-03-25") }, "2026-04-01T12:00");
    let gone = |row: &&crate::journey::RowChange| row.effect == Effect::Cancelled(SkipReason::Superseded);
    let gone: Vec<_> = shown.rows.iter().filter(gone).map(|row| (row.template, row.month)).collect();
    assert_eq!(gone, [(Some(Template::Upcoming), Some(1)), (Some(Template::Overdue), Some(1))]);
    assert_eq!(after(&shown, GenerateDeliverable, None, 1), Some(at("2026-03-25T00:00")), "it is due at once");
    assert_eq!(after(&shown, EscalateToAdmin, None, 1), Some(at("2026-04-01T00:00")));
    assert_eq!(shown.proof.to_string(), "32 rows: 0 lost, 0 doubled, shifted by -16 d 0 h");
    assert_eq!(shown.months[0].after, Some(day("2026-03-25")));
}

#[test]
fn another_start_leaves_a_delivered_months_rows_alone() {
    let shown = preview(&example(), &Move::AdjustStart { on: day("2025-11-08") }, "2026-01-03T00:00");
    assert_eq!(after(&shown, GenerateDeliverable, None, 3), Some(at("2025-12-31T00:00")), "done");
    assert_eq!(after(&shown, GenerateDeliverable, None, 4), Some(at("2026-02-06T00:00")));
    let mut delivered = example();
    for fact in delivered.months.iter_mut().filter(|fact| fact.month == month(3)) {
        fact.delivered = true;
    }
    let shown = preview(&delivered, &Move::AdjustStart { on: day("2025-11-08") }, "2026-01-03T00:00");
    assert_eq!(after(&shown, EscalateToAdmin, None, 3), Some(at("2026-01-07T00:00")), "it counts from the delivery");
}

#[test]
fn a_month_is_left_out_and_taken_in_again() {
    let before = example();
    let skip = work_out(&before, &Move::Skip { month: month(5) }, &settings(), at("2026-01-10T12:00")).unwrap();
    let gone = |row: &&Placed| row.change.effect == Effect::Cancelled(SkipReason::Skipped);
    assert_eq!(skip.rows.iter().filter(gone).count(), 4);
    let mut left_out = before.clone();
    left_out.months = skip.months;
    for row in left_out.rows.iter_mut().filter(|row| row.month == Some(5)) {
        row.status = AutomationStatus::Cancelled;
        row.cancel_reason = Some("SKIPPED".into());
    }
    let back = preview(&left_out, &Move::Unskip { month: month(5) }, "2026-01-20T12:00");
    for row in back.rows.iter().filter(|row| row.month == Some(5)) {
        assert_eq!((row.effect, row.after), (Effect::Restored, row.before));
    }
    assert_eq!(back.proof.to_string(), "32 rows: 0 lost, 0 doubled, shifted by 0 d 0 h");
    // Taken in again after its day: the reminder of that day has no use, the rest counts from today.
    let late = preview(&left_out, &Move::Unskip { month: month(5) }, "2026-03-20T12:00");
    let effects: Vec<_> = late.rows.iter().filter(|row| row.month == Some(5)).map(|row| row.effect).collect();
    assert_eq!(effects, [Effect::Done, Effect::Restored, Effect::Restored, Effect::Restored]);
    assert_eq!(after(&late, SendReminder, Some(Template::Overdue), 5), Some(at("2026-03-23T09:00")));
}

#[test]
fn who_comes_back_is_planned_again() {
    let mut restored = example();
    for row in restored.rows.iter_mut().filter(|row| row.is_live()) {
        row.status = AutomationStatus::Cancelled;
        row.cancel_reason = Some("CLIENT_ARCHIVED".into());
    }
    // One row was never there.
    restored.rows.retain(|row| (row.kind, row.month) != (EscalateToAdmin, Some(8)));
    for fact in restored.months.iter_mut().filter(|fact| fact.month == month(6)) {
        fact.written = true;
    }
    let shown = preview(&restored, &Move::Replan, "2026-01-10T12:00");
    assert_eq!(after(&shown, GenerateDeliverable, None, 5), Some(at("2026-03-01T00:00")));
    let six = shown.rows.iter().find(|row| (row.kind, row.month) == (GenerateDeliverable, Some(6))).unwrap();
    assert_eq!(six.effect, Effect::Done, "its document exists");
    let added: Vec<_> = shown.rows.iter().filter(|row| row.effect == Effect::Added).map(|row| row.month).collect();
    assert_eq!(added, [Some(8)]);
    assert_eq!((shown.proof.lost, shown.proof.doubled), (0, 0));
}

/// What resuming makes of a journey, for another move to follow.
fn resumed(journey: &Journey, now: DateTime<Utc>) -> (Journey, Preview) {
    let settings = settings();
    let outcome = work_out(journey, &Move::Resume, &settings, now).unwrap();
    let shown = outcome.preview(journey, &settings, 0);
    let mut after = journey.clone();
    after.hold = None;
    after.held_days += outcome.held.map_or(0, |span| span.days);
    after.months = outcome.months;
    for (row, placed) in after.rows.iter_mut().zip(&outcome.rows) {
        row.trigger = placed.change.after.unwrap();
        row.date = placed.date;
    }
    (after, shown)
}

proptest! {
    #[test]
    fn a_hold_conserves_every_row(
        start in 0i64..7000, zone in 0..TZ_VARIANTS.len(), from in 0i64..400_000, length in 1i64..200_000,
    ) {
        let (zone, start) = (TZ_VARIANTS[zone], plus_days(day("2020-01-01"), start));
        let before = journey(start, zone);
        // Minutes into the programme, and the hold's length in minutes.
        let from = at_hour(start, 0, zone) + TimeDelta::minutes(from % (240 * 1440));
        let now = from + TimeDelta::minutes(length);
        let hold = Hold { id: PauseId::new(from), started_at: from, planned_end: None };
        let held = Journey { hold: Some(hold), status: Status::Paused, ..before.clone() };
        let days = (local_date(now, zone) - local_date(from, zone)).num_days();
        let (after, shown) = resumed(&held, now);
        prop_assert_eq!((shown.proof.rows, shown.proof.lost, shown.proof.doubled), (32, 0, 0));
        prop_assert_eq!(shown.paused_days, days);
        for (old, new) in before.rows.iter().zip(&after.rows) {
            if old.trigger < from {
                prop_assert_eq!(old, new);
            } else {
                prop_assert_eq!(new.date, plus_days(old.date, days));
                prop_assert_eq!(new.trigger, moment_of(new, new.date, zone, 9));
            }
        }
        for (old, new) in before.months.iter().zip(&after.months) {
            let by = if old.due < local_date(from, zone) { 0 } else { days };
            prop_assert_eq!(new.due, plus_days(old.due, by));
        }
    }

    #[test]
    fn another_start_and_back_again_changes_nothing(by in -200i64..400, now in 0i64..30) {
        prop_assume!(by != 0);
        let (start, settings) = (day("2026-03-30"), settings());
        let before = journey(start, Tz::Europe__Berlin);
        let now = at("2026-03-01T12:00") + TimeDelta::days(now - 30);
        let there = Move::AdjustStart { on: plus_days(start, by) };
        let Ok(outcome) = work_out(&before, &there, &settings, now) else { return Ok(()) };
        let mut moved = before.clone();
        moved.start = outcome.start;
        moved.months = outcome.months;
        for (row, placed) in moved.rows.iter_mut().zip(&outcome.rows) {
            if let Effect::Cancelled(_) = placed.change.effect {
                row.status = AutomationStatus::Cancelled;
                row.cancel_reason = Some("SUPERSEDED".into());
            } else {
                (row.trigger, row.date) = (placed.change.after.unwrap(), placed.date);
            }
        }
        let back = work_out(&moved, &Move::AdjustStart { on: start }, &settings, now).unwrap();
        prop_assert_eq!(&back.months, &before.months);
        for (row, placed) in before.rows.iter().zip(&back.rows) {
            prop_assert_eq!((placed.change.after, placed.date), (Some(row.trigger), row.date));
        }
    }
}

#[test]
fn days_on_hold_add_up() {
    let mut journey = held(example(), "2026-01-10T00:00", None);
    journey.held_days = 3;
    assert_eq!(preview(&journey, &Move::Resume, "2026-01-24T00:00").paused_days, 17);
}
