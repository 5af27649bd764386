//! The SQL of `admin_notice_switches` and `told`, and the events that nobody was told of.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::NoticeKind;
use crate::db::{Sql, Tx};
use crate::events::EventKind;
use crate::id::{AdminId, ClientId, InviteId};
use crate::{Result, execute, fetch_all, fetch_scalar};

/// An event that the staff may want to hear of.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct News {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    pub client_id: Option<ClientId>,
    pub actor_kind: String,
    #[sqlx(json(nullable))]
    pub metadata: Option<Value>,
}

/// The oldest events of these kinds above `floor`, since `since`, of which nobody was told.
pub(super) async fn untold(tx: &mut Tx, kinds: &[EventKind], floor: i64, since: DateTime<Utc>) -> Result<Vec<News>> {
    let mut sql =
        Sql::new("SELECT e.seq, e.at, e.kind, e.client_id, e.actor_kind, e.metadata FROM events e WHERE e.kind IN (");
    for (at, kind) in kinds.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).bind(stored(*kind));
    }
    sql.push(") AND e.seq > ").bind(floor).push(" AND e.at > ").bind(since);
    sql.push(
        " AND NOT EXISTS (SELECT 1 FROM told t WHERE t.occasion = 'event:' || CAST(e.seq AS TEXT))
         ORDER BY e.seq LIMIT 200",
    );
    sql.fetch_all(tx).await
}

/// The word by which a kind of event is stored.
fn stored(kind: EventKind) -> String {
    serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The number above which every event since `since` lies.
pub(super) async fn floor_of(tx: &mut Tx, since: DateTime<Utc>) -> Result<i64> {
    fetch_scalar!(tx, i64, "SELECT COALESCE(MIN(seq) - 1, 0) FROM events WHERE at > $1", since)
}

/// An invitation that nobody has used and that runs out soon.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Expiring {
    pub id: InviteId,
    pub client_id: ClientId,
    pub expires_at: DateTime<Utc>,
}

/// Unused invitations that run out until `soon` and of which nobody was told.
pub(super) async fn expiring(tx: &mut Tx, now: DateTime<Utc>, soon: DateTime<Utc>) -> Result<Vec<Expiring>> {
    fetch_all!(
        tx,
        Expiring,
        "SELECT i.id, i.client_id, i.expires_at FROM portal_invites i JOIN clients c ON c.id = i.client_id
         WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $1 AND i.expires_at <= $2
           AND c.deleted_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM told t WHERE t.occasion = 'invite:' || i.id)
         ORDER BY i.expires_at, i.id LIMIT 200",
        now,
        soon
    )
}

/// Notes that something is told now; false when it was told before.
pub(crate) async fn mark_told(tx: &mut Tx, occasion: &str, now: DateTime<Utc>) -> Result<bool> {
    let marked = execute!(
        tx,
        "INSERT INTO told (occasion, told_at) VALUES ($1, $2) ON CONFLICT (occasion) DO NOTHING",
        occasion,
        now
    )?;
    Ok(marked == 1)
}

/// Whether something was told before.
pub(crate) async fn was_told(tx: &mut Tx, occasion: &str) -> Result<bool> {
    fetch_scalar!(tx, bool, "SELECT EXISTS (SELECT 1 FROM told WHERE occasion = $1)", occasion)
}

/// Forgets what was told so long ago that nothing can tell it again.
pub(crate) async fn forget_told(tx: &mut Tx, before: DateTime<Utc>) -> Result<()> {
    execute!(tx, "DELETE FROM told WHERE told_at < $1", before)?;
    Ok(())
}

/// The switches that somebody has moved.
pub(super) async fn chosen(tx: &mut Tx, admin: &AdminId) -> Result<Vec<(NoticeKind, bool)>> {
    fetch_all!(tx, (NoticeKind, bool), "SELECT kind, enabled FROM admin_notice_switches WHERE admin_id = $1", admin)
}

/// What everybody has chosen of one kind.
pub(super) async fn chosen_of(tx: &mut Tx, kind: NoticeKind) -> Result<Vec<(AdminId, bool)>> {
    fetch_all!(tx, (AdminId, bool), "SELECT admin_id, enabled FROM admin_notice_switches WHERE kind = $1", kind)
}

pub(super) async fn choose(
    tx: &mut Tx,
    admin: &AdminId,
    kind: NoticeKind,
    enabled: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO admin_notice_switches (admin_id, kind, enabled, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (admin_id, kind) DO UPDATE SET enabled = excluded.enabled, updated_at = excluded.updated_at",
        admin,
        kind,
        enabled,
        now
    )?;
    Ok(())
}
