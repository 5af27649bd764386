//! What the two sides of a conversation write to each other.

use chrono::{DateTime, TimeDelta, Utc};

use super::access::not_yours;
use super::account;
use super::threads::{self, NOUN, NewThread, Thread, ThreadStatus};
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::delivery::{self, Notice, Queued, Urgency};
use crate::events::{self, EventKind};
use crate::id::{ClientId, MessageId, ThreadId};
use crate::staff::{Actor, Capability};
use crate::text::{Button, Foreign};
use crate::{Error, Result, Studio, execute, fetch_all};

/// The longest message that is taken, in characters: five of the platforms' longest.
pub const LONGEST: usize = 20_000;

/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 120;

/// One message of a conversation.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Message {
    /// Row id.
    pub id: MessageId,
    /// Its conversation.
    pub thread_id: ThreadId,
    /// Whether the studio wrote it.
    pub is_from_admin: bool,
    /// The admin's name, when it was one with a row.
    pub author: Option<Foreign>,
    /// What it says.
    pub body: Foreign,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When the other side read it.
    pub read_at: Option<DateTime<Utc>>,
    /// Through which surface it came.
    pub surface: Option<String>,
    /// How far its delivery has come; none when nothing was sent.
    pub delivery: Option<delivery::State>,
    /// On which channel.
    pub delivery_channel: Option<delivery::Channel>,
    /// Why it could not be delivered.
    pub delivery_error: Option<String>,
    /// Every channel by which it was tried, the first first.
    #[sqlx(skip)]
    pub passages: Vec<delivery::Passage>,
}

/// What became of a client's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The studio has it.
    Sent(ThreadId, MessageId),
    /// The client has sent as many as an hour allows.
    TooMany {
        /// How many that is.
        limit: i64,
        /// In how many minutes the next one fits.
        minutes: i64,
    },
    /// The conversation is closed.
    Closed(Foreign),
}

/// Begins a conversation, from either side.
pub async fn open_thread(
    studio: &Studio,
    actor: &Actor,
    client: &ClientId,
    new: &NewThread,
    surface: &str,
) -> Result<Posted> {
    allowed(actor, client)?;
    let now = studio.clock.now();
    let subject = shortened(&new.subject)?;
    usable(&new.body)?;
    let mut tx = studio.db.write().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    if let Some(refusal) = too_many(&mut tx, studio, actor, now).await? {
        return Ok(refusal);
    }
    let id = ThreadId::new(now);
    execute!(
        tx,
        "INSERT INTO portal_threads (id, client_id, subject, kind, deliverable_id, assigned_admin_id, last_message_at,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)",
        &id,
        &client.id,
        &subject,
        new.kind,
        &new.document,
        &client.assigned_admin_id,
        now
    )?;
    let thread = threads::find(&mut tx, &id).await?.ok_or(Error::NotFound(NOUN))?;
    let message = append(&mut tx, studio, actor, &client, &thread, &new.body, surface).await?;
    tx.commit().await?;
    Ok(Posted::Sent(id, message))
}

/// A client writes into a conversation of theirs.
pub async fn post_from_client(
    studio: &Studio,
    client: &ClientId,
    thread: &ThreadId,
    body: &Foreign,
    surface: &str,
) -> Result<Posted> {
    let actor = Actor::Client(client.clone());
    usable(body)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let found = threads::find(&mut tx, thread).await?.ok_or(Error::NotFound(NOUN))?;
    if found.client_id != *client {
        drop(tx);
        return Err(not_yours(studio, &actor, NOUN, thread.as_str()).await?);
    }
    if found.status == ThreadStatus::Closed {
        return Ok(Posted::Closed(found.subject));
    }
    if let Some(refusal) = too_many(&mut tx, studio, &actor, now).await? {
        return Ok(refusal);
    }
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    let message = append(&mut tx, studio, &actor, &client, &found, body, surface).await?;
    tx.commit().await?;
    Ok(Posted::Sent(found.id, message))
}

/// The studio answers. The message goes to the client's chat in the same transaction.
pub async fn reply_from_admin(studio: &Studio, actor: &Actor, thread: &ThreadId, body: &str) -> Result<MessageId> {
    actor.require(Capability::Edit)?;
    let body = Foreign::from(body.trim());
    usable(&body)?;
    let mut tx = studio.db.write().await?;
    let found = threads::find(&mut tx, thread).await?.ok_or(Error::NotFound(NOUN))?;
    if found.status == ThreadStatus::Closed {
        return Err(Error::refused("this conversation is closed; begin a new one"));
    }
    let client = clients::get(&mut tx, &found.client_id).await?.ok_or(Error::NotFound("client"))?;
    let message = append(&mut tx, studio, actor, &client, &found, &body, "TERMINAL").await?;
    tx.commit().await?;
    Ok(message)
}

