//! A client asks for a break; an admin grants it with a hold, or declines with a message.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::clients::Client;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{ClientId, cuid};
use crate::journey::store::lock_client;
use crate::journey::{effects, notices};
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, Studio, execute, fetch_all};

/// A request that nobody has settled yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct PauseRequest {
    /// Row id.
    pub id: String,
    /// Whose.
    pub client_id: ClientId,
    /// Their name.
    pub full_name: Foreign,
    /// Why, in their words.
    pub reason: Option<Foreign>,
    /// When they asked.
    pub requested_at: DateTime<Utc>,
}

/// A client needs a break: an admin decides. Answers whether this is a new request; asked again,
/// the open one takes the new reason.
pub async fn request_break(studio: &Studio, client: &ClientId, reason: Option<&Foreign>) -> Result<bool> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = lock_client(&mut tx, client).await?;
    if client.program_start_date.is_none() {
        return Err(Error::refused("the journey has not started, so there is nothing to pause"));
    }
    if client.is_paused {
        return Err(Error::refused("the journey is on hold already"));
    }
    let renewed = execute!(
        tx,
        "UPDATE pause_requests SET reason = COALESCE($2, reason) WHERE client_id = $1 AND status = 'OPEN'",
        &client.id,
        reason
    )?;
    if renewed == 0 {
        execute!(
            tx,
            "INSERT INTO pause_requests (id, client_id, reason, requested_at) VALUES ($1, $2, $3, $4)",
            cuid(now),
            &client.id,
            reason,
            now
        )?;
        let actor = Actor::Client(client.id.clone());
        let what = "Asked for a break";
        events::record(&mut tx, now, &actor, EventKind::PauseRequested, Some(&client.id), what, None).await?;
    }
    tx.commit().await?;
    Ok(renewed == 0)
}

/// The requests that wait for an answer, the oldest first.
pub async fn pause_requests(tx: &mut Tx) -> Result<Vec<PauseRequest>> {
    fetch_all!(
        tx,
        PauseRequest,
        "SELECT r.id, r.client_id, c.full_name, r.reason, r.requested_at
         FROM pause_requests r JOIN clients c ON c.id = r.client_id
         WHERE r.status = 'OPEN' ORDER BY r.requested_at, r.id"
    )
}

/// Declines a client's request, and tells them so in the admin's words. A hold grants it: see
/// [`make`](super::make).
pub async fn decline_break(studio: &Studio, actor: &Actor, client: &ClientId, message: &Foreign) -> Result<()> {
    actor.require(Capability::Edit)?;
    if message.is_blank() {
        return Err(Error::invalid("write a few words to the client: why not, or when"));
    }
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = lock_client(&mut tx, client).await?;
    let id = open_request(&mut tx, &client).await?;
    settle(&mut tx, actor, &client.id, "DECLINED", now).await?;
    let what = "Declined the request for a break";
    events::record(&mut tx, now, actor, EventKind::PauseDeclined, Some(&client.id), what, None).await?;
    let notice = notices::break_declined(studio, &client, message, &id)?;
    effects::tell(&mut tx, studio, &client, notice, "BREAK_DECLINED", now).await?;
    tx.commit().await
}

async fn open_request(tx: &mut Tx, client: &Client) -> Result<String> {
    let open = fetch_all!(
        tx,
        (String,),
        "SELECT id FROM pause_requests WHERE client_id = $1 AND status = 'OPEN'",
        &client.id
    )?;
    let (id,) = open.into_iter().next().ok_or_else(|| Error::refused("this client has not asked for a break"))?;
    Ok(id)
}

/// A hold is what was asked for.
pub(super) async fn settle_granted(tx: &mut Tx, actor: &Actor, client: &ClientId, now: DateTime<Utc>) -> Result<()> {
    settle(tx, actor, client, "DONE", now).await
}

async fn settle(tx: &mut Tx, actor: &Actor, client: &ClientId, status: &str, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "UPDATE pause_requests SET status = $2, settled_at = $3, settled_by = $4
         WHERE client_id = $1 AND status = 'OPEN'",
        client,
        status,
        now,
        actor.admin_id()
    )?;
    Ok(())
}
