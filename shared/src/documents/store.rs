//! The SQL of `deliverables`.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Document, DocumentRow, DocumentStatus, ReviewRow};
use crate::db::Tx;
use crate::id::{ClientId, DocumentId};
use crate::programme::Month;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, execute, fetch_all, fetch_optional, fetch_scalar};

/// The columns of [`Document`].
macro_rules! columns {
    () => {
        "id, client_id, month, type, parent_id, title, status, content_markdown, generated_by, generated_at,
         approved_at, approved_by, delivered_at, delivered_by, rejected_at, rejection_reason, due_at,
         first_opened_at, last_opened_at, download_count, COALESCE(highlights, '[]') AS highlights, summary,
         job_id, version, created_at, updated_at"
    };
}

/// The columns of [`DocumentRow`].
macro_rules! row_columns {
    () => {
        "d.id, d.client_id, d.month, d.type, d.title, d.status, d.delivered_at, d.first_opened_at, d.due_at,
         c.documents_locked AS locked, d.version, d.updated_at"
    };
}

/// A document by its id. A client finds their own delivered ones; everything else is not found, in
/// the same words whoever it belongs to.
pub async fn get(tx: &mut Tx, actor: &Actor, id: &DocumentId) -> Result<Document> {
    let found = if let Actor::Client(client) = actor {
        fetch_optional!(
            tx,
            Document,
            concat!(
                "SELECT ",
                columns!(),
                " FROM deliverables WHERE id = $1 AND client_id = $2 AND status = 'DELIVERED'"
            ),
            id,
            client
        )?
    } else {
        actor.require(Capability::View)?;
        fetch_optional!(tx, Document, concat!("SELECT ", columns!(), " FROM deliverables WHERE id = $1"), id)?
    };
    found.ok_or(Error::NotFound("document"))
}

/// The documents of a client, by month; to the client only the delivered ones.
pub async fn list(tx: &mut Tx, actor: &Actor, client: &ClientId) -> Result<Vec<DocumentRow>> {
    actor.require_owner_of(client, "client")?;
    let all = !matches!(actor, Actor::Client(_));
    fetch_all!(
        tx,
        DocumentRow,
        concat!(
            "SELECT ",
            row_columns!(),
            " FROM deliverables d JOIN clients c ON c.id = d.client_id
              WHERE d.client_id = $1 AND (d.status = 'DELIVERED' OR $2) ORDER BY d.month, d.created_at, d.id"
        ),
        client,
        all
    )
}

/// Everything that waits for the studio: what is promised soonest first.
pub async fn review_queue(tx: &mut Tx) -> Result<Vec<ReviewRow>> {
    fetch_all!(
        tx,
        ReviewRow,
        "SELECT d.id, d.client_id, c.full_name, d.month, d.title, d.status, d.generated_by, d.due_at,
                d.rejection_reason, d.version, d.updated_at
         FROM deliverables d JOIN clients c ON c.id = d.client_id
         WHERE d.status IN ('DRAFT', 'PENDING_REVIEW', 'APPROVED', 'REJECTED')
           AND c.deleted_at IS NULL AND c.status <> 'CHURNED'
         ORDER BY COALESCE(d.due_at, d.updated_at), d.id"
    )
}

/// Whose document this is, delivered or not; for the audit of refused requests.
pub(super) async fn owner_of(tx: &mut Tx, id: &DocumentId) -> Result<Option<ClientId>> {
    Ok(fetch_optional!(tx, (ClientId,), "SELECT client_id FROM deliverables WHERE id = $1", id)?.map(|(owner,)| owner))
}

/// A month's main document.
pub(crate) async fn main_of(tx: &mut Tx, client: &ClientId, month: Month) -> Result<Option<Document>> {
    fetch_optional!(
        tx,
        Document,
        concat!("SELECT ", columns!(), " FROM deliverables WHERE client_id = $1 AND month = $2 AND type = 'MAIN'"),
        client,
        i64::from(month.number())
    )
}

/// A new main document.
pub(crate) struct Draft<'a> {
    pub client_id: &'a ClientId,
    pub month: Month,
    pub title: &'a str,
    pub markdown: &'a str,
    pub status: DocumentStatus,
    pub generated_by: &'a str,
    pub job_id: Option<&'a str>,
}

