//! Months of a studio's life with trouble at every outside call, over real sockets and on both databases.
//!
//! The world is the demonstration's: scripted staff and clients, the engine's workers, a clock that is driven. Here the
//! messages leave through the bots' own senders to the strict stand-ins, and the drafts come from a model behind HTTP.
//! At the end of each day every promise is counted from the outside, and each client's journey is held against a
//! second reading of the rules.
//!
//! `WAVELAUNCH_REHEARSAL_RUNS` sets how many runs there are, `WAVELAUNCH_REHEARSAL_DAYS` how long each is, and
//! `WAVELAUNCH_REHEARSAL_SEED` the first one's number, to begin one story again.

mod outside;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use wavelaunch_shared::testing::{self, TestStudio};
use wavelaunch_tui::demo::{Plot, Stage, Totals, Weather, World};

use outside::Sockets;
use watch::Watch;

/// The share of transactions that fail; other calls fail more often.
const RATE: f64 = 0.015;
/// How many people take part in a run.
const PEOPLE: usize = 12;

#[tokio::test]
async fn every_promise_is_kept_through_eight_months_of_trouble_on_sqlite() -> Result<()> {
    for seed in seeds(1) {
        let plot = plot(seed);
        let luck = plot.luck();
        let sockets = Sockets::open(Arc::clone(&luck)).await?;
        let studio = testing::sqlite_with(sockets.settings()).await;
        rehearse(plot, sockets, studio).await.with_context(|| format!("on SQLite, with seed {seed}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn every_promise_is_kept_through_eight_months_of_trouble_on_postgresql() -> Result<()> {
    for seed in seeds(1_000_001) {
        let plot = plot(seed);
        let luck = plot.luck();
        let sockets = Sockets::open(Arc::clone(&luck)).await?;
        let Some(studio) = testing::postgres_with(sockets.settings()).await else { return Ok(()) };
        rehearse(plot, sockets, studio).await.with_context(|| format!("on PostgreSQL, with seed {seed}"))?;
    }
    Ok(())
}

async fn rehearse(plot: Plot, sockets: Sockets, test: TestStudio) -> Result<()> {
    let days = from_environment("WAVELAUNCH_REHEARSAL_DAYS", 240);
    let mut studio = test.studio.clone();
    studio.db = studio.db.with_troubles(sockets.luck());
    let (luck, outside) = (sockets.luck(), Arc::new(sockets.connect(&studio).await?));
    let start = studio.clock.now();
    let mut world = World::found(Stage { studio, luck, outside: outside.clone() }, plot).await?;
    let compared = Arc::new(AtomicU64::new(0));
    world.watched_by(Box::new(Watch::new(&test, Arc::clone(&compared))));
    for day in 1..=days {
        world.live_a_day(start + TimeDelta::days(day)).await?;
    }
    let totals = world.totals(days).await?;
    let compared = compared.load(Ordering::Relaxed);
    testing::visible(&told(&test, &totals, compared));
    ensure!(compared > u64::try_from(days)?, "only {compared} states were held against the rules");
    is_a_rehearsal(&totals, days)?;
    outside.nothing_was_refused()
}

/// A run in which nothing much happens proves nothing.
fn is_a_rehearsal(totals: &Totals, days: i64) -> Result<()> {
    if days < 240 {
        return Ok(());
    }
    for purpose in ["upcoming", "ready", "overdue", "month_complete", "paused", "welcome_back"] {
        ensure!(totals.arrived.contains_key(purpose), "no {purpose} arrived: {totals:?}");
    }
    for fault in [
        "database: busy or in conflict",
        "database: connection lost",
        "worker: died before a commit",
        "worker: died after a commit",
        "chat: 429",
        "chat: 5xx",
        "chat: answer lost after the effect",
        "clock: set back",
    ] {
        ensure!(totals.faults.contains_key(fault), "nothing met \"{fault}\": {totals:?}");
    }
    ensure!(totals.faults.keys().filter(|fault| fault.starts_with("model: ")).count() >= 3, "{totals:?}");
    Ok(())
}

fn told(test: &TestStudio, totals: &Totals, compared: u64) -> String {
    let faults: u64 = totals.faults.values().map(|struck| struck.times).sum();
    format!(
        "rehearsed on {:?} with seed {}: {} days, {} clients, {} messages, {} rows explained, {faults} faults, \
         {compared} states as the rules want them",
        test.db.kind(),
        totals.seed,
        totals.days,
        totals.clients,
        totals.messages_sent,
        totals.rows_explained
    )
}

fn plot(seed: u64) -> Plot {
    Plot {
        people: PEOPLE,
        apart: TimeDelta::hours(7),
        look_every: TimeDelta::hours(8),
        ..Plot::rehearsal(seed, Weather::Foul(RATE))
    }
}

/// Each database has stories of its own, so that every run tells two.
fn seeds(first: i64) -> impl Iterator<Item = u64> {
    let first = from_environment("WAVELAUNCH_REHEARSAL_SEED", first).unsigned_abs();
    first..first + from_environment("WAVELAUNCH_REHEARSAL_RUNS", 1).unsigned_abs()
}

fn from_environment(name: &str, default: i64) -> i64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a whole number"))
}
