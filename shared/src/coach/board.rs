//! What the studio sees of the coach at large: the newest conversations, and what the model costs.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Conversation;
use crate::db::Tx;
use crate::id::{ClientId, ConversationId};
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

/// What one client's use of one model came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Usage {
    /// Whose; none for what concerns nobody, or somebody who was erased.
    pub client_id: Option<ClientId>,
    /// Their name.
    pub client_name: Option<Foreign>,
    /// What for: COACH, or the writing of documents.
    pub operation: String,
    /// Which model, or `offline`.
    pub model: String,
    /// How often it was asked.
    pub calls: i64,
    /// What was sent to it, in tokens.
    pub tokens_in: i64,
    /// What it returned, in tokens.
    pub tokens_out: i64,
    /// In millionths of the currency of the price settings.
    pub cost_micros: i64,
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
                k.total_tokens, k.average_rating, k.has_escalation, k.archived_at, k.surface, k.created_at,
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

/// What was used from `from` on and before `until`, the dearest first; of one client or of all.
pub async fn usage(
    tx: &mut Tx,
    actor: &Actor,
    client: Option<&ClientId>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Usage>> {
    actor.require(Capability::View)?;
    fetch_all!(
        tx,
        Usage,
        "SELECT u.client_id, c.full_name AS client_name, u.operation, u.model, COUNT(*) AS calls,
                CAST(SUM(u.tokens_in) AS BIGINT) AS tokens_in, CAST(SUM(u.tokens_out) AS BIGINT) AS tokens_out,
                CAST(SUM(u.cost_micros) AS BIGINT) AS cost_micros
         FROM token_usage u LEFT JOIN clients c ON c.id = u.client_id
         WHERE u.at >= $1 AND u.at < $2 AND (CAST($3 AS TEXT) IS NULL OR u.client_id = $3)
         GROUP BY u.client_id, c.full_name, u.operation, u.model
         ORDER BY cost_micros DESC, tokens_out DESC, u.client_id",
        from,
        until,
        client.map(ClientId::as_str)
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::coach::ask;
    use crate::staff::Role;
    use crate::testing::on_both;
    use crate::{clients, execute, journey};

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

    #[tokio::test]
    async fn usage_adds_up_by_client_and_model() {
        on_both(|studio| async move {
            let (owner, now) = (Actor::local_owner(), studio.clock.now());
            let ana = client(&studio, "Ana").await;
            let mut tx = studio.db.write().await.unwrap();
            for (days, model, cost) in [(0, "large", 30), (1, "large", 40), (1, "small", 5), (40, "large", 1000)] {
                let at = now - TimeDelta::days(days);
                execute!(
                    tx,
                    "INSERT INTO token_usage (id, at, client_id, operation, model, tokens_in, tokens_out, cost_micros)
                     VALUES ($1, $2, $3, 'COACH', $4, 10, 20, $5)",
                    crate::id::cuid(now),
                    at,
                    &ana,
                    model,
                    i64::from(cost)
                )
                .unwrap();
            }
            tx.commit().await.unwrap();
            let mut tx = studio.db.read().await.unwrap();
            let month = now - TimeDelta::days(30);
            let used = usage(&mut tx, &owner, None, month, now + TimeDelta::days(1)).await.unwrap();
            let sums: Vec<_> =
                used.iter().map(|row| (row.model.as_str(), row.calls, row.tokens_out, row.cost_micros)).collect();
            assert_eq!(sums, [("large", 2, 40, 70), ("small", 1, 20, 5)]);
            let nobody = ClientId::new(now);
            assert!(usage(&mut tx, &owner, Some(&nobody), month, now).await.unwrap().is_empty());
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
