//! Clients who cannot be reached, do not want to be, leave, or come back.

use super::*;

#[tokio::test]
async fn whoever_was_unlinked_meanwhile_gets_nothing_and_the_studio_hears_of_it() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-04-10").await;
        portal::unlink(&studio, &owner(), &client.id, None).await.unwrap();
        tick_at(&studio, "2026-04-07T09:00").await;
        let reminder = the(&studio, &client, UPCOMING, 1).await;
        assert_eq!(reminder.status, AutomationStatus::Completed);
        assert_eq!(attempts(&studio, &reminder).await[0].reason, Some(SkipReason::NoChannel));
        assert_eq!(count_events(&studio, &client, EventKind::DeliveryFailed).await, 1);
        let invite = portal::invite(&studio, &owner(), &client.id).await.unwrap();
        portal::link(&studio, &invite.code, &account(Channel::Telegram, "Ada Obi")).await.unwrap().unwrap();
        deliver(&studio, &client, 1).await;
        assert_eq!(messages(&studio, &client).await, ["activated", "ready"]);
        assert_eq!(count_events(&studio, &client, EventKind::DeliveryFailed).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_switch_that_is_off_is_obeyed_and_noted() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-04-10").await;
        let actor = Actor::Client(client.id.clone());
        let switch = portal::Switch::MilestoneReminder;
        portal::preferences::set(&studio, &actor, &client.id, switch, false).await.unwrap();
        tick_at(&studio, "2026-04-07T09:00").await;
        let reminder = the(&studio, &client, UPCOMING, 1).await;
        assert_eq!(attempts(&studio, &reminder).await[0].reason, Some(SkipReason::PreferenceOff));
        assert_eq!(messages(&studio, &client).await, ["activated"]);
        assert_eq!(count_events(&studio, &client, EventKind::DeliveryFailed).await, 0, "nothing is wrong");
    })
    .await;
}

#[tokio::test]
async fn whoever_churns_is_let_go_of_for_good() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        clients::churn(&studio, &owner(), &client.id).await.unwrap();
        assert_eq!(reread(&studio, &client.id).await.status, Status::Churned);
        assert!(rows(&studio, &client).await.iter().all(|row| row.status != AutomationStatus::Scheduled));
        assert!(portal::live_identities(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap().is_empty());
        tick_at(&studio, "2026-04-30T12:00").await;
        assert!(document(&studio, &client, 1).await.is_none());
        assert!(clients::restore(&studio, &owner(), &client.id).await.is_err(), "there is no way back");
        let again = clients::churn(&studio, &owner(), &client.id).await.unwrap_err().to_string();
        assert!(again.contains("CHURNED already"), "{again}");
    })
    .await;
}

#[tokio::test]
async fn a_client_who_comes_back_hears_what_the_leaving_cut_off() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let hold = Move::Pause { from: None, until: Some("2026-04-20".parse().unwrap()), reason: None };
        make_move(&studio, &client, hold).await.unwrap();
        deliver(&studio, &client, 1).await;
        clients::archive(&studio, &owner(), &client.id).await.unwrap();
        studio.clock.set(time("2026-04-02T12:00"));
        clients::restore(&studio, &owner(), &client.id).await.unwrap();
        let invite = portal::invite(&studio, &owner(), &client.id).await.unwrap();
        portal::link(&studio, &invite.code, &account(Channel::Telegram, "Ada Obi")).await.unwrap().unwrap();
        make_move(&studio, &client, Move::Replan).await.unwrap();
        for at in ["2026-04-17T09:00", "2026-04-20T00:01"] {
            tick_at(&studio, at).await;
        }
        let mut tx = studio.db.read().await.unwrap();
        let sent = delivery::list(&mut tx, Some(delivery::State::Queued), None, 1000).await.unwrap();
        let sent: Vec<_> = sent.iter().rev().map(|row| row.purpose.as_str()).collect();
        assert_eq!(sent, ["resume_soon", "welcome_back", "ready"]);
    })
    .await;
}
