//! Roles and the one table of what each may do (domain 0.12).

/// A member of staff's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Everything, with users, secrets, backups and purge.
    Owner,
    /// Everything about clients, and the coach's configuration.
    Admin,
    /// Clients, documents, messages, moderation.
    Manager,
    /// Looking.
    Viewer,
}

/// Something that a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// See clients, journeys, analytics.
    View,
    /// Edit clients, reply, approve and deliver, pause.
    Edit,
    /// Moderate the community, run events.
    Moderate,
    /// Read coach transcripts.
    ReadTranscripts,
    /// Change the coach's configuration, token budgets, templates.
    Configure,
    /// Users, secrets, backups, purge.
    Own,
}

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Manager, Self::Viewer];

    /// Whether this role has `capability`.
    #[must_use]
    pub fn may(self, capability: Capability) -> bool {
        match capability {
            Capability::View => true,
            Capability::Edit | Capability::Moderate | Capability::ReadTranscripts => self != Self::Viewer,
            Capability::Configure => matches!(self, Self::Owner | Self::Admin),
            Capability::Own => self == Self::Owner,
        }
    }

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Admin => "ADMIN",
            Self::Manager => "MANAGER",
            Self::Viewer => "VIEWER",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        Self::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(text.trim())).ok_or_else(|| {
            crate::Error::invalid(format!("there is no role {text:?}; choose owner, admin, manager or viewer"))
        })
    }
}

impl Capability {
    /// What it is, after "may not".
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::View => "see clients",
            Self::Edit => "change clients, documents or messages",
            Self::Moderate => "moderate the community",
            Self::ReadTranscripts => "read coach conversations",
            Self::Configure => "change the configuration",
            Self::Own => "manage users, backups or purges",
        }
    }
}
