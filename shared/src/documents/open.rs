//! The client asks for a document and receives it: the only thing that counts as "opened".

use serde_json::json;

use super::{Document, DocumentKind, store};
use crate::clients;
use crate::events::{self, EventKind};
use crate::id::DocumentId;
use crate::journey::effects;
use crate::portal;
use crate::staff::Actor;
use crate::{Error, Result, Studio};

/// A document by its id, as [`get`](super::get) finds it. A client who asks for somebody else's
/// leaves an audit event.
pub async fn fetch(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Document> {
    let mut tx = studio.db.read().await?;
    let found = store::get(&mut tx, actor, id).await;
    let (Err(Error::NotFound(_)), Actor::Client(asker)) = (&found, actor) else { return found };
    let owner = store::owner_of(&mut tx, id).await?;
    drop(tx);
    // An id that names nothing, or a draft of their own, leaves no trace.
    if owner.is_none_or(|owner| owner == *asker) {
        return found;
    }
    Err(portal::not_yours(studio, actor, "document", id.as_str()).await?)
}

/// Notes that a client receives the file of a delivered document of their own. It counts as opened
/// from now on: pending nudges go, and the month is celebrated. `surface` says where it happened.
pub async fn open(studio: &Studio, actor: &Actor, id: &DocumentId, surface: &str) -> Result<()> {
    let Actor::Client(client_id) = actor else {
        return Err(Error::refused("only the client opens a document; show it instead"));
    };
    fetch(studio, actor, id).await?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    if store::is_locked(&mut tx, client_id).await? {
        return Err(Error::refused("this document is locked for now; the studio can unlock it"));
    }
    let document = store::get(&mut tx, actor, id).await?;
    let client = clients::get(&mut tx, client_id).await?.ok_or(Error::NotFound("document"))?;
    if client.status.has_left() {
        return Err(Error::NotFound("document"));
    }
    store::stamp_opened(&mut tx, &document, now).await?;
    if !document.is_opened() && document.kind == DocumentKind::Main {
        effects::opened(&mut tx, now, &client, document.its_month()?).await?;
    }
    let what = format!("Opened {}", document.called());
    let details = json!({ "document_id": id, "month": document.month, "type": document.kind, "surface": surface });
    events::record(&mut tx, now, actor, EventKind::DocumentOpened, Some(client_id), &what, Some(details)).await?;
    tx.commit().await
}
