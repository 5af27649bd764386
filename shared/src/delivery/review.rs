//! The studio's side of the outbox: look, settle a doubt, withdraw, try again.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::outbox::{forget, holds_a_code, withheld};
use super::{Channel, State};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{ClientId, OutboxId};
use crate::portal::{Route, Topic, standing};
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, Studio, execute, fetch_all, fetch_one, fetch_optional};

/// A message as lists show it.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct OutboxRow {
    /// Row id.
    pub id: OutboxId,
    /// What must not be sent twice.
    pub dedupe_key: String,
    /// Why it is sent: the catalogue's key, or what caused it.
    pub purpose: String,
    /// The client whom it is for.
    pub client_id: Option<ClientId>,
    /// Their name.
    pub client_name: Option<Foreign>,
    /// The name of the member of staff whom it is for.
    pub admin_name: Option<Foreign>,
    /// Where it goes.
    pub channel: Channel,
    /// Its place in the queue, 0 first.
    pub priority: i64,
    /// Where it is on its way.
    pub state: State,
    /// How many tries have failed.
    pub attempts: i64,
    /// Not before this time.
    pub not_before: DateTime<Utc>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When the platform confirmed it.
    pub sent_at: Option<DateTime<Utc>>,
    /// Why the last try failed.
    pub error: Option<String>,
    /// What kind of thing it tells of.
    pub ref_kind: Option<String>,
    /// Which one.
    pub ref_id: Option<String>,
}

/// One message with its text.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Shown {
    /// What lists show.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub row: OutboxRow,
    /// The neutral message.
    #[sqlx(json)]
    pub body: Value,
    /// A fixed address; none means the client's own account.
    pub recipient: Option<String>,
    /// The platform's ids of what was sent.
    #[sqlx(json(nullable))]
    pub external_ids: Option<Value>,
    /// When a doubt was settled.
    pub settled_at: Option<DateTime<Utc>>,
    /// By whom.
    pub settled_by: Option<String>,
}

/// What an admin found out about a message in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It arrived.
    Sent,
    /// It did not: send it again.
    NotSent,
}

/// Messages, the newest first, below `after` if given.
pub async fn list(tx: &mut Tx, state: Option<State>, after: Option<&OutboxId>, limit: i64) -> Result<Vec<OutboxRow>> {
    // An id never sorts behind a tilde, so it stands for "from the newest".
    let below = after.map_or("~", OutboxId::as_str);
    match state {
        Some(state) => fetch_all!(
            tx,
            OutboxRow,
            "SELECT o.id, o.dedupe_key, o.purpose, o.client_id, c.full_name AS client_name, a.name AS admin_name,
                 o.channel, o.priority,
                 o.state, o.attempts, o.not_before, o.created_at, o.sent_at, o.error, o.ref_kind, o.ref_id
             FROM outbox o LEFT JOIN clients c ON c.id = o.client_id LEFT JOIN admins a ON a.id = o.admin_id
             WHERE o.state = $1 AND o.id < $2 ORDER BY o.id DESC LIMIT $3",
            state,
            below,
            limit
        ),
        None => fetch_all!(
            tx,
            OutboxRow,
            "SELECT o.id, o.dedupe_key, o.purpose, o.client_id, c.full_name AS client_name, a.name AS admin_name,
                 o.channel, o.priority,
                 o.state, o.attempts, o.not_before, o.created_at, o.sent_at, o.error, o.ref_kind, o.ref_id
             FROM outbox o LEFT JOIN clients c ON c.id = o.client_id LEFT JOIN admins a ON a.id = o.admin_id
             WHERE o.id < $1 ORDER BY o.id DESC LIMIT $2",
            below,
            limit
        ),
    }
}

/// How many messages there are in each state that has any.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(State, i64)>> {
    fetch_all!(tx, (State, i64), "SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state")
}

/// What waits to leave.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, sqlx::FromRow)]
pub struct Backlog {
    /// Messages whose time has come and that nobody has taken yet.
    pub due: i64,
    /// Since when the oldest of them might have left. Far in the past means that nobody sends.
    pub oldest_due: Option<DateTime<Utc>>,
    /// Messages of which nobody knows whether they arrived.
    pub in_doubt: i64,
}

/// What waits to leave at `now`.
pub async fn backlog(tx: &mut Tx, now: DateTime<Utc>) -> Result<Backlog> {
    fetch_one!(
        tx,
        Backlog,
        "SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'QUEUED' AND not_before <= $1) AS due,
                (SELECT MIN(not_before) FROM outbox WHERE state = 'QUEUED' AND not_before <= $1) AS oldest_due,
                (SELECT COUNT(*) FROM outbox WHERE state = 'IN_DOUBT') AS in_doubt",
        now
    )
}

