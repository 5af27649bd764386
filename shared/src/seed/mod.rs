//! Invented studios of any size, for rehearsals and figures: the same numbers give the same people.
//!
//! Every client has a whole story: months behind them with their documents, the automations that
//! ran and those to come, conversations, accounts, followers. The plan is the journey's own; only
//! the writing goes past the feature functions, for a hundred thousand stories are told in about a
//! minute. Nobody here is real, and no real address can be reached: `example.com` is reserved.

mod people;
mod rows;
mod story;
mod words;

use chrono::{DateTime, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;

use self::rows::Rows;
use self::story::Story;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio, fetch_scalar};

/// Clients of one transaction.
const AT_ONCE: u64 = 1000;

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seeded {
    /// Clients.
    pub clients: u64,
    /// Rows of all tables.
    pub rows: u64,
}

/// Adds so many invented clients as the studio's clock has them now. They may be more than
/// `studio.client_limit` allows. `seed` chooses which; each can be added to a database once.
pub async fn seed(studio: &Studio, actor: &Actor, clients: u64, seed: u64) -> Result<Seeded> {
    actor.require(Capability::Own)?;
    let now = studio.clock.now();
    refuse_a_second_time(studio, seed).await?;
    let mut made = Seeded::default();
    let mut random = StdRng::seed_from_u64(seed);
    let mut ids = 0;
    while made.clients < clients {
        let until = clients.min(made.clients + AT_ONCE);
        let mut tx = studio.db.write().await?;
        let mut rows = Rows::new(&mut tx, now, ids).await?;
        for number in made.clients..until {
            let story = Story::invent(&mut random, number, now, &studio.settings.journey);
            rows.tell(&mut random, &story, studio, seed, now)?;
            if rows.is_full() {
                rows.insert(&mut tx).await?;
            }
        }
        rows.insert(&mut tx).await?;
        ids = rows.ids();
        made = Seeded { clients: until, rows: made.rows + rows.count };
        record(&mut tx, now, actor, made).await?;
        tx.commit().await?;
        tracing::info!(clients = made.clients, rows = made.rows, "seeded");
    }
    let mut tx = studio.db.write().await?;
    tx.count_anew().await?;
    tx.commit().await?;
    Ok(made)
}

async fn record(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, made: Seeded) -> Result<()> {
    let what = format!("{} invented clients are here", made.clients);
    events::record(tx, now, actor, EventKind::ClientCreated, None, &what, None).await
}

async fn refuse_a_second_time(studio: &Studio, seed: u64) -> Result<()> {
    let mut tx = studio.db.read().await?;
    let known = fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM clients WHERE email = $1", people::email(0, seed))?;
    if known == 0 {
        return Ok(());
    }
    Err(Error::refused(format!("the people of seed {seed} are here already; choose another seed or a new database")))
}

#[cfg(test)]
mod tests;
