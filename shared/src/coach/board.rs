//! What the studio sees of the coach at large: everybody's newest conversations.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Conversation;
use crate::db::Tx;
use crate::id::ConversationId;
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, fetch_all, fetch_optional};

/// A conversation with whose it is.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct ConversationRow {
    /// The conversation.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub conversation: Conversation,
    /// The client's name.
    pub client_name: Foreign,
}

/// Everybody's conversations, the one with the newest message first, below `after` if given.
pub async fn latest(
    tx: &mut Tx,
    actor: &Actor,
    after: Option<&ConversationId>,
    limit: i64,
) -> Result<Vec<ConversationRow>> {
    actor.require(Capability::ReadTranscripts)?;
    let (before, id) = match after {
        Some(id) => (last_message_of(tx, id).await?, id.as_str()),
        // An id never sorts behind a tilde, and no message is newer than the end of the calendar.
        None => (DateTime::from_timestamp(253_402_300_799, 0).unwrap_or_default(), "~"),
    };
    fetch_all!(
        tx,
        ConversationRow,
        "SELECT k.id, k.client_id, k.title, k.mode, k.assigned_admin_id, k.last_message_at, k.message_count,
                k.total_tokens, k.average_rating, k.has_escalation, k.archived_at, k.opened_at, k.cleared_at,
                k.deleted_at, k.surface, k.created_at,
                c.full_name AS client_name
         FROM coach_conversations k JOIN clients c ON c.id = k.client_id
         WHERE k.last_message_at < $1 OR (k.last_message_at = $1 AND k.id < $2)
         ORDER BY k.last_message_at DESC, k.id DESC LIMIT $3",
        before,
        id,
        limit
    )
}

async fn last_message_of(tx: &mut Tx, id: &ConversationId) -> Result<DateTime<Utc>> {
    let found =
        fetch_optional!(tx, (DateTime<Utc>,), "SELECT last_message_at FROM coach_conversations WHERE id = $1", id)?;
    found.map(|(at,)| at).ok_or(Error::NotFound("conversation"))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::coach::ask;
    use crate::id::ClientId;
    use crate::staff::Role;
    use crate::testing::on_both;
    use crate::{clients, journey};

    #[tokio::test]
    async fn everybodys_conversations_page_by_the_last_one_seen() {
        on_both(|studio| async move {
            let owner = Actor::local_owner();
            for name in ["Ana", "Bo", "Cy"] {
                let client = client(&studio, name).await;
                studio.clock.advance(TimeDelta::minutes(1));
                let question = Foreign::from("How do I price a course?");
                ask(&studio, &client, None, &question, "CONSOLE", &mut |_: &str| {}).await.unwrap();
            }
            let mut tx = studio.db.read().await.unwrap();
            let first = latest(&mut tx, &owner, None, 2).await.unwrap();
            let rest = latest(&mut tx, &owner, Some(&first[1].conversation.id), 2).await.unwrap();
            let names: Vec<&str> = first.iter().chain(&rest).map(|row| row.client_name.raw()).collect();
            assert_eq!(names, ["Cy Test", "Bo Test", "Ana Test"]);
            let viewer = Actor::Admin { id: None, role: Role::Viewer };
            assert!(matches!(latest(&mut tx, &viewer, None, 2).await, Err(Error::Forbidden { .. })));
        })
        .await;
    }

    async fn client(studio: &crate::Studio, name: &str) -> ClientId {
        let new = clients::NewClient {
            full_name: format!("{name} Test"),
            email: format!("{name}@example.com"),
            ..clients::NewClient::default()
        };
        let owner = Actor::local_owner();
        let client = clients::add(studio, &owner, new).await.unwrap();
        journey::start(studio, &owner, &client.id, None).await.unwrap();
        client.id
    }
}
