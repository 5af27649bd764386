use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};

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

/// One exchange; `None` when it was refused, else whether the client was warned for the first time.
async fn exchange(studio: &TestStudio, client: &ClientId, charged: i64) -> Option<bool> {
    let reservation = take(studio, client, 530).await?;
    Some(pay(studio, reservation, charged).await.is_some_and(|warning| warning.occasion == Occasion::First))
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
async fn what_is_reserved_counts_until_it_is_settled() {
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

/// What surfaces do: each takes an exchange of so many tokens, as soon as it is let.
async fn surfaces(studio: &TestStudio, client: &ClientId, charges: &[i64]) -> Vec<i64> {
    let mut all = tokio::task::JoinSet::new();
    for charged in charges.iter().copied() {
        let (studio, client) = (studio.studio.clone(), client.clone());
        all.spawn(async move {
            let now = studio.clock.now();
            let mut tx = studio.db.write().await.unwrap();
            let held = reserve(&mut tx, &client, now, LIMIT, 530).await.unwrap()?;
            tx.commit().await.unwrap();
            tokio::task::yield_now().await;
            let mut tx = studio.db.write().await.unwrap();
            settle(&mut tx, held, now, LIMIT, charged).await.unwrap();
            tx.commit().await.unwrap();
            Some(charged)
        });
    }
    all.join_all().await.into_iter().flatten().collect()
}

/// Whatever surfaces do at once: the day's charge is the sum of what was let in, and without the one
/// exchange that came last it is below the limit. What began at or above the limit was refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn surfaces_at_once_cannot_overspend() {
    let mut runner = TestRunner::new(Cases { failure_persistence: None, ..Cases::default() });
    let charges = prop::collection::vec(1i64..=530, 12..40);
    let drawn: Vec<Vec<i64>> = (0..4)
        .map(|_| charges.new_tree(&mut runner).map(|tree| proptest::strategy::ValueTree::current(&tree)).unwrap())
        .collect();
    on_both(|studio| {
        let drawn = drawn.clone();
        async move {
            for (number, charges) in drawn.iter().enumerate() {
                let client = client(&studio, &format!("Client{number}")).await.id;
                let paid = surfaces(&studio, &client, charges).await;
                let mut tx = studio.db.read().await.unwrap();
                let used = used(&mut tx, &client, studio.clock.now()).await.unwrap();
                let (sum, most) = (paid.iter().sum::<i64>(), paid.iter().max().copied().unwrap_or_default());
                assert_eq!((used.charged_tokens, used.reserved_tokens), (sum, 0), "{charges:?}");
                assert!(sum - most < LIMIT.tokens, "{sum} of {charges:?}");
                let refused = charges.len() - paid.len();
                assert!(refused == 0 || sum + 530 * i64::try_from(charges.len()).unwrap() >= LIMIT.tokens);
            }
        }
    })
    .await;
}

proptest! {
    #[test]
    fn as_long_as_anything_is_left_one_more_fits(charged in 0i64..6000, messages in 0i64..60) {
        let used = Used { charged_tokens: charged, reserved_tokens: 0, messages };
        let fits = charged < LIMIT.tokens && messages < LIMIT.messages;
        prop_assert_eq!(used.remaining(LIMIT) > 0, fits);
        prop_assert!(used.remaining(LIMIT) <= LIMIT.messages);
    }
}
