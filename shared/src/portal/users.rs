//! Everybody's access in one table: who was invited, who came in, who has gone silent (domain 1.13).

use chrono::{DateTime, Utc};

use super::AccessStatus;
use crate::db::Tx;
use crate::id::ClientId;
use crate::text::Foreign;
use crate::{Error, Result, fetch_all};

/// Whose access is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserFilter {
    /// Everybody's.
    #[default]
    All,
    /// That of those with this standing.
    Only(AccessStatus),
}

impl UserFilter {
    /// Every filter, in the order in which a key turns through them.
    pub const ALL: [Self; 5] = [
        Self::All,
        Self::Only(AccessStatus::Active),
        Self::Only(AccessStatus::Invited),
        Self::Only(AccessStatus::Inactive),
        Self::Only(AccessStatus::NotCreated),
    ];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Only(status) => status.words(),
        }
    }

    /// The stored word to compare with; empty for everybody.
    fn stored(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Only(status) => status.as_str(),
        }
    }
}

impl std::str::FromStr for UserFilter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wanted = text.trim().replace(['-', '_'], " ");
        Self::ALL.into_iter().find(|filter| filter.name().eq_ignore_ascii_case(&wanted)).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid(format!("there is no filter {:?}; choose one of {known}", crate::text::terminal_safe(text)))
        })
    }
}

/// Whether messages reach a linked account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Link {
    /// They do.
    Linked,
    /// They do not: it was blocked or closed.
    Unreachable,
}

/// One client's access.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct PortalUser {
    /// Whose.
    pub client_id: ClientId,
    /// Their name.
    pub full_name: Foreign,
    /// Their address.
    pub email: String,
    /// How far they have come.
    pub status: AccessStatus,
    /// When they were last invited.
    pub invited_at: Option<DateTime<Utc>>,
    /// Until when their open invitation works.
    pub invite_expires_at: Option<DateTime<Utc>>,
    /// When they first came in.
    pub activated_at: Option<DateTime<Utc>>,
    /// When they were last active.
    pub last_login_at: Option<DateTime<Utc>>,
    /// When the studio switched the access off.
    pub deactivated_at: Option<DateTime<Utc>>,
    /// Their Telegram account, if one is linked.
    pub telegram: Option<Link>,
    /// Their Discord account, if one is linked.
    pub discord: Option<Link>,
    /// Whether the questionnaire is finished.
    pub completed_onboarding: bool,
    /// How many of the 29 questions have an answer.
    pub answered: i64,
}

/// How a client stands; [`super::access()`] says the same of one.
macro_rules! status_sql {
    () => {
        "CASE WHEN u.id IS NULL THEN 'NOT_CREATED'
              WHEN u.is_active AND EXISTS (SELECT 1 FROM chat_identities i
                  WHERE i.client_id = c.id AND i.platform <> 'EMAIL' AND i.revoked_at IS NULL) THEN 'ACTIVE'
              WHEN u.activated_at IS NOT NULL OR u.deactivated_at IS NOT NULL THEN 'INACTIVE'
              ELSE 'INVITED' END"
    };
}

/// A client's live account on one platform.
macro_rules! link_sql {
    ($platform:literal) => {
        concat!(
            "(SELECT CASE WHEN i.unreachable_at IS NULL THEN 'LINKED' ELSE 'UNREACHABLE' END FROM chat_identities i
              WHERE i.client_id = c.id AND i.platform = '",
            $platform,
            "' AND i.revoked_at IS NULL)"
        )
    };
}

/// Access by name, below `after` if given; at most `limit` rows.
pub async fn users(tx: &mut Tx, filter: UserFilter, after: Option<&ClientId>, limit: i64) -> Result<Vec<PortalUser>> {
    fetch_all!(
        tx,
        PortalUser,
        concat!(
            "SELECT * FROM (
                 SELECT c.id AS client_id, c.full_name, c.email, c.name_key, ",
            status_sql!(),
            " AS status, u.invited_at,
                     (SELECT MAX(p.expires_at) FROM portal_invites p
                      WHERE p.client_id = c.id AND p.used_at IS NULL AND p.revoked_at IS NULL) AS invite_expires_at,
                     u.activated_at, u.last_login_at, u.deactivated_at, ",
            link_sql!("TELEGRAM"),
            " AS telegram, ",
            link_sql!("DISCORD"),
            " AS discord, COALESCE(u.completed_onboarding, FALSE) AS completed_onboarding,
                     (SELECT COUNT(*) FROM client_answers a WHERE a.client_id = c.id) AS answered
                 FROM clients c LEFT JOIN client_portal_users u ON u.client_id = c.id
                 WHERE c.deleted_at IS NULL
             ) AS everybody
             WHERE ($1 = '' OR status = $1)
               AND ($2 = '' OR name_key > (SELECT name_key FROM clients WHERE id = $2)
                    OR (name_key = (SELECT name_key FROM clients WHERE id = $2) AND client_id > $2))
             ORDER BY name_key, client_id LIMIT $3"
        ),
        filter.stored(),
        after.map_or("", ClientId::as_str),
        limit
    )
}

/// How many clients stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct UserCounts {
    /// Never invited.
    pub not_created: i64,
    /// Invited, not in yet.
    pub invited: i64,
    /// In.
    pub active: i64,
    /// Were in.
    pub inactive: i64,
}

/// Counts everybody's access.
pub async fn user_counts(tx: &mut Tx) -> Result<UserCounts> {
    let rows = fetch_all!(
        tx,
        (AccessStatus, i64),
        concat!(
            "SELECT status, COUNT(*) FROM (SELECT ",
            status_sql!(),
            " AS status FROM clients c LEFT JOIN client_portal_users u ON u.client_id = c.id
             WHERE c.deleted_at IS NULL) AS everybody GROUP BY status"
        )
    )?;
    let of = |status| rows.iter().find(|(other, _)| *other == status).map_or(0, |(_, count)| *count);
    Ok(UserCounts {
        not_created: of(AccessStatus::NotCreated),
        invited: of(AccessStatus::Invited),
        active: of(AccessStatus::Active),
        inactive: of(AccessStatus::Inactive),
    })
}
