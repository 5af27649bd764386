//! Taking messages that are due.

use chrono::{DateTime, TimeDelta, Utc};

use super::end::give_up;
use super::{Cause, Channel, Held, Leased, Row};
use crate::db::{Kind, Tx};
use crate::id::ClientId;
use crate::text::Reply;
use crate::{Result, Studio, execute, fetch_all, fetch_optional};

/// Takes up to `limit` due messages of `channel`, the most urgent first.
pub async fn claim(studio: &Studio, worker: &str, channel: Channel, limit: i64) -> Result<Vec<Leased>> {
    claim_some(studio, worker, channel, None, limit).await
}

/// The same among the messages of one client, for a sender that serves nobody else.
pub async fn claim_for(
    studio: &Studio,
    worker: &str,
    channel: Channel,
    client: &ClientId,
    limit: i64,
) -> Result<Vec<Leased>> {
    claim_some(studio, worker, channel, Some(client), limit).await
}

async fn claim_some(
    studio: &Studio,
    worker: &str,
    channel: Channel,
    client: Option<&ClientId>,
    limit: i64,
) -> Result<Vec<Leased>> {
    let now = studio.clock.now();
    // A look costs no write lock: an idle sender leaves the database alone.
    if !anything_due(studio, channel, now).await? {
        return Ok(Vec::new());
    }
    let until = now + TimeDelta::seconds(studio.settings.delivery.lease_seconds);
    let mut tx = studio.db.write().await?;
    let mut rows = take(&mut tx, now, until, worker, channel, client, limit).await?;
    if rows.is_empty() {
        // No commit: it would wake everyone who waits for news, and they this one in turn.
        return Ok(Vec::new());
    }
    rows.sort_by(|a, b| (a.priority, &a.id).cmp(&(b.priority, &b.id)));
    let mut leased = Vec::with_capacity(rows.len());
    for row in rows {
        let held = Held { id: &row.id, epoch: row.lease_epoch, channel, client: row.client_id.as_ref() };
        match (row.address, serde_json::from_value::<Reply>(row.body)) {
            (None, _) => give_up(&mut tx, now, &held, Cause::Recipient, "no chat account is linked any more").await?,
            (_, Err(error)) => {
                let why = format!("the stored message is unreadable: {error}");
                give_up(&mut tx, now, &held, Cause::Message, &why).await?;
            }
            (Some(recipient), Ok(body)) => leased.push(Leased {
                id: row.id,
                epoch: row.lease_epoch,
                channel,
                recipient,
                body,
                client_id: row.client_id,
                purpose: row.purpose,
                attempts: row.attempts,
            }),
        }
    }
    tx.commit().await?;
    Ok(leased)
}

async fn anything_due(studio: &Studio, channel: Channel, now: DateTime<Utc>) -> Result<bool> {
    let mut tx = studio.db.read().await?;
    let due = fetch_optional!(
        tx,
        (i64,),
        "SELECT CAST(1 AS BIGINT) FROM outbox WHERE state = 'QUEUED' AND not_before <= $1 AND channel = $2 LIMIT 1",
        now,
        channel
    )?;
    Ok(due.is_some())
}

/// Leases the heads of the recipients' queues.
///
/// On PostgreSQL the claims of one channel follow each other under an advisory lock: without it two
/// workers could each take another message of one recipient, as neither sees the other's lease yet.
async fn take(
    tx: &mut Tx,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    worker: &str,
    channel: Channel,
    client: Option<&ClientId>,
    limit: i64,
) -> Result<Vec<Row>> {
    macro_rules! statement {
        ($lock:literal) => {
            concat!(
                "WITH due AS MATERIALIZED (
                     SELECT o.id FROM outbox o
                     LEFT JOIN chat_identities i ON i.client_id = o.client_id AND i.platform = o.channel
                         AND i.revoked_at IS NULL AND i.unreachable_at IS NULL
                     WHERE o.channel = $1 AND o.state = 'QUEUED' AND o.not_before <= $2
                       AND (CAST($6 AS TEXT) IS NULL OR o.client_id = $6)
                       AND NOT EXISTS (SELECT 1 FROM rate_limits r WHERE r.next_allowed_at > $2 AND r.scope IN
                           ($1, $1 || ':' || COALESCE(o.recipient, i.chat_id, i.external_user_id)))
                       AND NOT EXISTS (SELECT 1 FROM outbox e
                           WHERE e.channel = o.channel AND e.state IN ('QUEUED', 'LEASED')
                             AND COALESCE(e.recipient, e.client_id) = COALESCE(o.recipient, o.client_id)
                             AND (e.state = 'LEASED' OR ((e.not_before <= $2 OR e.error IS NOT NULL)
                                 AND (e.priority < o.priority OR (e.priority = o.priority AND e.id < o.id)))))
                     ORDER BY o.priority, o.id LIMIT $5 ",
                $lock,
                ")
                 UPDATE outbox SET state = 'LEASED', leased_by = $3, lease_until = $4, lease_epoch = lease_epoch + 1
                 WHERE id IN (SELECT id FROM due)
                 RETURNING id, lease_epoch, channel, body, client_id, purpose, attempts, priority,
                     COALESCE(recipient, (SELECT COALESCE(i.chat_id, i.external_user_id) FROM chat_identities i
                         WHERE i.client_id = outbox.client_id AND i.platform = outbox.channel
                           AND i.revoked_at IS NULL AND i.unreachable_at IS NULL)) AS address"
            )
        };
    }
    let sql = match tx.kind() {
        Kind::Sqlite => statement!(""),
        Kind::Postgres => {
            execute!(tx, "SELECT pg_advisory_xact_lock(hashtext('outbox'), hashtext($1))", channel.as_str())?;
            statement!("FOR UPDATE OF o SKIP LOCKED")
        }
    };
    fetch_all!(tx, Row, sql, channel.as_str(), now, worker, until, limit, client)
}
