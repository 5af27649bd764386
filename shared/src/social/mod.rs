//! Social accounts: the daily numbers that staff or clients enter, and the milestones they cross.
//!
//! A reading is one row a connection and UTC day; entering it again on the same day replaces it.
//! A milestone is announced once ever for a connection, the highest one crossed, and never for the
//! first reading, which is the baseline.

mod milestones;
mod store;

pub use milestones::milestone_crossed;
pub use store::{Alert, Reading, alerts, history, mark_alert_read, record};

use crate::{Error, Result};

/// A social platform of the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as the platforms are")]
pub enum Platform {
    Instagram,
    Tiktok,
    Youtube,
    Twitter,
    Linkedin,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 5] = [Self::Instagram, Self::Tiktok, Self::Youtube, Self::Twitter, Self::Linkedin];

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instagram => "Instagram",
            Self::Tiktok => "TikTok",
            Self::Youtube => "YouTube",
            Self::Twitter => "X",
            Self::Linkedin => "LinkedIn",
        }
    }
}

impl std::str::FromStr for Platform {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim().to_lowercase().as_str() {
            "instagram" => Ok(Self::Instagram),
            "tiktok" => Ok(Self::Tiktok),
            "youtube" => Ok(Self::Youtube),
            "twitter" | "x" => Ok(Self::Twitter),
            "linkedin" => Ok(Self::Linkedin),
            _ => Err(Error::invalid(format!(
                "{:?} is no platform; choose instagram, tiktok, youtube, twitter or linkedin",
                crate::text::terminal_safe(text)
            ))),
        }
    }
}

#[cfg(test)]
mod tests;
