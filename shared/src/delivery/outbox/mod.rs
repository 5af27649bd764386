//! The senders' side of the outbox: claim, and record what became of it.
//!
//! A claim is a lease with an epoch. Whoever comes back after the row was given to another worker
//! records nothing. One message a recipient is on its way at a time, in the order of priority and
//! then of creation; a message that waits for a retry holds back the later ones of its recipient.

mod claim;
mod end;
mod fate;
mod forget;
mod record;
mod recover;
#[cfg(test)]
mod tests;

use chrono::TimeDelta;
use serde_json::Value;

use super::Channel;
use crate::id::{AdminId, ClientId, OutboxId};
use crate::text::Reply;

pub use claim::{claim, claim_for};
pub use fate::{Fate, record};
pub(super) use forget::{forget, holds_a_code, withheld};
pub use record::{dead, in_doubt, retry, sent};
pub use recover::recover_expired;

/// How long to wait after each failed try; after the last of them the message is given up.
const LADDER: [TimeDelta; 5] =
    [TimeDelta::seconds(5), TimeDelta::seconds(30), TimeDelta::minutes(2), TimeDelta::minutes(10), TimeDelta::hours(1)];

/// A message that a worker may send now.
#[derive(Clone, Debug)]
pub struct Leased {
    /// The row; also the nonce where a platform knows one.
    pub id: OutboxId,
    /// Which lease this is.
    pub epoch: i64,
    /// Where it goes.
    pub channel: Channel,
    /// The platform's address of the recipient.
    pub recipient: String,
    /// What to send.
    pub body: Reply,
    /// The client whom it is for.
    pub client_id: Option<ClientId>,
    /// The member of staff whom it is for.
    pub admin_id: Option<AdminId>,
    /// Why it is sent.
    pub purpose: String,
    /// How many tries have failed.
    pub attempts: i64,
}

/// Whether a worker's record was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Yes.
    Done,
    /// No: the lease ran out and the row has moved on.
    Stale,
}

/// Why a message can never be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The platform refuses this message.
    Message,
    /// The recipient cannot be reached on this channel: blocked, closed, gone.
    Recipient,
}

/// What [`recover_expired`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Sent again under the same nonce.
    pub requeued: u64,
    /// Shown to an admin.
    pub in_doubt: u64,
}

/// A row as its worker needs it.
#[derive(sqlx::FromRow)]
struct Row {
    id: OutboxId,
    lease_epoch: i64,
    channel: Channel,
    address: Option<String>,
    #[sqlx(json)]
    body: Value,
    client_id: Option<ClientId>,
    admin_id: Option<AdminId>,
    purpose: String,
    attempts: i64,
    priority: i64,
}

impl Leased {
    fn held(&self) -> Held<'_> {
        let (client, admin) = (self.client_id.as_ref(), self.admin_id.as_ref());
        Held { id: &self.id, epoch: self.epoch, channel: self.channel, purpose: &self.purpose, client, admin }
    }
}

/// What identifies a row under a lease.
struct Held<'a> {
    id: &'a OutboxId,
    epoch: i64,
    channel: Channel,
    purpose: &'a str,
    client: Option<&'a ClientId>,
    admin: Option<&'a AdminId>,
}

impl Row {
    fn held(&self) -> Held<'_> {
        let (client, admin) = (self.client_id.as_ref(), self.admin_id.as_ref());
        Held { id: &self.id, epoch: self.lease_epoch, channel: self.channel, purpose: &self.purpose, client, admin }
    }
}
