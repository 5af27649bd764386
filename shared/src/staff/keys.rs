//! The SSH keys by which members of staff come in: one key, one person.

use chrono::{DateTime, Utc};

use super::admins::own_or_anyones;
use super::{Actor, Admin, PublicKey, find_by_email};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{self, AdminId};
use crate::text::Foreign;
use crate::{Error, Result, Studio, execute, fetch_all, fetch_optional};

/// A key that lets somebody in.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Key {
    /// Whose it is.
    pub admin_id: AdminId,
    /// Their e-mail.
    pub email: String,
    /// `SHA256:…`, the name by which it is known.
    pub fingerprint: String,
    /// In one line, without a comment.
    pub public_key: String,
    /// Which machine or token it is on.
    pub label: Foreign,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When somebody last came in with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Adds a key for a member of staff, one line of a `.pub` file. An owner may add anybody's, everybody
/// their own. Without a label, the key's own comment is one.
pub async fn add(studio: &Studio, actor: &Actor, email: &str, line: &str, label: Option<&str>) -> Result<Key> {
    let key = PublicKey::parse(line)?;
    let fingerprint = key.fingerprint();
    let label = label.map_or_else(|| key.comment.clone(), Foreign::from);
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let admin = own_or_anyones(&mut tx, actor, email).await?;
    if let Some(known) = by_fingerprint(&mut tx, &fingerprint).await? {
        return Err(Error::refused(format!("this key lets {} in already; one key belongs to one person", known.email)));
    }
    // A key that was removed once may come back, also to somebody else.
    execute!(
        tx,
        "INSERT INTO admin_keys (id, admin_id, fingerprint, public_key, label, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (fingerprint) DO UPDATE SET admin_id = excluded.admin_id, label = excluded.label,
             created_at = excluded.created_at, last_used_at = NULL, revoked_at = NULL",
        id::cuid(now),
        &admin.id,
        &fingerprint,
        key.line(),
        &label,
        now
    )?;
    let what = format!("Added the SSH key {fingerprint} for {}", admin.email);
    events::record(&mut tx, now, actor, EventKind::AdminChanged, None, &what, None).await?;
    let key = by_fingerprint(&mut tx, &fingerprint).await?.ok_or(Error::NotFound("key"))?;
    tx.commit().await?;
    Ok(key)
}

/// Takes a key away, named by its fingerprint or, where only one fits, by its label.
pub async fn remove(studio: &Studio, actor: &Actor, email: &str, which: &str) -> Result<Key> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let admin = own_or_anyones(&mut tx, actor, email).await?;
    let mut keys = list(&mut tx, Some(&admin.id)).await?;
    keys.retain(|key| key.fingerprint == which || key.label.raw() == which);
    let key = match keys.len() {
        0 => return Err(Error::NotFound("key")),
        1 => keys.swap_remove(0),
        _ => return Err(Error::refused("more than one key has this label; name it by its fingerprint")),
    };
    execute!(tx, "UPDATE admin_keys SET revoked_at = $2 WHERE fingerprint = $1", &key.fingerprint, now)?;
    let what = format!("Removed the SSH key {} of {}", key.fingerprint, admin.email);
    events::record(&mut tx, now, actor, EventKind::AdminChanged, None, &what, None).await?;
    tx.commit().await?;
    Ok(key)
}

/// The keys that let somebody in: of one member of staff or of all.
pub async fn list(tx: &mut Tx, admin: Option<&AdminId>) -> Result<Vec<Key>> {
    let mut keys = fetch_all!(
        tx,
        Key,
        "SELECT k.admin_id, a.email, k.fingerprint, k.public_key, k.label, k.created_at, k.last_used_at
         FROM admin_keys k JOIN admins a ON a.id = k.admin_id
         WHERE k.revoked_at IS NULL AND a.removed_at IS NULL ORDER BY a.email, k.created_at, k.id"
    )?;
    keys.retain(|key| admin.is_none_or(|admin| key.admin_id == *admin));
    Ok(keys)
}

