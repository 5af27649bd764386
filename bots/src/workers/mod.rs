//! The background: the engine's clockwork, the senders of the outbox, the readers of the inbox.
//!
//! Each is a loop that can be killed at any point and started any number of times; what it holds is
//! held under a lease in the database. Nothing here knows a platform: it is handed what sends and
//! what answers.

pub mod coach;
pub mod delivery;
pub mod engine;
pub mod inbox;
mod supervise;
mod wake;

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wavelaunch_shared::Studio;
use wavelaunch_shared::delivery::Scope;

pub use supervise::supervise;

/// What became of one outgoing message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The platform confirmed it, under these ids.
    Sent(Vec<String>),
    /// It did not leave; another try may work.
    Retry(String),
    /// The platform said to wait.
    Hold {
        /// What waits.
        scope: Scope,
        /// How long.
        wait: Duration,
        /// What it said.
        why: String,
    },
    /// It may have arrived, and cannot be sent again safely.
    InDoubt(String),
    /// The platform refuses this message.
    Refused(String),
    /// The person cannot be reached there.
    Unreachable(String),
    /// The platform refuses the bot: nothing more is sent in this run.
    Stop(String),
}

/// What became of one stored update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dealt {
    /// It is over.
    Done,
    /// It is over, and that is recorded already.
    Recorded,
    /// It can never be dealt with, for this reason.
    Unusable(String),
    /// It may work later.
    Failed(String),
}

/// What every loop needs.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Where everything is.
    pub studio: Studio,
    /// Who claims, as the database shows it.
    pub worker: String,
    /// Tells the loops to end.
    pub stop: CancellationToken,
    /// Everything that a stop waits for.
    pub tracker: TaskTracker,
}
