//! What must be true on every day, whatever went wrong: counted from the outside, by what people received and what
//! every surface shows.
//!
//! - **Messages** ([`post`]): none arrives twice, none is called sent that did not arrive, none is lost, none comes at
//!   night, and of the journey's own at most one a day.
//! - **Journeys** ([`journeys`]): no row is stuck, doubled or lost; every row that ended says why; no client sees a
//!   draft.

mod journeys;
mod post;

use std::collections::{BTreeMap, HashSet};

use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use wavelaunch_shared::id::{AutomationId, ClientId, OutboxId};

use super::world::World;

/// How many broken promises a story tells at most.
const MOST_TOLD: usize = 20;

/// The count so far.
#[derive(Debug, Default)]
pub(super) struct Audit {
    /// What arrived, by what must not be sent twice.
    arrivals: BTreeMap<String, Vec<Arrival>>,
    /// The journey's messages that each client received on each of their days.
    days: BTreeMap<(ClientId, NaiveDate), Vec<String>>,
    /// Messages of which the studio had to be told.
    given_up: HashSet<OutboxId>,
    doubted: HashSet<OutboxId>,
    /// Rows whose end is explained.
    explained: HashSet<AutomationId>,
    /// Promises that were found broken, in words.
    broken: Vec<String>,
}

/// One message as a person received it.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// Why it was sent.
    pub purpose: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Audit {
    /// Looks at everything on a day that is over.
    pub(super) async fn look(&mut self, world: &World) -> Result<()> {
        self.look_at_the_post(world).await?;
        self.look_at_the_journeys(world).await?;
        if self.broken.is_empty() {
            return Ok(());
        }
        let told: Vec<&str> = self.broken.iter().take(MOST_TOLD).map(String::as_str).collect();
        let more = self.broken.len() - told.len();
        let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
        bail!("a promise is broken:\n- {}{more}", told.join("\n- "))
    }

    /// Everything that arrived.
    pub(super) fn arrivals(&self) -> impl Iterator<Item = &Arrival> {
        self.arrivals.values().flatten()
    }

    /// How many rows have ended, each with its reason.
    pub(super) fn explained(&self) -> usize {
        self.explained.len()
    }

    fn breaks(&mut self, promise: String) {
        self.broken.push(promise);
    }
}
