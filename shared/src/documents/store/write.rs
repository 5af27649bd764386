//! Making and changing documents.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::db::Tx;
use crate::documents::highlights::Told;
use crate::documents::{Document, DocumentKind, DocumentStatus};
use crate::id::{ClientId, DocumentId};
use crate::programme::Month;
use crate::{Error, Result, execute};

/// Changes one document in its table, unless somebody was faster. `$1` and `$2` are its id and the version that was
/// read; the changes count from `$3`.
macro_rules! change {
    ($tx:expr, $document:expr, $changes:literal $(, $value:expr)* $(,)?) => {{
        let (id, version) = (&$document.id, $document.version);
        let changed = match $document.kind {
            DocumentKind::Plan => execute!(
                $tx,
                concat!("UPDATE business_plans SET revision = revision + 1, ", $changes, " WHERE id = $1 AND revision = $2"),
                id, version $(, $value)*
            )?,
            DocumentKind::Main | DocumentKind::Subdocument => execute!(
                $tx,
                concat!("UPDATE deliverables SET version = version + 1, ", $changes, " WHERE id = $1 AND version = $2"),
                id, version $(, $value)*
            )?,
        };
        if changed == 0 { Err(Error::Conflict("the document".into())) } else { Ok(()) }
    }};
}

/// Where a new document belongs.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// It is this version of the plan.
    Plan(i64),
    /// It is the month's document.
    Month(Month),
    /// It is an extra of the month, beside this main document.
    Beside(Month, DocumentId),
}

/// A new document.
pub(crate) struct Draft<'a> {
    pub client_id: &'a ClientId,
    pub place: Place,
    pub title: &'a str,
    pub markdown: &'a str,
    pub status: DocumentStatus,
    pub generated_by: &'a str,
    pub job_id: Option<&'a str>,
}

/// Adds a document. `None` when its place is taken: by the month's own, by an extra of the same title, by a plan of
/// that version.
pub(crate) async fn insert(tx: &mut Tx, draft: &Draft<'_>, now: DateTime<Utc>) -> Result<Option<DocumentId>> {
    let id = DocumentId::new(now);
    let (month, kind, parent) = match &draft.place {
        Place::Plan(version) => return insert_plan(tx, draft, &id, *version, now).await,
        Place::Month(month) => (*month, DocumentKind::Main, None),
        Place::Beside(month, parent) => (*month, DocumentKind::Subdocument, Some(parent)),
    };
    let added = execute!(
        tx,
        "INSERT INTO deliverables (id, client_id, month, type, parent_id, title, content_markdown, status, generated_by,
                                   generated_at, due_at, job_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                 (SELECT planned_date FROM journey_months WHERE client_id = $2 AND month = $3), $11, $10, $10)
         ON CONFLICT DO NOTHING",
        &id,
        draft.client_id,
        i64::from(month.number()),
        kind,
        parent,
        draft.title,
        draft.markdown,
        draft.status,
        draft.generated_by,
        now,
        draft.job_id
    )?;
    Ok((added > 0).then_some(id))
}

async fn insert_plan(
    tx: &mut Tx,
    draft: &Draft<'_>,
    id: &DocumentId,
    version: i64,
    now: DateTime<Utc>,
) -> Result<Option<DocumentId>> {
    let added = execute!(
        tx,
        "INSERT INTO business_plans (id, client_id, version, title, content_markdown, status, generated_by, generated_at,
                                     due_at, job_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT plan_due_at FROM clients WHERE id = $2), $9, $8, $8)
         ON CONFLICT DO NOTHING",
        id,
        draft.client_id,
        version,
        draft.title,
        draft.markdown,
        draft.status,
        draft.generated_by,
        now,
        draft.job_id
    )?;
    Ok((added > 0).then(|| id.clone()))
}

