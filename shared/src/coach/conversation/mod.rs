//! Conversations with the coach and their messages, as they are stored.

mod export;
mod manage;
pub(super) mod store;

pub use export::{ExportFormat, Exported, export};
pub use manage::{Change, change, idle, in_use, own, purge_deleted, start_new};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::turns;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{AdminId, ClientId, CoachMessageId, ConversationId};
use crate::staff::{Actor, Capability, Role};
use crate::text::Foreign;
use crate::{Error, Result, Studio, clients};

/// A conversation that was quiet for longer is not gone on with unasked.
pub(super) const IDLE: TimeDelta = TimeDelta::hours(24);

/// How many characters of the first question become the title.
const TITLE: usize = 60;

/// Who answers in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// The coach.
    Ai,
    /// A person; the coach keeps silent.
    Human,
    /// Nobody any more.
    Closed,
}

/// Whose words a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum Author {
    /// The client.
    User,
    /// The coach.
    Assistant,
    /// A person of the studio.
    Admin,
    /// The program itself.
    System,
}

/// What a client thought of an answer. Stored as the seed does: 1 down, 2 up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[repr(i64)]
pub enum Rating {
    /// 👎
    Down = 1,
    /// 👍
    Up = 2,
}

/// A conversation with the coach.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Conversation {
    /// Row id.
    pub id: ConversationId,
    /// Whose.
    pub client_id: ClientId,
    /// The beginning of the first question.
    pub title: Foreign,
    /// Who answers.
    pub mode: Mode,
    /// The person who has taken over.
    pub assigned_admin_id: Option<AdminId>,
    /// The newest message's time.
    pub last_message_at: DateTime<Utc>,
    /// How many messages it has.
    pub message_count: i64,
    /// All tokens that went through the model for it.
    pub total_tokens: i64,
    /// Mean of its ratings, 1 (down) to 2 (up).
    pub average_rating: Option<f64>,
    /// Whether a person was ever called for.
    pub has_escalation: bool,
    /// When the client put it away.
    pub archived_at: Option<DateTime<Utc>>,
    /// When the client last turned to it without writing.
    pub opened_at: Option<DateTime<Utc>>,
    /// What is older than this the client has cleared; the studio keeps it for a while.
    pub cleared_at: Option<DateTime<Utc>>,
    /// When the client deleted it; the studio keeps it for a while.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Where it began.
    pub surface: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
}

/// One message of a conversation.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct CoachMessage {
    /// Row id.
    pub id: CoachMessageId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Whose words.
    #[sqlx(rename = "role")]
    pub author: Author,
    /// The words. The model's are as little trusted as anybody's.
    pub content: Foreign,
    /// What the client thought of it.
    pub rating: Option<Rating>,
    /// Why, in their words.
    pub rating_feedback: Option<Foreign>,
    /// Whether it called for a person.
    pub is_escalation: bool,
    /// What was sent to the model for it, in tokens.
    pub tokens_in: Option<i64>,
    /// What the model returned, in tokens.
    pub tokens_out: Option<i64>,
    /// What it took from the allowance.
    pub charged_tokens: Option<i64>,
    /// Who answered: a model's name, or `offline`.
    pub model: Option<String>,
    /// From the question to the whole answer.
    pub latency_ms: Option<i64>,
    /// Why a question stayed without an answer.
    pub error: Option<String>,
    /// The answer of the coach's that a person put right with it.
    pub correction_of: Option<CoachMessageId>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A title from the first question: its beginning, cut at a word.
pub(super) fn title_of(question: &str) -> String {
    let line = question.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= TITLE {
        return line;
    }
    let cut: String = line.chars().take(TITLE - 1).collect();
    let at_word = cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before);
    format!("{at_word}…")
}

/// A client's conversations, the newest first. Staff need the right to read transcripts, and see those
/// too that the client deleted.
pub async fn conversations(tx: &mut Tx, actor: &Actor, client: &ClientId) -> Result<Vec<Conversation>> {
    may_read(tx, actor, client).await?;
    let mut all = store::of_client(tx, client).await?;
    if let Actor::Client(_) = actor {
        all.retain(|conversation| conversation.deleted_at.is_none());
    }
    Ok(all)
}

/// What was said in a conversation, oldest first.
pub async fn transcript(tx: &mut Tx, actor: &Actor, id: &ConversationId) -> Result<Vec<CoachMessage>> {
    let conversation = store::get(tx, id).await?.ok_or(Error::NotFound("conversation"))?;
    may_read(tx, actor, &conversation.client_id).await?;
    match actor {
        Actor::Client(_) if conversation.deleted_at.is_some() => Err(Error::NotFound("conversation")),
        Actor::Client(_) => store::kept_messages(tx, id).await,
        _ => store::messages(tx, id).await,
    }
}

