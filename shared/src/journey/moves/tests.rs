use chrono::{NaiveDate, TimeDelta};

use super::*;
use crate::clients::{self, ClientEdit, Status};
use crate::config::{JourneySettings, Settings};
use crate::delivery;
use crate::documents::DocumentStatus;
use crate::events::EventKind;
use crate::execute;
use crate::id::AutomationId;
use crate::journey::fixture::*;
use crate::journey::{
    Automation, AutomationKind, AutomationStatus, SkipReason, Template, force_now, overview, start, tick,
};
use crate::programme::Month;
use crate::testing::{TestStudio, on_both, on_both_with};

use AutomationKind::{EscalateToAdmin, SendCelebration, SendNotification, SendReminder};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(number: i64) -> Month {
    Month::new(number).unwrap()
}

fn pause(from: Option<&str>, until: Option<&str>) -> Move {
    Move::Pause { from: from.map(time), until: until.map(day), reason: Some("exams".into()) }
}

async fn moved(studio: &Studio, client: &Client, wanted: &Move) -> Preview {
    make(studio, &owner(), &client.id, wanted, None).await.unwrap()
}

async fn refused(studio: &Studio, client: &Client, wanted: &Move) -> String {
    make(studio, &owner(), &client.id, wanted, None).await.unwrap_err().to_string()
}

async fn looked(studio: &Studio, client: &Client, wanted: &Move) -> Preview {
    preview(&mut studio.db.read().await.unwrap(), studio, &client.id, wanted).await.unwrap()
}

async fn due(studio: &Studio, client: &Client, number: i64) -> NaiveDate {
    let mut tx = studio.db.read().await.unwrap();
    let client = clients::get(&mut tx, &client.id).await.unwrap().unwrap();
    let months = overview(&mut tx, studio, &client).await.unwrap().months;
    months.iter().find(|month| month.month == number).unwrap().planned_date.date_naive()
}

async fn the_pauses(studio: &Studio, client: &Client) -> Vec<Pause> {
    pauses(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap()
}

/// Everything that was queued for the client, oldest first.
async fn sent(studio: &Studio, client: &Client) -> Vec<String> {
    let mut tx = studio.db.read().await.unwrap();
    let mut all = delivery::list(&mut tx, None, None, 1000).await.unwrap();
    all.retain(|row| row.client_id.as_ref() == Some(&client.id));
    all.reverse();
    all.into_iter().map(|row| row.purpose).collect()
}

async fn count_sent(studio: &Studio, client: &Client, key: &str) -> usize {
    sent(studio, client).await.iter().filter(|purpose| *purpose == key).count()
}

/// A client of the domain's example, on the morning of 10 January: months 1 to 3 delivered.
async fn example(studio: &TestStudio) -> Client {
    studio.clock.set(time("2025-11-01"));
    let client = begun(studio, "Ada Obi", "2025-11-01").await;
    for (number, at) in [(1, "2025-11-02T10:00"), (2, "2025-12-02T10:00"), (3, "2025-12-31T10:00")] {
        tick_at(studio, at).await;
        deliver(studio, &client, number).await;
    }
    tick_at(studio, "2026-01-10").await;
    reread(studio, &client.id).await
}

fn lead_0() -> Settings {
    let journey = JourneySettings { generate_lead_days: 0, ..Default::default() };
    Settings { journey, ..crate::testing::settings() }
}

/// What a row is and where it stands.
type Standing = (AutomationId, AutomationStatus, DateTime<Utc>);

fn standing(rows: &[Automation]) -> Vec<Standing> {
    rows.iter().map(|row| (row.id.clone(), row.status, row.trigger_date)).collect()
}

#[tokio::test]
async fn oracle_pause() {
    on_both_with(lead_0(), |studio| async move {
        let client = example(&studio).await;
        let before = rows(&studio, &client).await;
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 3).await;
        moved(&studio, &client, &pause(None, Some("2026-01-24"))).await;
        tick_at(&studio, "2026-01-23T23:59").await;
        assert!(reread(&studio, &client.id).await.is_paused);
        assert_eq!(tick_at(&studio, "2026-01-24").await.holds_turned, 1);

        assert_eq!(generation(&studio, &client, 4).await.trigger_date, time("2026-02-13"));
        let upcoming = row(&studio, &client, SendReminder, Some(Template::Upcoming), 4).await;
        assert_eq!(upcoming.trigger_date, time("2026-02-10T09:00"));
        let after = row(&studio, &client, SendReminder, Some(Template::Overdue), 3).await;
        assert_eq!((after.id, after.status, after.trigger_date), (nudge.id, nudge.status, nudge.trigger_date));
        let after = rows(&studio, &client).await;
        for row in &before {
            let now = after.iter().find(|after| after.id == row.id).unwrap();
            let waited = row.status == AutomationStatus::Scheduled && row.trigger_date >= time("2026-01-10");
            let by = if waited { TimeDelta::days(14) } else { TimeDelta::zero() };
            assert_eq!((now.status, now.trigger_date), (row.status, row.trigger_date + by), "{:?}", row.template);
        }
        assert_eq!(due(&studio, &client, 3).await, day("2025-12-31"));
        assert_eq!(due(&studio, &client, 4).await, day("2026-02-13"));
        let next = looked(&studio, &client, &Move::Skip { month: month(8) }).await;
        assert_eq!((next.paused_days, next.end), (14, Some(day("2026-07-13"))));
        // Day 88 of the calendar is day 74 of the programme.
        tick_at(&studio, "2026-01-28").await;
        assert_eq!(reread(&studio, &client.id).await.current_month, Some(3));
        tick_at(&studio, "2026-02-13").await;
        assert_eq!(reread(&studio, &client.id).await.current_month, Some(4));
    })
    .await;
}

