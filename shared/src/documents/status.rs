//! Where a document stands, and which moves exist (domain 0.9): one pure table.

use serde::{Deserialize, Serialize};

/// A document's status. Clients see [`DocumentStatus::Delivered`] alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DocumentStatus {
    /// Being written by hand, or taken back for rework.
    Draft,
    /// Waits for somebody's judgement.
    PendingReview,
    /// Good; not with the client yet.
    Approved,
    /// With the client.
    Delivered,
    /// Refused with a reason; an edit makes it a draft again.
    Rejected,
}

impl DocumentStatus {
    /// Every status, in the order of a document's life.
    pub const ALL: [Self; 5] = [Self::Draft, Self::PendingReview, Self::Approved, Self::Delivered, Self::Rejected];

    /// Whether a document may go from here to `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use DocumentStatus::{Approved, Delivered, Draft, PendingReview, Rejected};
        matches!(
            (self, next),
            (Draft, PendingReview) | (PendingReview, Approved | Rejected) | (Approved, Delivered) | (Rejected, Draft)
        )
    }

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::PendingReview => "PENDING_REVIEW",
            Self::Approved => "APPROVED",
            Self::Delivered => "DELIVERED",
            Self::Rejected => "REJECTED",
        }
    }

    /// What people call it, after "is".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Draft => "a draft",
            Self::PendingReview => "in review",
            Self::Approved => "approved",
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: from; columns: to, in the order of [`DocumentStatus::ALL`].
    const TABLE: [(&str, DocumentStatus); 5] = [
        (".x...", DocumentStatus::Draft),
        ("..x.x", DocumentStatus::PendingReview),
        ("...x.", DocumentStatus::Approved),
        (".....", DocumentStatus::Delivered),
        ("x....", DocumentStatus::Rejected),
    ];

    #[test]
    fn every_move_is_as_the_table_says() {
        for (row, from) in TABLE {
            let moves: String =
                DocumentStatus::ALL.into_iter().map(|to| if from.may_become(to) { 'x' } else { '.' }).collect();
            assert_eq!(moves, row, "from {from:?}");
        }
    }
}
