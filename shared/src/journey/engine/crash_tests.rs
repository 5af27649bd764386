//! A worker may die at any point; here it does, and another one finishes its work once.

use chrono::TimeDelta;

use super::*;
use crate::coach::model::scripted::{Act, Scripted};
use crate::documents;
use crate::journey::fixture::*;
use crate::journey::{AutomationStatus, LogStatus, tick};
use crate::testing::on_both;

#[tokio::test]
async fn a_worker_that_dies_after_its_claim_is_followed_by_another() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let taken = claim(&studio, "doomed", 64).await.unwrap();
        assert_eq!(taken.len(), 1);
        assert!(tick(&studio, "heir").await.unwrap().is_idle(), "a live claim is respected");
        studio.clock.advance(TimeDelta::seconds(301));
        let report = tick(&studio, "heir").await.unwrap();
        assert_eq!((report.recovered, report.done), (1, 1));
        let draft = document(&studio, &client, 1).await.unwrap();
        // The doomed one was only slow: what it brings now changes nothing.
        assert_eq!(generate::step(&studio, &taken[0]).await.unwrap(), Note::Lost);
        assert_eq!(document(&studio, &client, 1).await.unwrap().version, draft.version);
        assert_eq!(attempts(&studio, &taken[0]).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_step_that_breaks_off_is_done_by_the_next_look() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-04-10").await;
        studio.clock.set(time("2026-04-07T09:00"));
        let due = due::look(&studio).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        assert_eq!(facts::take(&mut tx, &studio, &due).await.unwrap().len(), 1);
        if studio.db.kind() == crate::db::Kind::Postgres {
            assert_eq!(tick(&studio, "other").await.unwrap().done, 0, "what a worker holds is left to it");
        }
        drop(tx);
        assert_eq!(tick(&studio, "heir").await.unwrap().done, 1);
        assert_eq!(messages(&studio, &client).await, ["activated", "upcoming"]);
    })
    .await;
}

#[tokio::test]
async fn a_slow_failure_does_not_touch_what_another_did() {
    on_both(|studio| async move {
        begun(&studio, "Ada Obi", "2026-03-30").await;
        let taken = claim(&studio, "slow", 1).await.unwrap().pop().unwrap();
        studio.clock.advance(TimeDelta::seconds(301));
        tick(&studio, "heir").await.unwrap();
        let error = crate::Error::refused("too late");
        assert_eq!(settle::fail(&studio, &taken, &error).await.unwrap(), Note::Lost);
        assert_eq!(attempts(&studio, &taken).await[0].status, LogStatus::Success);
    })
    .await;
}

#[tokio::test]
async fn a_writer_that_is_cut_off_is_followed_under_the_same_job() {
    on_both(|mut studio| async move {
        let endpoint = Scripted::start([Act::Mute]).await;
        studio.studio.model = endpoint.model();
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let taken = claim(&studio, "doomed", 1).await.unwrap().pop().unwrap();
        // The worker dies while the model is silent: its future is dropped, whatever it was doing.
        let died = tokio::time::timeout(std::time::Duration::from_millis(300), generate::step(&studio, &taken)).await;
        assert!(died.is_err());
        let job = generation(&studio, &client, 1).await.payload.job_id.unwrap();
        assert!(document(&studio, &client, 1).await.is_none());

        studio.studio.model = crate::coach::model::Model::Offline;
        studio.clock.advance(TimeDelta::seconds(301));
        assert!(tick(&studio, "heir").await.unwrap().is_idle(), "writing has a longer lease");
        studio.clock.advance(TimeDelta::seconds(300));
        assert_eq!(tick(&studio, "heir").await.unwrap().recovered, 1);
        let drafts = documents::list(&mut studio.db.read().await.unwrap(), &owner(), &client.id).await.unwrap();
        assert_eq!(drafts.len(), 1);
        assert_eq!(document(&studio, &client, 1).await.unwrap().job_id, Some(job));
        assert_eq!(generation(&studio, &client, 1).await.status, AutomationStatus::Completed);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_jumps_back_fires_nothing_twice() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-04-10").await;
        tick_at(&studio, "2026-04-07T09:00").await;
        tick_at(&studio, "2026-04-07T08:00").await;
        tick_at(&studio, "2026-04-07T09:30").await;
        assert_eq!(messages(&studio, &client).await, ["activated", "upcoming"]);
    })
    .await;
}
