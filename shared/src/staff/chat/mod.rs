//! The chat accounts of the staff, in which they read notices and act on some of them.
//!
//! An account is linked like a client's, by a one-time code, and only its number is believed. The two
//! kinds are kept apart: an account belongs to a client or to a member of staff, never to both, and who
//! leaves the staff is known no more.

mod link;
mod store;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use super::Admin;
use super::admins::own_or_anyones;
use crate::db::Tx;
use crate::delivery::{self, Channel};
use crate::events::{self, EventKind};
use crate::id::{AdminId, IdentityId};
use crate::staff::Actor;
use crate::text::{Foreign, Reply, terminal_safe};
use crate::{Result, Studio};

pub use link::{CodeRefusal, LinkCode, code, link, peek};
pub(crate) use store::{listeners, reachable};

/// A linked account of a member of staff.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct StaffAccount {
    /// Row id.
    pub id: IdentityId,
    /// Whose it is.
    pub admin_id: AdminId,
    /// Their e-mail.
    pub email: String,
    /// Where.
    pub platform: Channel,
    /// The platform's number of the account.
    pub external_user_id: String,
    /// Where to write to.
    pub chat_id: String,
    /// Shown, never believed.
    pub username: Option<Foreign>,
    /// Shown, never believed.
    pub display_name: Option<Foreign>,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// Since when it takes no messages.
    pub unreachable_at: Option<DateTime<Utc>>,
    /// Why.
    pub unreachable_reason: Option<String>,
}

/// The member of staff behind an account, while they are on the staff.
pub async fn member(tx: &mut Tx, platform: Channel, external_user_id: &str) -> Result<Option<(Admin, StaffAccount)>> {
    let Some(account) = store::live(tx, platform, external_user_id).await? else { return Ok(None) };
    let admin = super::find_by_email(tx, &account.email).await?;
    Ok(admin.map(|admin| (admin, account)))
}

/// The linked accounts: of one member of staff or of all.
pub async fn accounts(tx: &mut Tx, admin: Option<&AdminId>) -> Result<Vec<StaffAccount>> {
    store::accounts(tx, admin).await
}

/// Ends a member of staff's link on a platform, or all of them, with a word to each account. An owner
/// may end anybody's, everybody their own. Answers how many there were.
pub async fn unlink(studio: &Studio, actor: &Actor, email: &str, platform: Option<Channel>) -> Result<usize> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let admin = own_or_anyones(&mut tx, actor, email).await?;
    let mut ended = store::accounts(&mut tx, Some(&admin.id)).await?;
    ended.retain(|account| platform.is_none_or(|platform| account.platform == platform));
    for account in &ended {
        let values = [("studio_name", studio.settings.studio.name.clone())];
        let body = Reply::new(studio.messages.body("staff_unlinked", &values)?);
        let letter = delivery::StaffLetter {
            admin: &account.admin_id,
            channel: account.platform,
            chat_id: &account.chat_id,
            body: &body,
            purpose: "staff_unlinked",
            dedupe: format!("staff_unlinked:{}", account.id),
            urgency: delivery::Urgency::Transactional,
        };
        delivery::send_to_staff(&mut tx, now, &letter).await?;
        end(&mut tx, now, actor, account).await?;
    }
    tx.commit().await?;
    Ok(ended.len())
}

/// A member of staff ends the link of the account that they write from.
pub async fn stop(studio: &Studio, account: &StaffAccount) -> Result<()> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    end(&mut tx, now, &Actor::System, account).await?;
    tx.commit().await
}

async fn end(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, account: &StaffAccount) -> Result<()> {
    store::revoke(tx, account, now).await?;
    let what = format!("{} has no account on {} any more", account.email, account.platform.name());
    events::record(tx, now, actor, EventKind::AdminChanged, None, &what, None).await
}

/// Notes that an account takes no messages, once, and answers the next that does.
pub(crate) async fn next_after(
    tx: &mut Tx,
    now: DateTime<Utc>,
    admin: &AdminId,
    dead: Channel,
    reason: &str,
) -> Result<Option<StaffAccount>> {
    store::mark_unreachable(tx, admin, dead, &terminal_safe(reason), now).await?;
    Ok(store::reachable(tx, admin).await?.into_iter().next())
}

/// The platform says that an account no longer takes our messages.
pub async fn blocked(studio: &Studio, platform: Channel, external_user_id: &str, reason: &str) -> Result<()> {
    let mut tx = studio.db.write().await?;
    let Some(account) = store::live(&mut tx, platform, external_user_id).await? else { return Ok(()) };
    store::mark_unreachable(&mut tx, &account.admin_id, platform, &terminal_safe(reason), studio.clock.now()).await?;
    tx.commit().await
}

/// The platform says that an account takes our messages again, or its owner has just written.
pub async fn unblocked(studio: &Studio, platform: Channel, external_user_id: &str) -> Result<()> {
    let account = store::live(&mut studio.db.read().await?, platform, external_user_id).await?;
    let Some(account) = account.filter(|account| account.unreachable_at.is_some()) else { return Ok(()) };
    let mut tx = studio.db.write().await?;
    store::mark_reachable(&mut tx, &account.id).await?;
    tx.commit().await
}