/// Puts a new draft in a rejected one's place. False when that is no longer rejected.
pub(crate) async fn replace_rejected(
    tx: &mut Tx,
    document: &Document,
    draft: &Draft<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    if document.status != DocumentStatus::Rejected {
        return Ok(false);
    }
    change!(
        tx,
        document,
        "content_markdown = $3, status = $4, generated_by = $5, generated_at = $6, job_id = $7, updated_at = $6",
        draft.markdown,
        draft.status,
        draft.generated_by,
        now,
        draft.job_id
    )?;
    Ok(true)
}

/// What a move writes besides the status.
pub(in crate::documents) enum Stamp<'a> {
    Submitted,
    Approved { by: Option<&'a str>, told: &'a Told, summary: &'a str },
    Delivered { by: Option<&'a str> },
    Rejected { reason: &'a str },
}

/// Moves a document on, unless somebody was faster.
pub(in crate::documents) async fn advance(
    tx: &mut Tx,
    document: &Document,
    to: DocumentStatus,
    stamp: &Stamp<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    match stamp {
        Stamp::Submitted => change!(tx, document, "status = $3, updated_at = $4", to, now),
        Stamp::Approved { by, told, summary } => change!(
            tx,
            document,
            "status = $3, updated_at = $4, approved_at = $4, approved_by = $5, highlights = $6, accomplishments = $7,
             summary = $8",
            to,
            now,
            *by,
            Json(&told.highlights),
            Json(&told.accomplishments),
            *summary
        ),
        Stamp::Delivered { by } => {
            change!(tx, document, "status = $3, updated_at = $4, delivered_at = $4, delivered_by = $5", to, now, *by)
        }
        Stamp::Rejected { reason } => change!(
            tx,
            document,
            "status = $3, updated_at = $4, rejected_at = $4, rejection_reason = $5",
            to,
            now,
            *reason
        ),
    }
}

/// Writes what `document` has become: title, text, status, what is told of it and its summary, unless somebody was
/// faster.
pub(in crate::documents) async fn rewrite(tx: &mut Tx, document: &Document, now: DateTime<Utc>) -> Result<()> {
    change!(
        tx,
        document,
        "title = $3, content_markdown = $4, status = $5, highlights = $6, accomplishments = $7, summary = $8,
         updated_at = $9",
        &document.title,
        &document.content_markdown,
        document.status,
        Json(&document.highlights),
        Json(&document.accomplishments),
        &document.summary,
        now
    )
}

/// A delivered document is a draft again, and nobody has opened it.
pub(in crate::documents) async fn undeliver(tx: &mut Tx, document: &Document, now: DateTime<Utc>) -> Result<()> {
    change!(
        tx,
        document,
        "status = 'DRAFT', approved_at = NULL, approved_by = NULL, delivered_at = NULL, delivered_by = NULL,
         first_opened_at = NULL, last_opened_at = NULL, updated_at = $3",
        now
    )
}

/// Deletes a document, unless somebody changed it.
pub(in crate::documents) async fn delete(tx: &mut Tx, document: &Document) -> Result<()> {
    let (id, version) = (&document.id, document.version);
    let gone = match document.kind {
        DocumentKind::Plan => execute!(tx, "DELETE FROM business_plans WHERE id = $1 AND revision = $2", id, version)?,
        DocumentKind::Main | DocumentKind::Subdocument => {
            execute!(tx, "DELETE FROM deliverables WHERE id = $1 AND version = $2", id, version)?
        }
    };
    if gone == 0 { Err(Error::Conflict("the document".into())) } else { Ok(()) }
}

/// Notes that the client asked for a document and received it. No change of the document: its version stays.
pub(in crate::documents) async fn stamp_opened(tx: &mut Tx, document: &Document, now: DateTime<Utc>) -> Result<()> {
    macro_rules! opened {
        ($table:literal) => {
            concat!(
                "UPDATE ",
                $table,
                " SET first_opened_at = COALESCE(first_opened_at, $2), last_opened_at = $2,
                      download_count = download_count + 1
                 WHERE id = $1"
            )
        };
    }
    let sql = match document.kind {
        DocumentKind::Plan => opened!("business_plans"),
        DocumentKind::Main | DocumentKind::Subdocument => opened!("deliverables"),
    };
    execute!(tx, sql, &document.id, now)?;
    Ok(())
}
