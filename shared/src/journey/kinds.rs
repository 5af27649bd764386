//! The words of the journey's tables: what an automation does, how it stands, how it ended.

use serde::{Deserialize, Serialize};

/// What an automation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "each name says what is done")]
pub enum AutomationKind {
    GenerateDeliverable,
    SendReminder,
    SendCelebration,
    EscalateToAdmin,
    UpdateStatus,
    SendNotification,
    SendDigest,
    ResumeJourney,
}

/// Which message an automation sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Template {
    /// A month's document is due in three days.
    Upcoming,
    /// A document was delivered.
    Ready,
    /// A delivered document is unopened.
    Overdue,
    /// A month is complete.
    MonthComplete,
    /// A rejected draft waits for the studio.
    Revision,
    /// A hold ends in three days.
    ResumeSoon,
    /// No message: an extra document is written beside the month's own.
    Subdocument,
}

/// How an automation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AutomationStatus {
    /// It waits for its time.
    Scheduled,
    /// A worker holds it.
    Running,
    /// It is done, or was found not to be needed.
    Completed,
    /// It was tried as often as it may be.
    Failed,
    /// It was taken off.
    Cancelled,
}

/// How one attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "each name says how it ended")]
pub enum LogStatus {
    Success,
    Failed,
    Skipped,
}

/// Why an automation did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SkipReason {
    /// The client's journey is on hold; the row waits.
    Paused,
    /// The month's document is there already.
    AlreadyExists,
    /// What it would have asked for has happened.
    NotNeeded,
    /// The client has switched this kind of message off.
    PreferenceOff,
    /// No linked account could be written to.
    NoChannel,
    /// The client has left.
    ClientInactive,
    /// Something newer takes its place.
    Superseded,
    /// The month before is neither delivered nor skipped; the row looks again later.
    BlockedPrevious,
    /// The budget for the model is used up; the row looks again the next day.
    BudgetSpent,
    /// The first month waits some days for an approved business plan; the row looks again later.
    AwaitingPlan,
    /// Its time passed more than a day ago.
    Stale,
    /// The client had a journey message today; it comes tomorrow.
    OneADay,
    /// Many messages are late at once; it comes within minutes.
    CatchUp,
    /// The month was skipped.
    Skipped,
}

impl AutomationKind {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GenerateDeliverable => "GENERATE_DELIVERABLE",
            Self::SendReminder => "SEND_REMINDER",
            Self::SendCelebration => "SEND_CELEBRATION",
            Self::EscalateToAdmin => "ESCALATE_TO_ADMIN",
            Self::UpdateStatus => "UPDATE_STATUS",
            Self::SendNotification => "SEND_NOTIFICATION",
            Self::SendDigest => "SEND_DIGEST",
            Self::ResumeJourney => "RESUME_JOURNEY",
        }
    }
}

impl AutomationStatus {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl SkipReason {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "PAUSED",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::NotNeeded => "NOT_NEEDED",
            Self::PreferenceOff => "PREFERENCE_OFF",
            Self::NoChannel => "NO_CHANNEL",
            Self::ClientInactive => "CLIENT_INACTIVE",
            Self::Superseded => "SUPERSEDED",
            Self::BlockedPrevious => "BLOCKED_PREVIOUS",
            Self::BudgetSpent => "BUDGET_SPENT",
            Self::AwaitingPlan => "AWAITING_PLAN",
            Self::Stale => "STALE",
            Self::OneADay => "ONE_A_DAY",
            Self::CatchUp => "CATCH_UP",
            Self::Skipped => "SKIPPED",
        }
    }
}

impl LogStatus {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::Skipped => "SKIPPED",
        }
    }
}

impl Template {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upcoming => "UPCOMING",
            Self::Ready => "READY",
            Self::Overdue => "OVERDUE",
            Self::MonthComplete => "MONTH_COMPLETE",
            Self::Revision => "REVISION",
            Self::ResumeSoon => "RESUME_SOON",
            Self::Subdocument => "SUBDOCUMENT",
        }
    }
}
