//! A worker that is really killed: `kill -9` at each point that [`fault`] names, on both databases.
//!
//! The same journeys are lived once in peace, and once by workers in processes of their own, of which
//! each is killed at another point. What was done for whom must be the same at the end, once.
//! `WAVELAUNCH_KILLS` sets how many workers are killed on each database.

use std::collections::BTreeMap;
use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};

use crate::clients::Client;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::documents::DocumentStatus;
use crate::fault::{self, Point};
use crate::journey::fixture::*;
use crate::journey::*;
use crate::testing::{TestStudio, monday_noon, on_both, sqlite, visible};
use crate::{Studio, fetch_all, fetch_scalar};

const KILLS: u32 = 42;
const DATABASE: &str = "WAVELAUNCH_TEST_DATABASE";
const NOW: &str = "WAVELAUNCH_TEST_NOW";
const TOGETHER: &str = "WAVELAUNCH_TEST_TOGETHER";
/// Longer than any lease, that of a document included.
const UNTIL_GIVEN_UP: TimeDelta = TimeDelta::minutes(30);

/// More often than ever something is due.
const LOOKS: u32 = 2_000;

/// What was done: for which client, what, for which month, how often.
type Deeds = BTreeMap<(usize, String, Option<i64>), usize>;

#[tokio::test]
async fn a_killed_worker_loses_nothing_and_does_nothing_twice() {
    let kills = std::env::var("WAVELAUNCH_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let calm = {
        let studio = sqlite().await;
        let clients = found(&studio, kills).await;
        live(&studio, &clients, None).await;
        deeds(&studio, &clients).await
    };
    on_both(|studio| {
        let calm = calm.clone();
        async move {
            let clients = found(&studio, kills).await;
            let died = live(&studio, &clients, Some((&studio, kills))).await;
            assert!(died >= kills, "{died} of {kills} workers were killed");
            let mut tx = studio.db.read().await.unwrap();
            let running = "SELECT COUNT(*) FROM automation_schedules WHERE status = 'RUNNING'";
            assert_eq!(fetch_scalar!(tx, i64, running).unwrap(), 0, "nobody holds a row");
            drop(tx);
            assert_eq!(deeds(&studio, &clients).await, calm);
            visible(&format!("{died} workers killed on {:?}", studio.db.kind()));
        }
    })
    .await;
}

/// The worker that is killed; only the other test starts it.
#[tokio::test]
#[ignore = "it is the process that the other test kills"]
async fn doomed_worker() {
    let url = std::env::var(DATABASE).unwrap().parse().unwrap();
    let now: DateTime<Utc> = std::env::var(NOW).unwrap().parse().unwrap();
    let db = Db::open(&url).await.unwrap();
    let mut settings = Settings::default();
    settings.journey.steps_together = std::env::var(TOGETHER).unwrap().parse().unwrap();
    let studio = Studio::with_db(db, settings, Clock::driven(now)).unwrap();
    tick(&studio, "doomed").await.unwrap();
}

/// So many journeys, each of which begins a day after the other, that there is enough to be killed at.
async fn found(studio: &Studio, kills: u32) -> Vec<Client> {
    let mut clients = Vec::new();
    for index in 0..(kills / 8).clamp(8, 90) {
        // Only so many people are invited within an hour.
        studio.clock.advance(TimeDelta::minutes(4));
        let day = monday_noon().date_naive() + TimeDelta::days(index.into());
        clients.push(begun(studio, &format!("Client {index}"), &day.to_string()).await);
    }
    clients
}

/// Lives all journeys to their end, and kills the worker at each look until so many have died. Answers how many did.
async fn live(studio: &Studio, clients: &[Client], doomed: Option<(&TestStudio, u32)>) -> u32 {
    let mut died = 0;
    for look in 1..=LOOKS {
        let Some(due) = next_due(studio).await else { return died };
        studio.clock.set(due.max(studio.clock.now()));
        if let Some((test, kills)) = doomed
            && died < kills
        {
            let point = Point::ALL[usize::try_from(look).unwrap() % Point::ALL.len()];
            if point == Point::Recovered {
                // Somebody must have left rows behind.
                died += u32::from(die(test, Point::Claimed, 1));
                studio.clock.advance(UNTIL_GIVEN_UP);
            }
            died += u32::from(die(test, point, 1 + look / 7 % 2));
        } else {
            tick(studio, "calm").await.unwrap();
        }
        studio.clock.advance(UNTIL_GIVEN_UP);
        tick(studio, "heir").await.unwrap();
        for client in clients {
            for month in 1..=8 {
                let waits =
                    document(studio, client, month).await.is_some_and(|d| d.status == DocumentStatus::PendingReview);
                if waits {
                    deliver(studio, client, month).await;
                }
            }
        }
    }
    panic!("something is still due after {LOOKS} looks");
}

async fn next_due(studio: &Studio) -> Option<DateTime<Utc>> {
    let mut tx = studio.db.read().await.unwrap();
    let next = "SELECT trigger_date FROM automation_schedules WHERE status = 'SCHEDULED' ORDER BY trigger_date LIMIT 1";
    fetch_all!(tx, (DateTime<Utc>,), next).unwrap().pop().map(|(at,)| at)
}

/// Has a worker look at the clock's time and die; false when it never came to that point.
fn die(test: &TestStudio, point: Point, passage: u32) -> bool {
    let worker = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "journey::engine::kill_tests::doomed_worker", "--ignored", "--test-threads=1"])
        .env(DATABASE, &test.address)
        .env(NOW, test.clock.now().to_rfc3339())
        // One that is to die at its second passage must have a second transaction.
        .env(TOGETHER, if passage == 1 { "100" } else { "1" })
        .env(fault::VARIABLE, fault::order(point, passage))
        .output()
        .unwrap();
    let killed = std::os::unix::process::ExitStatusExt::signal(&worker.status) == Some(9);
    assert!(killed || worker.status.success(), "{}", String::from_utf8_lossy(&worker.stdout));
    killed
}

async fn deeds(studio: &Studio, clients: &[Client]) -> Deeds {
    let mut all = Deeds::new();
    for (index, client) in clients.iter().enumerate() {
        let mut tx = studio.db.read().await.unwrap();
        let logged = fetch_all!(
            tx,
            (String, Option<i64>),
            "SELECT l.action, a.month FROM automation_logs l LEFT JOIN automation_schedules a ON a.id = l.automation_id
             WHERE l.client_id = $1 AND l.status = 'SUCCESS'
             UNION ALL SELECT 'message ' || purpose, NULL FROM outbox WHERE client_id = $1
             UNION ALL SELECT 'document ' || status, month FROM deliverables WHERE client_id = $1",
            &client.id
        )
        .unwrap();
        for (action, month) in logged {
            *all.entry((index, action, month)).or_default() += 1;
        }
    }
    all
}
