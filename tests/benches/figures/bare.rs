//! The yardstick: a loop that writes the rows which the engine wrote, with nothing around it.
//!
//! One transaction a step on one connection with the pragmas that the program uses; it decides nothing and reads nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

/// What one step left behind.
#[derive(sqlx::FromRow)]
pub struct Written {
    automation: String,
    claimed_until: String,
    client: String,
    log: String,
    kind: String,
    action: String,
    at: String,
    outbox: String,
    dedupe: String,
    purpose: String,
    channel: String,
    body: String,
    priority: i64,
    user: String,
    notice_kind: String,
    title: String,
    message: String,
}

/// Reads what the engine has written in `file`.
pub async fn written(file: &Path) -> Result<Vec<Written>> {
    let mut connection = connect(file).await?;
    let rows = sqlx::query_as(
        "SELECT a.id AS automation, a.executed_at AS claimed_until, a.client_id AS client, l.id AS log, l.type AS kind,
                l.action, l.created_at AS at, o.id AS outbox, o.dedupe_key AS dedupe, o.purpose, o.channel, o.body,
                o.priority, n.client_user_id AS user, n.type AS notice_kind, n.title, n.message
         FROM automation_schedules a JOIN automation_logs l ON l.automation_id = a.id AND l.status = 'SUCCESS'
         JOIN outbox o ON o.client_id = a.client_id JOIN portal_notifications n ON n.id = o.id
         WHERE a.status = 'COMPLETED' ORDER BY l.id",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(rows)
}

/// Writes the same rows into `file`; how long that took.
pub async fn write(file: &Path, rows: &[Written]) -> Result<Duration> {
    let mut connection = connect(file).await?;
    let begun = Instant::now();
    for row in rows {
        step(&mut connection, row).await?;
    }
    let took = begun.elapsed();
    let completed: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM automation_schedules a JOIN outbox o ON o.client_id = a.client_id WHERE a.status = 'COMPLETED'")
            .fetch_one(&mut connection)
            .await?;
    ensure!(usize::try_from(completed)? == rows.len(), "the bare loop wrote {completed} of {} steps", rows.len());
    connection.close().await?;
    Ok(took)
}

async fn step(connection: &mut SqliteConnection, row: &Written) -> Result<()> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(
        "UPDATE automation_schedules SET status = 'RUNNING', claimed_by = 'bare', claimed_until = $2,
                claim_epoch = claim_epoch + 1, updated_at = $3
         WHERE id = $1 AND status = 'SCHEDULED'",
    )
    .bind(&row.automation)
    .bind(&row.claimed_until)
    .bind(&row.at)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO automation_logs (id, client_id, automation_id, type, action, status, attempt, created_at)
         VALUES ($1, $2, $3, $4, $5, 'SUCCESS', 1, $6)",
    )
    .bind(&row.log)
    .bind(&row.client)
    .bind(&row.automation)
    .bind(&row.kind)
    .bind(&row.action)
    .bind(&row.at)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO outbox (id, dedupe_key, purpose, client_id, channel, body, priority, not_before, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(&row.outbox)
    .bind(&row.dedupe)
    .bind(&row.purpose)
    .bind(&row.client)
    .bind(&row.channel)
    .bind(&row.body)
    .bind(row.priority)
    .bind(&row.at)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO portal_notifications (id, client_user_id, type, title, message, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&row.outbox)
    .bind(&row.user)
    .bind(&row.notice_kind)
    .bind(&row.title)
    .bind(&row.message)
    .bind(&row.at)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "UPDATE automation_schedules SET status = 'COMPLETED', executed_at = $2, updated_at = $2, claimed_by = NULL,
                claimed_until = NULL
         WHERE id = $1 AND status = 'RUNNING'",
    )
    .bind(&row.automation)
    .bind(&row.at)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn connect(file: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "MEMORY");
    Ok(options.connect().await?)
}