#[tokio::test]
async fn a_hold_keeps_its_rows_and_its_history_and_tells_the_client() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        studio.clock.set(time("2026-01-10T12:00"));
        let before = rows(&studio, &client).await;
        let shown = looked(&studio, &client, &pause(None, Some("2026-01-24"))).await;
        assert_eq!(standing(&rows(&studio, &client).await), standing(&before), "a look changes nothing");
        let made = moved(&studio, &client, &pause(None, Some("2026-01-24"))).await;
        assert_eq!((&shown.rows, &shown.months, shown.proof), (&made.rows, &made.months, made.proof));
        assert_eq!((made.proof.lost, made.proof.doubled), (0, 0));

        let held = reread(&studio, &client.id).await;
        assert_eq!((held.status, held.is_paused), (Status::Paused, true));
        assert_eq!(
            (held.pause_start_date, held.pause_end_date),
            (Some(time("2026-01-10T12:00")), Some(time("2026-01-24")))
        );
        assert_eq!(held.pause_reason.unwrap().raw(), "exams");
        assert_eq!(made.version, held.version);
        let mut after = rows(&studio, &client).await;
        after.retain(|row| row.template != Some(Template::ResumeSoon));
        assert_eq!(standing(&after), standing(&before), "each waits with its date");
        assert_eq!(count_sent(&studio, &client, "paused").await, 1);
        assert_eq!(count_events(&studio, &client, EventKind::JourneyPaused).await, 1);

        moved(&studio, &client, &Move::Resume).await;
        let history = the_pauses(&studio, &client).await;
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].ended_at, Some(time("2026-01-10T12:00")));
        assert_eq!(standing(&rows(&studio, &client).await)[..3], standing(&before)[..3]);
        let free = reread(&studio, &client.id).await;
        assert_eq!((free.status, free.is_paused, free.pause_start_date), (Status::Active, false, None));
        assert_eq!(count_sent(&studio, &client, "welcome_back").await, 1);
    })
    .await;
}