/// Adds a month's main document. `None` when the month has one already.
pub(crate) async fn insert_generated(tx: &mut Tx, draft: &Draft<'_>, now: DateTime<Utc>) -> Result<Option<DocumentId>> {
    let id = DocumentId::new(now);
    let added = execute!(
        tx,
        "INSERT INTO deliverables (id, client_id, month, type, title, content_markdown, status, generated_by,
                                   generated_at, due_at, highlights, job_id, created_at, updated_at)
         VALUES ($1, $2, $3, 'MAIN', $4, $5, $6, $7, $8,
                 (SELECT planned_date FROM journey_months WHERE client_id = $2 AND month = $3), $9, $10, $8, $8)
         ON CONFLICT DO NOTHING",
        &id,
        draft.client_id,
        i64::from(draft.month.number()),
        draft.title,
        draft.markdown,
        draft.status,
        draft.generated_by,
        now,
        Json(Vec::<String>::new()),
        draft.job_id
    )?;
    Ok((added > 0).then_some(id))
}

/// Puts a new draft in a rejected one's place. False when that is no longer rejected.
pub(crate) async fn replace_rejected(
    tx: &mut Tx,
    id: &DocumentId,
    draft: &Draft<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let replaced = execute!(
        tx,
        "UPDATE deliverables SET content_markdown = $2, status = $3, generated_by = $4, generated_at = $5, job_id = $6,
                updated_at = $5, version = version + 1
         WHERE id = $1 AND status = 'REJECTED'",
        id,
        draft.markdown,
        draft.status,
        draft.generated_by,
        now,
        draft.job_id
    )?;
    Ok(replaced > 0)
}

/// What a move writes besides the status.
pub(super) enum Stamp<'a> {
    Submitted,
    Approved { by: Option<&'a str>, highlights: &'a [String], summary: &'a str },
    Delivered { by: Option<&'a str> },
    Rejected { reason: &'a str },
}

/// Moves a document on, unless somebody was faster.
pub(super) async fn advance(
    tx: &mut Tx,
    document: &Document,
    to: DocumentStatus,
    stamp: &Stamp<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (id, version) = (&document.id, document.version);
    let moved = match stamp {
        Stamp::Submitted => execute!(
            tx,
            "UPDATE deliverables SET status = $3, updated_at = $4, version = version + 1
             WHERE id = $1 AND version = $2",
            id,
            version,
            to,
            now
        )?,
        Stamp::Approved { by, highlights, summary } => execute!(
            tx,
            "UPDATE deliverables SET status = $3, updated_at = $4, version = version + 1,
                    approved_at = $4, approved_by = $5, highlights = $6, summary = $7
             WHERE id = $1 AND version = $2",
            id,
            version,
            to,
            now,
            *by,
            Json(*highlights),
            *summary
        )?,
        Stamp::Delivered { by } => execute!(
            tx,
            "UPDATE deliverables SET status = $3, updated_at = $4, version = version + 1,
                    delivered_at = $4, delivered_by = $5
             WHERE id = $1 AND version = $2",
            id,
            version,
            to,
            now,
            *by
        )?,
        Stamp::Rejected { reason } => execute!(
            tx,
            "UPDATE deliverables SET status = $3, updated_at = $4, version = version + 1,
                    rejected_at = $4, rejection_reason = $5
             WHERE id = $1 AND version = $2",
            id,
            version,
            to,
            now,
            *reason
        )?,
    };
    if moved == 0 { Err(Error::Conflict("the document".into())) } else { Ok(()) }
}

/// Writes a new text, unless somebody was faster.
pub(super) async fn rewrite(
    tx: &mut Tx,
    document: &Document,
    title: &str,
    markdown: &str,
    to: DocumentStatus,
    highlights: &[String],
    now: DateTime<Utc>,
) -> Result<()> {
    let written = execute!(
        tx,
        "UPDATE deliverables SET title = $3, content_markdown = $4, status = $5, highlights = $6, updated_at = $7,
                version = version + 1
         WHERE id = $1 AND version = $2",
        &document.id,
        document.version,
        title,
        markdown,
        to,
        Json(highlights),
        now
    )?;
    if written == 0 { Err(Error::Conflict("the document".into())) } else { Ok(()) }
}

/// Notes that the client asked for a document and received it.
pub(super) async fn stamp_opened(tx: &mut Tx, id: &DocumentId, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "UPDATE deliverables SET first_opened_at = COALESCE(first_opened_at, $2), last_opened_at = $2,
                download_count = download_count + 1
         WHERE id = $1",
        id,
        now
    )?;
    Ok(())
}

/// Whether the studio holds a client's documents back.
pub(super) async fn is_locked(tx: &mut Tx, client: &ClientId) -> Result<bool> {
    fetch_scalar!(tx, bool, "SELECT documents_locked FROM clients WHERE id = $1", client)
}
