//! Conversations between a client and the studio.

use chrono::{DateTime, Utc};

use super::access::not_yours;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{AdminId, ClientId, DocumentId, ThreadId};
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, Studio, execute, fetch_all, fetch_optional, fetch_scalar};

/// What a conversation is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThreadKind {
    /// Anything.
    #[default]
    General,
    /// A change to a delivered document.
    Revision,
    /// Handed over by the coach.
    Escalation,
}

/// Whether a conversation takes more messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThreadStatus {
    /// It does.
    Open,
    /// It does not.
    Closed,
}

/// A conversation.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Thread {
    /// Row id.
    pub id: ThreadId,
    /// Whose it is.
    pub client_id: ClientId,
    /// What it is about, in its author's words.
    pub subject: Foreign,
    /// What kind.
    pub kind: ThreadKind,
    /// Open or closed.
    pub status: ThreadStatus,
    /// The document that it is about.
    pub deliverable_id: Option<DocumentId>,
    /// The admin who looks after it.
    pub assigned_admin_id: Option<AdminId>,
    /// Messages that no admin has read.
    pub unread_by_admin: i64,
    /// Messages that the client has not read.
    pub unread_by_client: i64,
    /// The answer clock: since when the client waits for one.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When the last message was written.
    pub last_message_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

/// A conversation as lists show it.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct ThreadRow {
    /// The conversation.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub thread: Thread,
    /// The client's name.
    pub client_name: Foreign,
    /// The last message.
    pub last_message: Option<Foreign>,
    /// Whether the studio wrote it.
    pub last_from_admin: Option<bool>,
}

/// What begins a conversation.
#[derive(Clone, Debug, Default)]
pub struct NewThread {
    /// What it is about.
    pub subject: Foreign,
    /// Its first message.
    pub body: Foreign,
    /// What kind.
    pub kind: ThreadKind,
    /// The document that it is about.
    pub document: Option<DocumentId>,
}

/// Which conversations to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThreadShow {
    /// Every one.
    #[default]
    All,
    /// Those that take more messages.
    Open,
    /// Those with something the studio has not read.
    Unread,
    /// Those whose client waits for an answer.
    Waiting,
}

/// Whose conversations, and which of them.
#[derive(Clone, Debug, Default)]
pub struct ThreadFilter {
    /// Of one client, or of all.
    pub client: Option<ClientId>,
    /// Which.
    pub show: ThreadShow,
}

/// One conversation. Another client's is not found, and asking for it is written down.
pub async fn thread(studio: &Studio, actor: &Actor, id: &ThreadId) -> Result<Thread> {
    let found = find(&mut studio.db.read().await?, id).await?.ok_or(Error::NotFound(NOUN))?;
    match actor.require_owner_of(&found.client_id, NOUN) {
        Ok(()) => Ok(found),
        Err(Error::NotFound(_)) => Err(not_yours(studio, actor, NOUN, id.as_str()).await?),
        Err(other) => Err(other),
    }
}

/// What a conversation is called when it cannot be found.
pub(super) const NOUN: &str = "conversation";

pub(crate) async fn find(tx: &mut Tx, id: &ThreadId) -> Result<Option<Thread>> {
    fetch_optional!(
        tx,
        Thread,
        "SELECT id, client_id, subject, kind, status, deliverable_id, assigned_admin_id, unread_by_admin,
             unread_by_client, waiting_since, last_message_at, closed_at, created_at
         FROM portal_threads WHERE id = $1",
        id
    )
}