/// One message with its text; a text with a code in it is for its reader alone.
pub async fn show(tx: &mut Tx, id: &OutboxId) -> Result<Shown> {
    let mut shown = fetch_optional!(
        tx,
        Shown,
        "SELECT o.id, o.dedupe_key, o.purpose, o.client_id, c.full_name AS client_name, a.name AS admin_name,
                 o.channel, o.priority,
             o.state, o.attempts, o.not_before, o.created_at, o.sent_at, o.error, o.ref_kind, o.ref_id, o.body,
             o.recipient, o.external_ids, o.settled_at, o.settled_by
         FROM outbox o LEFT JOIN clients c ON c.id = o.client_id LEFT JOIN admins a ON a.id = o.admin_id WHERE o.id = $1",
        id
    )?
    .ok_or(Error::NotFound("message in the outbox"))?;
    if holds_a_code(&shown.row.purpose) {
        shown.body = serde_json::to_value(withheld()).unwrap_or_default();
    }
    Ok(shown)
}

/// Settles a message in doubt.
pub async fn settle(studio: &Studio, actor: &Actor, id: &OutboxId, found: Settlement) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let message = show(&mut tx, id).await?.row;
    let by = actor.id().unwrap_or("local");
    let changed = match found {
        Settlement::Sent => execute!(
            tx,
            "UPDATE outbox SET state = 'SENT', sent_at = $2, settled_at = $2, settled_by = $3
             WHERE id = $1 AND state = 'IN_DOUBT'",
            id,
            now,
            by
        )?,
        Settlement::NotSent => execute!(
            tx,
            "UPDATE outbox SET state = 'QUEUED', not_before = $2, error = NULL, settled_at = $2, settled_by = $3
             WHERE id = $1 AND state = 'IN_DOUBT'",
            id,
            now,
            by
        )?,
    };
    if changed == 0 {
        return Err(refuse(&message, "settled", "only a message in doubt can be"));
    }
    if found == Settlement::Sent {
        forget(&mut tx, id).await?;
    }
    let what = match found {
        Settlement::Sent => "Settled a message in doubt: it had arrived",
        Settlement::NotSent => "Settled a message in doubt: it had not arrived and is sent again",
    };
    events::record(&mut tx, now, actor, EventKind::DeliverySettled, message.client_id.as_ref(), what, None).await?;
    tx.commit().await
}

/// Withdraws a message that has not left, or whose fate no longer matters.
pub async fn cancel(studio: &Studio, actor: &Actor, id: &OutboxId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let message = show(&mut tx, id).await?.row;
    let changed = execute!(
        tx,
        "UPDATE outbox SET state = 'CANCELLED', settled_at = $2, settled_by = $3
         WHERE id = $1 AND state IN ('QUEUED', 'DEAD', 'IN_DOUBT')",
        id,
        now,
        actor.id().unwrap_or("local")
    )?;
    if changed == 0 {
        return Err(refuse(&message, "cancelled", "it is on its way, has been sent, or was cancelled before"));
    }
    forget(&mut tx, id).await?;
    let what = "Cancelled an outgoing message";
    events::record(&mut tx, now, actor, EventKind::DeliverySettled, message.client_id.as_ref(), what, None).await?;
    tx.commit().await
}

/// Sends a dead or cancelled message again, through a channel that reaches the client now.
pub async fn retry_dead(studio: &Studio, actor: &Actor, id: &OutboxId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let message = show(&mut tx, id).await?;
    if holds_a_code(&message.row.purpose) {
        return Err(Error::refused("the code of this message is not kept; send a new one instead"));
    }
    let channel = match (&message.row.client_id, &message.recipient) {
        (Some(client), None) => way_again(&mut tx, studio, client, &message.row).await?,
        _ => message.row.channel,
    };
    let changed = execute!(
        tx,
        "UPDATE outbox SET state = 'QUEUED', channel = $2, attempts = 0, error = NULL, not_before = $3,
             settled_at = NULL, settled_by = NULL
         WHERE id = $1 AND state IN ('DEAD', 'CANCELLED')",
        id,
        channel.as_str(),
        now
    )?;
    if changed == 0 {
        return Err(refuse(&message.row, "sent again", "only a dead or a cancelled message can be"));
    }
    let what = "Sent a message again that had not been delivered";
    events::record(&mut tx, now, actor, EventKind::DeliverySettled, message.row.client_id.as_ref(), what, None).await?;
    tx.commit().await
}

/// The channel of a message that is sent again: its own where that reaches the client, else the next.
async fn way_again(tx: &mut Tx, studio: &Studio, client: &ClientId, message: &OutboxRow) -> Result<Channel> {
    let standing = standing(tx, studio, client).await?;
    if standing.channels.contains(&message.channel) {
        return Ok(message.channel);
    }
    let topic = studio.messages.get(&message.purpose).ok().and_then(|m| Topic::of(&message.purpose, m.preference));
    match standing.route(topic) {
        Route::By(channel) => Ok(channel),
        Route::Unwanted => Err(Error::refused("the client has turned this off on every channel that reaches them")),
        Route::Nowhere => {
            Err(Error::refused("the client has no chat account that can be reached; send an invitation first"))
        }
    }
}

fn refuse(message: &OutboxRow, verb: &str, why: &str) -> Error {
    Error::refused(format!("message {} is {} and cannot be {verb}; {why}", message.id, message.state.as_str()))
}
