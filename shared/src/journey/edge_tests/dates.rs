//! When things come: starts, months, the calendar, the clock.

use super::*;

#[tokio::test]
async fn oracle_current_month() {
    on_both(|studio| async move {
        // One client a day of the table, since a client's month never goes back.
        for (number, (days, month)) in [(0, 1), (29, 1), (30, 2), (239, 8), (240, 8), (400, 8)].into_iter().enumerate()
        {
            studio.clock.set(time("2025-11-01"));
            let client = begun(&studio, &format!("Ada Obi {number}"), "2025-11-01").await;
            studio.clock.advance(chrono::TimeDelta::days(days));
            tick(&studio, "test").await.unwrap();
            assert_eq!(reread(&studio, &client.id).await.current_month, Some(month), "day {days}");
        }
        studio.clock.set(time("2025-11-01"));
        let early = begun(&studio, "Bo Li", "2025-11-02").await;
        tick(&studio, "test").await.unwrap();
        assert_eq!(reread(&studio, &early.id).await.current_month, None, "before the start");
    })
    .await;
}

#[tokio::test]
async fn oracle_schedule_dates_of_both_steps() {
    for (step, dates) in [
        (MonthStep::Days30, ["11-01", "12-01", "12-31", "01-30", "03-01", "03-31", "04-30", "05-30"]),
        (MonthStep::CalendarMonth, ["11-01", "12-01", "01-01", "02-01", "03-01", "04-01", "05-01", "06-01"]),
    ] {
        let journey = JourneySettings { month_step: step, generate_lead_days: 0, ..Default::default() };
        on_both_with(Settings { journey, ..Default::default() }, |studio| async move {
            studio.clock.set(time("2025-10-20"));
            let client = begun(&studio, "Ada Obi", "2025-11-01").await;
            for (month, date) in (1..=8).zip(dates) {
                let drafted = generation(&studio, &client, month).await.trigger_date;
                assert_eq!(drafted.format("%m-%d").to_string(), date, "month {month}");
                let escalated = the(&studio, &client, (EscalateToAdmin, None), month).await.trigger_date;
                assert_eq!((escalated - drafted).num_days(), 7);
                let nudged = the(&studio, &client, OVERDUE, month).await.trigger_date;
                assert_eq!((nudged - drafted).num_hours(), 3 * 24 + 9);
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_running_client_who_is_imported_gets_only_what_is_to_come() {
    on_both(|studio| async move {
        let client = portal::fixture::linked(&studio, "Ada Obi", &[Channel::Telegram]).await;
        // Month 1 was delivered elsewhere and stands here already; month 2 was not.
        let first = documents::add(&studio, &owner(), &client.id, Month::FIRST, "One", TEXT).await.unwrap();
        documents::approve_and_deliver(&studio, &owner(), &first.id).await.unwrap();
        start(&studio, &owner(), &client.id, Some("2026-01-10".parse().unwrap())).await.unwrap();
        let client = reread(&studio, &client.id).await;
        assert_eq!(client.current_month, Some(3), "day 79");
        let mut tx = studio.db.read().await.unwrap();
        let months = overview(&mut tx, &studio, &client).await.unwrap().months;
        drop(tx);
        let states: Vec<_> = months[..3].iter().map(|month| month.state).collect();
        assert_eq!(states, [MonthState::Completed, MonthState::Skipped, MonthState::Delayed]);
        let planned = rows(&studio, &client).await;
        assert!(planned.iter().all(|row| row.month >= Some(3)), "nothing for what is past");
        tick_at(&studio, "2026-03-30T12:01").await;
        assert_eq!(document(&studio, &client, 3).await.unwrap().status, DocumentStatus::PendingReview);
        assert!(!messages(&studio, &client).await.contains(&"activated".to_owned()), "it began long ago");
    })
    .await;
}

#[tokio::test]
async fn the_start_is_moved_after_month_1_was_sent() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        deliver(&studio, &client, 1).await;
        let (nudge, celebration) =
            (the(&studio, &client, OVERDUE, 1).await, the(&studio, &client, CELEBRATION, 1).await);
        make_move(&studio, &client, Move::AdjustStart { on: "2026-04-20".parse().unwrap() }).await.unwrap();
        for before in [nudge, celebration] {
            let after = the(&studio, &client, (before.kind, before.template), 1).await;
            assert_eq!((after.id, after.trigger_date), (before.id, before.trigger_date), "it counts from the delivery");
        }
        assert_eq!(generation(&studio, &client, 2).await.trigger_date, time("2026-05-17"));
        let client = reread(&studio, &client.id).await;
        assert_eq!((client.program_start_date, client.current_month), (Some(time("2026-04-20")), None));
        tick_at(&studio, "2026-04-20T12:00").await;
        assert_eq!(messages(&studio, &client).await.iter().filter(|key| *key == "ready").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_earlier_start_costs_no_client_the_nudge() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        make_move(&studio, &client, Move::AdjustStart { on: "2026-03-20".parse().unwrap() }).await.unwrap();
        let nudge = the(&studio, &client, OVERDUE, 1).await;
        assert_eq!(stands(&nudge), (AutomationStatus::Cancelled, Some("SUPERSEDED")));
        studio.clock.set(time("2026-04-02T10:00"));
        deliver(&studio, &client, 1).await;
        let again = the(&studio, &client, OVERDUE, 1).await;
        assert_eq!((again.id, again.status), (nudge.id, AutomationStatus::Scheduled));
        assert_eq!(again.trigger_date, time("2026-04-05T09:00"), "three days after the delivery");
        tick_at(&studio, "2026-04-05T09:00").await;
        assert_eq!(messages(&studio, &client).await.last().unwrap(), "overdue");
    })
    .await;
}

#[tokio::test]
async fn a_month_delivered_after_it_was_left_out_has_its_clocks() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        make_move(&studio, &client, Move::Skip { month: Month::FIRST }).await.unwrap();
        deliver(&studio, &client, 1).await;
        assert_eq!(the(&studio, &client, OVERDUE, 1).await.trigger_date, time("2026-04-02T09:00"));
        assert_eq!(the(&studio, &client, (EscalateToAdmin, None), 1).await.trigger_date, time("2026-04-06"));
        // What an admin takes off stays off.
        cancel(&studio, &owner(), &the(&studio, &client, OVERDUE, 2).await.id).await.unwrap();
        deliver(&studio, &client, 2).await;
        assert_eq!(stands(&the(&studio, &client, OVERDUE, 2).await), (AutomationStatus::Cancelled, Some("ADMIN")));
    })
    .await;
}