#[tokio::test]
async fn during_a_hold_no_row_passes_and_each_says_so_once() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:01").await;
        moved(&studio, &client, &pause(None, None)).await;
        for at in ["2026-04-02T09:00", "2026-04-03T10:00", "2026-04-05T11:00"] {
            tick_at(&studio, at).await;
        }
        assert_eq!(messages(&studio, &client).await, ["activated"]);
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        let log = attempts(&studio, &nudge).await;
        assert_eq!(log.iter().map(|line| line.reason).collect::<Vec<_>>(), [Some(SkipReason::Paused)]);
        studio.clock.set(time("2026-04-06T12:00"));
        moved(&studio, &client, &Move::Resume).await;
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        assert_eq!((nudge.trigger_date, nudge.held_until), (time("2026-04-09T09:00"), None));
        assert_eq!(nudge.payload.gate, None);
    })
    .await;
}

#[tokio::test]
async fn a_hold_that_begins_later_begins_by_itself() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let planned = moved(&studio, &client, &pause(Some("2026-04-20"), Some("2026-05-04"))).await;
        assert_eq!(planned.paused_days, 14);
        assert!(!reread(&studio, &client.id).await.is_paused);
        let other = refused(&studio, &client, &pause(Some("2026-06-01"), None)).await;
        assert!(other.contains("planned from 2026-04-20"), "{other}");
        tick_at(&studio, "2026-04-19T23:59").await;
        assert_eq!(reread(&studio, &client.id).await.status, Status::Active);
        // The machine was off on that day, and the reminder of the 26th came due meanwhile.
        deliver(&studio, &client, 1).await;
        tick_at(&studio, "2026-04-26T09:00").await;
        let held = reread(&studio, &client.id).await;
        assert_eq!((held.status, held.is_paused, held.current_month), (Status::Paused, true, Some(1)));
        assert_eq!(count_sent(&studio, &client, "upcoming").await, 0);
        // It was off for the whole rest of the hold: nobody loses a day to that.
        tick_at(&studio, "2026-05-06T10:00").await;
        assert_eq!(due(&studio, &client, 2).await, day("2026-05-13"));
        assert_eq!(the_pauses(&studio, &client).await[0].ended_at, Some(time("2026-05-04")));
        assert_eq!(count_sent(&studio, &client, "welcome_back").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_planned_hold_is_called_off() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let before = standing(&rows(&studio, &client).await);
        moved(&studio, &client, &pause(Some("2026-04-20"), Some("2026-05-04"))).await;
        moved(&studio, &client, &Move::Resume).await;
        let mut after = rows(&studio, &client).await;
        after.retain(|row| row.template != Some(Template::ResumeSoon));
        assert_eq!(standing(&after), before);
        assert_eq!(sent(&studio, &client).await.last().unwrap(), "journey_adjusted");
        tick_at(&studio, "2026-04-21").await;
        assert!(!reread(&studio, &client.id).await.is_paused);
        moved(&studio, &client, &pause(None, None)).await;
    })
    .await;
}

#[tokio::test]
async fn an_end_is_announced_three_days_before_and_moves_with_it() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        moved(&studio, &client, &pause(None, Some("2026-01-24"))).await;
        moved(&studio, &client, &Move::Extend { until: Some(day("2026-01-31")) }).await;
        assert!(refused(&studio, &client, &Move::Extend { until: Some(day("2026-01-31")) }).await.contains("already"));
        tick_at(&studio, "2026-01-24T12:00").await;
        assert!(reread(&studio, &client.id).await.is_paused);
        assert_eq!(count_sent(&studio, &client, "resume_soon").await, 0);
        tick_at(&studio, "2026-01-28T09:00").await;
        assert_eq!(count_sent(&studio, &client, "resume_soon").await, 1);
        tick_at(&studio, "2026-01-31").await;
        assert!(!reread(&studio, &client.id).await.is_paused);
        assert_eq!(due(&studio, &client, 4).await, day("2026-02-20"));
        assert_eq!(count_sent(&studio, &client, "paused").await, 2, "each end is told");
    })
    .await;
}

