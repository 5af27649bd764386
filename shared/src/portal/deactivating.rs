//! The studio switches a client's access off, and on again. The links stay, so that nobody needs a
//! new invitation; until then the client is not let in and not written to.

use super::account;
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio, execute, fetch_scalar};

/// Switches a client's access off at once.
pub async fn deactivate(studio: &Studio, actor: &Actor, client: &ClientId) -> Result<()> {
    set(studio, actor, client, Switched::Off).await
}

/// Switches it on again.
pub async fn reactivate(studio: &Studio, actor: &Actor, client: &ClientId) -> Result<()> {
    set(studio, actor, client, Switched::On).await
}

/// Whether a client is let in: they are in the programme, and the studio has not switched them off.
pub async fn is_let_in(tx: &mut Tx, client: &Client) -> Result<bool> {
    Ok(client.deleted_at.is_none() && !client.status.has_left() && !is_switched_off(tx, &client.id).await?)
}

pub(super) async fn is_switched_off(tx: &mut Tx, client: &ClientId) -> Result<bool> {
    let off = fetch_scalar!(
        tx,
        i64,
        "SELECT COUNT(*) FROM client_portal_users WHERE client_id = $1 AND deactivated_at IS NOT NULL",
        client
    )?;
    Ok(off > 0)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Switched {
    On,
    Off,
}

async fn set(studio: &Studio, actor: &Actor, client: &ClientId, to: Switched) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    let is_off = is_switched_off(&mut tx, &client.id).await?;
    match (to, is_off) {
        (Switched::Off, true) => return Err(Error::refused("this access is switched off already")),
        (Switched::On, false) => return Err(Error::refused("this access is not switched off")),
        _ => {}
    }
    if account::user_id(&mut tx, &client.id).await?.is_none() {
        return Err(Error::refused("this client was never invited, so there is no access to switch off"));
    }
    let (at, kind, what) = match to {
        Switched::Off => (Some(now), EventKind::PortalDeactivated, "Switched the access off"),
        Switched::On => (None, EventKind::PortalReactivated, "Switched the access on again"),
    };
    execute!(
        tx,
        "UPDATE client_portal_users SET deactivated_at = $2, updated_at = $3,
             is_active = CASE WHEN $2 IS NOT NULL THEN FALSE ELSE EXISTS (
                 SELECT 1 FROM chat_identities
                 WHERE client_id = $1 AND platform <> 'EMAIL' AND revoked_at IS NULL) END
         WHERE client_id = $1",
        &client.id,
        at,
        now
    )?;
    events::record(&mut tx, now, actor, kind, Some(&client.id), what, None).await?;
    tx.commit().await
}