/// What is said so far of an answer that is being written in a conversation; none where none is.
pub async fn being_written(tx: &mut Tx, actor: &Actor, id: &ConversationId) -> Result<Option<Foreign>> {
    let conversation = store::get(tx, id).await?.ok_or(Error::NotFound("conversation"))?;
    may_read(tx, actor, &conversation.client_id).await?;
    turns::draft(tx, id).await
}

/// The conversation that a client's next question goes into, if it does not begin a new one.
pub async fn current(studio: &Studio, client: &ClientId) -> Result<Option<Conversation>> {
    let mut tx = studio.db.read().await?;
    store::current(&mut tx, client, studio.clock.now() - IDLE).await
}

/// A question that a client put before, to be put again.
pub async fn question(studio: &Studio, client: &ClientId, id: &CoachMessageId) -> Result<CoachMessage> {
    let mut tx = studio.db.write().await?;
    match store::own_question(&mut tx, client, id).await? {
        Some(question) => Ok(question),
        None => Err(not_theirs(tx, studio.clock.now(), client, Owned::Question(id)).await?),
    }
}

/// A question that was offered below one of the client's own answers; none where it is offered no more.
pub async fn follow_up(
    studio: &Studio,
    client: &ClientId,
    id: &CoachMessageId,
    index: usize,
) -> Result<Option<String>> {
    let mut tx = studio.db.write().await?;
    if store::own_answer(&mut tx, client, id).await?.is_none() {
        return Err(not_theirs(tx, studio.clock.now(), client, Owned::Answer(id)).await?);
    }
    Ok(store::follow_ups(&mut tx, id).await?.into_iter().nth(index))
}

/// Something that a client asked for by its id.
pub(super) enum Owned<'a> {
    Conversation(&'a ConversationId),
    Answer(&'a CoachMessageId),
    Question(&'a CoachMessageId),
}

/// The error for what is not the client's own. Somebody else's reads like a missing one, and leaves
/// a trace: the only thing that the refused request, whose transaction this takes, leaves behind.
pub(super) async fn not_theirs(mut tx: Tx, now: DateTime<Utc>, client: &ClientId, what: Owned<'_>) -> Result<Error> {
    let (exists, noun) = match what {
        Owned::Conversation(id) => (store::get(&mut tx, id).await?.is_some(), "conversation"),
        Owned::Answer(id) => (store::message_exists(&mut tx, id).await?, "answer"),
        Owned::Question(id) => (store::message_exists(&mut tx, id).await?, "question"),
    };
    if exists {
        let what = format!("Asked for another client's coach {noun}");
        let actor = Actor::Client(client.clone());
        events::record(&mut tx, now, &actor, EventKind::AccessDenied, Some(client), &what, None).await?;
        tx.commit().await?;
    }
    Ok(Error::NotFound(noun))
}

/// Passes for the client themself, and for staff with the right: a manager has it for the clients
/// who are assigned to them.
async fn may_read(tx: &mut Tx, actor: &Actor, client: &ClientId) -> Result<()> {
    if let Actor::Client(_) = actor {
        return actor.require_owner_of(client, "conversation");
    }
    actor.require(Capability::ReadTranscripts)?;
    let client = clients::get(tx, client).await?.ok_or(Error::NotFound("client"))?;
    if may_read_of(actor, client.assigned_admin_id.as_ref()) {
        return Ok(());
    }
    Err(Error::Forbidden { role: Role::Manager.as_str(), what: "read the coach conversations of others' clients" })
}

/// Whether staff may read what a client said whom `assigned` looks after.
pub(super) fn may_read_of(actor: &Actor, assigned: Option<&AdminId>) -> bool {
    actor.require(Capability::ReadTranscripts).is_ok()
        && match actor {
            Actor::Admin { id, role: Role::Manager } => id.is_some() && id.as_ref() == assigned,
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::title_of;

    #[test]
    fn a_title_is_the_beginning_of_the_question() {
        assert_eq!(title_of("  How do\nI price?  "), "How do I price?");
        let long = title_of(&"word ".repeat(40));
        assert!(long.chars().count() <= 60 && long.ends_with("word…"));
        assert_eq!(title_of(&"x".repeat(80)).chars().count(), 60);
    }
}
