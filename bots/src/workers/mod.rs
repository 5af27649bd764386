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
pub mod sweep;
mod wake;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wavelaunch_shared::Studio;

pub use supervise::supervise;
pub use wake::hear;

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
