use chrono::TimeDelta;
use rstest::rstest;

use super::*;
use crate::clients::{self, NewClient};
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both};

#[rstest]
#[case(4_980, 5_010, Some(5_000))]
#[case(900, 12_000, Some(10_000))]
#[case(5_010, 5_020, None)]
#[case(0, 999, None)]
#[case(1_900_000, 2_100_000, Some(2_000_000))]
#[case(999_999, 1_000_000, Some(1_000_000))]
fn the_highest_step_crossed_counts(#[case] before: i64, #[case] after: i64, #[case] step: Option<i64>) {
    assert_eq!(milestone_crossed(before, after), step);
}

async fn enter(studio: &TestStudio, client: &clients::Client, followers: &[i64], apart: TimeDelta) {
    for count in followers {
        record(studio, &Actor::local_owner(), client, Platform::Instagram, *count, None).await.unwrap();
        studio.clock.advance(apart);
    }
}

async fn maya(studio: &TestStudio) -> clients::Client {
    let new = NewClient { full_name: "Maya".into(), email: "maya@example.com".into(), ..NewClient::default() };
    clients::add(studio, &Actor::local_owner(), new).await.unwrap()
}

#[tokio::test]
async fn oracle_milestone() {
    on_both(|studio| async move {
        let client = maya(&studio).await;
        enter(&studio, &client, &[4_980, 5_010, 4_990, 5_020], TimeDelta::days(1)).await;
        let raised = alerts(&mut studio.db.read().await.unwrap(), Some(&client.id), 10).await.unwrap();
        assert_eq!(raised.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["Instagram passed 5K"]);
    })
    .await;
}

#[tokio::test]
async fn oracle_double_sync() {
    on_both(|studio| async move {
        let client = maya(&studio).await;
        enter(&studio, &client, &[100, 120], TimeDelta::hours(2)).await;
        let since = studio.clock.now() - TimeDelta::days(3);
        let readings = history(&mut studio.db.read().await.unwrap(), &client.id, since).await.unwrap();
        assert_eq!(readings.iter().map(|reading| reading.followers).collect::<Vec<_>>(), [120]);
    })
    .await;
}

#[tokio::test]
async fn an_alert_is_read_once_seen_and_an_unknown_one_is_not_found() {
    on_both(|studio| async move {
        let client = maya(&studio).await;
        enter(&studio, &client, &[900, 1_100], TimeDelta::days(1)).await;
        let owner = Actor::local_owner();
        let alert = alerts(&mut studio.db.read().await.unwrap(), None, 10).await.unwrap().remove(0);
        mark_alert_read(&studio, &owner, &alert.id).await.unwrap();
        assert!(alerts(&mut studio.db.read().await.unwrap(), None, 10).await.unwrap()[0].is_read);
        let unknown = crate::id::AlertId::from_input("nothing");
        assert!(matches!(mark_alert_read(&studio, &owner, &unknown).await, Err(Error::NotFound("alert"))));
    })
    .await;
}