#[tokio::test]
async fn a_short_hold_is_not_announced_and_an_early_end_takes_the_reminder_off() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        moved(&studio, &client, &pause(None, Some("2026-01-13"))).await;
        assert!(rows(&studio, &client).await.iter().all(|row| row.template != Some(Template::ResumeSoon)));
        moved(&studio, &client, &Move::Extend { until: Some(day("2026-01-20")) }).await;
        moved(&studio, &client, &Move::Resume).await;
        let reminder = rows(&studio, &client).await.into_iter().find(|row| row.template == Some(Template::ResumeSoon));
        assert_eq!(stands(&reminder.unwrap()), (AutomationStatus::Cancelled, Some("NOT_NEEDED")));
    })
    .await;
}

#[tokio::test]
async fn a_hold_without_an_end_comes_before_the_studio_every_week() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        moved(&studio, &client, &pause(None, None)).await;
        assert_eq!(count_sent(&studio, &client, "paused_open").await, 1);
        for (at, times) in
            [("2026-01-16T23:00", 0), ("2026-01-17", 1), ("2026-01-18", 1), ("2026-01-24", 2), ("2026-02-20", 3)]
        {
            tick_at(&studio, at).await;
            tick_at(&studio, at).await;
            assert_eq!(count_events(&studio, &client, EventKind::HoldStillOpen).await, times, "{at}");
        }
        assert!(reread(&studio, &client.id).await.is_paused);
    })
    .await;
}

#[tokio::test]
async fn the_news_of_a_delivery_waits_unless_the_admin_sends_it() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        moved(&studio, &client, &pause(None, Some("2026-01-24"))).await;
        studio.clock.set(time("2026-01-15T10:00"));
        let document = deliver(&studio, &client, 4).await;
        assert_eq!(document.status, DocumentStatus::Delivered);
        tick_at(&studio, "2026-01-15T10:01").await;
        assert_eq!(count_sent(&studio, &client, "ready").await, 3);
        tick_at(&studio, "2026-01-24T00:01").await;
        assert_eq!(count_sent(&studio, &client, "ready").await, 4);
        let celebration = row(&studio, &client, SendCelebration, Some(Template::MonthComplete), 4).await;
        assert_eq!(celebration.trigger_date, time("2026-02-03T09:00"), "five days after the delivery, and the hold");

        moved(&studio, &client, &pause(None, None)).await;
        deliver(&studio, &client, 5).await;
        let news = row(&studio, &client, SendNotification, Some(Template::Ready), 5).await;
        force_now(&studio, &owner(), &news.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        assert_eq!(count_sent(&studio, &client, "ready").await, 5);
    })
    .await;
}

#[tokio::test]
async fn what_failed_is_tried_again_when_the_hold_ends() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        let row = generation(&studio, &client, 4).await;
        moved(&studio, &client, &pause(None, Some("2026-01-24"))).await;
        let mut tx = studio.db.write().await.unwrap();
        let at = time("2026-01-10T00:15");
        execute!(tx, "UPDATE automation_schedules SET retry_count = 1, trigger_date = $2 WHERE id = $1", &row.id, at)
            .unwrap();
        tx.commit().await.unwrap();
        tick_at(&studio, "2026-01-24").await;
        assert_eq!(document(&studio, &client, 4).await.unwrap().status, DocumentStatus::PendingReview);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_a_worker_took_during_the_hold_is_not_done_when_it_ends() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        moved(&studio, &client, &pause(None, None)).await;
        let upcoming = row(&studio, &client, SendReminder, Some(Template::Upcoming), 4).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(
            tx,
            "UPDATE automation_schedules SET status = 'RUNNING', claim_epoch = 1, claimed_until = $2 WHERE id = $1",
            &upcoming.id,
            time("2026-02-20")
        )
        .unwrap();
        tx.commit().await.unwrap();
        studio.clock.set(time("2026-01-28"));
        moved(&studio, &client, &Move::Resume).await;
        let after = row(&studio, &client, SendReminder, Some(Template::Upcoming), 4).await;
        assert_eq!((after.status, after.trigger_date), (AutomationStatus::Scheduled, time("2026-02-14T09:00")));
        assert!(after.claim_epoch > 1, "the worker's claim is gone");
    })
    .await;
}

