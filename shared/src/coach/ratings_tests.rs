use super::model::scripted::Act;
use super::testing::{answer, client, scripted};
use super::*;
use crate::Error;
use crate::id::CoachMessageId;
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both};

async fn answers(studio: &TestStudio, client: &Client, count: usize) -> Vec<CoachMessageId> {
    let (studio, _endpoint) = scripted(studio, [Act::Answer("Start with your costs.", None)]).await;
    let mut ids = Vec::new();
    for question in ["How do I price?", "Who is my audience?", "What is a niche?", "Whom do I ask?"].iter().take(count)
    {
        ids.push(answer(&studio, &client.id, question).await.message_id);
    }
    ids
}

async fn open_hand_offs(studio: &Studio) -> Vec<Escalation> {
    let mut tx = studio.db.read().await.unwrap();
    open_escalations(&mut tx, &Actor::local_owner()).await.unwrap()
}

#[tokio::test]
async fn oracle_ratings() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await;
        let ids = answers(&studio, &ada, 4).await;
        // down, (unrated), down, down
        assert_eq!(rate(&studio, &ada.id, &ids[0], Rating::Down).await.unwrap(), Rated::Noted);
        assert_eq!(rate(&studio, &ada.id, &ids[2], Rating::Down).await.unwrap(), Rated::Noted);
        assert!(open_hand_offs(&studio).await.is_empty());
        assert_eq!(rate(&studio, &ada.id, &ids[3], Rating::Down).await.unwrap(), Rated::Escalated);
        let open = open_hand_offs(&studio).await;
        assert_eq!((open.len(), open[0].trigger, open[0].priority), (1, Trigger::Ratings, Priority::High));
        assert_eq!(open[0].due_at - open[0].opened_at, chrono::TimeDelta::hours(24));
    })
    .await;
}

#[tokio::test]
async fn an_up_in_between_breaks_the_run() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await;
        let ids = answers(&studio, &ada, 4).await;
        for (id, rating) in ids.iter().zip([Rating::Down, Rating::Up, Rating::Down, Rating::Down]) {
            assert_eq!(rate(&studio, &ada.id, id, rating).await.unwrap(), Rated::Noted);
        }
        // Changing the mind completes the run; pressing again does nothing.
        assert_eq!(rate(&studio, &ada.id, &ids[1], Rating::Down).await.unwrap(), Rated::Escalated);
        assert_eq!(rate(&studio, &ada.id, &ids[1], Rating::Down).await.unwrap(), Rated::Noted);
        assert_eq!(open_hand_offs(&studio).await.len(), 1);
        let mut tx = studio.db.read().await.unwrap();
        let all = conversations(&mut tx, &Actor::local_owner(), &ada.id).await.unwrap();
        assert_eq!(all[0].average_rating, Some(1.0));
    })
    .await;
}

#[tokio::test]
async fn another_clients_answer_is_no_such_answer_and_leaves_a_trace() {
    on_both(|studio| async move {
        let (ada, bo) = (client(&studio, "Ada").await, client(&studio, "Bo").await);
        let ids = answers(&studio, &ada, 1).await;
        let theirs = rate(&studio, &bo.id, &ids[0], Rating::Up).await.unwrap_err();
        let missing = rate(&studio, &bo.id, &CoachMessageId::from_input("cnothing"), Rating::Up).await.unwrap_err();
        assert_eq!(theirs.to_string(), missing.to_string());
        let mut tx = studio.db.read().await.unwrap();
        let events = crate::events::page(&mut tx, Some(&bo.id), None, 9).await.unwrap();
        let denied = events.iter().filter(|event| event.kind == crate::events::EventKind::AccessDenied).count();
        assert_eq!(denied, 1);
    })
    .await;
}

#[tokio::test]
async fn a_reason_needs_a_rating() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await;
        let ids = answers(&studio, &ada, 1).await;
        let words = "too general".into();
        assert!(matches!(rating_feedback(&studio, &ada.id, &ids[0], &words).await, Err(Error::Refused(_))));
        rate(&studio, &ada.id, &ids[0], Rating::Down).await.unwrap();
        rating_feedback(&studio, &ada.id, &ids[0], &words).await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        let all = conversations(&mut tx, &Actor::local_owner(), &ada.id).await.unwrap();
        let messages = transcript(&mut tx, &Actor::local_owner(), &all[0].id).await.unwrap();
        assert_eq!(messages[1].rating_feedback.as_ref().map(crate::text::Foreign::raw), Some("too general"));
    })
    .await;
}