/// Conversations, the one with the newest message first, below `after` if given.
pub async fn list(
    tx: &mut Tx,
    filter: &ThreadFilter,
    after: Option<(DateTime<Utc>, &ThreadId)>,
    limit: i64,
) -> Result<Vec<ThreadRow>> {
    let (before, id) = after.map_or((DateTime::<Utc>::MAX_UTC, "~"), |(at, id)| (at, id.as_str()));
    // PostgreSQL's times end earlier than chrono's.
    let before = before.min(far_future());
    // One statement for each filter, so that each can walk its own index.
    macro_rules! statement {
        ($owner:literal, $show:literal) => {
            concat!(
                "SELECT t.id, t.client_id, t.subject, t.kind, t.status, t.deliverable_id, t.assigned_admin_id,
                     t.unread_by_admin, t.unread_by_client, t.waiting_since, t.last_message_at, t.closed_at,
                     t.created_at, c.full_name AS client_name,
                     (SELECT m.body FROM portal_messages m WHERE m.thread_id = t.id ORDER BY m.id DESC LIMIT 1)
                         AS last_message,
                     (SELECT m.is_from_admin FROM portal_messages m WHERE m.thread_id = t.id ORDER BY m.id DESC
                         LIMIT 1) AS last_from_admin
                 FROM portal_threads t JOIN clients c ON c.id = t.client_id
                 WHERE ",
                $owner,
                " AND ",
                $show,
                " AND (t.last_message_at < $2 OR (t.last_message_at = $2 AND t.id < $3))
                 ORDER BY t.last_message_at DESC, t.id DESC LIMIT $4"
            )
        };
    }
    macro_rules! statements {
        ($owner:literal) => {
            match filter.show {
                ThreadShow::All => statement!($owner, "TRUE"),
                ThreadShow::Open => statement!($owner, "t.status = 'OPEN'"),
                ThreadShow::Unread => statement!($owner, "t.unread_by_admin > 0"),
                ThreadShow::Waiting => statement!($owner, "t.waiting_since IS NOT NULL"),
            }
        };
    }
    let client = filter.client.as_ref().map(ClientId::as_str);
    let sql = match client {
        Some(_) => statements!("t.client_id = $1"),
        None => statements!("CAST($1 AS TEXT) IS NULL"),
    };
    fetch_all!(tx, ThreadRow, sql, client, before, id, limit)
}

fn far_future() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or_default()
}

/// How many messages of the studio a client has not read.
pub async fn unread(tx: &mut Tx, client: &ClientId) -> Result<i64> {
    fetch_scalar!(
        tx,
        i64,
        "SELECT CAST(COALESCE(SUM(unread_by_client), 0) AS BIGINT) FROM portal_threads WHERE client_id = $1",
        client
    )
}

/// Marks what the other side wrote as read.
pub async fn mark_read(studio: &Studio, actor: &Actor, id: &ThreadId) -> Result<()> {
    let found = thread(studio, actor, id).await?;
    let by_client = matches!(actor, Actor::Client(_));
    let open = if by_client { found.unread_by_client } else { found.unread_by_admin };
    if open == 0 {
        return Ok(());
    }
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    if by_client {
        execute!(tx, "UPDATE portal_threads SET unread_by_client = 0, updated_at = $2 WHERE id = $1", id, now)?;
    } else {
        execute!(tx, "UPDATE portal_threads SET unread_by_admin = 0, updated_at = $2 WHERE id = $1", id, now)?;
    }
    execute!(
        tx,
        "UPDATE portal_messages SET is_read = TRUE, read_at = $3, updated_at = $3
         WHERE thread_id = $1 AND is_from_admin = $2 AND NOT is_read",
        id,
        by_client,
        now
    )?;
    tx.commit().await
}

/// Closes a conversation: it takes no more messages, and nobody waits any longer.
pub async fn close(studio: &Studio, actor: &Actor, id: &ThreadId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let found = find(&mut tx, id).await?.ok_or(Error::NotFound(NOUN))?;
    let changed = execute!(
        tx,
        "UPDATE portal_threads SET status = 'CLOSED', closed_at = $2, closed_by = $3, waiting_since = NULL,
             updated_at = $2
         WHERE id = $1 AND status = 'OPEN'",
        id,
        now,
        actor.id().unwrap_or("local")
    )?;
    if changed == 0 {
        return Err(Error::refused("this conversation is closed already"));
    }
    let what = "Closed a conversation";
    events::record(&mut tx, now, actor, EventKind::ThreadClosed, Some(&found.client_id), what, None).await?;
    tx.commit().await
}
