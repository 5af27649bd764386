//! The welcome tour, which everybody is offered once.

use crate::clients::Client;
use crate::staff::Actor;
use crate::{Result, Studio, execute};

use super::account;

/// True the first time that a client is to be shown the tour, on whatever platform.
pub async fn begin_tour(studio: &Studio, client: &Client) -> Result<bool> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    account::ensure(&mut tx, now, &Actor::Client(client.id.clone()), client).await?;
    let first = execute!(
        tx,
        "UPDATE client_portal_users SET tour_seen_at = $2, updated_at = $2 WHERE client_id = $1 AND tour_seen_at IS NULL",
        &client.id,
        now
    )?;
    tx.commit().await?;
    Ok(first == 1)
}
