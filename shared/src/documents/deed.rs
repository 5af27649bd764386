//! What was done with a document, as the record of events has it.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Document, DocumentKind};
use crate::Result;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::staff::Actor;

/// Something that was done with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Written by the engine's writer, into review.
    Written,
    WrittenByHand,
    Edited,
    /// Other highlights were written.
    Told,
    Submitted,
    Approved,
    Rejected,
    Delivered,
    TakenBack,
    Deleted,
}

impl Deed {
    fn event(self, kind: DocumentKind) -> EventKind {
        let (plan, deliverable) = match self {
            Self::Written | Self::WrittenByHand => (EventKind::PlanGenerated, EventKind::DeliverableGenerated),
            Self::Edited | Self::Told | Self::Submitted => (EventKind::PlanUpdated, EventKind::DeliverableUpdated),
            Self::Approved => (EventKind::PlanApproved, EventKind::DeliverableApproved),
            Self::Rejected => (EventKind::PlanRejected, EventKind::DeliverableRejected),
            Self::Delivered => (EventKind::PlanDelivered, EventKind::DeliverableDelivered),
            Self::TakenBack => (EventKind::PlanTakenBack, EventKind::DeliverableTakenBack),
            Self::Deleted => (EventKind::PlanDeleted, EventKind::DeliverableDeleted),
        };
        if kind == DocumentKind::Plan { plan } else { deliverable }
    }

    fn words(self, document: &str) -> String {
        match self {
            Self::Written => format!("Wrote {document}; it waits for review"),
            Self::WrittenByHand => format!("Wrote {document} by hand"),
            Self::Edited => format!("Edited {document}"),
            Self::Told => format!("Changed what is told of {document}"),
            Self::Submitted => format!("Sent {document} to review"),
            Self::Approved => format!("Approved {document}"),
            Self::Rejected => format!("Rejected {document}"),
            Self::Delivered => format!("Delivered {document}"),
            Self::TakenBack => format!("Took {document} back"),
            Self::Deleted => format!("Deleted {document}"),
        }
    }
}

/// Writes down that it was done.
pub(crate) async fn record(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    deed: Deed,
    document: &Document,
) -> Result<()> {
    let details = json!({
        "document_id": document.id,
        "month": document.month,
        "type": document.kind,
        "by": document.generated_by,
        "job_id": document.job_id,
    });
    let (kind, what) = (deed.event(document.kind), deed.words(&document.called()));
    events::record(tx, now, actor, kind, Some(&document.client_id), &what, Some(details)).await
}
