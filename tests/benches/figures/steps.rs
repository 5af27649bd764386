//! The engine's steps on SQLite, one or a hundred a transaction, against a bare loop that writes the same rows in the
//! same run.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wavelaunch_shared::journey;

use super::figure::{Figure, quantile};
use super::scale::Scale;
use super::{bare, world};

/// Each is measured so often, in turns, so that a busy moment of the machine meets both.
const ROUNDS: usize = 3;
/// The part of the bare loop's speed that the engine is to reach.
const PART: f64 = 0.8;

/// How many steps share a transaction, and what is wanted then.
struct Way {
    together: usize,
    name: &'static str,
    reach: f64,
}

const WAYS: [Way; 2] = [
    Way { together: 1, name: "each durable", reach: 6_000.0 },
    Way { together: 100, name: "100 a transaction", reach: 60_000.0 },
];

/// Steps a second of the engine, of the bare loop, and the first by the second: medians of the rounds.
pub async fn measure(scale: Scale, made: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for way in WAYS {
        figures.extend(measure_way(scale, made, &way).await?);
    }
    Ok(figures)
}

async fn measure_way(scale: Scale, made: &Path, way: &Way) -> Result<[Figure; 3]> {
    let folder = tempfile::tempdir()?;
    let (mut engine, mut bare) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let file = folder.path().join(format!("engine{round}.db"));
        std::fs::copy(made, &file)?;
        let (copy, together) = (file.clone(), way.together);
        engine.push(tokio::spawn(async move { tick(&copy, scale.steps(), together).await }).await??);

        let rows = bare::written(&file).await?;
        ensure!(rows.len() == scale.steps() as usize, "the engine left {} of {} steps", rows.len(), scale.steps());
        let file = folder.path().join(format!("bare{round}.db"));
        std::fs::copy(made, &file)?;
        bare.push(tokio::spawn(async move { bare::write(&file, &rows, together).await }).await??);
    }
    let a_second = |times: &mut Vec<Duration>| {
        let median = quantile(times, 0.5).context("no round was measured")?;
        anyhow::Ok(f64::from(scale.steps()) / median.as_secs_f64())
    };
    let (engine, bare) = (a_second(&mut engine)?, a_second(&mut bare)?);
    Ok([
        Figure::at_least(format!("journey steps on SQLite, {}", way.name), engine, way.reach, "a second"),
        Figure::plain("a bare sqlx loop that writes the same rows", format!("{bare:.0} a second")),
        Figure::at_least("the engine by the bare loop", engine / bare, PART, ""),
    ])
}

/// One tick over everything that is due in `file`.
async fn tick(file: &Path, steps: u32, together: usize) -> Result<Duration> {
    let mut settings = world::settings();
    settings.journey.steps_together = together;
    let studio = world::open(file, settings).await?;
    let begun = Instant::now();
    let report = journey::tick(&studio, "figures").await?;
    let took = begun.elapsed();
    ensure!(report.done == u64::from(steps), "one tick did {report:?}, and {steps} steps were due");
    studio.db.close().await;
    Ok(took)
}
