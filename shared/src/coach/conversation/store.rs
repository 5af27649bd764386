//! The SQL of `coach_conversations` and `coach_messages`.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Author, CoachMessage, Conversation, Mode, Rating};
use crate::coach::model::Completion;
use crate::db::Tx;
use crate::id::{ClientId, CoachMessageId, ConversationId};
use crate::text::Foreign;
use crate::{Result, execute, fetch_all, fetch_optional, fetch_scalar};

macro_rules! conversations {
    ($tail:literal) => {
        concat!(
            "SELECT id, client_id, title, mode, assigned_admin_id, last_message_at, message_count, total_tokens,
                    average_rating, has_escalation, archived_at, opened_at, cleared_at, deleted_at, surface, created_at
             FROM coach_conversations ",
            $tail
        )
    };
}

macro_rules! messages {
    ($tail:literal) => {
        concat!(
            "SELECT id, conversation_id, role, content, rating, rating_feedback, is_escalation, tokens_in, tokens_out,
                    charged_tokens, model, latency_ms, error, correction_of, created_at
             FROM coach_messages ",
            $tail
        )
    };
}

pub(in crate::coach) async fn get(tx: &mut Tx, id: &ConversationId) -> Result<Option<Conversation>> {
    fetch_optional!(tx, Conversation, conversations!("WHERE id = $1"), id)
}

/// The client's own conversation with this id, unless they deleted it.
pub(in crate::coach) async fn own(tx: &mut Tx, client: &ClientId, id: &ConversationId) -> Result<Option<Conversation>> {
    fetch_optional!(
        tx,
        Conversation,
        conversations!("WHERE id = $1 AND client_id = $2 AND deleted_at IS NULL"),
        id,
        client
    )
}

/// The conversation to go on with: the one to which somebody turned last, unless that was before
/// `since`; one that a person has taken over is gone on with whatever its age.
pub(in crate::coach) async fn current(
    tx: &mut Tx,
    client: &ClientId,
    since: DateTime<Utc>,
) -> Result<Option<Conversation>> {
    fetch_optional!(
        tx,
        Conversation,
        conversations!(
            "WHERE client_id = $1 AND is_active AND archived_at IS NULL AND deleted_at IS NULL
               AND (mode = 'HUMAN' OR (mode = 'AI' AND (last_message_at > $2 OR opened_at > $2)))
             ORDER BY CASE WHEN opened_at > last_message_at THEN opened_at ELSE last_message_at END DESC, id DESC LIMIT 1"
        ),
        client,
        since
    )
}

pub(in crate::coach) async fn of_client(tx: &mut Tx, client: &ClientId) -> Result<Vec<Conversation>> {
    fetch_all!(tx, Conversation, conversations!("WHERE client_id = $1 ORDER BY last_message_at DESC, id DESC"), client)
}

pub(in crate::coach) async fn begin(
    tx: &mut Tx,
    client: &ClientId,
    title: &str,
    surface: &str,
    now: DateTime<Utc>,
) -> Result<ConversationId> {
    let id = ConversationId::new(now);
    execute!(
        tx,
        "INSERT INTO coach_conversations
             (id, client_id, title, surface, is_active, last_message_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, TRUE, $5, $5, $5)",
        &id,
        client,
        title,
        surface,
        now
    )?;
    Ok(id)
}

/// Names a conversation in which nothing was said yet.
pub(in crate::coach) async fn name(tx: &mut Tx, id: &ConversationId, title: &str) -> Result<()> {
    execute!(tx, "UPDATE coach_conversations SET title = $2 WHERE id = $1 AND message_count = 0", id, title)?;
    Ok(())
}

/// A client's conversations in which something was said, without those that they put away or deleted.
pub(in crate::coach) async fn in_use(tx: &mut Tx, client: &ClientId, limit: i64) -> Result<Vec<Conversation>> {
    fetch_all!(
        tx,
        Conversation,
        conversations!(
            "WHERE client_id = $1 AND deleted_at IS NULL AND archived_at IS NULL AND message_count > 0
             ORDER BY CASE WHEN opened_at > last_message_at THEN opened_at ELSE last_message_at END DESC, id DESC
             LIMIT $2"
        ),
        client,
        limit
    )
}

/// One of the times that say what a client did with a conversation.
#[derive(Clone, Copy, Debug)]
pub(in crate::coach) enum Mark {
    Opened,
    Archived,
    Cleared,
    Deleted,
}

