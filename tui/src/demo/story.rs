//! What a run of the world is about, and what those who watch it are told.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::future::BoxFuture;
use wavelaunch_shared::Studio;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::journey::{AutomationKind, Template};
use wavelaunch_shared::programme::Month;

use super::luck::{Luck, Weather};
use super::outside::Outside;

/// Which events a world has besides everyday life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Everyday life alone, as the demonstration shows it.
    Everyday,
    /// Holds, months left out, people who leave a platform, clocks that jump, days without a machine.
    Eventful,
}

/// How a world is set up.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// What decides who does what, and what fails. Two workers may still take turns differently.
    pub seed: u64,
    /// How much goes wrong.
    pub weather: Weather,
    /// What happens besides everyday life.
    pub life: Life,
    /// How many people join, at most as many as there are.
    pub people: usize,
    /// The time between two who join.
    pub apart: TimeDelta,
    /// How often the machine looks when nothing presses.
    pub look_every: TimeDelta,
    /// How many workers look at the same time.
    pub workers: usize,
}

impl Plot {
    /// What the demonstration shows.
    #[must_use]
    pub fn demonstration() -> Self {
        Self {
            seed: 8,
            weather: Weather::Fair,
            life: Life::Everyday,
            people: usize::MAX,
            apart: TimeDelta::days(4),
            look_every: TimeDelta::hours(3),
            workers: 1,
        }
    }

    /// A rehearsal: everything that a studio may meet, two workers, and this much trouble.
    #[must_use]
    pub fn rehearsal(seed: u64, weather: Weather) -> Self {
        Self { seed, weather, life: Life::Eventful, workers: 2, ..Self::demonstration() }
    }

    /// The die that this run throws.
    #[must_use]
    pub fn luck(&self) -> Arc<Luck> {
        Arc::new(Luck::new(self.weather, self.seed))
    }
}

/// Something that a person did to one client's journey, and that the journey follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The journey was started with this first day.
    Started(NaiveDate),
    /// The business plan was asked for.
    AskedForPlan,
    /// A month's document was delivered, or the plan where no month is given.
    Delivered(Option<Month>),
    /// A month's draft was sent back, or the plan's.
    Rejected(Option<Month>),
    /// A rejected draft is to be written anew.
    Regenerated(Option<Month>),
    /// The client opened a month's document.
    Opened(Month),
    /// The journey was held from now on, for so many days if that was known.
    Paused(Option<i64>),
    /// The hold was ended.
    Resumed,
    /// A month was left out.
    LeftOut(Month),
    /// A month was taken in again.
    TakenIn(Month),
    /// A failed automation was given its tries back.
    Retried(AutomationKind, Option<Template>, Option<Month>),
}

/// How the machine's look went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Undisturbed: what was due is done.
    Whole,
    /// Something struck: some of it may be left for the next look.
    Struck,
}

/// What a watcher is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A person did something.
    Did(ClientId, Deed),
    /// The machine looked.
    Looked(Look),
    /// A day is over, and everything that was due is done.
    DayOver,
}

/// Somebody who watches a world and may object.
pub trait Watcher: Send + Sync {
    /// Takes note of something that happened at `at`. An error ends the run with its story.
    fn note<'a>(
        &'a mut self,
        studio: &'a Studio,
        at: DateTime<Utc>,
        what: &'a Happening,
    ) -> BoxFuture<'a, anyhow::Result<()>>;
}

/// What a world needs from its maker.
pub struct Stage {
    /// The studio in which it happens.
    pub studio: Studio,
    /// Who meets trouble.
    pub luck: Arc<Luck>,
    /// The platforms.
    pub outside: Arc<dyn Outside>,
}
