//! The engine's steps on SQLite, each durable on its own, against a bare loop that writes the same rows in the same run.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wavelaunch_shared::journey;

use super::figure::{Figure, quantile};
use super::scale::Scale;
use super::{bare, world};

/// Each is measured so often, in turns, so that a busy moment of the machine meets both.
const ROUNDS: usize = 3;

/// Steps a second of the engine, of the bare loop, and the first by the second: medians of the rounds.
pub async fn measure(scale: Scale) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let made = folder.path().join("made.db");
    world::make(&made, scale.steps()).await?;
    let (mut engine, mut bare) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let file = folder.path().join(format!("engine{round}.db"));
        std::fs::copy(&made, &file)?;
        let copy = file.clone();
        engine.push(tokio::spawn(async move { tick(&copy, scale.steps()).await }).await??);

        let rows = bare::written(&file).await?;
        ensure!(rows.len() == scale.steps() as usize, "the engine left {} of {} steps", rows.len(), scale.steps());
        let file = folder.path().join(format!("bare{round}.db"));
        std::fs::copy(&made, &file)?;
        bare.push(tokio::spawn(async move { bare::write(&file, &rows).await }).await??);
    }
    let a_second = |times: &mut Vec<Duration>| {
        let median = quantile(times, 0.5).context("no round was measured")?;
        anyhow::Ok(f64::from(scale.steps()) / median.as_secs_f64())
    };
    let (engine, bare) = (a_second(&mut engine)?, a_second(&mut bare)?);
    Ok(vec![
        Figure::at_least("journey steps on SQLite, each durable", engine, 6000.0, "a second"),
        Figure::plain("a bare sqlx loop that writes the same rows", format!("{bare:.0} a second")),
        Figure::at_least("the engine by the bare loop", engine / bare, 0.8, ""),
    ])
}

/// One tick over everything that is due in `file`.
async fn tick(file: &Path, steps: u32) -> Result<Duration> {
    let studio = world::open(file).await?;
    let begun = Instant::now();
    let report = journey::tick(&studio, "figures").await?;
    let took = begun.elapsed();
    ensure!(report.done == u64::from(steps), "one tick did {report:?}, and {steps} steps were due");
    studio.db.close().await;
    Ok(took)
}
