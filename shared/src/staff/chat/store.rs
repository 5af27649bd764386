//! The SQL of `admin_identities` and `admin_link_codes`.

use chrono::{DateTime, Utc};

use super::StaffAccount;
use crate::db::Tx;
use crate::delivery::Channel;
use crate::id::{AdminId, IdentityId, InviteId};
use crate::portal::Account;
use crate::staff::Role;
use crate::{Result, execute, fetch_all, fetch_optional};

/// Live accounts of people who are on the staff.
macro_rules! accounts {
    ($tail:literal) => {
        concat!(
            "SELECT i.id, i.admin_id, a.email, i.platform, i.external_user_id, i.chat_id, i.username, i.display_name,
                 i.linked_at, i.unreachable_at, i.unreachable_reason
             FROM admin_identities i JOIN admins a ON a.id = i.admin_id
             WHERE i.revoked_at IS NULL AND a.removed_at IS NULL ",
            $tail
        )
    };
}

pub(super) async fn live(tx: &mut Tx, platform: Channel, external_user_id: &str) -> Result<Option<StaffAccount>> {
    let sql = accounts!("AND i.platform = $1 AND i.external_user_id = $2");
    fetch_optional!(tx, StaffAccount, sql, platform, external_user_id)
}

pub(super) async fn accounts(tx: &mut Tx, admin: Option<&AdminId>) -> Result<Vec<StaffAccount>> {
    let sql = accounts!("AND (CAST($1 AS TEXT) IS NULL OR i.admin_id = $1) ORDER BY a.email, i.platform");
    fetch_all!(tx, StaffAccount, sql, admin.map(AdminId::as_str))
}

/// The accounts at which somebody can be written to, the preferred one first.
pub(crate) async fn reachable(tx: &mut Tx, admin: &AdminId) -> Result<Vec<StaffAccount>> {
    let mut all = accounts(tx, Some(admin)).await?;
    all.retain(|account| account.unreachable_at.is_none());
    all.sort_by_key(|account| Channel::PREFERRED.iter().position(|channel| *channel == account.platform));
    Ok(all)
}

/// Who on the staff can be written to in a chat.
pub(crate) async fn listeners(tx: &mut Tx) -> Result<Vec<(AdminId, Role)>> {
    fetch_all!(
        tx,
        (AdminId, Role),
        "SELECT a.id, a.role FROM admins a WHERE a.removed_at IS NULL AND EXISTS (
             SELECT 1 FROM admin_identities i
             WHERE i.admin_id = a.id AND i.revoked_at IS NULL AND i.unreachable_at IS NULL)
         ORDER BY a.id"
    )
}

pub(super) async fn insert(tx: &mut Tx, admin: &AdminId, account: &Account, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO admin_identities (id, admin_id, platform, external_user_id, chat_id, username, display_name,
             linked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        IdentityId::new(now),
        admin,
        account.platform,
        &account.external_user_id,
        &account.chat_id,
        &account.username,
        &account.display_name,
        now
    )?;
    Ok(())
}

/// Ends a link, and whatever exchange was going on there.
pub(super) async fn revoke(tx: &mut Tx, account: &StaffAccount, now: DateTime<Utc>) -> Result<()> {
    execute!(tx, "UPDATE admin_identities SET revoked_at = $2 WHERE id = $1", &account.id, now)?;
    execute!(
        tx,
        "DELETE FROM chat_states WHERE platform = $1 AND external_user_id = $2",
        account.platform,
        &account.external_user_id
    )?;
    Ok(())
}

pub(super) async fn mark_unreachable(
    tx: &mut Tx,
    admin: &AdminId,
    platform: Channel,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE admin_identities SET unreachable_at = $3, unreachable_reason = $4
         WHERE admin_id = $1 AND platform = $2 AND revoked_at IS NULL AND unreachable_at IS NULL",
        admin,
        platform,
        now,
        reason
    )?;
    Ok(())
}

pub(super) async fn mark_reachable(tx: &mut Tx, id: &IdentityId) -> Result<()> {
    execute!(tx, "UPDATE admin_identities SET unreachable_at = NULL, unreachable_reason = NULL WHERE id = $1", id)?;
    Ok(())
}

/// A code as it is stored, and for whom.
#[derive(sqlx::FromRow)]
pub(super) struct CodeRow {
    pub email: String,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

pub(super) async fn code(tx: &mut Tx, hash: &str) -> Result<Option<CodeRow>> {
    fetch_optional!(
        tx,
        CodeRow,
        "SELECT a.email, c.expires_at, c.used_at, c.revoked_at
         FROM admin_link_codes c JOIN admins a ON a.id = c.admin_id
         WHERE c.code_hash = $1 AND a.removed_at IS NULL",
        hash
    )
}

/// A new code in the place of those that nobody has used.
pub(super) async fn replace_code(
    tx: &mut Tx,
    admin: &AdminId,
    hash: &str,
    by: Option<&str>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE admin_link_codes SET revoked_at = $2 WHERE admin_id = $1 AND used_at IS NULL AND revoked_at IS NULL",
        admin,
        now
    )?;
    execute!(
        tx,
        "INSERT INTO admin_link_codes (id, admin_id, code_hash, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        InviteId::new(now),
        admin,
        hash,
        by,
        now,
        expires_at
    )?;
    Ok(())
}

/// Uses a code up; 0 when somebody was faster.
pub(super) async fn use_code(tx: &mut Tx, hash: &str, now: DateTime<Utc>) -> Result<u64> {
    execute!(
        tx,
        "UPDATE admin_link_codes SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL AND revoked_at IS NULL",
        hash,
        now
    )
}