#[tokio::test]
async fn another_start_moves_the_plan_and_is_told() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let made = moved(&studio, &client, &Move::AdjustStart { on: day("2026-04-13") }).await;
        assert_eq!(made.proof.to_string(), "32 rows: 0 lost, 0 doubled, shifted by 14 d 0 h");
        assert_eq!(generation(&studio, &client, 1).await.trigger_date, time("2026-04-13"));
        let first = row(&studio, &client, SendReminder, Some(Template::Upcoming), 1).await;
        assert_eq!(stands(&first), (AutomationStatus::Scheduled, None), "its day is ahead again");
        let after = reread(&studio, &client.id).await;
        assert_eq!((after.program_start_date, after.current_month), (Some(time("2026-04-13")), None));
        assert_eq!(count_events(&studio, &client, EventKind::JourneyAdjusted).await, 1);
        assert_eq!(sent(&studio, &client).await.last().unwrap(), "journey_adjusted");

        moved(&studio, &client, &Move::AdjustStart { on: day("2026-03-20") }).await;
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        assert_eq!(stands(&nudge), (AutomationStatus::Cancelled, Some("SUPERSEDED")));
        assert_eq!(attempts(&studio, &nudge).await[0].reason, Some(SkipReason::Superseded));
        tick_at(&studio, "2026-03-30T12:01").await;
        assert!(document(&studio, &client, 1).await.is_some());
        assert_eq!(reread(&studio, &client.id).await.current_month, Some(1));
    })
    .await;
}

#[tokio::test]
async fn of_the_drafts_that_another_start_makes_due_the_lowest_runs() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        deliver(&studio, &client, 1).await;
        moved(&studio, &client, &Move::AdjustStart { on: day("2026-01-20") }).await;
        tick_at(&studio, "2026-03-30T12:01").await;
        assert!(document(&studio, &client, 2).await.is_some());
        assert!(document(&studio, &client, 3).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_month_left_out_counts_as_done_and_comes_back() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-04-26T00:00").await;
        assert!(document(&studio, &client, 2).await.is_none(), "it waits for month 1");
        moved(&studio, &client, &Move::Skip { month: month(1) }).await;
        for row in rows(&studio, &client).await.iter().filter(|row| row.month == Some(1)) {
            assert!(!matches!(row.status, AutomationStatus::Scheduled | AutomationStatus::Running));
        }
        tick_at(&studio, "2026-04-26T00:01").await;
        assert!(document(&studio, &client, 2).await.is_some());
        assert!(refused(&studio, &client, &Move::Skip { month: month(1) }).await.contains("left out already"));

        moved(&studio, &client, &Move::Skip { month: month(5) }).await;
        let gone = generation(&studio, &client, 5).await;
        assert_eq!(stands(&gone), (AutomationStatus::Cancelled, Some("SKIPPED")));
        assert_eq!(attempts(&studio, &gone).await[0].reason, Some(SkipReason::Skipped));
        let back = moved(&studio, &client, &Move::Unskip { month: month(5) }).await;
        assert_eq!((back.proof.lost, back.proof.doubled), (0, 0));
        let again = generation(&studio, &client, 5).await;
        assert_eq!((again.id, again.status), (gone.id, AutomationStatus::Scheduled));
        assert_eq!(again.trigger_date, gone.trigger_date);
        assert_eq!(row(&studio, &client, EscalateToAdmin, None, 5).await.status, AutomationStatus::Scheduled);
    })
    .await;
}

