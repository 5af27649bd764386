use chrono::TimeDelta;

use super::*;
use crate::coach::testing::{answer, client, put};
use crate::coach::{Rating, rate};
use crate::desk::{self, AttentionKind};
use crate::testing::{TestStudio, on_both};
use crate::{execute, staff};

async fn found(studio: &TestStudio, actor: &Actor, words: &str) -> Vec<String> {
    let mut tx = studio.db.read().await.unwrap();
    let rows = latest(&mut tx, actor, &words.parse().unwrap(), None, 99).await.unwrap();
    rows.iter().map(|row| row.client_name.raw().to_owned()).collect()
}

#[tokio::test]
async fn everybodys_conversations_page_by_the_last_one_seen() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        for name in ["Ana", "Bo", "Cy"] {
            let id = client(&studio, name).await.id;
            studio.clock.advance(TimeDelta::minutes(1));
            answer(&studio, &id, "How do I price a course?").await;
        }
        let mut tx = studio.db.read().await.unwrap();
        let all = ConversationFilter::default();
        let first = latest(&mut tx, &owner, &all, None, 2).await.unwrap();
        let rest = latest(&mut tx, &owner, &all, Some(&first[1].conversation.id), 2).await.unwrap();
        let names: Vec<&str> = first.iter().chain(&rest).map(|row| row.client_name.raw()).collect();
        assert_eq!(names, ["Cy Test", "Bo Test", "Ana Test"]);
        let viewer = Actor::Admin { id: None, role: Role::Viewer };
        assert!(matches!(latest(&mut tx, &viewer, &all, None, 2).await, Err(Error::Forbidden { .. })));
    })
    .await;
}

#[tokio::test]
async fn conversations_are_narrowed_by_every_word() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let (ana, bo) = (client(&studio, "Ana").await.id, client(&studio, "Bo").await.id);
        let given = answer(&studio, &ana, "How do I price 50% off?").await;
        rate(&studio, &ana, &given.message_id, Rating::Down).await.unwrap();
        studio.clock.advance(TimeDelta::days(2));
        put(&studio, &bo, "could they sue me").await;
        for (words, names) in [
            ("", vec!["Bo Test", "Ana Test"]),
            ("ana", vec!["Ana Test"]),
            ("50%", vec!["Ana Test"]),
            ("5_%", vec![]),
            ("down", vec!["Ana Test"]),
            ("up", vec![]),
            ("called", vec!["Bo Test"]),
            ("waiting \"SUE me\"", vec!["Bo Test"]),
            ("human", vec![]),
            ("ai day:2026-03-30", vec!["Ana Test"]),
            ("from:2026-04-01", vec!["Bo Test"]),
            ("until:2026-03-31", vec!["Ana Test"]),
        ] {
            assert_eq!(found(&studio, &owner, words).await, names, "{words}");
        }

        let mo = staff::add(&studio, &owner, "mo@example.com", None, Role::Manager).await.unwrap();
        let manager = Actor::Admin { id: Some(mo.id.clone()), role: Role::Manager };
        assert!(found(&studio, &manager, "").await.is_empty(), "a manager reads those of their own clients");
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET assigned_admin_id = $2 WHERE id = $1", &bo, &mo.id).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(found(&studio, &manager, "").await, ["Bo Test"]);
    })
    .await;
}

/// Whom the desk names as not helped, with the detail.
async fn waits_for_the_desk(studio: &TestStudio) -> Vec<(String, String)> {
    let mut tx = studio.db.read().await.unwrap();
    let rows = desk::attention(&mut tx, studio.clock.now()).await.unwrap();
    let low: Vec<_> = rows.into_iter().filter(|row| row.kind == AttentionKind::LowRated).collect();
    let today = desk::today(&mut tx, studio.clock.now()).await.unwrap();
    assert_eq!(today.low_rated.count, i64::try_from(low.len()).unwrap());
    low.into_iter().map(|row| (row.client_name.line(), row.detail.unwrap().line())).collect()
}

#[tokio::test]
async fn quality_counts_what_clients_say_and_names_whom_the_coach_does_not_help() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let (ana, bo) = (client(&studio, "Ana").await.id, client(&studio, "Bo").await.id);
        let questions = ["my niche?", "my price?", "my launch?", "my page?", "my mail?"];
        let ratings = [Rating::Down, Rating::Up, Rating::Down, Rating::Up, Rating::Up];
        for (question, rating) in questions.into_iter().zip(ratings) {
            let given = answer(&studio, &ana, question).await;
            rate(&studio, &ana, &given.message_id, rating).await.unwrap();
        }
        put(&studio, &bo, "human please").await;
        let look = async || quality(&mut studio.db.read().await.unwrap(), &studio, &owner).await.unwrap();
        let told = look().await;
        assert_eq!((told.up, told.down, told.satisfaction, told.stars), (3, 2, Some(60), Some(3.4)));
        assert_eq!((told.conversations, told.escalated, told.resolution), (2, 1, None));
        assert_eq!((told.questions, told.weekly_clients, told.monthly_clients), (6, 2, 2));
        assert_eq!((told.low_rated.len(), told.low_rated[0].percent()), (1, 40));
        assert_eq!(
            waits_for_the_desk(&studio).await,
            [("Ana Test".to_owned(), "2 of 5 answers rated down".to_owned())]
        );
        studio.clock.advance(TimeDelta::days(8));
        let told = look().await;
        assert_eq!((told.resolution, told.weekly_clients, told.low_rated.len()), (Some(50), 0, 0));
        assert!(waits_for_the_desk(&studio).await.is_empty(), "a week later it is no news");
    })
    .await;
}

#[tokio::test]
async fn a_sample_of_yesterday_has_three_at_least_and_one_in_twenty() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        for number in 0..70 {
            let id = client(&studio, &format!("C{number}")).await.id;
            answer(&studio, &id, "How do I price?").await;
        }
        let drawn = async || {
            let rows = sample(&mut studio.db.read().await.unwrap(), &studio, &owner).await.unwrap();
            rows.iter().map(|row| row.client_name.raw().to_owned()).collect::<Vec<_>>()
        };
        assert!(drawn().await.is_empty(), "today is not over");
        studio.clock.advance(TimeDelta::days(1));
        let first = drawn().await;
        assert_eq!(first.len(), 4);
        assert_eq!(drawn().await, first, "the same all day");
        studio.clock.advance(TimeDelta::days(1));
        assert!(drawn().await.is_empty());
    })
    .await;
}
