//! The world's port to everything that lies outside the house.
//!
//! The demonstration plays the platforms in memory ([`Mailbox`](super::Mailbox)); a test puts the real senders and
//! strict stand-ins here. Both meet the same [`Luck`](super::Luck).

use futures::future::BoxFuture;
use wavelaunch_shared::Studio;
use wavelaunch_shared::delivery::{Channel, Leased};

/// Where somebody is written to: the platform, and its number for the person.
pub type Address = (Channel, String);

/// How a person ceases to be reached on a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The bot is blocked.
    Blocks,
    /// The account is closed.
    Closes,
}

/// The platforms, and the people on them.
pub trait Outside: Send + Sync {
    /// Somebody has these accounts from now on.
    fn appears(&self, name: &str, accounts: &[Address]);
    /// Sends one message and records what became of it, as a sender of the product does.
    fn carry<'a>(&'a self, studio: &'a Studio, leased: &'a Leased) -> BoxFuture<'a, ()>;
    /// How many messages of ours the person sees there.
    fn arrived(&self, at: &Address) -> usize;
    /// The person ceases to be reached there.
    fn leaves(&self, at: &Address, how: Leaving);
    /// The person can be reached there again.
    fn returns(&self, at: &Address);
}
