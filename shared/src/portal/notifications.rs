//! The notice centre: what a client was told, newest first.

use chrono::{DateTime, Utc};

use super::Switch;
use crate::db::Tx;
use crate::db::rows::{Holds, Rows};
use crate::id::{ClientId, NotificationId, OutboxId, PortalUserId};
use crate::messages::Rendered;
use crate::{Result, Studio, execute, fetch_all, fetch_scalar};

/// One entry.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Notification {
    /// Row id.
    pub id: NotificationId,
    /// What kind of news it is.
    #[sqlx(rename = "type")]
    pub kind: String,
    /// Its first line.
    pub title: String,
    /// Its text.
    pub message: String,
    /// Whether the client has seen it in the centre.
    pub is_read: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When a platform confirmed it.
    pub delivered_at: Option<DateTime<Utc>>,
}

/// What a client was told, on its way into the notice centre.
pub(crate) struct Entry {
    id: NotificationId,
    user: PortalUserId,
    kind: &'static str,
    title: String,
    text: String,
}

impl Entry {
    /// Takes the id of its outgoing message, so that delivery finds it again. `preference` is the catalogue's for `key`.
    pub(crate) fn new(
        now: DateTime<Utc>,
        user: &PortalUserId,
        key: &str,
        preference: Option<Switch>,
        rendered: &Rendered,
        sent_as: Option<&OutboxId>,
    ) -> Self {
        let id = sent_as.map_or_else(|| NotificationId::new(now), |id| NotificationId::from_input(id.as_str()));
        let text = rendered.body.to_plain();
        let title = rendered.subject.as_deref().or(text.lines().next()).unwrap_or(key).to_owned();
        Self { id, user: user.clone(), kind: kind_of(key, preference), title, text }
    }
}

/// Enters what a client was told.
pub(crate) async fn add(
    tx: &mut Tx,
    studio: &Studio,
    user: &PortalUserId,
    key: &str,
    rendered: &Rendered,
    sent_as: Option<&OutboxId>,
) -> Result<()> {
    let (now, preference) = (studio.clock.now(), studio.messages.get(key)?.preference);
    enter(tx, [Entry::new(now, user, key, preference, rendered, sent_as)], now).await
}

/// Enters what clients were told.
pub(crate) async fn enter(tx: &mut Tx, entries: impl IntoIterator<Item = Entry>, now: DateTime<Utc>) -> Result<()> {
    let mut rows = Rows::new([
        ("id", Holds::Text),
        ("client_user_id", Holds::Text),
        ("type", Holds::Text),
        ("title", Holds::Text),
        ("message", Holds::Text),
        ("created_at", Holds::Time),
    ]);
    for entry in entries {
        rows.add([
            entry.id.as_str().into(),
            entry.user.as_str().into(),
            entry.kind.into(),
            entry.title.into(),
            entry.text.into(),
            now.into(),
        ]);
    }
    rows.defer(
        tx,
        "INSERT INTO portal_notifications (id, client_user_id, type, title, message, created_at)
         SELECT id, client_user_id, type, title, message, created_at FROM r",
    )
    .await
}

/// Entries, the newest first, below `after` if given.
pub async fn list(
    tx: &mut Tx,
    client: &ClientId,
    after: Option<&NotificationId>,
    limit: i64,
) -> Result<Vec<Notification>> {
    fetch_all!(
        tx,
        Notification,
        "SELECT n.id, n.type, n.title, n.message, n.is_read, n.created_at, n.delivered_at
         FROM portal_notifications n JOIN client_portal_users u ON u.id = n.client_user_id
         WHERE u.client_id = $1 AND n.id < $2 ORDER BY n.id DESC LIMIT $3",
        client,
        after.map_or("~", NotificationId::as_str),
        limit
    )
}

/// How many entries a client has not seen in the centre.
pub async fn unread(tx: &mut Tx, client: &ClientId) -> Result<i64> {
    fetch_scalar!(
        tx,
        i64,
        "SELECT COUNT(*) FROM portal_notifications n JOIN client_portal_users u ON u.id = n.client_user_id
         WHERE u.client_id = $1 AND NOT n.is_read",
        client
    )
}

/// Marks every entry of a client as seen.
pub async fn mark_all_read(studio: &Studio, client: &ClientId) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(
        tx,
        "UPDATE portal_notifications SET is_read = TRUE
         WHERE NOT is_read AND client_user_id = (SELECT id FROM client_portal_users WHERE client_id = $1)",
        client
    )?;
    tx.commit().await
}

/// The stored kind of a message of the catalogue: its own where it has one, else its switch's.
fn kind_of(key: &str, preference: Option<Switch>) -> &'static str {
    match (key, preference) {
        ("coach_escalation_reply" | "coach_correction", _) => "COACH_ESCALATION_REPLY",
        ("paused" | "paused_open", _) => "JOURNEY_PAUSED",
        ("resume_soon" | "welcome_back", _) => "JOURNEY_RESUMED",
        ("social_celebration", _) => "SOCIAL_CELEBRATION",
        ("community_reply", _) => "COMMUNITY_REPLY",
        ("community_dm", _) => "COMMUNITY_DM",
        ("event_reminder", _) => "EVENT_REMINDER",
        (_, Some(Switch::NewDeliverable)) => "NEW_DELIVERABLE",
        (_, Some(Switch::NewMessage)) => "NEW_MESSAGE",
        (_, Some(Switch::MilestoneReminder)) => "MILESTONE_REMINDER",
        (_, Some(Switch::WeeklySummary)) => "WEEKLY_SUMMARY",
        (_, None) => "ACCOUNT_UPDATE",
    }
}