#[tokio::test]
async fn leaving_every_month_out_completes_the_programme() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        for number in 1..=8 {
            moved(&studio, &client, &Move::Skip { month: month(number) }).await;
        }
        assert_eq!(reread(&studio, &client.id).await.status, Status::Completed);
        assert!(refused(&studio, &client, &pause(None, None)).await.contains("nothing left to move"));
    })
    .await;
}

#[tokio::test]
async fn the_last_delivery_during_a_hold_completes_the_programme_when_it_ends() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        moved(&studio, &client, &pause(None, None)).await;
        for number in 1..=8 {
            deliver(&studio, &client, number).await;
        }
        assert_eq!(reread(&studio, &client.id).await.status, Status::Paused);
        moved(&studio, &client, &Move::Resume).await;
        assert_eq!(reread(&studio, &client.id).await.status, Status::Completed);
        tick(&studio, "test").await.unwrap();
        assert_eq!(count_sent(&studio, &client, "ready").await, 8);
    })
    .await;
}

#[tokio::test]
async fn archiving_takes_every_row_off_and_a_restored_client_is_planned_again() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:01").await;
        let before = rows(&studio, &client).await;
        clients::archive(&studio, &owner(), &client.id).await.unwrap();
        assert!(rows(&studio, &client).await.iter().all(|row| row.status != AutomationStatus::Scheduled));
        assert!(refused(&studio, &client, &Move::Replan).await.contains("restore them first"));
        studio.clock.set(time("2026-04-10T12:00"));
        clients::restore(&studio, &owner(), &client.id).await.unwrap();
        let made = moved(&studio, &client, &Move::Replan).await;
        assert_eq!((made.proof.lost, made.proof.doubled), (0, 0));
        let after = rows(&studio, &client).await;
        for row in before.iter().filter(|row| row.month > Some(1) && row.status == AutomationStatus::Scheduled) {
            let now = after.iter().find(|after| after.id == row.id).unwrap();
            assert_eq!((now.status, now.trigger_date), (row.status, row.trigger_date));
        }
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        assert_eq!(nudge.trigger_date, time("2026-04-13T09:00"), "its day is past: it counts from today");
        assert!(refused(&studio, &client, &Move::Replan).await.contains("nothing is missing"));
    })
    .await;
}

#[tokio::test]
async fn another_zone_moves_what_the_client_reads() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        moved(&studio, &client, &pause(Some("2026-05-10"), Some("2026-05-24"))).await;
        let edit = ClientEdit { timezone: Some("Asia/Tokyo".into()), ..ClientEdit::default() };
        clients::edit(&studio, &owner(), &client.id, edit).await.unwrap();
        let upcoming = row(&studio, &client, SendReminder, Some(Template::Upcoming), 2).await;
        assert_eq!(upcoming.trigger_date, time("2026-04-26T00:00"));
        assert_eq!(generation(&studio, &client, 2).await.trigger_date, time("2026-04-26"), "the machine's does not");
        let pause = &the_pauses(&studio, &client).await[0];
        assert_eq!((pause.started_at, pause.planned_end), (time("2026-05-09T15:00"), Some(time("2026-05-23T15:00"))));
        let there = chrono_tz::Tz::America__New_York;
        let actor = Actor::Client(client.id.clone());
        crate::portal::preferences::set_timezone(&studio, &actor, &client.id, there).await.unwrap();
        let upcoming = row(&studio, &client, SendReminder, Some(Template::Upcoming), 2).await;
        assert_eq!(upcoming.trigger_date, time("2026-04-26T13:00"));
    })
    .await;
}

