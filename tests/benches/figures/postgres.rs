//! The engine on PostgreSQL, against graphile-worker in its batched mode on the same server in the same run.
//!
//! The queue's jobs do nothing; the engine's write their log, message and notice.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use wavelaunch_shared::db::backup::{self, Onto};
use wavelaunch_shared::journey;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::postgres_with;

use super::figure::{Figure, quantile};
use super::scale::Scale;
use super::world;

const ROUNDS: usize = 3;
/// The part of the queue's speed that the engine is to reach.
const PART: f64 = 0.7;
const STEPS: &str = "journey steps on PostgreSQL, 100 a transaction, 2 workers";
const JOBS: &str = "jobs of graphile-worker that do nothing, batched";

/// Steps a second of the engine, jobs a second of the queue, and the first by the second: medians of the rounds.
pub async fn measure(scale: Scale, made: &Path) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("made.backup");
    let studio = world::open(made, world::settings()).await?;
    backup::backup(&studio, &Actor::local_owner(), &copy).await?;
    studio.db.close().await;
    let (mut engine, mut queue) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        match steps(&copy, scale.steps()).await? {
            Some(took) => engine.push(f64::from(scale.steps()) / took.as_secs_f64()),
            None => return Ok(vec![Figure::plain(STEPS, "skipped: no server")]),
        }
        queue.extend(jobs(scale.steps()).await?);
    }
    let engine = quantile(&mut engine, 0.5).context("no round was measured")?;
    let steps = Figure::plain(STEPS, format!("{engine:.0} a second"));
    Ok(match quantile(&mut queue, 0.5) {
        None => vec![steps, Figure::plain(JOBS, "skipped: no npm ci")],
        Some(queue) => vec![
            steps,
            Figure::plain(JOBS, format!("{queue:.0} a second")),
            Figure::at_least("the engine by graphile-worker", engine / queue, PART, ""),
        ],
    })
}

/// Two workers over everything that is due in the copy; `None` without a server.
async fn steps(copy: &Path, steps: u32) -> Result<Option<Duration>> {
    let Some(studio) = postgres_with(world::settings()).await else { return Ok(None) };
    studio.clock.set(world::morning()?);
    backup::restore(&studio, &Actor::local_owner(), copy, &Onto::Empty).await?;
    let begun = Instant::now();
    let worker = |name: &'static str| {
        let studio = studio.studio.clone();
        tokio::spawn(async move { journey::tick(&studio, name).await })
    };
    let (one, two) = (worker("one"), worker("two"));
    let done = one.await??.done + two.await??.done;
    let took = begun.elapsed();
    ensure!(done == u64::from(steps), "two workers did {done} of {steps} steps");
    studio.db.close().await;
    Ok(Some(took))
}

/// Jobs a second; `None` where the queue is not installed.
async fn jobs(count: u32) -> Result<Option<f64>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/graphile");
    let Some(studio) = postgres_with(world::settings()).await else { return Ok(None) };
    if !folder.join("node_modules").exists() {
        return Ok(None);
    }
    let output = Command::new("node")
        .arg("jobs.mjs")
        .arg(count.to_string())
        .current_dir(folder)
        .env("DATABASE_URL", &studio.address)
        .output()
        .await
        .context("node does not start")?;
    ensure!(output.status.success(), "graphile-worker: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(Some(String::from_utf8(output.stdout)?.trim().parse()?))
}
