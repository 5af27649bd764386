//! The kinds of notices, each with a switch.

use crate::text::terminal_safe;
use crate::{Error, Result};

/// What a notice to the staff is about. Stored by its `SCREAMING_SNAKE_CASE` name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NoticeKind {
    /// The week in short.
    Digest,
    /// A client has not opened a document for a week.
    Silent,
    /// The machine gave something up.
    Failed,
    /// A month waits for the one before.
    Blocked,
    /// A month is not delivered in time.
    Late,
    /// A hold has no end.
    Hold,
    /// The coach calls for a person.
    Coach,
    /// A client asks for a break.
    Break,
    /// An invitation runs out, or somebody asks for a new one.
    Invite,
    /// A client cannot be reached any more.
    Channel,
    /// A document waits for review, or for its rework.
    Review,
    /// A client has written.
    Message,
}

impl NoticeKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::Digest,
        Self::Silent,
        Self::Failed,
        Self::Blocked,
        Self::Late,
        Self::Hold,
        Self::Coach,
        Self::Break,
        Self::Invite,
        Self::Channel,
        Self::Review,
        Self::Message,
    ];

    /// Whether it is told to who never chose.
    #[must_use]
    pub fn on_by_default(self) -> bool {
        // Messages come all day long, and the inbox shows them.
        self != Self::Message
    }

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Digest => "DIGEST",
            Self::Silent => "SILENT",
            Self::Failed => "FAILED",
            Self::Blocked => "BLOCKED",
            Self::Late => "LATE",
            Self::Hold => "HOLD",
            Self::Coach => "COACH",
            Self::Break => "BREAK",
            Self::Invite => "INVITE",
            Self::Channel => "CHANNEL",
            Self::Review => "REVIEW",
            Self::Message => "MESSAGE",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Digest => "Weekly digest",
            Self::Silent => "Silent clients",
            Self::Failed => "Failed steps",
            Self::Blocked => "Months that wait",
            Self::Late => "Late months",
            Self::Hold => "Holds without an end",
            Self::Coach => "Calls of the coach",
            Self::Break => "Requests for a break",
            Self::Invite => "Invitations",
            Self::Channel => "Dead channels",
            Self::Review => "Documents to review",
            Self::Message => "Clients' messages",
        }
    }
}

impl std::str::FromStr for NoticeKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text.trim())).ok_or_else(|| {
            let known = Self::ALL.map(|kind| kind.as_str().to_lowercase()).join(", ");
            Error::invalid(format!("there is no notice {:?}; choose one of {known}", terminal_safe(text)))
        })
    }
}
