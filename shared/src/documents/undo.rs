//! Taking a delivered document back, and deleting one.

use chrono::{DateTime, Utc};

use super::{Deed, Document, DocumentStatus, record, store};
use crate::clients::Client;
use crate::db::Tx;
use crate::delivery;
use crate::id::DocumentId;
use crate::journey::{self, effects};
use crate::prints::{self, Subject};
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// Takes a delivered document back: it is a draft again, a month of its own is open, and a client who had been told of
/// it is told so. A month that was celebrated is not celebrated again.
pub async fn take_back(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    let (mut tx, document, client) = begin(studio, actor, id).await?;
    let now = studio.clock.now();
    if document.status != DocumentStatus::Delivered {
        let words = document.status.words();
        return Err(Error::refused(format!("the document is {words}; only a delivered one is taken back")));
    }
    store::undeliver(&mut tx, &document, now).await?;
    effects::gone(&mut tx, studio, now, actor, &client, &document).await?;
    withdraw(&mut tx, studio, &client, &document, now).await?;
    record(&mut tx, now, actor, Deed::TakenBack, &document).await?;
    let document = store::get(&mut tx, &Actor::System, id).await?;
    tx.commit().await?;
    Ok(document)
}

/// Deletes a document. One that is delivered is taken back with it, and the engine writes a month of its own anew.
pub async fn delete(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<()> {
    let (mut tx, document, client) = begin(studio, actor, id).await?;
    let now = studio.clock.now();
    let extras = store::count_extras(&mut tx, id).await?;
    if extras > 0 {
        return Err(Error::refused(format!("the document has extras of its own ({extras}); delete them first")));
    }
    store::delete(&mut tx, &document).await?;
    prints::forget(&mut tx, &Subject::Document(id.clone())).await?;
    effects::gone(&mut tx, studio, now, actor, &client, &document).await?;
    if document.status == DocumentStatus::Delivered {
        withdraw(&mut tx, studio, &client, &document, now).await?;
    }
    record(&mut tx, now, actor, Deed::Deleted, &document).await?;
    tx.commit().await
}

/// Opens the document for a change that takes something away.
async fn begin(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<(Tx, Document, Client)> {
    actor.require(Capability::Edit)?;
    let mut tx = studio.db.write().await?;
    let document = store::get(&mut tx, actor, id).await?;
    let client = journey::lock_client(&mut tx, &document.client_id).await?;
    if client.status.has_left() {
        return Err(Error::refused("this client has left the programme; restore them first"));
    }
    // Read again under the lock: somebody may have been here meanwhile.
    let document = store::get(&mut tx, actor, id).await?;
    Ok((tx, document, client))
}

/// What has not left about the document never does; a client who knows of it hears what became of it.
async fn withdraw(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    document: &Document,
    now: DateTime<Utc>,
) -> Result<()> {
    let about = ("document", document.id.as_str());
    if delivery::withdraw(tx, about, &document.delivery(), "the document was taken back", now).await? {
        effects::taken_back(tx, studio, client, document, now).await?;
    }
    Ok(())
}
