//! The row of a document, and the shorter rows of lists.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::DocumentStatus;
use crate::id::{ClientId, DocumentId};
use crate::programme::Month;
use crate::text::Foreign;
use crate::{Error, Result};

/// What a document is to its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DocumentKind {
    /// A version of the business plan, which precedes the months.
    Plan,
    /// The month's document: one a client and month, and the one that completes it.
    Main,
    /// An extra, which never drives the programme.
    Subdocument,
}

/// A document. Fields are named as the columns are.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Document {
    /// Row id.
    pub id: DocumentId,
    /// Whose.
    pub client_id: ClientId,
    /// 1 to 8; `None` for a plan, which belongs to no month.
    pub month: Option<i64>,
    /// PLAN, MAIN or SUBDOCUMENT.
    #[sqlx(rename = "type")]
    #[serde(rename = "type")]
    pub kind: DocumentKind,
    /// The main document that this one belongs to, if it is an extra.
    pub parent_id: Option<DocumentId>,
    /// Which of the client's plans it is, counted from 1, if it is one.
    pub plan_version: Option<i64>,
    /// Its title.
    pub title: Foreign,
    /// Where it stands.
    pub status: DocumentStatus,
    /// The text, Markdown.
    pub content_markdown: Foreign,
    /// Who wrote it: the model's name, `offline`, or `manual`.
    pub generated_by: Option<String>,
    /// When it was written.
    pub generated_at: Option<DateTime<Utc>>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// By whom.
    pub approved_by: Option<String>,
    /// When the client got it.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Through whom.
    pub delivered_by: Option<String>,
    /// When it was last rejected.
    pub rejected_at: Option<DateTime<Utc>>,
    /// Why.
    pub rejection_reason: Option<Foreign>,
    /// When it is promised for: the day of its month, or until when a plan is owed.
    pub due_at: Option<DateTime<Utc>>,
    /// When the client first asked for it and received it.
    pub first_opened_at: Option<DateTime<Utc>>,
    /// When the client last did.
    pub last_opened_at: Option<DateTime<Utc>>,
    /// How often.
    pub download_count: i64,
    /// A few lines on what to look for, for the notice. Taken from the text at approval; an admin may
    /// write others.
    #[sqlx(json)]
    pub highlights: Vec<String>,
    /// A few lines on what now stands, for the celebrations. Taken and changed in the same way.
    #[sqlx(json)]
    pub accomplishments: Vec<String>,
    /// A short account for the writer of later months, taken at approval.
    pub summary: Option<Foreign>,
    /// The generation that wrote it.
    pub job_id: Option<String>,
    /// Grows with every change of the text or the status.
    pub version: i64,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A document in a list: everything but its text.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct DocumentRow {
    /// Row id.
    pub id: DocumentId,
    /// Whose.
    pub client_id: ClientId,
    /// 1 to 8; `None` for a plan, which belongs to no month.
    pub month: Option<i64>,
    /// PLAN, MAIN or SUBDOCUMENT.
    #[sqlx(rename = "type")]
    #[serde(rename = "type")]
    pub kind: DocumentKind,
    /// Its title.
    pub title: Foreign,
    /// Where it stands.
    pub status: DocumentStatus,
    /// When the client got it.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When the client first opened it.
    pub first_opened_at: Option<DateTime<Utc>>,
    /// When it is promised for.
    pub due_at: Option<DateTime<Utc>>,
    /// It is listed and cannot be taken away for now.
    pub locked: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A document that waits for the studio, with whose it is.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct ReviewRow {
    /// Row id.
    pub id: DocumentId,
    /// Whose.
    pub client_id: ClientId,
    /// Their name.
    pub full_name: Foreign,
    /// 1 to 8; `None` for a plan.
    pub month: Option<i64>,
    /// PLAN, MAIN or SUBDOCUMENT.
    #[sqlx(rename = "type")]
    #[serde(rename = "type")]
    pub kind: DocumentKind,
    /// Its title.
    pub title: Foreign,
    /// Anything but delivered.
    pub status: DocumentStatus,
    /// Who wrote it.
    pub generated_by: Option<String>,
    /// When it is promised for.
    pub due_at: Option<DateTime<Utc>>,
    /// Why it was rejected.
    pub rejection_reason: Option<Foreign>,
    /// Grows with every change.
    pub version: i64,
    /// Since when it has waited as it is.
    pub updated_at: DateTime<Utc>,
}

impl Document {
    /// Whether the client has asked for it and received it.
    #[must_use]
    pub fn is_opened(&self) -> bool {
        self.first_opened_at.is_some()
    }

    /// Its month. A plan has none.
    pub fn its_month(&self) -> Result<Month> {
        Month::new(self.month.ok_or(Error::NotFound("month"))?)
    }

    /// Names one delivery of it: taken back and delivered again, it is another one.
    #[must_use]
    pub fn delivery(&self) -> String {
        format!("{}|{}", self.id, self.delivered_at.unwrap_or_default().timestamp_millis())
    }

    /// What stands once its month is complete; where nothing was taken for that, what the notice said.
    #[must_use]
    pub fn achieved(&self) -> &[String] {
        if self.accomplishments.is_empty() { &self.highlights } else { &self.accomplishments }
    }

    /// What it is called in a sentence of ours, without anybody's words: `the month 3 document`.
    #[must_use]
    pub fn called(&self) -> String {
        let month = self.month.unwrap_or_default();
        match self.kind {
            DocumentKind::Plan => format!("version {} of the business plan", self.plan_version.unwrap_or_default()),
            DocumentKind::Main => format!("the month {month} document"),
            DocumentKind::Subdocument => format!("a sub-document of month {month}"),
        }
    }
}