#[tokio::test]
async fn a_month_taken_in_late_is_drafted_at_once() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        make_move(&studio, &client, Move::Skip { month: Month::FIRST }).await.unwrap();
        tick_at(&studio, "2026-04-10T12:00").await;
        assert!(document(&studio, &client, 1).await.is_none());
        let back = make_move(&studio, &client, Move::Unskip { month: Month::FIRST }).await.unwrap();
        let draft = back.rows.iter().find(|row| row.kind == GenerateDeliverable && row.month == Some(1)).unwrap();
        assert_eq!((draft.effect, draft.after), (Effect::Restored, Some(time("2026-03-30"))));
        tick_at(&studio, "2026-04-10T12:01").await;
        assert!(document(&studio, &client, 1).await.is_some(), "a document is written however late it is");
        let reminder = the(&studio, &client, UPCOMING, 1).await;
        assert_eq!(reminder.status, AutomationStatus::Cancelled, "a reminder of a day that is past is not");
        assert_eq!(the(&studio, &client, OVERDUE, 1).await.trigger_date, time("2026-04-13T09:00"));
    })
    .await;
}

#[tokio::test]
async fn leap_day_years_end_and_both_changes_of_the_clocks_are_days_like_others() {
    on_both(|studio| async move {
        studio.clock.set(time("2027-10-01"));
        let client = portal::fixture::linked(&studio, "Ada Obi", &[Channel::Telegram]).await;
        let actor = Actor::Client(client.id.clone());
        let zone = chrono_tz::Tz::America__New_York;
        portal::preferences::set_timezone(&studio, &actor, &client.id, zone).await.unwrap();
        start(&studio, &owner(), &client.id, Some("2027-10-02".parse().unwrap())).await.unwrap();
        // October is still summer time, December is not; month 6 falls on leap day, month 7 after spring's change.
        for (month, at) in [
            (2, "2027-10-29T13:00"),
            (3, "2027-11-28T14:00"),
            (4, "2027-12-28T14:00"),
            (5, "2028-01-27T14:00"),
            (6, "2028-02-26T14:00"),
            (7, "2028-03-27T13:00"),
        ] {
            assert_eq!(the(&studio, &client, UPCOMING, month).await.trigger_date, time(at), "month {month}");
        }
        let dates: Vec<_> = {
            let mut tx = studio.db.read().await.unwrap();
            let months = overview(&mut tx, &studio, &reread(&studio, &client.id).await).await.unwrap().months;
            months.iter().map(|month| month.planned_date.format("%Y-%m-%d").to_string()).collect()
        };
        assert_eq!(dates[3..6], ["2027-12-31", "2028-01-30", "2028-02-29"]);
        deliver(&studio, &client, 1).await;
        tick_at(&studio, "2027-10-08T15:00").await;
        // On the day of the reminder, and once the month is celebrated.
        for (month, [day, later]) in (2..=6).zip([
            ["2027-10-29", "2027-11-08"],
            ["2027-11-28", "2027-12-08"],
            ["2027-12-28", "2028-01-07"],
            ["2028-01-27", "2028-02-06"],
            ["2028-02-26", "2028-03-07"],
        ]) {
            tick_at(&studio, &format!("{day}T15:00")).await;
            deliver(&studio, &client, month).await;
            tick_at(&studio, &format!("{later}T15:00")).await;
        }
        let sent = messages(&studio, &client).await;
        assert_eq!(sent.iter().filter(|key| *key == "upcoming").count(), 5, "each exactly once: {sent:?}");
    })
    .await;
}

#[tokio::test]
async fn a_clock_set_back_does_not_spend_the_ration() {
    let journey = JourneySettings { catch_up_per_minute: 2, ..Default::default() };
    on_both_with(Settings { journey, ..Default::default() }, |studio| async move {
        for name in ["Ada Obi", "Bo Li"] {
            begun(&studio, name, "2026-04-10").await;
        }
        let late = begun(&studio, "Cy Ng", "2026-05-20").await;
        tick_at(&studio, "2026-04-07T09:00").await;
        // An hour back: what was sent "later" is none of this minute's messages.
        let reminder = the(&studio, &late, UPCOMING, 1).await;
        let mut tx = studio.db.write().await.unwrap();
        let due = time("2026-04-07T07:00");
        execute!(tx, "UPDATE automation_schedules SET trigger_date = $2 WHERE id = $1", &reminder.id, due).unwrap();
        tx.commit().await.unwrap();
        tick_at(&studio, "2026-04-07T08:00").await;
        assert_eq!(the(&studio, &late, UPCOMING, 1).await.status, AutomationStatus::Completed);
    })
    .await;
}
