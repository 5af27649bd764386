//! What the studio sees of the coach at large: everybody's conversations, and how good the coach is.

mod filter;
mod quality;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use filter::ConversationFilter;
pub(crate) use quality::low_rated;
pub use quality::{LowRated, Quality, quality, sample};

use super::Conversation;
use crate::db::{Sql, Tx};
use crate::id::{AdminId, ConversationId};
use crate::staff::{Actor, Capability, Role};
use crate::text::Foreign;
use crate::{Error, Result, fetch_optional};

/// A conversation with whose it is.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct ConversationRow {
    /// The conversation.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub conversation: Conversation,
    /// The client's name.
    pub client_name: Foreign,
    /// Until when an open call for a person wants an answer.
    pub due_at: Option<DateTime<Utc>>,
}

/// Which conversations an actor may see.
enum Reach {
    All,
    /// Those of the clients whom they look after.
    Own(Option<AdminId>),
}

impl Reach {
    fn of(actor: &Actor) -> Result<Self> {
        actor.require(Capability::ReadTranscripts)?;
        Ok(match actor {
            Actor::Admin { id, role: Role::Manager } => Self::Own(id.clone()),
            _ => Self::All,
        })
    }

    /// Goes on with a `WHERE` that holds for what the actor may see.
    fn push(&self, sql: &mut Sql) {
        match self {
            Self::All => sql.push(" WHERE TRUE"),
            Self::Own(None) => sql.push(" WHERE FALSE"),
            Self::Own(Some(id)) => sql.push(" WHERE c.assigned_admin_id = ").bind(id.as_str()),
        };
    }
}

const SELECT: &str =
    "SELECT k.id, k.client_id, k.title, k.mode, k.assigned_admin_id, k.last_message_at, k.message_count,
            k.total_tokens, k.average_rating, k.has_escalation, k.archived_at, k.opened_at, k.cleared_at,
            k.deleted_at, k.surface, k.created_at, c.full_name AS client_name,
            (SELECT e.due_at FROM coach_escalations e WHERE e.conversation_id = k.id AND e.status = 'OPEN') AS due_at
     FROM coach_conversations k JOIN clients c ON c.id = k.client_id";

/// The conversations that are meant and that the actor may read, the one with the newest message first,
/// below `after` if given.
pub async fn latest(
    tx: &mut Tx,
    actor: &Actor,
    filter: &ConversationFilter,
    after: Option<&ConversationId>,
    limit: i64,
) -> Result<Vec<ConversationRow>> {
    let mut sql = Sql::new(SELECT);
    Reach::of(actor)?.push(&mut sql);
    filter.push(&mut sql);
    if let Some(id) = after {
        let before = last_message_of(tx, id).await?;
        sql.push(" AND (k.last_message_at < ").bind(before).push(" OR (k.last_message_at = ").bind(before);
        sql.push(" AND k.id < ").bind(id.as_str()).push("))");
    }
    sql.push(" ORDER BY k.last_message_at DESC, k.id DESC LIMIT ").bind(limit);
    sql.fetch_all(tx).await
}

async fn last_message_of(tx: &mut Tx, id: &ConversationId) -> Result<DateTime<Utc>> {
    let found =
        fetch_optional!(tx, (DateTime<Utc>,), "SELECT last_message_at FROM coach_conversations WHERE id = $1", id)?;
    found.map(|(at,)| at).ok_or(Error::NotFound("conversation"))
}

#[cfg(test)]
mod tests;
