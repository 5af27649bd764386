//! The moves: everything that an admin changes about one client's journey.
//!
//! A move is worked out over the journey as plain data ([`rules`]) and comes out as one change a row. [`preview`]
//! shows that, [`make`] writes it, in one transaction with its events and messages; both ask the same rules.
//!
//! **Hold.** At most one hold is in force or planned. While it lasts the rows stay as they are and the engine lets
//! none of them pass. When it ends, whatever was due from its start on moves by its length. That length is a number
//! of days: those which the client's calendar shows between the day on which it began and the day on which it ended.
//! So a morning stays a morning across every change of the clocks, a promised day stays a day, and a hold that
//! ends on the day on which it began moves nothing. A hold ends at its planned end, however late a machine notices,
//! or when an admin ends it. What was due before it began stays where it is. An attempt that had failed is made again
//! at once, and the news of a delivery made meanwhile goes out at once.
//!
//! **Another start** moves every month's day, and the rows that count from it. **A month left out** counts as done
//! for the one after it; taken in again, it gets its rows back at the times that its day asks for now, those that are
//! past as a journey that is started late does. **Planning again** does the same for every month. **A document that is
//! taken back** opens its month again: what followed from the delivery goes, and the month's clocks count from its day.

mod apply;
mod change;
mod engine;
mod requests;
mod rules;
mod state;
mod store;
mod zones;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

pub use change::{Effect, MonthChange, Move, Pause, Preview, Proof, RowChange};
pub(super) use engine::turn_holds;
pub use requests::{PauseRequest, decline_break, pause_requests, request_break};
pub use store::pauses;
pub(crate) use zones::follow_zone;

use crate::clients::{self, Client};
use crate::db::Tx;
use crate::id::ClientId;
use crate::programme::Month;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// What a move would do, row by row, before it is made. Nothing is written.
pub async fn preview(tx: &mut Tx, studio: &Studio, client: &ClientId, wanted: &Move) -> Result<Preview> {
    let client = clients::get(tx, client).await?.ok_or(Error::NotFound("client"))?;
    let journey = store::load(tx, &client).await?;
    let settings = &studio.settings.journey;
    let outcome = rules::work_out(&journey, wanted, settings, studio.clock.now())?;
    Ok(outcome.preview(&journey, settings, client.version))
}

/// Makes a move, in one transaction. `seen` is the client's version that the admin saw, if they saw one.
///
/// # Errors
/// `Conflict`, which tells what was changed meanwhile, when the client has another version by now.
pub async fn make(
    studio: &Studio,
    actor: &Actor,
    client: &ClientId,
    wanted: &Move,
    seen: Option<i64>,
) -> Result<Preview> {
    actor.require(Capability::Edit)?;
    let mut tx = studio.db.write().await?;
    let client = super::store::lock_client(&mut tx, client).await?;
    if seen.is_some_and(|seen| seen != client.version) {
        return Err(store::conflict(&mut tx, &client).await?);
    }
    let preview = make_in(&mut tx, studio, actor, &client, wanted, studio.clock.now()).await?;
    tx.commit().await?;
    Ok(preview)
}

/// Opens a month again whose document was taken back or deleted, inside the documents' own transaction.
pub(super) async fn reopen(
    tx: &mut Tx,
    studio: &Studio,
    actor: &Actor,
    client: &Client,
    month: Month,
    now: DateTime<Utc>,
) -> Result<()> {
    let journey = store::load(tx, client).await?;
    // Before the start there is nothing to plan.
    if journey.months.is_empty() {
        return Ok(());
    }
    let outcome = rules::reopen(&journey, month, &studio.settings.journey, now)?;
    apply::Making { studio, actor, client, journey: &journey, outcome: &outcome, now }.reopen(tx, month).await
}

/// Makes a move inside a transaction that holds the client.
async fn make_in(
    tx: &mut Tx,
    studio: &Studio,
    actor: &Actor,
    client: &Client,
    wanted: &Move,
    now: DateTime<Utc>,
) -> Result<Preview> {
    let settings = &studio.settings.journey;
    let journey = store::load(tx, client).await?;
    let outcome = rules::work_out(&journey, wanted, settings, now)?;
    apply::Making { studio, actor, client, journey: &journey, outcome: &outcome, now }.write(tx, wanted).await?;
    let after = clients::get(tx, &client.id).await?.ok_or(Error::NotFound("client"))?;
    Ok(outcome.preview(&journey, settings, after.version))
}
