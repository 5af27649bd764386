//! What names one client and waits for a person.

use chrono::{DateTime, TimeDelta, Utc};

use crate::coach::LowRated;
use crate::db::Tx;
use crate::id::ClientId;
use crate::text::Foreign;
use crate::{Result, coach, fetch_all};

/// What kind of thing waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttentionKind {
    /// The coach handed a conversation over.
    Escalation,
    /// A client rates many of the coach's answers down; the row's id is theirs.
    LowRated,
    /// Something moved on a social platform.
    Alert,
    /// A client asked for a break.
    PauseRequest,
    /// A client waits for their business plan; the detail says how it stands.
    Plan,
    /// An invitation that nobody has used runs out soon.
    InviteExpiring,
    /// Somebody holds an expired invitation and asks for a new one.
    InviteRequested,
    /// Messages no longer reach a client's chat account.
    Unreachable,
    /// The person at a linked account says that they are not the client.
    Disowned,
    /// A client asks for another e-mail address.
    EmailChange,
    /// A hold has lasted a week, and has no end.
    OpenHold,
}

impl AttentionKind {
    /// True for what concerns a client's access to the portal.
    #[must_use]
    pub fn is_of_access(self) -> bool {
        matches!(
            self,
            Self::InviteExpiring | Self::InviteRequested | Self::Unreachable | Self::Disowned | Self::EmailChange
        )
    }
}

/// So long before an invitation runs out the studio is reminded of it.
pub(super) const REMIND_BEFORE: TimeDelta = TimeDelta::hours(48);

/// What concerns somebody's access: `$1` is now, `$2` the moment until which invitations run out soon.
macro_rules! access_sql {
    () => {
        "SELECT i.id, 'INVITE_EXPIRING' AS kind, i.client_id, c.full_name AS client_name,
             CAST(NULL AS TEXT) AS detail, i.created_at AS since, i.expires_at AS due_at
         FROM portal_invites i JOIN clients c ON c.id = i.client_id
         WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at >= $1 AND i.expires_at <= $2
           AND c.deleted_at IS NULL
         UNION ALL
         SELECT i.id, 'INVITE_REQUESTED', i.client_id, c.full_name, NULL, i.requested_at, NULL
         FROM portal_invites i JOIN clients c ON c.id = i.client_id
         WHERE i.requested_at IS NOT NULL AND c.deleted_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM portal_invites n WHERE n.client_id = i.client_id AND n.created_at > i.created_at)
         UNION ALL
         SELECT i.id, 'UNREACHABLE', i.client_id, c.full_name, CASE i.platform WHEN 'TELEGRAM' THEN 'Telegram: ' WHEN 'DISCORD' THEN 'Discord: ' WHEN 'EMAIL' THEN 'e-mail: ' ELSE '' END
                 || COALESCE(i.unreachable_reason, ''),
             i.unreachable_at, NULL
         FROM chat_identities i JOIN clients c ON c.id = i.client_id
         WHERE i.unreachable_at IS NOT NULL AND i.revoked_at IS NULL AND c.deleted_at IS NULL
         UNION ALL
         SELECT i.id, 'DISOWNED', i.client_id, c.full_name,
             CASE i.platform WHEN 'TELEGRAM' THEN 'Telegram' ELSE 'Discord' END, i.revoked_at, NULL
         FROM chat_identities i JOIN clients c ON c.id = i.client_id
         WHERE i.unreachable_reason = 'DISOWNED' AND c.deleted_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM chat_identities n
             WHERE n.client_id = i.client_id AND n.platform = i.platform AND n.linked_at > i.linked_at)
         UNION ALL
         SELECT e.id, 'EMAIL_CHANGE', e.client_id, c.full_name, e.email, e.requested_at, NULL
         FROM email_changes e JOIN clients c ON c.id = e.client_id WHERE e.status = 'OPEN'"
    };
}
pub(super) use access_sql;

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

impl From<LowRated> for Attention {
    fn from(low: LowRated) -> Self {
        Self {
            id: low.client_id.to_string(),
            kind: AttentionKind::LowRated,
            detail: Some(format!("{} of {} answers rated down", low.down, low.ratings).into()),
            client_id: low.client_id,
            client_name: low.client_name,
            since: low.since,
            due_at: None,
        }
    }
}

/// The most rows that are shown.
const MOST: usize = 200;

/// Everything that waits: first what has a date, by date, then the oldest first; at most 200.
pub async fn attention(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Attention>> {
    let mut waiting = stored(tx, now).await?;
    waiting.extend(coach::low_rated(tx, now).await?.into_iter().map(Attention::from));
    waiting.sort_by(|a, b| {
        let key = |row: &Attention| (row.due_at.is_none(), row.due_at, row.since);
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    waiting.truncate(MOST);
    Ok(waiting)
}

async fn stored(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Attention>> {
    fetch_all!(
        tx,
        Attention,
        concat!(
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
             SELECT h.id, 'OPEN_HOLD', h.client_id, c.full_name, h.reason, h.started_at, NULL
             FROM pauses h JOIN clients c ON c.id = h.client_id
             WHERE h.ended_at IS NULL AND h.planned_end IS NULL AND h.reminded_at IS NOT NULL
             UNION ALL
             SELECT a.id, 'ALERT', a.client_id, c.full_name, a.title, a.created_at, NULL
             FROM social_alerts a JOIN clients c ON c.id = a.client_id WHERE a.is_read = FALSE
             UNION ALL ",
            access_sql!(),
            ") AS waiting
         ORDER BY CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, since, id LIMIT 200"
        ),
        now,
        now + REMIND_BEFORE
    )
}
