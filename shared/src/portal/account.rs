//! A client's access to the portal, as the studio sees it: the rows of `client_portal_users`.

use chrono::{DateTime, Utc};

use super::identities::live_identities;
use super::{Identity, mailbox};
use crate::clients::Client;
use crate::db::{Tx, unique_violation};
use crate::id::{ClientId, PortalUserId};
use crate::staff::Actor;
use crate::{Error, Result, execute, fetch_optional};

/// How far a client has come with the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessStatus {
    /// Never invited.
    NotCreated,
    /// Invited, not in yet.
    Invited,
    /// In.
    Active,
    /// Was in; the access was taken back or ended.
    Inactive,
}

impl AccessStatus {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotCreated => "NOT_CREATED",
            Self::Invited => "INVITED",
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
        }
    }

    /// As people read it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotCreated => "not created",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }
}

/// A client's access.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Access {
    /// How far they have come.
    pub status: AccessStatus,
    /// When they were last invited.
    pub invited_at: Option<DateTime<Utc>>,
    /// When they first came in.
    pub activated_at: Option<DateTime<Utc>>,
    /// When they were last active.
    pub last_login_at: Option<DateTime<Utc>>,
    /// When the studio switched it off.
    pub deactivated_at: Option<DateTime<Utc>>,
    /// Their linked chat accounts.
    pub identities: Vec<Identity>,
}

#[derive(sqlx::FromRow)]
struct Row {
    is_active: bool,
    invited_at: DateTime<Utc>,
    activated_at: Option<DateTime<Utc>>,
    last_login_at: Option<DateTime<Utc>>,
    deactivated_at: Option<DateTime<Utc>>,
}

/// How a client stands with the portal.
pub async fn access(tx: &mut Tx, client: &ClientId) -> Result<Access> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT is_active, invited_at, activated_at, last_login_at, deactivated_at
         FROM client_portal_users WHERE client_id = $1",
        client
    )?;
    let identities = live_identities(tx, client).await?;
    let status = match &row {
        None => AccessStatus::NotCreated,
        Some(row) if row.is_active && !identities.is_empty() => AccessStatus::Active,
        Some(row) if row.activated_at.is_some() || row.deactivated_at.is_some() => AccessStatus::Inactive,
        Some(_) => AccessStatus::Invited,
    };
    Ok(Access {
        status,
        invited_at: row.as_ref().map(|row| row.invited_at),
        activated_at: row.as_ref().and_then(|row| row.activated_at),
        last_login_at: row.as_ref().and_then(|row| row.last_login_at),
        deactivated_at: row.and_then(|row| row.deactivated_at),
        identities,
    })
}

/// The client's portal row, made if there is none.
pub(super) async fn ensure(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, client: &Client) -> Result<PortalUserId> {
    if let Some(id) = user_id(tx, &client.id).await? {
        return Ok(id);
    }
    let id = PortalUserId::new(now);
    let added = execute!(
        tx,
        "INSERT INTO client_portal_users (id, client_id, email, password_hash, invited_at, invited_by, created_at,
             updated_at)
         VALUES ($1, $2, $3, '!', $4, $5, $4, $4)",
        &id,
        &client.id,
        client.email.to_lowercase(),
        now,
        actor.id()
    );
    match added {
        Err(error) if unique_violation(&error) => {
            Err(Error::refused("the client's e-mail address belongs to another portal access; change it first"))
        }
        other => other.map(|_| id),
    }
}

/// The client's e-mail address was found to be theirs.
pub(super) async fn follow_email(tx: &mut Tx, now: DateTime<Utc>, client: &Client) -> Result<()> {
    execute!(
        tx,
        "UPDATE client_portal_users SET email_verified = TRUE, updated_at = $2 WHERE client_id = $1",
        &client.id,
        now
    )?;
    mailbox::follow(tx, now, client).await
}

/// The client's portal row, if there is one.
pub(super) async fn user_id(tx: &mut Tx, client: &ClientId) -> Result<Option<PortalUserId>> {
    let row: Option<(PortalUserId,)> =
        fetch_optional!(tx, (PortalUserId,), "SELECT id FROM client_portal_users WHERE client_id = $1", client)?;
    Ok(row.map(|(id,)| id))
}
