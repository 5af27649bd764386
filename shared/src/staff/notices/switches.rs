//! Who wants to be told what.

use super::super::admins::own_or_anyones;
use super::super::{Actor, Capability};
use super::{NoticeKind, store};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::AdminId;
use crate::{Result, Studio};

/// A kind of notice, and whether somebody wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NoticeSwitch {
    /// The kind.
    pub kind: NoticeKind,
    /// Whether it is on.
    pub enabled: bool,
}

/// Every kind with what a member of staff has chosen of it.
pub async fn switches(tx: &mut Tx, actor: &Actor, admin: &AdminId) -> Result<Vec<NoticeSwitch>> {
    actor.require(Capability::View)?;
    let chosen = store::chosen(tx, admin).await?;
    let of = |kind: NoticeKind| chosen.iter().find(|(of, _)| *of == kind).map(|(_, enabled)| *enabled);
    Ok(NoticeKind::ALL
        .into_iter()
        .map(|kind| NoticeSwitch { kind, enabled: of(kind).unwrap_or(kind.on_by_default()) })
        .collect())
}

/// Turns a kind on or off. An owner may do so for anybody, everybody for themselves.
pub async fn set(studio: &Studio, actor: &Actor, email: &str, kind: NoticeKind, enabled: bool) -> Result<()> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let admin = own_or_anyones(&mut tx, actor, email).await?;
    store::choose(&mut tx, &admin.id, kind, enabled, now).await?;
    let what = format!("{} for {}: {}", kind.name(), admin.email, if enabled { "on" } else { "off" });
    events::record(&mut tx, now, actor, EventKind::AdminChanged, None, &what, None).await?;
    tx.commit().await
}
