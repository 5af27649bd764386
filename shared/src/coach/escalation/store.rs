//! The SQL of `coach_escalations`.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::types::Json;

use super::{Opened, Priority, Trigger};
use crate::db::Tx;
use crate::id::{AdminId, ClientId, CoachMessageId, ConversationId, EscalationId};
use crate::text::Foreign;
use crate::{Result, execute, fetch_all, fetch_optional};

/// An open hand-off, with whose it is and what was asked.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Escalation {
    /// Row id.
    pub id: EscalationId,
    /// Whose.
    pub client_id: ClientId,
    /// Their name.
    pub full_name: Foreign,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Why, at first.
    pub trigger: Trigger,
    /// How soon; it only rises.
    pub priority: Priority,
    /// The client's last words that called for a person.
    pub question: Option<Foreign>,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// When the studio's promise runs out.
    pub due_at: DateTime<Utc>,
    /// When it ran out unanswered.
    pub breached_at: Option<DateTime<Utc>>,
    /// How often the client called for a person in it.
    pub calls: i64,
    /// The member of staff whom the client knows.
    pub assigned_admin_id: Option<AdminId>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT e.id, e.client_id, c.full_name, e.conversation_id, e.trigger, e.priority, e.opened_at, e.due_at,
                    e.breached_at,
                    (SELECT COUNT(*) FROM coach_escalation_entries n WHERE n.escalation_id = e.id) AS calls,
                    c.assigned_admin_id,
                    (SELECT m.content FROM coach_messages m
                     WHERE m.conversation_id = e.conversation_id AND m.is_escalation AND m.role = 'user'
                     ORDER BY m.created_at DESC, m.id DESC LIMIT 1) AS question
             FROM coach_escalations e JOIN clients c ON c.id = e.client_id ",
            $tail
        )
    };
}

pub(super) async fn open(
    tx: &mut Tx,
    now: DateTime<Utc>,
    due: DateTime<Utc>,
    client: &ClientId,
    conversation: &ConversationId,
    trigger: Trigger,
    message: Option<&CoachMessageId>,
) -> Result<Opened> {
    let id = EscalationId::new(now);
    let added = execute!(
        tx,
        "INSERT INTO coach_escalations
             (id, conversation_id, client_id, trigger, priority, status, details, opened_at, due_at)
         VALUES ($1, $2, $3, $4, $5, 'OPEN', $6, $7, $8)
         ON CONFLICT (conversation_id) WHERE status = 'OPEN' DO NOTHING",
        &id,
        conversation,
        client,
        trigger,
        trigger.priority(),
        Json(serde_json::json!({ "message": message })),
        now,
        due
    )?;
    flag(tx, now, conversation, message).await?;
    let opened = match added {
        1 => Opened::New(id, due),
        _ => Opened::Added(raise(tx, conversation, trigger.priority()).await?),
    };
    let (Opened::New(id, _) | Opened::Added(id)) = &opened;
    enter(tx, id, trigger, message, now).await?;
    Ok(opened)
}

/// Writes down one more call for a person.
async fn enter(
    tx: &mut Tx,
    escalation: &EscalationId,
    trigger: Trigger,
    message: Option<&CoachMessageId>,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO coach_escalation_entries (id, escalation_id, trigger, message_id, at) VALUES ($1, $2, $3, $4, $5)",
        crate::id::cuid(now),
        escalation,
        trigger,
        message,
        now
    )?;
    Ok(())
}

/// One call for a person within a hand-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Call {
    /// Why.
    pub trigger: Trigger,
    /// The message that called.
    pub message_id: Option<CoachMessageId>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The calls of the open hand-off of a conversation, the first one first.
pub(super) async fn calls(tx: &mut Tx, conversation: &ConversationId) -> Result<Vec<Call>> {
    fetch_all!(
        tx,
        Call,
        "SELECT n.trigger, n.message_id, n.at
         FROM coach_escalation_entries n JOIN coach_escalations e ON e.id = n.escalation_id
         WHERE e.conversation_id = $1 AND e.status = 'OPEN' ORDER BY n.at, n.id",
        conversation
    )
}

/// The open hand-offs whose clock has run out unnoticed.
pub(super) async fn overdue(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Escalation>> {
    fetch_all!(
        tx,
        Escalation,
        select!("WHERE e.status = 'OPEN' AND e.breached_at IS NULL AND e.due_at <= $1 ORDER BY e.due_at, e.id"),
        now
    )
}

/// Notes that the clock ran out; false when somebody was quicker, or has answered.
pub(super) async fn breach(tx: &mut Tx, id: &EscalationId, now: DateTime<Utc>) -> Result<bool> {
    let noted = execute!(
        tx,
        "UPDATE coach_escalations SET breached_at = $2 WHERE id = $1 AND status = 'OPEN' AND breached_at IS NULL",
        id,
        now
    )?;
    Ok(noted == 1)
}

async fn flag(
    tx: &mut Tx,
    now: DateTime<Utc>,
    conversation: &ConversationId,
    message: Option<&CoachMessageId>,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE coach_conversations SET has_escalation = TRUE, updated_at = $2 WHERE id = $1",
        conversation,
        now
    )?;
    if let Some(message) = message {
        execute!(tx, "UPDATE coach_messages SET is_escalation = TRUE WHERE id = $1", message)?;
    }
    Ok(())
}

/// Makes the open hand-off at least this urgent.
async fn raise(tx: &mut Tx, conversation: &ConversationId, priority: Priority) -> Result<EscalationId> {
    let (id, current) = crate::fetch_one!(
        tx,
        (EscalationId, Priority),
        "SELECT id, priority FROM coach_escalations WHERE conversation_id = $1 AND status = 'OPEN'",
        conversation
    )?;
    if priority > current {
        execute!(tx, "UPDATE coach_escalations SET priority = $2 WHERE id = $1", &id, priority)?;
    }
    Ok(id)
}

pub(super) async fn get(tx: &mut Tx, id: &EscalationId) -> Result<Option<Escalation>> {
    fetch_optional!(tx, Escalation, select!("WHERE e.id = $1"), id)
}

pub(super) async fn open_of(tx: &mut Tx, conversation: &ConversationId) -> Result<Option<EscalationId>> {
    let row = fetch_optional!(
        tx,
        (EscalationId,),
        "SELECT id FROM coach_escalations WHERE conversation_id = $1 AND status = 'OPEN'",
        conversation
    )?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn list_open(tx: &mut Tx) -> Result<Vec<Escalation>> {
    fetch_all!(tx, Escalation, select!("WHERE e.status = 'OPEN' ORDER BY e.due_at, e.id"))
}

pub(super) async fn resolve(
    tx: &mut Tx,
    id: &EscalationId,
    now: DateTime<Utc>,
    admin: Option<&AdminId>,
) -> Result<u64> {
    execute!(
        tx,
        "UPDATE coach_escalations SET status = 'RESOLVED', resolved_at = $2, resolved_by = $3
         WHERE id = $1 AND status = 'OPEN'",
        id,
        now,
        admin
    )
}
