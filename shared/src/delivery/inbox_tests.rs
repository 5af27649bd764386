use chrono::TimeDelta;
use serde_json::json;

use super::*;
use crate::testing::{TestStudio, on_both};
use crate::{Studio, fetch_one};

async fn put(studio: &Studio, id: i64, chat: &str) -> bool {
    store(studio, "telegram", &id.to_string(), chat, &json!({ "update_id": id })).await.unwrap()
}

async fn next(studio: &Studio) -> Option<InboxRow> {
    claim_next(studio, "telegram", "w").await.unwrap()
}

async fn state_of(studio: &TestStudio, id: i64) -> (String, Option<String>) {
    let mut tx = studio.db.read().await.unwrap();
    fetch_one!(tx, (String, Option<String>), "SELECT state, error FROM inbox WHERE id = $1", id).unwrap()
}

#[tokio::test]
async fn a_duplicate_update_is_stored_once() {
    on_both(|studio| async move {
        assert!(put(&studio, 1, "a").await);
        assert!(!put(&studio, 1, "a").await);
        assert!(store(&studio, "discord", "1", "a", &json!({})).await.unwrap());
        let row = next(&studio).await.unwrap();
        assert_eq!(row.payload["update_id"], 1);
        assert!(done(&studio, &row).await.unwrap());
        assert!(next(&studio).await.is_none());
        assert!(!put(&studio, 1, "a").await, "nor after it was dealt with");
    })
    .await;
}

#[tokio::test]
async fn two_workers_keep_the_order_within_a_chat() {
    on_both(|studio| async move {
        for id in 0..20 {
            put(&studio, id, if id % 2 == 0 { "even" } else { "odd" }).await;
        }
        let log = std::sync::Mutex::new(Vec::new());
        let work = |worker: &'static str| {
            let (studio, log) = (&studio, &log);
            async move {
                for _ in 0..60 {
                    if let Some(row) = claim_next(studio, "telegram", worker).await.unwrap() {
                        log.lock().unwrap().push(row.payload["update_id"].as_i64().unwrap());
                        assert!(done(studio, &row).await.unwrap());
                    }
                }
            }
        };
        tokio::join!(work("one"), work("two"));
        let log = log.into_inner().unwrap();
        for parity in 0..2 {
            let chat: Vec<i64> = log.iter().copied().filter(|id| id % 2 == parity).collect();
            assert_eq!(chat, (0..20).filter(|id| id % 2 == parity).collect::<Vec<_>>());
        }
    })
    .await;
}

#[tokio::test]
async fn a_chat_waits_for_its_own_update_and_no_other_chat_does() {
    on_both(|studio| async move {
        put(&studio, 1, "a").await;
        put(&studio, 2, "a").await;
        put(&studio, 3, "b").await;
        let first = next(&studio).await.unwrap();
        let other = next(&studio).await.unwrap();
        assert_eq!((first.external_id.as_str(), other.external_id.as_str()), ("1", "3"));
        assert!(next(&studio).await.is_none());
        failed(&studio, &first, "the database was away").await.unwrap();
        assert!(next(&studio).await.is_none(), "2 does not overtake 1");
        studio.clock.advance(TimeDelta::seconds(4));
        assert_eq!(next(&studio).await.unwrap().external_id, "1");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_dealt_with_becomes_a_dead_letter_with_the_reason() {
    on_both(|studio| async move {
        put(&studio, 1, "a").await;
        put(&studio, 2, "a").await;
        let malformed = next(&studio).await.unwrap();
        refuse(&studio, &malformed, "no field `chat`\u{7}").await.unwrap();
        assert_eq!(state_of(&studio, malformed.id).await, ("DEAD".into(), Some("no field `chat`".into())));
        let mut tries = 0;
        while let Some(row) = next(&studio).await {
            tries += 1;
            failed(&studio, &row, "it always fails").await.unwrap();
            studio.clock.advance(TimeDelta::hours(1));
        }
        assert_eq!(tries, 5);
        assert_eq!(state_of(&studio, malformed.id + 1).await, ("DEAD".into(), Some("it always fails".into())));
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_stopped_gives_its_update_back_and_cannot_record_any_more() {
    on_both(|studio| async move {
        put(&studio, 1, "a").await;
        let mut held = next(&studio).await.unwrap();
        for _ in 0..4 {
            assert!(next(&studio).await.is_none());
            studio.clock.advance(TimeDelta::seconds(60));
            let again = next(&studio).await.unwrap();
            assert!(!done(&studio, &held).await.unwrap());
            held = again;
        }
        studio.clock.advance(TimeDelta::seconds(60));
        assert!(next(&studio).await.is_none(), "five crashes are enough");
        let (ended, reason) = state_of(&studio, held.id).await;
        assert_eq!(ended, "DEAD");
        assert!(reason.unwrap().contains("stopped each time"));
    })
    .await;
}
