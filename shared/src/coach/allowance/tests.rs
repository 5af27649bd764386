use chrono::TimeDelta;

use super::*;
use crate::coach::testing::client;
use crate::testing::{TestStudio, on_both};

const LIMIT: Limit = Limit { tokens: 5000, messages: 50 };

async fn take(studio: &TestStudio, client: &ClientId, tokens: i64) -> Option<Reservation> {
    let mut tx = studio.db.write().await.unwrap();
    let reservation = reserve(&mut tx, client, studio.clock.now(), LIMIT, tokens).await.unwrap();
    tx.commit().await.unwrap();
    reservation
}

async fn pay(studio: &TestStudio, reservation: Reservation, charged: i64) -> Option<Warning> {
    let mut tx = studio.db.write().await.unwrap();
    let warning = settle(&mut tx, reservation, studio.clock.now(), LIMIT, charged).await.unwrap();
    tx.commit().await.unwrap();
    warning
}

/// One exchange; `None` when it was refused, else whether the client was warned.
async fn exchange(studio: &TestStudio, client: &ClientId, charged: i64) -> Option<bool> {
    let reservation = take(studio, client, 530).await?;
    Some(pay(studio, reservation, charged).await.is_some())
}

#[tokio::test]
async fn oracle_allowance() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await.id;
        assert_eq!(exchange(&studio, &ada, 3990).await, Some(false));
        assert_eq!(exchange(&studio, &ada, 30 + 180).await, Some(true), "4,200 of 5,000: warned once");
        assert_eq!(exchange(&studio, &ada, 400).await, Some(false), "4,600: no second warning");
        assert_eq!(exchange(&studio, &ada, 420).await, Some(false), "5,020: it started below the limit");
        assert_eq!(exchange(&studio, &ada, 1).await, None, "blocked");
        studio.clock.set("2026-03-30T23:59:59.999Z".parse().unwrap());
        assert_eq!(exchange(&studio, &ada, 1).await, None);
        studio.clock.set(resets_at(studio.clock.now()));
        assert_eq!(studio.clock.now().to_rfc3339(), "2026-03-31T00:00:00+00:00");
        assert_eq!(exchange(&studio, &ada, 4000).await, Some(true), "a new day, a new warning");
    })
    .await;
}

#[tokio::test]
async fn two_surfaces_at_once_cannot_overspend() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await.id;
        exchange(&studio, &ada, 4500).await.unwrap();
        let first = take(&studio, &ada, 530).await.unwrap();
        assert_eq!(take(&studio, &ada, 530).await, None, "what is reserved counts");
        pay(&studio, first, 100).await;
        assert!(take(&studio, &ada, 530).await.is_some(), "what was not used is free again");
    })
    .await;
}

#[tokio::test]
async fn a_released_question_leaves_no_trace() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await.id;
        let reservation = take(&studio, &ada, 530).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        release(&mut tx, reservation, studio.clock.now()).await.unwrap();
        assert_eq!(used(&mut tx, &ada, studio.clock.now()).await.unwrap(), Used::default());
    })
    .await;
}

#[tokio::test]
async fn a_reservation_of_a_dead_process_is_forgotten() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await.id;
        exchange(&studio, &ada, 1000).await.unwrap();
        let lost = take(&studio, &ada, 4500).await.unwrap();
        assert_eq!(take(&studio, &ada, 530).await, None);
        studio.clock.advance(FORGOTTEN + TimeDelta::seconds(1));
        let next = take(&studio, &ada, 530).await.unwrap();
        // The process was only slow: what it settles late is charged, and nothing turns negative.
        pay(&studio, lost, 300).await;
        pay(&studio, next, 200).await;
        let mut tx = studio.db.read().await.unwrap();
        let used = used(&mut tx, &ada, studio.clock.now()).await.unwrap();
        assert_eq!((used.charged_tokens, used.reserved_tokens, used.messages), (1500, 0, 3));
    })
    .await;
}

#[tokio::test]
async fn the_number_of_questions_is_limited_too() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await.id;
        for _ in 0..LIMIT.messages {
            assert!(exchange(&studio, &ada, 1).await.is_some());
        }
        assert_eq!(exchange(&studio, &ada, 1).await, None);
        let mut tx = studio.db.write().await.unwrap();
        let none = Limit { tokens: 0, messages: 50 };
        let bo = client_id_without_days();
        assert_eq!(reserve(&mut tx, &bo, studio.clock.now(), none, 1).await.unwrap(), None);
    })
    .await;
}

fn client_id_without_days() -> ClientId {
    ClientId::from_input("cnobody")
}