#[tokio::test]
async fn other_quiet_hours_free_what_waits_for_their_end() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        studio.clock.set(time("2026-03-30T22:00"));
        moved(&studio, &client, &pause(None, None)).await;
        let not_before = async || {
            let mut tx = studio.db.read().await.unwrap();
            let all = delivery::list(&mut tx, None, None, 100).await.unwrap();
            all.into_iter().find(|row| row.purpose == "paused_open").unwrap().not_before
        };
        assert_eq!(not_before().await, time("2026-03-31T08:00"));
        let actor = Actor::Client(client.id.clone());
        crate::portal::preferences::set_quiet(&studio, &actor, &client.id, false).await.unwrap();
        assert_eq!(not_before().await, time("2026-03-30T22:00"));
    })
    .await;
}

#[tokio::test]
async fn of_two_admins_the_second_learns_what_the_first_did() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let seen = looked(&studio, &client, &pause(None, None)).await.version;
        make(&studio, &owner(), &client.id, &Move::Skip { month: month(3) }, Some(seen)).await.unwrap();
        let error = make(&studio, &owner(), &client.id, &pause(None, None), Some(seen)).await.unwrap_err();
        assert!(matches!(error, Error::Conflict(_)));
        assert!(error.to_string().contains("Left month 3 out"), "{error}");
        assert!(!reread(&studio, &client.id).await.is_paused);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_end_a_hold_once() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        moved(&studio, &client, &pause(None, Some("2026-01-24"))).await;
        studio.clock.set(time("2026-01-24T08:00"));
        let workers = ["one", "two"].map(|worker| {
            let studio = studio.studio.clone();
            tokio::spawn(async move { tick(&studio, worker).await.unwrap().holds_turned })
        });
        let mut turned = 0;
        for worker in workers {
            turned += worker.await.unwrap();
        }
        assert_eq!(turned, 1);
        assert_eq!(due(&studio, &client, 4).await, day("2026-02-13"));
        assert_eq!(count_sent(&studio, &client, "welcome_back").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_jumps_back_over_a_hold_repeats_nothing() {
    on_both(|studio| async move {
        let client = example(&studio).await;
        moved(&studio, &client, &pause(None, Some("2026-01-24"))).await;
        tick_at(&studio, "2026-01-24T09:00").await;
        let (before, told) = (standing(&rows(&studio, &client).await), sent(&studio, &client).await);
        for at in ["2026-01-12T09:00", "2026-01-20T09:00", "2026-01-24T09:30"] {
            tick_at(&studio, at).await;
        }
        assert_eq!(standing(&rows(&studio, &client).await), before);
        assert_eq!(sent(&studio, &client).await, told);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_granted_by_a_hold_or_declined_with_a_message() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let open = async || pause_requests(&mut studio.db.read().await.unwrap()).await.unwrap();
        request_break(&studio, &client.id, Some(&"two weeks".into())).await.unwrap();
        assert_eq!(open().await[0].reason.as_ref().unwrap().raw(), "two weeks");
        decline_break(&studio, &owner(), &client.id, &"After the launch, gladly.".into()).await.unwrap();
        assert!(open().await.is_empty());
        assert_eq!(sent(&studio, &client).await.last().unwrap(), "break_declined");
        assert!(decline_break(&studio, &owner(), &client.id, &"No.".into()).await.is_err());
        request_break(&studio, &client.id, None).await.unwrap();
        moved(&studio, &client, &pause(None, Some("2026-04-13"))).await;
        assert!(open().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_may_only_look_moves_nothing() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let viewer = Actor::Admin { id: None, role: crate::staff::Role::Viewer };
        let denied = make(&studio, &viewer, &client.id, &pause(None, None), None).await;
        assert!(matches!(denied, Err(Error::Forbidden { .. })));
        let stranger = crate::portal::fixture::stranger(&studio, "Bo Li").await;
        assert!(refused(&studio, &stranger, &pause(None, None)).await.contains("has not started"));
        start(&studio, &owner(), &stranger.id, None).await.unwrap();
        moved(&studio, &stranger, &pause(None, None)).await;
    })
    .await;
}
