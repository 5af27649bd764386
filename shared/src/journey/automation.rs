//! The row of an automation and of its log, as every surface shows them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AutomationKind, AutomationStatus, LogStatus, SkipReason, Template};
use crate::id::{AutomationId, AutomationLogId, ClientId, DocumentId};
use crate::text::Foreign;

/// Something that the engine does at a time. Fields are named as the columns are; those that a client has too are
/// read under a longer name, so that one look may answer both.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Automation {
    /// Row id.
    #[sqlx(rename = "automation_id")]
    pub id: AutomationId,
    /// For whom.
    pub client_id: ClientId,
    /// What is done.
    #[sqlx(rename = "type")]
    #[serde(rename = "type")]
    pub kind: AutomationKind,
    /// When it is looked at next.
    pub trigger_date: DateTime<Utc>,
    /// How it stands.
    #[sqlx(rename = "automation_status")]
    pub status: AutomationStatus,
    /// Failed attempts so far.
    pub retry_count: i64,
    /// How many failed attempts are followed by another.
    pub max_retries: i64,
    /// What it needs to know.
    #[sqlx(json)]
    pub payload: Payload,
    /// When it ended.
    pub executed_at: Option<DateTime<Utc>>,
    /// Why the latest attempt failed.
    pub error_message: Option<String>,
    /// 1 to 8.
    pub month: Option<i64>,
    /// Which message.
    pub template: Option<Template>,
    /// When it was first planned for.
    pub original_trigger_date: DateTime<Utc>,
    /// It waits behind a gate until then; its date stays.
    pub held_until: Option<DateTime<Utc>>,
    /// Why it was taken off.
    pub cancel_reason: Option<String>,
    /// The worker's fencing token.
    #[serde(skip)]
    pub claim_epoch: i64,
}

impl Automation {
    /// Whether it writes the business plan, which belongs to no month.
    #[must_use]
    pub fn writes_plan(&self) -> bool {
        self.kind == AutomationKind::GenerateDeliverable && self.month.is_none()
    }

    /// Whether it writes an extra document, which drives no month.
    #[must_use]
    pub fn writes_extra(&self) -> bool {
        self.template == Some(Template::Subdocument)
    }
}

/// What an automation needs to know, and what it must remember between two attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Payload {
    /// 1 to 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<i64>,
    /// Which message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
    /// Why there is such a row, where the type does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The document that it is about, where that is not the month's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Which extra document it writes, by its title in the programme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The generation that is under way. Written before the model is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// The gate behind which it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<SkipReason>,
    /// The studio has been told that it waits for the month before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
    /// An admin lets it pass the gates of the previous month and of a hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
}

impl Payload {
    /// What a row of a month's plan needs to know.
    pub(super) fn planned(kind: AutomationKind, template: Option<Template>, month: Option<i64>) -> Self {
        // An escalation's kind does not say what it is about.
        let reason = (kind == AutomationKind::EscalateToAdmin).then(|| Template::Overdue.as_str().to_owned());
        Self { month, template, reason, ..Self::default() }
    }
}

/// One attempt of an automation, or a message that no automation sent.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct LogRow {
    /// Row id; ordered by time.
    pub id: AutomationLogId,
    /// For whom.
    pub client_id: ClientId,
    /// Their name.
    pub full_name: Foreign,
    /// Which automation.
    pub automation_id: Option<AutomationId>,
    /// What was to be done.
    #[sqlx(rename = "type")]
    #[serde(rename = "type")]
    pub kind: AutomationKind,
    /// What was done, in a word.
    pub action: String,
    /// How it ended.
    pub status: LogStatus,
    /// Why nothing was done.
    pub reason: Option<SkipReason>,
    /// Why it failed.
    pub error_message: Option<String>,
    /// 1 for the first.
    pub attempt: i64,
    /// When.
    pub created_at: DateTime<Utc>,
}
