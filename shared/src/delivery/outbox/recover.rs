//! Messages whose sender stopped.

use super::end::{doubt, give_up};
use super::{Cause, LADDER, Recovered, Row};
use crate::{Result, Studio, execute, fetch_all};

/// Deals with messages whose sender stopped: those that repeat safely are sent again, the others
/// are in doubt.
pub async fn recover_expired(studio: &Studio) -> Result<Recovered> {
    const WHY: &str = "the sender stopped before it could record what happened";
    let now = studio.clock.now();
    let mut recovered = Recovered::default();
    let mut tx = studio.db.write().await?;
    let expired = fetch_all!(
        tx,
        Row,
        "SELECT id, lease_epoch, channel, recipient AS address, body, client_id, admin_id, purpose, attempts, priority
         FROM outbox WHERE state = 'LEASED' AND lease_until <= $1 ORDER BY id LIMIT 500",
        now
    )?;
    if expired.is_empty() {
        return Ok(recovered);
    }
    for row in expired {
        let held = row.held();
        let step = usize::try_from(row.attempts).ok().and_then(|failed| LADDER.get(failed));
        if !row.channel.repeats_safely() {
            recovered.in_doubt += u64::from(doubt(&mut tx, now, &held, WHY).await?);
        } else if step.is_none() {
            give_up(&mut tx, studio, &held, Cause::Message, WHY).await?;
        } else {
            recovered.requeued += execute!(
                tx,
                "UPDATE outbox SET state = 'QUEUED', attempts = attempts + 1, error = $3, leased_by = NULL,
                     lease_until = NULL
                 WHERE id = $1 AND lease_epoch = $2 AND state = 'LEASED'",
                &row.id,
                row.lease_epoch,
                WHY
            )?;
        }
    }
    tx.commit().await?;
    Ok(recovered)
}
