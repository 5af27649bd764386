//! Holds that meet each other, the end, or nothing.

use super::*;

#[tokio::test]
async fn a_hold_that_would_overlap_another_is_refused_in_words() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let hold = |from: &str, until: Option<&str>| Move::Pause {
            from: Some(time(from)),
            until: until.map(|day| day.parse().unwrap()),
            reason: None,
        };
        make_move(&studio, &client, hold("2026-05-01", Some("2026-05-15"))).await.unwrap();
        for (from, until) in [
            ("2026-04-20", Some("2026-05-05")),
            ("2026-05-10", Some("2026-06-01")),
            ("2026-04-20", None),
            // One after the other is no different: one hold at a time is what everybody can follow.
            ("2026-07-01", Some("2026-07-10")),
        ] {
            let error = make_move(&studio, &client, hold(from, until)).await.unwrap_err().to_string();
            assert_eq!(
                error,
                "a hold is planned from 2026-05-01 already; move its end with `journey extend`, or call it off with \
                 `journey resume`"
            );
        }
        tick_at(&studio, "2026-05-02").await;
        let error = make_move(&studio, &client, hold("2026-05-10", None)).await.unwrap_err().to_string();
        assert!(error.starts_with("the journey is on hold since 2026-05-01 already"), "{error}");
        make_move(&studio, &client, Move::Extend { until: Some("2026-06-01".parse().unwrap()) }).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_hold_may_cover_the_programmes_end() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        for month in 1..=7 {
            deliver(&studio, &client, month).await;
        }
        tick_at(&studio, "2026-11-10T12:00").await;
        let hold = Move::Pause { from: None, until: Some("2027-01-09".parse().unwrap()), reason: None };
        let shown = make_move(&studio, &client, hold).await.unwrap();
        assert_eq!(shown.end, Some("2027-01-24".parse().unwrap()), "25 November, and sixty days");
        tick_at(&studio, "2026-12-24T12:00").await;
        assert_eq!(reread(&studio, &client.id).await.status, Status::Paused, "the end does not end it");
        tick_at(&studio, "2027-01-09T00:01").await;
        let client = reread(&studio, &client.id).await;
        assert_eq!((client.status, client.current_month), (Status::Active, Some(8)));
        deliver(&studio, &client, 8).await;
        assert_eq!(reread(&studio, &client.id).await.status, Status::Completed);
        let late = Move::Pause { from: Some(time("2027-02-01")), until: None, reason: None };
        assert!(make_move(&studio, &client, late).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_month_that_waits_is_told_once_also_across_a_hold() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-04-26T00:00").await;
        assert_eq!(count_events(&studio, &client, EventKind::AutomationBlocked).await, 1);
        let hold = Move::Pause { from: None, until: Some("2026-05-10".parse().unwrap()), reason: None };
        make_move(&studio, &client, hold).await.unwrap();
        for at in ["2026-04-28T00:00", "2026-05-10T00:00", "2026-05-11T00:00", "2026-05-12T00:00"] {
            tick_at(&studio, at).await;
        }
        assert_eq!(count_events(&studio, &client, EventKind::AutomationBlocked).await, 1, "one alert");
        deliver(&studio, &client, 1).await;
        tick_at(&studio, "2026-05-12T00:01").await;
        assert!(document(&studio, &client, 2).await.is_some(), "and it is released at once");
        // Another day is another wait.
        let three = generation(&studio, &client, 3).await;
        run_now(&studio, &owner(), &three.id).await.unwrap();
        tick_at(&studio, "2026-05-12T00:02").await;
        make_move(&studio, &client, Move::AdjustStart { on: "2026-04-10".parse().unwrap() }).await.unwrap();
        tick_at(&studio, "2026-06-30T00:00").await;
        assert_eq!(count_events(&studio, &client, EventKind::AutomationBlocked).await, 3);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_welcomed_back_to_nothing() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let hold = Move::Pause { from: None, until: Some("2026-04-20".parse().unwrap()), reason: None };
        make_move(&studio, &client, hold).await.unwrap();
        for month in 1..=8 {
            deliver(&studio, &client, month).await;
        }
        for at in ["2026-04-17T09:00", "2026-04-20T00:00", "2026-04-20T09:00"] {
            tick_at(&studio, at).await;
        }
        assert_eq!(reread(&studio, &client.id).await.status, Status::Completed);
        let mut tx = studio.db.read().await.unwrap();
        let sent = delivery::list(&mut tx, None, None, 1000).await.unwrap();
        let about = |key: &str| sent.iter().filter(|row| row.purpose == key).count();
        assert_eq!((about("resume_soon"), about("welcome_back")), (0, 0));
        assert_eq!(about("ready"), 8, "the news of the deliveries comes all the same");
    })
    .await;
}
