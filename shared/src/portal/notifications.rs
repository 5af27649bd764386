//! The notice centre: what a client was told, newest first.

use chrono::{DateTime, Utc};

use super::Switch;
use crate::db::Tx;
use crate::db::rows::{Holds, Rows};
use crate::id::{ClientId, NotificationId, OutboxId, PortalUserId};
use crate::messages::Rendered;
use crate::retention::AT_ONCE;
use crate::text::Button;
use crate::{Result, Studio, execute, fetch_all, fetch_optional, fetch_scalar};

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
    /// What its first button does.
    pub action_url: Option<String>,
}

/// Which entries are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of them.
    All,
    /// Those that the client has not seen in the centre.
    Unread,
}

/// What a client was told, on its way into the notice centre.
pub(crate) struct Entry {
    id: NotificationId,
    user: PortalUserId,
    kind: &'static str,
    title: String,
    text: String,
    action: Option<String>,
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
        Self { id, user: user.clone(), kind: kind_of(key, preference), title, text, action: None }
    }

    /// With what its first button does, so that it can be done from the centre as well.
    pub(crate) fn leading_to(mut self, buttons: &[Vec<Button>]) -> Self {
        self.action = buttons.iter().flatten().next().map(|button| button.action.clone());
        self
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
        ("action_url", Holds::Text),
        ("created_at", Holds::Time),
    ]);
    for entry in entries {
        rows.add([
            entry.id.as_str().into(),
            entry.user.as_str().into(),
            entry.kind.into(),
            entry.title.into(),
            entry.text.into(),
            entry.action.into(),
            now.into(),
        ]);
    }
    rows.defer(
        tx,
        "INSERT INTO portal_notifications (id, client_user_id, type, title, message, action_url, created_at)
         SELECT id, client_user_id, type, title, message, action_url, created_at FROM r",
    )
    .await
}

/// Entries, the newest first, below `after` if given.
pub async fn list(
    tx: &mut Tx,
    client: &ClientId,
    shown: Shown,
    after: Option<&NotificationId>,
    limit: i64,
) -> Result<Vec<Notification>> {
    fetch_all!(
        tx,
        Notification,
        "SELECT n.id, n.type, n.title, n.message, n.is_read, n.created_at, n.delivered_at, n.action_url
         FROM portal_notifications n JOIN client_portal_users u ON u.id = n.client_user_id
         WHERE u.client_id = $1 AND n.id < $2 AND ($4 OR NOT n.is_read) ORDER BY n.id DESC LIMIT $3",
        client,
        after.map_or("~", NotificationId::as_str),
        limit,
        shown == Shown::All
    )
}

/// One entry of a client's, which is seen from then on. Another client's is not found.
pub async fn read(studio: &Studio, client: &ClientId, id: &NotificationId) -> Result<Option<Notification>> {
    let mut tx = studio.db.write().await?;
    let entry = fetch_optional!(
        tx,
        Notification,
        "UPDATE portal_notifications SET is_read = TRUE
         WHERE id = $1 AND client_user_id = (SELECT id FROM client_portal_users WHERE client_id = $2)
         RETURNING id, type, title, message, is_read, created_at, delivered_at, action_url",
        id,
        client
    )?;
    tx.commit().await?;
    Ok(entry)
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

/// Takes off entries from before `before`; answers how many, of which no more than a piece goes at once.
pub(crate) async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM portal_notifications WHERE id IN (
             SELECT id FROM portal_notifications WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
        before,
        AT_ONCE
    )
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
