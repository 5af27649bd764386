//! The row of a client, and what goes in to make or change one.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::Status;
use crate::id::{AdminId, ClientId};
use crate::text::Foreign;
use crate::{Error, Result};

/// A client, who is a creator in the community. Fields are named as the columns are.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Client {
    /// Row id.
    pub id: ClientId,
    /// 2 to 100 characters, as they write it.
    pub full_name: Foreign,
    /// The brand that is being built.
    pub brand_name: Option<Foreign>,
    /// Lower-case, unique.
    pub email: String,
    /// IANA zone: everything they receive follows it.
    pub timezone: String,
    /// Language of their texts.
    pub locale: String,
    /// Where they stand.
    pub status: Status,
    /// What they make content about.
    pub industry_niche: Option<Foreign>,
    /// As they write it.
    pub country: Option<Foreign>,
    /// 18 to 100.
    pub age: Option<i64>,
    /// Unverified.
    pub instagram_handle: Option<Foreign>,
    /// Unverified.
    pub tiktok_handle: Option<Foreign>,
    /// As they write it.
    pub phone: Option<Foreign>,
    /// As they write it.
    pub website: Option<Foreign>,
    /// When the journey began or begins; `None` until it is started.
    pub program_start_date: Option<DateTime<Utc>>,
    /// 1 to 8, as last written by the engine.
    pub current_month: Option<i64>,
    /// Whether a hold is in force.
    pub is_paused: bool,
    /// When the hold began.
    pub pause_start_date: Option<DateTime<Utc>>,
    /// When it is planned to end.
    pub pause_end_date: Option<DateTime<Utc>>,
    /// Why.
    pub pause_reason: Option<Foreign>,
    /// Documents may be seen but not taken away.
    pub documents_locked: bool,
    /// The member of staff whom they know.
    pub assigned_admin_id: Option<AdminId>,
    /// Tokens a day with the coach, where it differs from everybody's.
    pub coach_daily_token_override: Option<i64>,
    /// Questions a day to the coach, where it differs from everybody's.
    pub coach_daily_message_override: Option<i64>,
    /// For the coach: how far along they are.
    pub experience_level: Option<Foreign>,
    /// For the coach: what they earn.
    pub income_now: Option<Foreign>,
    /// For the coach: what they want to earn.
    pub income_goal: Option<Foreign>,
    /// For the coach: what stands in their way.
    #[sqlx(json(nullable))]
    pub challenges: Option<Vec<Foreign>>,
    /// For the coach: what they are good at.
    #[sqlx(json(nullable))]
    pub strengths: Option<Vec<Foreign>>,
    /// Local time `HH:MM` from which they want quiet, where it differs from everybody's.
    pub quiet_from: Option<String>,
    /// Local time `HH:MM` until which they want quiet.
    pub quiet_until: Option<String>,
    /// When the questionnaire was finished.
    pub onboarded_at: Option<DateTime<Utc>>,
    /// Until when the studio owes them a business plan; `None` where it owes none.
    pub plan_due_at: Option<DateTime<Utc>>,
    /// When they last did anything on any surface.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows with every change; guards against two admins at once.
    pub version: i64,
}

impl Client {
    /// The client's zone. A zone that this build does not know reads as UTC.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.timezone.parse().unwrap_or(Tz::UTC)
    }
}

/// What is known of somebody who is to become a client. Blank texts count as unknown.
#[derive(Clone, Debug, Default)]
pub struct NewClient {
    /// 2 to 100 characters.
    pub full_name: String,
    /// Any case.
    pub email: String,
    /// IANA zone; UTC where blank.
    pub timezone: String,
    /// The brand that is being built.
    pub brand_name: Option<String>,
    /// What they make content about.
    pub industry_niche: Option<String>,
    /// At least two characters.
    pub country: Option<String>,
    /// 18 to 100.
    pub age: Option<i64>,
    /// At most 100 characters.
    pub instagram_handle: Option<String>,
    /// At most 100 characters.
    pub tiktok_handle: Option<String>,
    /// As they write it.
    pub phone: Option<String>,
    /// As they write it.
    pub website: Option<String>,
}

/// How much of the coach a client may use a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoachLimit {
    /// As much as everybody.
    Everybodys,
    /// This much.
    Own(i64),
}

impl CoachLimit {
    /// The number that is kept with the client; none where it is everybody's.
    #[must_use]
    pub fn own(self) -> Option<i64> {
        match self {
            Self::Everybodys => None,
            Self::Own(limit) => Some(limit),
        }
    }
}

impl FromStr for CoachLimit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "default" {
            return Ok(Self::Everybodys);
        }
        let limit = text.parse().ok().filter(|limit| *limit >= 0);
        limit.map(Self::Own).ok_or_else(|| Error::invalid("write a number, or default for as much as everybody"))
    }
}

/// What to change. `None` leaves a field alone; a blank text empties it where that is allowed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named and ruled as in `NewClient` and `Client`")]
pub struct ClientEdit {
    pub full_name: Option<String>,
    pub email: Option<String>,
    pub timezone: Option<String>,
    pub brand_name: Option<String>,
    pub industry_niche: Option<String>,
    pub country: Option<String>,
    pub age: Option<i64>,
    pub instagram_handle: Option<String>,
    pub tiktok_handle: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub documents_locked: Option<bool>,
    pub coach_daily_token_override: Option<CoachLimit>,
    pub coach_daily_message_override: Option<CoachLimit>,
    /// The version that the editor saw; another one now is a conflict. `None` overwrites.
    pub version: Option<i64>,
}
