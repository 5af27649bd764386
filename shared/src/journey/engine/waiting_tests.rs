//! What a row waits for, and what lets it go.

use crate::documents;
use crate::events::EventKind;
use crate::journey::fixture::*;
use crate::journey::*;
use crate::testing::on_both;

use AutomationKind::SendReminder;

#[tokio::test]
async fn a_look_before_its_time_does_not_hasten_the_apology() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        run_now(&studio, &owner(), &nudge.id).await.unwrap();
        tick_at(&studio, "2026-03-30T12:00").await;
        tick_at(&studio, "2026-04-01T12:00").await;
        assert_eq!(count_events(&studio, &client, EventKind::StudioLate).await, 0, "three days have not passed");
        tick_at(&studio, "2026-04-02T09:00").await;
        assert_eq!(messages(&studio, &client).await, ["activated", "studio_delay"]);
    })
    .await;
}

#[tokio::test]
async fn a_delivery_releases_only_what_waits_for_it() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        // Asked for early, it meets the gate; the month before opens it at once.
        let second = generation(&studio, &client, 2).await;
        run_now(&studio, &owner(), &second.id).await.unwrap();
        tick_at(&studio, "2026-03-30T12:00").await;
        assert!(document(&studio, &client, 2).await.is_none());
        deliver(&studio, &client, 1).await;
        tick_at(&studio, "2026-03-30T12:01").await;
        assert!(document(&studio, &client, 2).await.is_some());
        // The next one waits for its own day, wherever that has moved.
        let third = generation(&studio, &client, 3).await;
        deliver(&studio, &client, 2).await;
        assert_eq!(generation(&studio, &client, 3).await.trigger_date, third.trigger_date);
    })
    .await;
}

#[tokio::test]
async fn a_second_rejection_counts_anew() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:00").await;
        let draft = document(&studio, &client, 1).await.unwrap();
        documents::reject(&studio, &owner(), &draft.id, "too long").await.unwrap();
        studio.clock.set(time("2026-04-01T12:00"));
        regenerate(&studio, &owner(), &draft.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        documents::reject(&studio, &owner(), &draft.id, "too short").await.unwrap();
        let reminder = row(&studio, &client, SendReminder, Some(Template::Revision), 1).await;
        assert_eq!(reminder.trigger_date, time("2026-04-04"));
    })
    .await;
}

#[tokio::test]
async fn months_go_on_for_who_is_done_early() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        for month in 1..=8 {
            deliver(&studio, &client, month).await;
        }
        tick_at(&studio, "2026-04-29T12:00").await;
        assert_eq!(reread(&studio, &client.id).await.current_month, Some(2));
    })
    .await;
}
