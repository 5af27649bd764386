//! The rows of `admins`.

use chrono::{DateTime, Utc};

use super::{Actor, Capability, Role};
use crate::db::{Tx, unique_violation};
use crate::events::{self, EventKind};
use crate::id::AdminId;
use crate::text::Foreign;
use crate::{Error, Result, Studio, execute, fetch_all, fetch_optional};

/// A member of staff.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Admin {
    /// Row id.
    pub id: AdminId,
    /// Lower-case, unique.
    pub email: String,
    /// Shown to colleagues and clients.
    pub name: Foreign,
    /// What they may do.
    pub role: Role,
    /// IANA zone; the studio's where none is set.
    pub timezone: Option<String>,
    /// When their dashboard was last open.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// Adds a member of staff. The e-mail is the name they are known by.
pub async fn add(studio: &Studio, actor: &Actor, email: &str, name: Option<&str>, role: Role) -> Result<Admin> {
    actor.require(Capability::Own)?;
    let email = crate::clients::normal_email(email)?;
    let now = studio.clock.now();
    let name = Foreign::new(name.unwrap_or_else(|| email.split('@').next().unwrap_or(&email)));
    let mut tx = studio.db.write().await?;
    let inserted = execute!(
        tx,
        "INSERT INTO admins (id, email, name, role, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)",
        AdminId::new(now),
        &email,
        &name,
        role,
        now
    );
    match inserted {
        Err(error) if unique_violation(&error) => {
            return Err(Error::refused(format!(
                "{email} is on the staff already; use `admin role` to change the role"
            )));
        }
        other => other?,
    };
    events::record(
        &mut tx,
        now,
        actor,
        EventKind::AdminAdded,
        None,
        &format!("Added {email} as {}", role.as_str()),
        None,
    )
    .await?;
    tx.commit().await?;
    find_by_email(&mut studio.db.read().await?, &email).await?.ok_or(Error::NotFound("admin"))
}

/// The member of staff with this e-mail, unless removed.
pub async fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<Admin>> {
    fetch_optional!(
        tx,
        Admin,
        "SELECT id, email, name, role, timezone, last_seen_at, created_at FROM admins
         WHERE email = $1 AND removed_at IS NULL",
        email.trim().to_lowercase()
    )
}

/// The member of staff whose keys, accounts or switches are meant: an owner may keep anybody's, everybody
/// their own.
pub(super) async fn own_or_anyones(tx: &mut Tx, actor: &Actor, email: &str) -> Result<Admin> {
    match find_by_email(tx, email).await? {
        Some(admin) if actor.admin_id() == Some(&admin.id) => Ok(admin),
        admin => {
            actor.require(Capability::Own)?;
            admin.ok_or(Error::NotFound("admin"))
        }
    }
}

/// Everybody on the staff, by e-mail.
pub async fn list(tx: &mut Tx) -> Result<Vec<Admin>> {
    fetch_all!(
        tx,
        Admin,
        "SELECT id, email, name, role, timezone, last_seen_at, created_at FROM admins
         WHERE removed_at IS NULL ORDER BY email"
    )
}

/// Gives a member of staff another role. The last owner stays one.
pub async fn set_role(studio: &Studio, actor: &Actor, email: &str, role: Role) -> Result<()> {
    actor.require(Capability::Own)?;
    change(studio, actor, email, Some(role)).await
}

/// Takes a member of staff off. The last owner stays.
pub async fn remove(studio: &Studio, actor: &Actor, email: &str) -> Result<()> {
    actor.require(Capability::Own)?;
    change(studio, actor, email, None).await
}

async fn change(studio: &Studio, actor: &Actor, email: &str, role: Option<Role>) -> Result<()> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let admin = find_by_email(&mut tx, email).await?.ok_or(Error::NotFound("admin"))?;
    let owners = list(&mut tx).await?.iter().filter(|other| other.role == Role::Owner).count();
    if admin.role == Role::Owner && role != Some(Role::Owner) && owners == 1 {
        return Err(Error::refused("this is the last owner; make somebody else an owner first"));
    }
    let (kind, what) = match role {
        Some(role) => (EventKind::AdminChanged, format!("{} is now {}", admin.email, role.as_str())),
        None => (EventKind::AdminRemoved, format!("Removed {}", admin.email)),
    };
    match role {
        Some(role) => execute!(tx, "UPDATE admins SET role = $2, updated_at = $3 WHERE id = $1", &admin.id, role, now)?,
        None => execute!(tx, "UPDATE admins SET removed_at = $2, updated_at = $2 WHERE id = $1", &admin.id, now)?,
    };
    events::record(&mut tx, now, actor, kind, None, &what, None).await?;
    tx.commit().await
}

/// Notes that a member of staff has the dashboard open.
pub async fn touch(studio: &Studio, id: &AdminId) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(tx, "UPDATE admins SET last_seen_at = $2 WHERE id = $1", id, studio.clock.now())?;
    tx.commit().await
}