/// Marks a conversation; one that is turned to is put away no more.
pub(in crate::coach) async fn mark(tx: &mut Tx, id: &ConversationId, mark: Mark, now: DateTime<Utc>) -> Result<()> {
    let sql = match mark {
        Mark::Opened => {
            "UPDATE coach_conversations SET opened_at = $2, archived_at = NULL, updated_at = $2 WHERE id = $1"
        }
        Mark::Archived => "UPDATE coach_conversations SET archived_at = $2, updated_at = $2 WHERE id = $1",
        Mark::Cleared => "UPDATE coach_conversations SET cleared_at = $2, updated_at = $2 WHERE id = $1",
        Mark::Deleted => "UPDATE coach_conversations SET deleted_at = $2, updated_at = $2 WHERE id = $1",
    };
    execute!(tx, sql, id, now)?;
    Ok(())
}

/// Takes off for good what clients deleted or cleared before `before`; how many messages and
/// conversations went.
pub(in crate::coach) async fn purge(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    let messages = execute!(
        tx,
        "DELETE FROM coach_messages WHERE EXISTS
             (SELECT 1 FROM coach_conversations k
              WHERE k.id = coach_messages.conversation_id AND k.cleared_at < $1
                AND coach_messages.created_at <= k.cleared_at)",
        before
    )?;
    let conversations = execute!(tx, "DELETE FROM coach_conversations WHERE deleted_at < $1", before)?;
    Ok(messages + conversations)
}

/// Adds a message; the conversation counts it.
pub(in crate::coach) async fn add_message(
    tx: &mut Tx,
    conversation: &ConversationId,
    author: Author,
    content: &str,
    now: DateTime<Utc>,
) -> Result<CoachMessageId> {
    let id = CoachMessageId::new(now);
    execute!(
        tx,
        "INSERT INTO coach_messages (id, conversation_id, role, content, created_at) VALUES ($1, $2, $3, $4, $5)",
        &id,
        conversation,
        author,
        content,
        now
    )?;
    execute!(
        tx,
        "UPDATE coach_conversations SET message_count = message_count + 1, last_message_at = $2, updated_at = $2
         WHERE id = $1",
        conversation,
        now
    )?;
    Ok(id)
}

/// Notes what an answer took.
pub(in crate::coach) async fn account(
    tx: &mut Tx,
    conversation: &ConversationId,
    id: &CoachMessageId,
    completion: &Completion,
    charged: i64,
    latency_ms: i64,
) -> Result<()> {
    let total = completion.tokens_in + completion.tokens_out;
    execute!(
        tx,
        "UPDATE coach_messages SET tokens_used = $2, tokens_in = $3, tokens_out = $4, charged_tokens = $5, model = $6,
                latency_ms = $7
         WHERE id = $1",
        id,
        total,
        completion.tokens_in,
        completion.tokens_out,
        charged,
        &completion.model,
        latency_ms
    )?;
    execute!(tx, "UPDATE coach_conversations SET total_tokens = total_tokens + $2 WHERE id = $1", conversation, total)?;
    Ok(())
}

/// Notes on a question why it stayed without an answer.
pub(in crate::coach) async fn fail(tx: &mut Tx, question: &CoachMessageId, error: &str) -> Result<()> {
    execute!(tx, "UPDATE coach_messages SET error = $2 WHERE id = $1", question, error)?;
    Ok(())
}

pub(in crate::coach) async fn messages(tx: &mut Tx, conversation: &ConversationId) -> Result<Vec<CoachMessage>> {
    fetch_all!(tx, CoachMessage, messages!("WHERE conversation_id = $1 ORDER BY created_at, id"), conversation)
}

/// The messages of a conversation, oldest first, without what the client cleared.
pub(in crate::coach) async fn kept_messages(tx: &mut Tx, conversation: &ConversationId) -> Result<Vec<CoachMessage>> {
    fetch_all!(
        tx,
        CoachMessage,
        messages!(
            "WHERE conversation_id = $1
               AND NOT EXISTS (SELECT 1 FROM coach_conversations k
                               WHERE k.id = $1 AND k.cleared_at >= coach_messages.created_at)
             ORDER BY created_at, id"
        ),
        conversation
    )
}