/// The messages of a conversation, the oldest first, with how far each has come.
pub async fn messages(tx: &mut Tx, actor: &Actor, thread: &ThreadId) -> Result<Vec<Message>> {
    let found = threads::find(tx, thread).await?.ok_or(Error::NotFound(NOUN))?;
    actor.require_owner_of(&found.client_id, NOUN)?;
    let mut written = fetch_all!(
        tx,
        Message,
        "SELECT m.id, m.thread_id, m.is_from_admin, a.name AS author, m.body, m.created_at, m.read_at, m.surface,
             o.state AS delivery, o.channel AS delivery_channel, o.error AS delivery_error
         FROM portal_messages m
         LEFT JOIN admins a ON a.id = m.admin_user_id
         LEFT JOIN outbox o ON o.id = (SELECT l.id FROM outbox l WHERE l.ref_kind = 'MESSAGE' AND l.ref_id = m.id
             ORDER BY l.created_at DESC, LENGTH(l.dedupe_key) DESC, l.id DESC LIMIT 1)
         WHERE m.thread_id = $1 ORDER BY m.id",
        thread
    )?;
    let passages = delivery::passages(tx, "MESSAGE", written.iter().map(|message| message.id.as_str())).await?;
    for passage in passages {
        if let Some(message) = written.iter_mut().find(|message| message.id.as_str() == passage.ref_id) {
            message.passages.push(passage);
        }
    }
    Ok(written)
}

fn allowed(actor: &Actor, client: &ClientId) -> Result<()> {
    match actor {
        Actor::Client(_) => actor.require_owner_of(client, "client"),
        _ => actor.require(Capability::Edit),
    }
}

fn shortened(subject: &Foreign) -> Result<Foreign> {
    let line = subject.raw().split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(Error::invalid("a conversation needs a subject; a few words will do"));
    }
    Ok(Foreign::new(line.chars().take(LONGEST_SUBJECT).collect::<String>()))
}

fn usable(body: &Foreign) -> Result<()> {
    if body.is_blank() {
        return Err(Error::invalid("a message needs some text"));
    }
    if body.raw().chars().count() > LONGEST {
        return Err(Error::invalid(format!("a message may have {LONGEST} characters; send this one in parts")));
    }
    Ok(())
}

/// The client's allowance of messages an hour, of which the studio has none.
async fn too_many(tx: &mut Tx, studio: &Studio, actor: &Actor, now: DateTime<Utc>) -> Result<Option<Posted>> {
    let Actor::Client(client) = actor else { return Ok(None) };
    let limit = studio.settings.portal.messages_per_hour;
    let recent = fetch_all!(
        tx,
        (DateTime<Utc>,),
        "SELECT created_at FROM portal_messages
         WHERE client_id = $1 AND NOT is_from_admin AND created_at > $2
         ORDER BY created_at DESC LIMIT $3",
        client,
        now - TimeDelta::hours(1),
        limit
    )?;
    // The message that has to be an hour old before another one fits.
    let blocking = usize::try_from(limit - 1).ok().and_then(|last| recent.get(last));
    Ok(blocking
        .map(|&(at,)| Posted::TooMany { limit, minutes: ((at + TimeDelta::hours(1) - now).num_seconds() + 59) / 60 }))
}

async fn append(
    tx: &mut Tx,
    studio: &Studio,
    actor: &Actor,
    client: &Client,
    thread: &Thread,
    body: &Foreign,
    surface: &str,
) -> Result<MessageId> {
    let now = studio.clock.now();
    let id = MessageId::new(now);
    let from_admin = !matches!(actor, Actor::Client(_));
    let user = if from_admin { None } else { account::user_id(tx, &client.id).await? };
    execute!(
        tx,
        "INSERT INTO portal_messages (id, thread_id, client_user_id, admin_user_id, client_id, subject, body,
             is_from_admin, surface, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        &id,
        &thread.id,
        &user,
        actor.admin_id(),
        &client.id,
        &thread.subject,
        body,
        from_admin,
        surface,
        now
    )?;
    if from_admin {
        execute!(
            tx,
            "UPDATE portal_threads SET unread_by_client = unread_by_client + 1, unread_by_admin = 0,
                 waiting_since = NULL, last_message_at = $2, updated_at = $2 WHERE id = $1",
            &thread.id,
            now
        )?;
        tell(tx, studio, client, thread, &id, body).await?;
    } else {
        execute!(
            tx,
            "UPDATE portal_threads SET unread_by_admin = unread_by_admin + 1, unread_by_client = 0,
                 waiting_since = COALESCE(waiting_since, $2), last_message_at = $2, updated_at = $2 WHERE id = $1",
            &thread.id,
            now
        )?;
    }
    let (kind, what) = if from_admin {
        (EventKind::MessageSent, "The studio wrote a message")
    } else {
        (EventKind::MessageReceived, "The client wrote a message")
    };
    let reference = serde_json::json!({ "thread_id": thread.id, "message_id": id });
    events::record(tx, now, actor, kind, Some(&client.id), what, Some(reference)).await?;
    Ok(id)
}

/// Sends the studio's message to the client's chat. Whoever waits for an answer gets it at any
/// hour; what the studio writes of its own accord respects the quiet hours.
async fn tell(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    thread: &Thread,
    message: &MessageId,
    body: &Foreign,
) -> Result<Queued> {
    let label = studio.messages.get("new_message")?.buttons.first().cloned().unwrap_or_default();
    let urgency = if thread.waiting_since.is_some() { Urgency::Transactional } else { Urgency::Notice };
    let notice = Notice {
        key: "new_message",
        values: vec![
            ("studio_name", studio.settings.studio.name.clone()),
            ("thread_subject", thread.subject.raw().to_owned()),
            ("message_text", body.raw().to_owned()),
        ],
        buttons: vec![vec![Button::new(label, format!("reply:{}", thread.id))]],
        dedupe: format!("message:{message}"),
        urgency,
        reference: Some(("MESSAGE", message.to_string())),
    };
    delivery::notify(tx, studio, client, notice).await
}
