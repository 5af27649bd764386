//! What the studio does with a document: write, submit, approve, reject, deliver.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::highlights::{highlights_of, summary_of};
use super::store::{self, Draft, Stamp};
use super::{Document, DocumentStatus};
use crate::clients;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{ClientId, DocumentId};
use crate::journey::effects;
use crate::programme::Month;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// The shortest text that is a document, in characters.
const SHORTEST: usize = 100;
/// The longest, in characters: some two hundred pages.
const LONGEST: usize = 500_000;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// What to change in a document. `None` leaves a part alone.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// A new title.
    pub title: Option<String>,
    /// A new text, Markdown.
    pub markdown: Option<String>,
    /// The version that the editor saw; another one now is a conflict. `None` overwrites.
    pub version: Option<i64>,
}

/// Adds a month's document by hand, as a draft. The engine then no longer writes that month.
pub async fn add(
    studio: &Studio,
    actor: &Actor,
    client: &ClientId,
    month: Month,
    title: &str,
    markdown: &str,
) -> Result<Document> {
    actor.require(Capability::Edit)?;
    let title = checked_title(title)?;
    checked_text(markdown)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    if client.status.has_left() {
        return Err(Error::refused("this client has left the programme; restore them first"));
    }
    let draft = Draft {
        client_id: &client.id,
        month,
        title,
        markdown,
        status: DocumentStatus::Draft,
        generated_by: "manual",
        job_id: None,
    };
    let Some(id) = store::insert_generated(&mut tx, &draft, now).await? else {
        return Err(Error::refused(format!("month {month} has a document already; edit that one")));
    };
    effects::written_by_hand(&mut tx, now, actor, &client.id, month).await?;
    let what = format!("Wrote the month {month} document by hand");
    let details = json!({ "document_id": id, "month": month, "by": "manual" });
    events::record(&mut tx, now, actor, EventKind::DeliverableGenerated, Some(&client.id), &what, Some(details))
        .await?;
    let document = store::get(&mut tx, &Actor::System, &id).await?;
    tx.commit().await?;
    Ok(document)
}

/// Changes title or text. A rejected document becomes a draft again; any other keeps its status, so
/// that a slip can be mended even in a delivered one.
pub async fn edit(studio: &Studio, actor: &Actor, id: &DocumentId, change: Edit) -> Result<Document> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let document = store::get(&mut tx, actor, id).await?;
    if change.version.is_some_and(|seen| seen != document.version) {
        return Err(Error::Conflict("the document".into()));
    }
    let title = checked_title(change.title.as_deref().unwrap_or(document.title.raw()))?;
    let markdown = change.markdown.as_deref().unwrap_or(document.content_markdown.raw());
    checked_text(markdown)?;
    let to = match document.status {
        DocumentStatus::Rejected => DocumentStatus::Draft,
        other => other,
    };
    // Until approval there are none; afterwards they follow the text.
    let highlights = if document.approved_at.is_some() { highlights_of(markdown) } else { Vec::new() };
    store::rewrite(&mut tx, &document, title, markdown, to, &highlights, now).await?;
    let what = format!("Edited the month {} document", document.month);
    record(&mut tx, now, actor, EventKind::DeliverableUpdated, &document, &what).await?;
    let document = store::get(&mut tx, &Actor::System, id).await?;
    tx.commit().await?;
    Ok(document)
}

/// Sends a draft to review.
pub async fn submit(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    run(studio, actor, id, &[Move::Submit]).await
}

/// Approves a document in review. A draft is submitted by the same hand first.
pub async fn approve(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    run(studio, actor, id, &[Move::SubmitDraft, Move::Approve]).await
}

/// Hands an approved document to the client, tells them, and completes the month.
pub async fn deliver(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    run(studio, actor, id, &[Move::Deliver]).await
}

/// Both at once.
pub async fn approve_and_deliver(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    run(studio, actor, id, &[Move::SubmitDraft, Move::ApproveUnlessApproved, Move::Deliver]).await
}

/// Refuses a document in review. The reason goes to whoever writes it anew.
pub async fn reject(studio: &Studio, actor: &Actor, id: &DocumentId, reason: &str) -> Result<Document> {
    if reason.trim().is_empty() {
        return Err(Error::invalid("a rejection needs a reason; it is what the next draft goes by"));
    }
    run(studio, actor, id, &[Move::Reject(reason.trim())]).await
}

/// One move of a document.
enum Move<'a> {
    Submit,
    /// Submits a draft, and leaves anything else as it is.
    SubmitDraft,
    Approve,
    ApproveUnlessApproved,
    Deliver,
    Reject(&'a str),
}