/// The last messages of a conversation, oldest first, without the questions that stayed unanswered and
/// without what the client cleared.
pub(in crate::coach) async fn last_messages(
    tx: &mut Tx,
    conversation: &ConversationId,
    limit: i64,
) -> Result<Vec<CoachMessage>> {
    let mut messages = fetch_all!(
        tx,
        CoachMessage,
        messages!(
            "WHERE conversation_id = $1 AND error IS NULL
               AND NOT EXISTS (SELECT 1 FROM coach_conversations k
                               WHERE k.id = $1 AND k.cleared_at >= coach_messages.created_at)
             ORDER BY created_at DESC, id DESC LIMIT $2"
        ),
        conversation,
        limit
    )?;
    messages.reverse();
    Ok(messages)
}

/// What the client asked since `since` and was answered.
pub(in crate::coach) async fn answered_questions(
    tx: &mut Tx,
    conversation: &ConversationId,
    since: DateTime<Utc>,
) -> Result<Vec<Foreign>> {
    let rows = fetch_all!(
        tx,
        (Foreign,),
        "SELECT content FROM coach_messages
         WHERE conversation_id = $1 AND role = 'user' AND error IS NULL AND created_at >= $2
         ORDER BY created_at DESC, id DESC LIMIT 20",
        conversation,
        since
    )?;
    Ok(rows.into_iter().map(|(text,)| text).collect())
}

/// What a person settled in a conversation when they handed it back.
pub(in crate::coach) async fn summary(tx: &mut Tx, conversation: &ConversationId) -> Result<Option<Foreign>> {
    let row =
        fetch_optional!(tx, (Option<Foreign>,), "SELECT summary FROM coach_conversations WHERE id = $1", conversation)?;
    Ok(row.and_then(|(summary,)| summary))
}

/// Keeps what a person settled in a conversation.
pub(in crate::coach) async fn set_summary(tx: &mut Tx, conversation: &ConversationId, summary: &str) -> Result<()> {
    execute!(tx, "UPDATE coach_conversations SET summary = $2 WHERE id = $1", conversation, summary)?;
    Ok(())
}

/// What the client wrote last.
pub(in crate::coach) async fn last_words(tx: &mut Tx, conversation: &ConversationId) -> Result<Option<Foreign>> {
    let row = fetch_optional!(
        tx,
        (Foreign,),
        "SELECT content FROM coach_messages WHERE conversation_id = $1 AND role = 'user'
         ORDER BY created_at DESC, id DESC LIMIT 1",
        conversation
    )?;
    Ok(row.map(|(text,)| text))
}

/// A question of the client's own, to be asked again.
pub(in crate::coach) async fn own_question(
    tx: &mut Tx,
    client: &ClientId,
    id: &CoachMessageId,
) -> Result<Option<CoachMessage>> {
    fetch_optional!(
        tx,
        CoachMessage,
        messages!(
            "WHERE id = $1 AND role = 'user'
               AND conversation_id IN (SELECT id FROM coach_conversations WHERE client_id = $2)"
        ),
        id,
        client
    )
}

/// The client's own rateable answer with this id.
pub(in crate::coach) async fn own_answer(
    tx: &mut Tx,
    client: &ClientId,
    id: &CoachMessageId,
) -> Result<Option<CoachMessage>> {
    fetch_optional!(
        tx,
        CoachMessage,
        messages!(
            "WHERE id = $1 AND role = 'assistant'
               AND conversation_id IN (SELECT id FROM coach_conversations WHERE client_id = $2)"
        ),
        id,
        client
    )
}

/// An answer of the coach's, anybody's.
pub(in crate::coach) async fn answer(tx: &mut Tx, id: &CoachMessageId) -> Result<Option<CoachMessage>> {
    fetch_optional!(tx, CoachMessage, messages!("WHERE id = $1 AND role = 'assistant'"), id)
}

/// Notes which answer a message puts right.
pub(in crate::coach) async fn set_correction(tx: &mut Tx, id: &CoachMessageId, answer: &CoachMessageId) -> Result<()> {
    execute!(tx, "UPDATE coach_messages SET correction_of = $2 WHERE id = $1", id, answer)?;
    Ok(())
}

