//! What names one client and waits for a person.

use chrono::{DateTime, Utc};

use crate::db::Tx;
use crate::id::ClientId;
use crate::text::Foreign;
use crate::{Result, fetch_all};

/// What kind of thing waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttentionKind {
    /// The coach handed a conversation over.
    Escalation,
    /// Something moved on a social platform.
    Alert,
    /// A client asked for a break.
    PauseRequest,
    /// A client waits for their business plan; the detail says how it stands.
    Plan,
}

/// One thing that waits.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Attention {
    /// The row's id in its own table.
    pub id: String,
    /// What kind.
    pub kind: AttentionKind,
    /// Whom it concerns.
    pub client_id: ClientId,
    /// Their name.
    pub client_name: Foreign,
    /// Why, as far as somebody has said.
    pub detail: Option<Foreign>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it should be answered.
    pub due_at: Option<DateTime<Utc>>,
}

/// Everything that waits: first what has a date, by date, then the oldest first; at most 200.
pub async fn attention(tx: &mut Tx) -> Result<Vec<Attention>> {
    fetch_all!(
        tx,
        Attention,
        "SELECT * FROM (
             SELECT e.id, 'ESCALATION' AS kind, e.client_id, c.full_name AS client_name, v.title AS detail,
                 e.opened_at AS since, e.due_at AS due_at
             FROM coach_escalations e JOIN clients c ON c.id = e.client_id
                 JOIN coach_conversations v ON v.id = e.conversation_id
             WHERE e.status = 'OPEN'
             UNION ALL
             SELECT p.id, 'PAUSE_REQUEST', p.client_id, c.full_name, p.reason, p.requested_at, NULL
             FROM pause_requests p JOIN clients c ON c.id = p.client_id WHERE p.status = 'OPEN'
             UNION ALL
             SELECT c.id, 'PLAN', c.id, c.full_name, NULL, COALESCE(c.onboarded_at, c.created_at), c.plan_due_at
             FROM clients c
             WHERE c.plan_due_at IS NOT NULL AND c.deleted_at IS NULL AND c.status <> 'CHURNED'
             UNION ALL
             SELECT a.id, 'ALERT', a.client_id, c.full_name, a.title, a.created_at, NULL
             FROM social_alerts a JOIN clients c ON c.id = a.client_id WHERE a.is_read = FALSE
         ) AS waiting
         ORDER BY CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, since, id LIMIT 200"
    )
}
