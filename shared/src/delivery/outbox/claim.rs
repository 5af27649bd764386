//! Taking messages that are due.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::super::Urgency;
use super::super::notice::after_quiet;
use super::end::give_up;
use super::{Cause, Channel, Held, Leased, Row};
use crate::db::{Kind, Tx};
use crate::id::ClientId;
use crate::portal::preferences;
use crate::text::Reply;
use crate::{Result, Studio, execute, fetch_all, fetch_optional};

/// A message that is due, and whose night it may be.
#[derive(sqlx::FromRow)]
struct Due {
    #[sqlx(flatten)]
    row: Row,
    timezone: Option<String>,
    quiet_from: Option<String>,
    quiet_until: Option<String>,
}

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
    rows.sort_by(|a, b| (a.row.priority, &a.row.id).cmp(&(b.row.priority, &b.row.id)));
    let mut leased = Vec::with_capacity(rows.len());
    for due in rows {
        let morning = due.morning(studio, now);
        let row = due.row;
        if let Some(morning) = morning {
            put_off(&mut tx, &row.held(), morning).await?;
            continue;
        }
        match (&row.address, Reply::deserialize(&row.body)) {
            (None, _) => {
                give_up(&mut tx, studio, &row.held(), Cause::Recipient, "no chat account is linked any more").await?;
            }
            (_, Err(error)) => {
                let why = format!("the stored message is unreadable: {error}");
                give_up(&mut tx, studio, &row.held(), Cause::Message, &why).await?;
            }
            (Some(recipient), Ok(body)) => leased.push(Leased {
                id: row.id,
                epoch: row.lease_epoch,
                channel,
                recipient: recipient.clone(),
                body,
                client_id: row.client_id,
                admin_id: row.admin_id,
                purpose: row.purpose,
                attempts: row.attempts,
            }),
        }
    }
    tx.commit().await?;
    Ok(leased)
}

impl Due {
    /// When the client's night is over, if it is night and this is no matter for it: a message that was held up, tried
    /// again or settled may come due at any hour.
    fn morning(&self, studio: &Studio, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let zone: Tz = self.timezone.as_ref()?.parse().unwrap_or(Tz::UTC);
        let quiet = preferences::effective_quiet(studio, self.quiet_from.clone(), self.quiet_until.clone())?;
        let waits = self.row.priority >= Urgency::Notice.priority();
        Some(after_quiet(now, quiet, zone)).filter(|morning| waits && *morning > now)
    }
}

/// Gives a message back until `until`; that costs it no try.
async fn put_off(tx: &mut Tx, held: &Held<'_>, until: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "UPDATE outbox SET state = 'QUEUED', not_before = $3, leased_by = NULL, lease_until = NULL
         WHERE id = $1 AND lease_epoch = $2 AND state = 'LEASED'",
        held.id,
        held.epoch,
        until
    )?;
    Ok(())
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
) -> Result<Vec<Due>> {
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
                 RETURNING id, lease_epoch, channel, body, client_id, admin_id, purpose, attempts, priority,
                     COALESCE(recipient, (SELECT COALESCE(i.chat_id, i.external_user_id) FROM chat_identities i
                         WHERE i.client_id = outbox.client_id AND i.platform = outbox.channel
                           AND i.revoked_at IS NULL AND i.unreachable_at IS NULL)) AS address,
                     (SELECT c.timezone FROM clients c WHERE c.id = outbox.client_id) AS timezone,
                     (SELECT c.quiet_from FROM clients c WHERE c.id = outbox.client_id) AS quiet_from,
                     (SELECT c.quiet_until FROM clients c WHERE c.id = outbox.client_id) AS quiet_until"
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
    fetch_all!(tx, Due, sql, channel.as_str(), now, worker, until, limit, client)
}
