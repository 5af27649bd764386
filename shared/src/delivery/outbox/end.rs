//! Ends that need a person, or another channel.

use chrono::{DateTime, Utc};

use super::forget::forget;
use super::{Cause, Channel, Held};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{AdminId, ClientId, OutboxId};
use crate::portal::{Route, Topic, identities, standing};
use crate::staff::{self, Actor};
use crate::text::terminal_safe;
use crate::{Result, Studio, execute, fetch_all};

/// Marks a row that the caller holds as in doubt, and tells the studio.
pub(super) async fn doubt(tx: &mut Tx, now: DateTime<Utc>, held: &Held<'_>, error: &str) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE outbox SET state = 'IN_DOUBT', error = $3, leased_by = NULL, lease_until = NULL
         WHERE id = $1 AND lease_epoch = $2 AND state = 'LEASED'",
        held.id,
        held.epoch,
        terminal_safe(error)
    )?;
    if changed == 1 {
        let what = format!(
            "A message through {} may or may not have arrived; look, and settle it: outbox settle {}",
            held.channel.name(),
            held.id
        );
        events::record(tx, now, &Actor::System, EventKind::DeliveryInDoubt, held.client, &what, None).await?;
    }
    Ok(changed == 1)
}

/// Marks a row that the caller holds as dead, and sends it on through the next channel if the
/// recipient was the reason and there is one.
pub(super) async fn give_up(tx: &mut Tx, studio: &Studio, held: &Held<'_>, cause: Cause, error: &str) -> Result<()> {
    let now = studio.clock.now();
    let error = terminal_safe(error);
    let rerouted = match (cause, held.client, held.admin) {
        (Cause::Recipient, Some(client), _) => reroute(tx, studio, held, client, &error).await?,
        (Cause::Recipient, None, Some(admin)) => reroute_to_staff(tx, now, held, admin, &error).await?,
        _ => None,
    };
    let told = match rerouted {
        Some(channel) => format!("{error}; sent on through {}", channel.name()),
        None => error,
    };
    execute!(
        tx,
        "UPDATE outbox SET state = 'DEAD', attempts = attempts + 1, error = $3, leased_by = NULL, lease_until = NULL
         WHERE id = $1 AND lease_epoch = $2 AND state = 'LEASED'",
        held.id,
        held.epoch,
        &told
    )?;
    if rerouted.is_some() {
        return Ok(());
    }
    forget(tx, held.id).await?;
    execute!(
        tx,
        "UPDATE portal_notifications SET error = $2 WHERE id = (SELECT COALESCE(origin_id, id) FROM outbox WHERE id = $1)",
        held.id,
        &told
    )?;
    let what = format!("A message through {} could not be delivered; see outbox show {}", held.channel.name(), held.id);
    events::record(tx, now, &Actor::System, EventKind::DeliveryFailed, held.client, &what, None).await
}

/// Takes the channel from the client, and puts the message into the next one that they want it on. A message to a
/// fixed address belongs to no channel of the client's and stays where it is.
async fn reroute(
    tx: &mut Tx,
    studio: &Studio,
    held: &Held<'_>,
    client: &ClientId,
    error: &str,
) -> Result<Option<Channel>> {
    let fixed = fetch_all!(tx, (OutboxId,), "SELECT id FROM outbox WHERE id = $1 AND recipient IS NOT NULL", held.id)?;
    if !fixed.is_empty() {
        return Ok(None);
    }
    let now = studio.clock.now();
    identities::mark_unreachable(tx, now, client, held.channel, error).await?;
    // Not every message comes from the catalogue; one that does not is about nothing that can be turned off.
    let topic = studio.messages.get(held.purpose).ok().and_then(|known| Topic::of(held.purpose, known.preference));
    let Route::By(next) = standing(tx, studio, client).await?.route(topic) else { return Ok(None) };
    execute!(
        tx,
        "INSERT INTO outbox (id, dedupe_key, purpose, client_id, channel, body, priority, not_before, ref_kind, ref_id,
             origin_id, created_at)
         SELECT $2, dedupe_key || '/' || $3, purpose, client_id, $3, body, priority, $4, ref_kind, ref_id,
             COALESCE(origin_id, id), $4
         FROM outbox WHERE id = $1
         ON CONFLICT (dedupe_key) DO NOTHING",
        held.id,
        OutboxId::new(now),
        next.as_str(),
        now
    )?;
    Ok(Some(next))
}

/// The same for a member of staff, whose messages are addressed to one of their accounts.
async fn reroute_to_staff(
    tx: &mut Tx,
    now: DateTime<Utc>,
    held: &Held<'_>,
    admin: &AdminId,
    error: &str,
) -> Result<Option<Channel>> {
    let Some(next) = staff::chat::next_after(tx, now, admin, held.channel, error).await? else { return Ok(None) };
    execute!(
        tx,
        "INSERT INTO outbox (id, dedupe_key, purpose, admin_id, channel, recipient, body, priority, not_before, created_at)
         SELECT $2, dedupe_key || '/' || $3, purpose, admin_id, $3, $4, body, priority, $5, $5
         FROM outbox WHERE id = $1
         ON CONFLICT (dedupe_key) DO NOTHING",
        held.id,
        OutboxId::new(now),
        next.platform.as_str(),
        &next.chat_id,
        now
    )?;
    Ok(Some(next.platform))
}
