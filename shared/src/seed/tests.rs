use std::collections::BTreeSet;

use super::*;
use crate::clients::{self, Filter, Sort, Status};
use crate::config::Settings;
use crate::db::backup;
use crate::testing::{monday_noon, on_both, postgres_with, sqlite};
use crate::{fetch_all, fetch_scalar, journey};

#[tokio::test]
async fn a_seeded_studio_is_spread_over_the_whole_programme() {
    on_both(|studio| async move {
        let made = seed(&studio, &Actor::local_owner(), 400, 7).await.unwrap();
        assert_eq!(made.clients, 400);
        let now = monday_noon();
        let mut tx = studio.db.read().await.unwrap();
        for filter in
            ["month:1", "month:8", "status:lead", "paused", "status:completed", "late", "silent", "status:churned"]
        {
            let count = clients::count(&mut tx, now, &filter.parse().unwrap()).await.unwrap();
            assert!((1..200).contains(&count), "{filter}: {count}");
        }
        let due = "SELECT COUNT(*) FROM automation_schedules WHERE status = 'SCHEDULED' AND trigger_date < $1";
        assert_eq!(fetch_scalar!(tx, i64, due, now).unwrap(), 0, "nothing waits that should have happened");
        let rows = clients::page(&mut tx, now, &Filter::default(), Sort::Month, None, 400).await.unwrap().rows;
        for row in rows.iter().filter(|row| row.client.status == Status::Active) {
            let plan = fetch_all!(
                tx,
                (i64,),
                "SELECT COUNT(*) FROM automation_schedules WHERE client_id = $1
                 UNION ALL SELECT COUNT(*) FROM journey_months WHERE client_id = $1",
                &row.client.id
            );
            assert_eq!(plan.unwrap(), [(32,), (8,)]);
            journey::overview(&mut tx, &studio, &row.client).await.unwrap();
        }
        let again = seed(&studio, &Actor::local_owner(), 1, 7).await.unwrap_err();
        assert!(again.to_string().contains("seed 7"));
        drop(tx);
        assert_eq!(seed(&studio, &Actor::local_owner(), 3, 8).await.unwrap().clients, 3);
    })
    .await;
}

#[tokio::test]
async fn the_same_seed_makes_the_same_studio_on_both_databases() {
    let folder = tempfile::tempdir().unwrap();
    let mut digests = Vec::new();
    let mut studios = vec![sqlite().await, sqlite().await];
    studios.extend(postgres_with(Settings::default()).await);
    for (number, studio) in studios.iter().enumerate() {
        seed(studio, &Actor::local_owner(), 60, 42).await.unwrap();
        let file = folder.path().join(number.to_string());
        digests.push(backup::backup(studio, &Actor::local_owner(), &file).await.unwrap().tables);
    }
    for tables in &digests {
        let differing: Vec<_> = tables.iter().filter(|(table, sum)| digests[0].get(*table) != Some(*sum)).collect();
        assert!(differing.is_empty(), "{differing:?}");
    }
    let other = sqlite().await;
    seed(&other, &Actor::local_owner(), 60, 43).await.unwrap();
    let tables = backup::backup(&other, &Actor::local_owner(), &folder.path().join("other")).await.unwrap().tables;
    assert_ne!(tables["clients"], digests[0]["clients"]);
}

/// What the product itself would write is what is written here: the next tick finds nothing to do but to make the
/// week's digest.
#[tokio::test]
async fn the_engine_goes_on_from_there() {
    on_both(|studio| async move {
        seed(&studio, &Actor::local_owner(), 40, 3).await.unwrap();
        let report = journey::tick(&studio, "worker").await.unwrap();
        assert_eq!(report, journey::TickReport { told: 1, ..Default::default() });
        studio.clock.advance(chrono::TimeDelta::days(2));
        let report = journey::tick(&studio, "worker").await.unwrap();
        assert!(!report.is_idle());
        let mut tx = studio.db.read().await.unwrap();
        let failed = "SELECT DISTINCT COALESCE(error_message, '') FROM automation_schedules WHERE status = 'FAILED'";
        let failed: BTreeSet<String> =
            fetch_all!(tx, (String,), failed).unwrap().into_iter().map(|(error,)| error).collect();
        assert!(failed.iter().all(|error| error == "the model did not answer in time"), "{failed:?}");
    })
    .await;
}
