//! Incoming updates: stored before they are acknowledged, dealt with in order within a chat.
//!
//! A row's count of attempts is its lease's epoch: whoever comes back after another worker took the
//! row over changes nothing. What cannot be dealt with ends as a dead letter with the reason, and
//! the chat goes on.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::types::Json;

use crate::db::{Kind, Tx};
use crate::retention::AT_ONCE;
use crate::text::terminal_safe;
use crate::{Result, Studio, execute, fetch_optional};

/// How often an update is tried before it becomes a dead letter.
const TRIES: i64 = 5;

/// One update that a worker holds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct InboxRow {
    /// Its place in the order of arrival.
    pub id: i64,
    /// Which platform, and which of its streams.
    pub source: String,
    /// The platform's own number of the update.
    pub external_id: String,
    /// Updates with the same key are dealt with in order.
    pub chat_key: String,
    /// The update as it came.
    #[sqlx(json)]
    pub payload: Value,
    /// How often it was taken, this time included.
    pub attempts: i64,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// Keeps an update. False when it is there already.
pub async fn store(studio: &Studio, source: &str, external_id: &str, chat_key: &str, payload: &Value) -> Result<bool> {
    let mut tx = studio.db.write().await?;
    let added = execute!(
        tx,
        "INSERT INTO inbox (source, external_id, chat_key, payload, received_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (source, external_id) DO NOTHING",
        source,
        external_id,
        chat_key,
        Json(payload),
        studio.clock.now()
    )?;
    tx.commit().await?;
    Ok(added == 1)
}

/// Takes the oldest update of `source` whose chat is free, under a lease.
pub async fn claim_next(studio: &Studio, source: &str, worker: &str) -> Result<Option<InboxRow>> {
    loop {
        let mut tx = studio.db.write().await?;
        let Some(row) = take(&mut tx, studio, source, worker).await? else { return Ok(None) };
        let spent = row.attempts > TRIES;
        if spent {
            let reason = row.error.clone().unwrap_or_else(|| "the worker stopped each time while it held this".into());
            bury(&mut tx, studio.clock.now(), &row, &reason).await?;
        }
        tx.commit().await?;
        if !spent {
            return Ok(Some(row));
        }
    }
}

/// Keeps an update for another lease while it is being dealt with. False when another worker has
/// taken it over.
pub async fn renew(studio: &Studio, row: &InboxRow) -> Result<bool> {
    let until = studio.clock.now() + TimeDelta::seconds(studio.settings.delivery.lease_seconds);
    let mut tx = studio.db.write().await?;
    let changed = execute!(
        tx,
        "UPDATE inbox SET lease_until = $3 WHERE id = $1 AND attempts = $2 AND state = 'LEASED'",
        row.id,
        row.attempts,
        until
    )?;
    tx.commit().await?;
    Ok(changed == 1)
}

/// The update was dealt with. False when another worker has taken it over.
pub async fn done(studio: &Studio, row: &InboxRow) -> Result<bool> {
    let mut tx = studio.db.write().await?;
    let done = finish(&mut tx, studio.clock.now(), row).await?;
    tx.commit().await?;
    Ok(done)
}

/// The same within a transaction that holds what came of it.
pub(super) async fn finish(tx: &mut Tx, now: DateTime<Utc>, row: &InboxRow) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE inbox SET state = 'DONE', done_at = $3, lease_until = NULL, leased_by = NULL, error = NULL
         WHERE id = $1 AND attempts = $2 AND state = 'LEASED'",
        row.id,
        row.attempts,
        now
    )?;
    Ok(changed == 1)
}

/// The attempt failed: it is tried again a little later, and after five attempts given up.
pub async fn failed(studio: &Studio, row: &InboxRow, error: &str) -> Result<bool> {
    if row.attempts >= TRIES {
        return refuse(studio, row, error).await;
    }
    let now = studio.clock.now();
    let wait = TimeDelta::seconds(1 << (2 * row.attempts.clamp(0, 4)));
    let mut tx = studio.db.write().await?;
    let changed = execute!(
        tx,
        "UPDATE inbox SET state = 'NEW', lease_until = $3, leased_by = NULL, error = $4
         WHERE id = $1 AND attempts = $2 AND state = 'LEASED'",
        row.id,
        row.attempts,
        now + wait,
        terminal_safe(error)
    )?;
    tx.commit().await?;
    Ok(changed == 1)
}

/// The update can never be dealt with: it becomes a dead letter with the reason.
pub async fn refuse(studio: &Studio, row: &InboxRow, reason: &str) -> Result<bool> {
    let mut tx = studio.db.write().await?;
    let buried = bury(&mut tx, studio.clock.now(), row, reason).await?;
    tx.commit().await?;
    Ok(buried)
}

async fn bury(tx: &mut Tx, now: DateTime<Utc>, row: &InboxRow, reason: &str) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE inbox SET state = 'DEAD', done_at = $3, lease_until = NULL, leased_by = NULL, error = $4
         WHERE id = $1 AND attempts = $2 AND state = 'LEASED'",
        row.id,
        row.attempts,
        now,
        terminal_safe(reason)
    )?;
    Ok(changed == 1)
}

/// Only the head of a chat may be taken: nothing overtakes it while it is held or waits for a retry.
async fn take(tx: &mut Tx, studio: &Studio, source: &str, worker: &str) -> Result<Option<InboxRow>> {
    macro_rules! statement {
        ($lock:literal) => {
            concat!(
                "UPDATE inbox SET state = 'LEASED', attempts = attempts + 1, leased_by = $2, lease_until = $4
                 WHERE id = (
                     SELECT i.id FROM inbox i
                     WHERE i.source = $1 AND i.state IN ('NEW', 'LEASED')
                       AND (i.lease_until IS NULL OR i.lease_until <= $3)
                       AND NOT EXISTS (SELECT 1 FROM inbox e WHERE e.source = i.source AND e.chat_key = i.chat_key
                           AND e.state IN ('NEW', 'LEASED') AND e.id < i.id)
                     ORDER BY i.id LIMIT 1 ",
                $lock,
                ")
                 RETURNING id, source, external_id, chat_key, payload, attempts, received_at, error"
            )
        };
    }
    let now = studio.clock.now();
    let until = now + TimeDelta::seconds(studio.settings.delivery.lease_seconds);
    let sql = match tx.kind() {
        Kind::Sqlite => statement!(""),
        Kind::Postgres => statement!("FOR UPDATE SKIP LOCKED"),
    };
    fetch_optional!(tx, InboxRow, sql, source, worker, now, until)
}

/// Takes off updates that were dealt with before `before`. Those that could not be used stay, with their reason.
pub(crate) async fn forget_updates(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM inbox WHERE id IN (
             SELECT id FROM inbox WHERE state = 'DONE' AND done_at < $1 ORDER BY id LIMIT $2)",
        before,
        AT_ONCE
    )
}
