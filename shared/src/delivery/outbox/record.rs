//! What became of a message, as its sender knows it.

use chrono::TimeDelta;
use sqlx::types::Json;

use super::end::{doubt, give_up};
use super::forget::forget;
use super::{Cause, LADDER, Leased, Recorded};
use crate::db::Tx;
use crate::text::terminal_safe;
use crate::{Result, Studio, execute};

/// The platform confirmed it, under these ids. A record that comes late settles a doubt.
pub async fn sent(studio: &Studio, leased: &Leased, external_ids: &[String]) -> Result<Recorded> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let changed = execute!(
        tx,
        "UPDATE outbox SET state = 'SENT', external_ids = $3, sent_at = $4, leased_by = NULL, lease_until = NULL,
             error = NULL
         WHERE id = $1 AND lease_epoch = $2 AND state IN ('LEASED', 'IN_DOUBT')",
        &leased.id,
        leased.epoch,
        Json(external_ids),
        now
    )?;
    if changed == 1 {
        // A notice's row in the notice centre carries the id of its first message, whichever arrived.
        execute!(
            tx,
            "UPDATE portal_notifications SET delivered_at = $2, channel = $3, error = NULL
             WHERE id = (SELECT COALESCE(origin_id, id) FROM outbox WHERE id = $1)",
            &leased.id,
            now,
            leased.channel
        )?;
        forget(&mut tx, &leased.id).await?;
    }
    finish(tx, changed).await
}

/// The try failed and may work later. With `after`, the platform said when: that costs no try.
pub async fn retry(studio: &Studio, leased: &Leased, error: &str, after: Option<TimeDelta>) -> Result<Recorded> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let step = usize::try_from(leased.attempts).ok().and_then(|failed| LADDER.get(failed));
    let (wait, failures) = match (after, step) {
        (Some(after), _) => (after, 0),
        (None, Some(wait)) => (*wait, 1),
        (None, None) => {
            if !holds(&mut tx, leased).await? {
                return Ok(Recorded::Stale);
            }
            give_up(&mut tx, studio, &leased.held(), Cause::Message, error).await?;
            return finish(tx, 1).await;
        }
    };
    let changed = execute!(
        tx,
        "UPDATE outbox SET state = 'QUEUED', attempts = attempts + $3, not_before = $4, error = $5,
             leased_by = NULL, lease_until = NULL
         WHERE id = $1 AND lease_epoch = $2 AND state = 'LEASED'",
        &leased.id,
        leased.epoch,
        failures,
        now + wait,
        terminal_safe(error)
    )?;
    finish(tx, changed).await
}

/// It may have arrived or not, and cannot be sent again safely: an admin settles it.
pub async fn in_doubt(studio: &Studio, leased: &Leased, error: &str) -> Result<Recorded> {
    let mut tx = studio.db.write().await?;
    let doubted = doubt(&mut tx, studio.clock.now(), &leased.held(), error).await?;
    finish(tx, u64::from(doubted)).await
}

/// It can never be delivered like this. A recipient who cannot be reached loses the channel, and
/// the message goes on through the next one that the client has.
pub async fn dead(studio: &Studio, leased: &Leased, error: &str, cause: Cause) -> Result<Recorded> {
    let mut tx = studio.db.write().await?;
    if !holds(&mut tx, leased).await? {
        return Ok(Recorded::Stale);
    }
    give_up(&mut tx, studio, &leased.held(), cause, error).await?;
    finish(tx, 1).await
}

async fn finish(tx: Tx, changed: u64) -> Result<Recorded> {
    tx.commit().await?;
    Ok(if changed == 1 { Recorded::Done } else { Recorded::Stale })
}

async fn holds(tx: &mut Tx, leased: &Leased) -> Result<bool> {
    let held = execute!(
        tx,
        "UPDATE outbox SET leased_by = leased_by WHERE id = $1 AND lease_epoch = $2 AND state = 'LEASED'",
        &leased.id,
        leased.epoch
    )?;
    Ok(held == 1)
}