async fn run(studio: &Studio, actor: &Actor, id: &DocumentId, moves: &[Move<'_>]) -> Result<Document> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    for step in moves {
        // Read anew each time: a move changes status and version.
        let document = store::get(&mut tx, actor, id).await?;
        step.make(&mut tx, studio, actor, &document, now).await?;
    }
    let document = store::get(&mut tx, &Actor::System, id).await?;
    tx.commit().await?;
    Ok(document)
}

impl Move<'_> {
    async fn make(
        &self,
        tx: &mut Tx,
        studio: &Studio,
        actor: &Actor,
        document: &Document,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let month = document.month;
        match self {
            Self::SubmitDraft if document.status != DocumentStatus::Draft => Ok(()),
            Self::ApproveUnlessApproved if document.status == DocumentStatus::Approved => Ok(()),
            Self::Submit | Self::SubmitDraft => {
                allow(document, DocumentStatus::PendingReview)?;
                store::advance(tx, document, DocumentStatus::PendingReview, &Stamp::Submitted, now).await?;
                let what = format!("Sent the month {month} document to review");
                record(tx, now, actor, EventKind::DeliverableUpdated, document, &what).await
            }
            Self::Approve | Self::ApproveUnlessApproved => {
                allow(document, DocumentStatus::Approved)?;
                let text = document.content_markdown.raw();
                let (highlights, summary) = (highlights_of(text), summary_of(text));
                let stamp = Stamp::Approved { by: actor.id(), highlights: &highlights, summary: &summary };
                store::advance(tx, document, DocumentStatus::Approved, &stamp, now).await?;
                let what = format!("Approved the month {month} document");
                record(tx, now, actor, EventKind::DeliverableApproved, document, &what).await
            }
            Self::Deliver => deliver_in(tx, studio, actor, document, now).await,
            Self::Reject(reason) => {
                allow(document, DocumentStatus::Rejected)?;
                store::advance(tx, document, DocumentStatus::Rejected, &Stamp::Rejected { reason }, now).await?;
                effects::rejected(tx, studio, now, document).await?;
                let what = format!("Rejected the month {month} document");
                record(tx, now, actor, EventKind::DeliverableRejected, document, &what).await
            }
        }
    }
}

async fn deliver_in(
    tx: &mut Tx,
    studio: &Studio,
    actor: &Actor,
    document: &Document,
    now: DateTime<Utc>,
) -> Result<()> {
    allow(document, DocumentStatus::Delivered)?;
    let client = clients::get(tx, &document.client_id).await?.ok_or(Error::NotFound("client"))?;
    if client.status.has_left() {
        return Err(Error::refused("this client has left the programme; restore them before you deliver anything"));
    }
    store::advance(tx, document, DocumentStatus::Delivered, &Stamp::Delivered { by: actor.id() }, now).await?;
    let what = format!("Delivered the month {} document", document.month);
    record(tx, now, actor, EventKind::DeliverableDelivered, document, &what).await?;
    effects::delivered(tx, studio, now, actor, &client, document).await
}

/// Refuses a move that does not exist, and says what would.
fn allow(document: &Document, to: DocumentStatus) -> Result<()> {
    if document.status.may_become(to) {
        return Ok(());
    }
    let way = match document.status {
        DocumentStatus::Draft => "send it to review first",
        DocumentStatus::PendingReview => "approve or reject it first",
        DocumentStatus::Approved => "it can be delivered",
        DocumentStatus::Delivered => "it is with the client; edit it to mend something",
        DocumentStatus::Rejected => "edit it, and it is a draft again",
    };
    let now = document.status.words();
    Err(Error::refused(format!("the document is {now} and cannot become {}: {way}", to.words())))
}

async fn record(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    kind: EventKind,
    document: &Document,
    what: &str,
) -> Result<()> {
    let details = json!({ "document_id": document.id, "month": document.month, "type": document.kind });
    events::record(tx, now, actor, kind, Some(&document.client_id), what, Some(details)).await
}

fn checked_title(title: &str) -> Result<&str> {
    let title = title.trim();
    match title.chars().count() {
        0 => Err(Error::invalid("a document needs a title")),
        long if long > LONGEST_TITLE => {
            Err(Error::invalid(format!("the title has {long} characters; {LONGEST_TITLE} are the most")))
        }
        _ => Ok(title),
    }
}

fn checked_text(markdown: &str) -> Result<()> {
    match markdown.trim().chars().count() {
        short if short < SHORTEST => {
            Err(Error::invalid(format!("the text has {short} characters; a document needs at least {SHORTEST}")))
        }
        long if long > LONGEST => {
            Err(Error::invalid(format!("the text has {long} characters; {LONGEST} are the most")))
        }
        _ => Ok(()),
    }
}