/// The question that an answer followed.
pub(in crate::coach) async fn question_before(tx: &mut Tx, answer: &CoachMessage) -> Result<Option<Foreign>> {
    let row = fetch_optional!(
        tx,
        (Foreign,),
        "SELECT content FROM coach_messages
         WHERE conversation_id = $1 AND role = 'user' AND (created_at < $2 OR (created_at = $2 AND id < $3))
         ORDER BY created_at DESC, id DESC LIMIT 1",
        &answer.conversation_id,
        answer.created_at,
        &answer.id
    )?;
    Ok(row.map(|(text,)| text))
}

pub(in crate::coach) async fn message_exists(tx: &mut Tx, id: &CoachMessageId) -> Result<bool> {
    Ok(fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM coach_messages WHERE id = $1", id)? > 0)
}

pub(in crate::coach) async fn set_rating(
    tx: &mut Tx,
    answer: &CoachMessage,
    rating: Rating,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(tx, "UPDATE coach_messages SET rating = $2 WHERE id = $1", &answer.id, rating)?;
    execute!(
        tx,
        "UPDATE coach_conversations SET updated_at = $2, average_rating =
             (SELECT AVG(CAST(rating AS DOUBLE PRECISION)) FROM coach_messages
              WHERE conversation_id = $1 AND rating IS NOT NULL)
         WHERE id = $1",
        &answer.conversation_id,
        now
    )?;
    Ok(())
}

/// Keeps the questions that are offered below an answer.
pub(in crate::coach) async fn set_follow_ups(tx: &mut Tx, answer: &CoachMessageId, questions: &[String]) -> Result<()> {
    if questions.is_empty() {
        return Ok(());
    }
    let metadata = Json(serde_json::json!({ "follow_ups": questions }));
    execute!(tx, "UPDATE coach_messages SET metadata = $2 WHERE id = $1", answer, metadata)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Metadata {
    #[sqlx(json(nullable))]
    metadata: Option<serde_json::Value>,
}

/// The questions that were offered below an answer.
pub(in crate::coach) async fn follow_ups(tx: &mut Tx, answer: &CoachMessageId) -> Result<Vec<String>> {
    let row = fetch_optional!(tx, Metadata, "SELECT metadata FROM coach_messages WHERE id = $1", answer)?;
    let offered = row.and_then(|row| row.metadata?.get("follow_ups").cloned());
    Ok(offered.and_then(|offered| serde_json::from_value(offered).ok()).unwrap_or_default())
}

pub(in crate::coach) async fn set_feedback(tx: &mut Tx, answer: &CoachMessageId, words: &str) -> Result<()> {
    execute!(tx, "UPDATE coach_messages SET rating_feedback = $2 WHERE id = $1", answer, words)?;
    Ok(())
}

/// The last `limit` ratings of a conversation, by the place of their answers, the newest first.
pub(in crate::coach) async fn last_ratings(
    tx: &mut Tx,
    conversation: &ConversationId,
    limit: usize,
) -> Result<Vec<Rating>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = fetch_all!(
        tx,
        (Rating,),
        "SELECT rating FROM coach_messages
         WHERE conversation_id = $1 AND role = 'assistant' AND rating IS NOT NULL
         ORDER BY created_at DESC, id DESC LIMIT $2",
        conversation,
        limit
    )?;
    Ok(rows.into_iter().map(|(rating,)| rating).collect())
}

/// Who answers in a conversation, held still on PostgreSQL until the transaction ends, so that
/// nobody takes over between this look and the answer's commit.
pub(in crate::coach) async fn mode_for_answer(tx: &mut Tx, id: &ConversationId) -> Result<Option<Mode>> {
    let row = match tx.kind() {
        crate::db::Kind::Sqlite => {
            fetch_optional!(tx, (Mode,), "SELECT mode FROM coach_conversations WHERE id = $1", id)?
        }
        crate::db::Kind::Postgres => {
            fetch_optional!(tx, (Mode,), "SELECT mode FROM coach_conversations WHERE id = $1 FOR UPDATE", id)?
        }
    };
    Ok(row.map(|(mode,)| mode))
}

/// Sets who answers, and who that is.
pub(in crate::coach) async fn set_mode(
    tx: &mut Tx,
    id: &ConversationId,
    from: Mode,
    to: Mode,
    admin: Option<&crate::id::AdminId>,
    now: DateTime<Utc>,
) -> Result<u64> {
    execute!(
        tx,
        "UPDATE coach_conversations SET mode = $3, assigned_admin_id = $4, updated_at = $5 WHERE id = $1 AND mode = $2",
        id,
        from,
        to,
        admin,
        now
    )
}
