//! Where a client stands in the programme, and which moves exist (domain 0.8): one pure table.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A client's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Known, not yet invited.
    Lead,
    /// Invited; answering the questionnaire.
    Onboarding,
    /// The journey runs.
    Active,
    /// The journey is on hold.
    Paused,
    /// All eight months are delivered or skipped.
    Completed,
    /// Left the programme.
    Churned,
    /// Hidden; can be restored.
    Archived,
}

/// What must hold for a move besides its two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// May be made whenever the programme asks for it.
    Free,
    /// Only mirrors that a hold was placed or lifted; never set by hand.
    MirrorsPause,
    /// Only follows that a month of a completed programme is open again.
    Reopens,
    /// Does not exist.
    Forbidden,
}

impl Status {
    /// Every status, in the order of a client's life.
    pub const ALL: [Self; 7] =
        [Self::Lead, Self::Onboarding, Self::Active, Self::Paused, Self::Completed, Self::Churned, Self::Archived];

    /// Whether a client may go from here to `to`. Leaving `ARCHIVED` is
    /// [`restore`](super::restore), which returns to the status before and is no move of this table.
    #[must_use]
    pub fn to(self, to: Self) -> Move {
        use Status::{Active, Archived, Churned, Completed, Lead, Onboarding, Paused};
        match (self, to) {
            (Archived, _) => Move::Forbidden,
            (from, to) if from == to => Move::Forbidden,
            (Active, Paused) | (Paused, Active) => Move::MirrorsPause,
            (Completed, Active) => Move::Reopens,
            // An admin may start the journey of a lead whose answers came on paper.
            (Lead, Onboarding | Active) | (Onboarding, Active) | (Active, Completed) | (_, Churned | Archived) => {
                Move::Free
            }
            _ => Move::Forbidden,
        }
    }

    /// True while the client takes one of the studio's places.
    #[must_use]
    pub fn takes_a_place(self) -> bool {
        matches!(self, Self::Onboarding | Self::Active | Self::Paused)
    }

    /// True when the client has left: nothing is sent and no account stays linked.
    #[must_use]
    pub fn has_left(self) -> bool {
        matches!(self, Self::Churned | Self::Archived)
    }

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "LEAD",
            Self::Onboarding => "ONBOARDING",
            Self::Active => "ACTIVE",
            Self::Paused => "PAUSED",
            Self::Completed => "COMPLETED",
            Self::Churned => "CHURNED",
            Self::Archived => "ARCHIVED",
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Status {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text.trim())).ok_or_else(|| {
            let known = Self::ALL.map(|status| status.as_str().to_lowercase()).join(", ");
            Error::invalid(format!("there is no status {:?}; choose one of {known}", crate::text::terminal_safe(text)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: from; columns: to, in the order of [`Status::ALL`]. F free, P mirrors a pause, O opens again,
    /// . forbidden.
    const TABLE: [(&str, Status); 7] = [
        (".FF..FF", Status::Lead),
        ("..F..FF", Status::Onboarding),
        ("...PFFF", Status::Active),
        ("..P..FF", Status::Paused),
        ("..O..FF", Status::Completed),
        ("......F", Status::Churned),
        (".......", Status::Archived),
    ];

    #[test]
    fn every_move_is_as_the_table_says() {
        for (row, from) in TABLE {
            let moves: String = Status::ALL
                .into_iter()
                .map(|to| match from.to(to) {
                    Move::Free => 'F',
                    Move::MirrorsPause => 'P',
                    Move::Reopens => 'O',
                    Move::Forbidden => '.',
                })
                .collect();
            assert_eq!(moves, row, "from {from}");
        }
    }

    #[test]
    fn a_status_is_read_in_any_case() {
        assert_eq!(" active ".parse::<Status>().unwrap(), Status::Active);
        assert!("INACTIVE".parse::<Status>().unwrap_err().to_string().contains("lead, onboarding"));
    }
}
