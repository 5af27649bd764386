//! Moving whole journeys: every client's start by some days, against the bare UPDATE of the same rows.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{NaiveDate, TimeDelta};
use sqlx::Connection;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::journey::{self, Move};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{Studio, fetch_all};

use super::figure::{Figure, millis, quantile};
use super::scale::Scale;
use super::{bare, world};

/// How much longer than the bare UPDATE it may take.
const TIMES: f64 = 3.0;
/// How far the journeys move.
const DAYS: i64 = 5;

/// The whole, by the bare UPDATE, and one client's share of it.
pub async fn measure(scale: Scale, made: &Path) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let (moved, bare) = (folder.path().join("moved.db"), folder.path().join("bare.db"));
    std::fs::copy(made, &moved)?;
    std::fs::copy(made, &bare)?;
    let mut clients = shift(&moved).await?;
    let whole: Duration = clients.iter().sum();
    let one = quantile(&mut clients, 0.5).context("no client was moved")?;
    let (rows, update) = update(&moved, &bare).await?;
    ensure!(rows >= u64::from(scale.steps()), "only {rows} rows were moved");
    Ok(vec![
        Figure::at_most("moving one client's journey, median", millis(one), 1.0, "ms"),
        Figure::plain(
            format!("moving the journeys of {} clients", scale.steps()),
            format!("{:.1} s", whole.as_secs_f64()),
        ),
        Figure::plain(format!("the bare UPDATE of the same {rows} rows"), format!("{:.1} s", update.as_secs_f64())),
        Figure::at_most("the moves by the bare UPDATE", whole.as_secs_f64() / update.as_secs_f64(), TIMES, ""),
    ])
}

/// Moves every journey in the file, one after the other; how long each took.
async fn shift(file: &Path) -> Result<Vec<Duration>> {
    let studio = world::open(file, world::settings()).await?;
    let mut took = Vec::new();
    for (client, start) in started(&studio).await? {
        let wanted = Move::AdjustStart { on: start + TimeDelta::days(DAYS) };
        let begun = Instant::now();
        journey::make(&studio, &Actor::local_owner(), &client, &wanted, None).await?;
        took.push(begun.elapsed());
    }
    studio.db.close().await;
    Ok(took)
}

async fn started(studio: &Studio) -> Result<Vec<(ClientId, NaiveDate)>> {
    let mut tx = studio.db.read().await?;
    let sql = "SELECT id, program_start_date FROM clients WHERE program_start_date IS NOT NULL ORDER BY id";
    let rows = fetch_all!(tx, (ClientId, chrono::DateTime<chrono::Utc>), sql)?;
    Ok(rows.into_iter().map(|(id, start)| (id, start.date_naive())).collect())
}

/// Gives the rows in `bare` the times that they have in `moved`, in one statement.
async fn update(moved: &Path, bare: &Path) -> Result<(u64, Duration)> {
    let mut connection = bare::connect(bare).await?;
    sqlx::query("ATTACH $1 AS moved")
        .bind(moved.to_str().context("a path that is text")?)
        .execute(&mut connection)
        .await?;
    sqlx::query(
        "CREATE TEMP TABLE places AS SELECT a.id, a.trigger_date, a.local_date, a.updated_at
         FROM moved.automation_schedules a JOIN main.automation_schedules b ON b.id = a.id
         WHERE a.trigger_date <> b.trigger_date",
    )
    .execute(&mut connection)
    .await?;
    let begun = Instant::now();
    let rows = sqlx::query(
        "UPDATE main.automation_schedules SET trigger_date = p.trigger_date, local_date = p.local_date,
                updated_at = p.updated_at
         FROM places p WHERE p.id = automation_schedules.id",
    )
    .execute(&mut connection)
    .await?
    .rows_affected();
    let took = begun.elapsed();
    connection.close().await?;
    Ok((rows, took))
}