/// Whoever a verified key belongs to, and a note that it was used. Never ask with a key that is
/// only offered: that would answer who works here.
pub async fn enter(studio: &Studio, fingerprint: &str) -> Result<Option<Admin>> {
    let mut tx = studio.db.write().await?;
    let Some(key) = by_fingerprint(&mut tx, fingerprint).await? else { return Ok(None) };
    execute!(tx, "UPDATE admin_keys SET last_used_at = $2 WHERE fingerprint = $1", fingerprint, studio.clock.now())?;
    let admin = find_by_email(&mut tx, &key.email).await?;
    tx.commit().await?;
    Ok(admin)
}

async fn by_fingerprint(tx: &mut Tx, fingerprint: &str) -> Result<Option<Key>> {
    fetch_optional!(
        tx,
        Key,
        "SELECT k.admin_id, a.email, k.fingerprint, k.public_key, k.label, k.created_at, k.last_used_at
         FROM admin_keys k JOIN admins a ON a.id = k.admin_id
         WHERE k.fingerprint = $1 AND k.revoked_at IS NULL AND a.removed_at IS NULL",
        fingerprint
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::{Role, add as add_admin, remove as remove_admin};
    use crate::testing::on_both;

    const LINE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMybCLtz/5mgwqr84kXjN0NA0fz91omf7sAmjJ1VF5Id laptop";

    #[tokio::test]
    async fn a_key_lets_one_person_in_until_it_is_removed() {
        on_both(|studio| async move {
            let owner = Actor::local_owner();
            for (email, role) in [("ada@example.com", Role::Owner), ("bo@example.com", Role::Viewer)] {
                add_admin(&studio, &owner, email, None, role).await.unwrap();
            }
            let key = add(&studio, &owner, "ada@example.com", LINE, None).await.unwrap();
            assert_eq!(key.label.raw(), "laptop");
            let twice = add(&studio, &owner, "bo@example.com", LINE, None).await.unwrap_err().to_string();
            assert!(twice.contains("ada@example.com"), "{twice}");
            let admin = enter(&studio, &key.fingerprint).await.unwrap().unwrap();
            assert_eq!((admin.email.as_str(), admin.role), ("ada@example.com", Role::Owner));
            assert!(enter(&studio, "SHA256:nobody").await.unwrap().is_none());
            let listed = list(&mut studio.db.read().await.unwrap(), Some(&admin.id)).await.unwrap();
            assert_eq!(listed[0].last_used_at, Some(studio.clock.now()));
            remove(&studio, &owner, "ada@example.com", "laptop").await.unwrap();
            assert!(enter(&studio, &key.fingerprint).await.unwrap().is_none());
            assert!(matches!(remove(&studio, &owner, "ada@example.com", "laptop").await, Err(Error::NotFound("key"))));
            let back = add(&studio, &owner, "bo@example.com", LINE, Some("desk")).await.unwrap();
            assert_eq!((back.email.as_str(), back.label.raw()), ("bo@example.com", "desk"));
            remove_admin(&studio, &owner, "bo@example.com").await.unwrap();
            assert!(enter(&studio, &back.fingerprint).await.unwrap().is_none(), "who left comes in no more");
        })
        .await;
    }

    #[tokio::test]
    async fn everybody_keeps_their_own_keys_and_owners_everybodys() {
        on_both(|studio| async move {
            let owner = Actor::local_owner();
            let bo = add_admin(&studio, &owner, "bo@example.com", None, Role::Viewer).await.unwrap();
            add_admin(&studio, &owner, "cy@example.com", None, Role::Viewer).await.unwrap();
            let me = Actor::Admin { id: Some(bo.id), role: Role::Viewer };
            add(&studio, &me, "bo@example.com", LINE, None).await.unwrap();
            for email in ["cy@example.com", "nobody@example.com"] {
                assert!(matches!(add(&studio, &me, email, LINE, None).await, Err(Error::Forbidden { .. })));
            }
        })
        .await;
    }
}
