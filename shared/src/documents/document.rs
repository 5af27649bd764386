//! The row of a document, and the shorter rows of lists.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::DocumentStatus;
use crate::id::{ClientId, DocumentId};
use crate::text::Foreign;

/// What a document is to its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DocumentKind {
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
    /// 1 to 8.
    pub month: i64,
    /// MAIN or SUBDOCUMENT.
    #[sqlx(rename = "type")]
    #[serde(rename = "type")]
    pub kind: DocumentKind,
    /// The main document that this one belongs to, if it is an extra.
    pub parent_id: Option<DocumentId>,
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
    /// The day for which its month is promised.
    pub due_at: Option<DateTime<Utc>>,
    /// When the client first asked for it and received it.
    pub first_opened_at: Option<DateTime<Utc>>,
    /// When the client last did.
    pub last_opened_at: Option<DateTime<Utc>>,
    /// How often.
    pub download_count: i64,
    /// Up to three sentences for the notice, taken at approval.
    #[sqlx(json)]
    pub highlights: Vec<String>,
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
    /// 1 to 8.
    pub month: i64,
    /// MAIN or SUBDOCUMENT.
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
    /// The day for which its month is promised.
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
    /// 1 to 8.
    pub month: i64,
    /// Its title.
    pub title: Foreign,
    /// Anything but delivered.
    pub status: DocumentStatus,
    /// Who wrote it.
    pub generated_by: Option<String>,
    /// The day for which its month is promised.
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
}
