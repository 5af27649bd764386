//! What the studio decides about a document: submit, approve, reject, deliver.

use chrono::{DateTime, Utc};

use super::highlights::{Told, summary_of};
use super::print::{print, try_to_print};
use super::store::{self, Stamp};
use super::{Deed, Document, DocumentStatus, record};
use crate::clients;
use crate::config::Typeset;
use crate::db::Tx;
use crate::id::DocumentId;
use crate::journey::effects;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// Sends a draft to review.
pub async fn submit(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    run(studio, actor, id, &[Move::Submit]).await
}

/// Approves a document in review. A draft is submitted by the same hand first. It stands approved
/// even when its PDF cannot be made.
pub async fn approve(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    let approved = run(studio, actor, id, &[Move::SubmitDraft, Move::Approve]).await?;
    try_to_print(studio, actor, id).await;
    Ok(approved)
}

/// Hands an approved document to the client, tells them, and completes the month, once its PDF is there.
pub async fn deliver(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    actor.require(Capability::Edit)?;
    if studio.settings.documents.typeset == Typeset::WhenOpened {
        return run(studio, actor, id, &[Move::Deliver(None)]).await;
    }
    let document = store::get(&mut studio.db.read().await?, actor, id).await?;
    allow(&document, DocumentStatus::Delivered)?;
    print(studio, actor, id).await.map_err(not_delivered)?;
    run(studio, actor, id, &[Move::Deliver(Some(document.version))]).await
}

/// Both at once. When the PDF cannot be made it stays approved.
pub async fn approve_and_deliver(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    let approval = [Move::SubmitDraft, Move::ApproveUnlessApproved];
    match studio.settings.documents.typeset {
        Typeset::WhenOpened => {
            let [submit, approve] = approval;
            run(studio, actor, id, &[submit, approve, Move::Deliver(None)]).await
        }
        Typeset::AtApproval => {
            run(studio, actor, id, &approval).await?;
            deliver(studio, actor, id).await
        }
    }
}

/// Why a delivery is held back, and how it goes on.
fn not_delivered(error: Error) -> Error {
    match error {
        Error::Db(_) | Error::NotFound(_) => error,
        why => Error::refused(format!(
            "not delivered, for {why}. When that is mended, deliver it again; `wavelaunch document print` tries the PDF alone"
        )),
    }
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
    /// The version whose PDF was made, if that had to be.
    Deliver(Option<i64>),
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
        match self {
            Self::SubmitDraft if document.status != DocumentStatus::Draft => Ok(()),
            Self::ApproveUnlessApproved if document.status == DocumentStatus::Approved => Ok(()),
            Self::Submit | Self::SubmitDraft => {
                allow(document, DocumentStatus::PendingReview)?;
                store::advance(tx, document, DocumentStatus::PendingReview, &Stamp::Submitted, now).await?;
                record(tx, now, actor, Deed::Submitted, document).await
            }
            Self::Approve | Self::ApproveUnlessApproved => approve_in(tx, actor, document, now).await,
            Self::Deliver(Some(printed)) if *printed != document.version => Err(Error::Conflict("the document".into())),
            Self::Deliver(_) => deliver_in(tx, studio, actor, document, now).await,
            Self::Reject(reason) => {
                allow(document, DocumentStatus::Rejected)?;
                store::advance(tx, document, DocumentStatus::Rejected, &Stamp::Rejected { reason }, now).await?;
                effects::rejected(tx, studio, now, document).await?;
                record(tx, now, actor, Deed::Rejected, document).await
            }
        }
    }
}

async fn approve_in(tx: &mut Tx, actor: &Actor, document: &Document, now: DateTime<Utc>) -> Result<()> {
    allow(document, DocumentStatus::Approved)?;
    let text = document.content_markdown.raw();
    let (told, summary) = (Told::of(text), summary_of(text));
    let stamp = Stamp::Approved { by: actor.id(), told: &told, summary: &summary };
    store::advance(tx, document, DocumentStatus::Approved, &stamp, now).await?;
    record(tx, now, actor, Deed::Approved, document).await?;
    effects::approved(tx, now, document).await
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
    record(tx, now, actor, Deed::Delivered, document).await?;
    let delivered = store::get(tx, &Actor::System, &document.id).await?;
    effects::delivered(tx, studio, now, actor, &client, &delivered).await
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
        DocumentStatus::Delivered => "it is with the client; edit it to mend something, or take it back",
        DocumentStatus::Rejected => "edit it, and it is a draft again",
    };
    let now = document.status.words();
    Err(Error::refused(format!("the document is {now} and cannot become {}: {way}", to.words())))
}
