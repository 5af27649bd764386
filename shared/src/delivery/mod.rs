//! Everything that leaves or enters through a chat platform or e-mail.
//!
//! The **outbox** holds each outgoing message from the transaction that caused it until the platform
//! confirmed it; the **inbox** holds each raw update from before it is acknowledged until it is dealt
//! with. A crash at any point loses nothing: Discord's copy is sent again under the same nonce, any
//! other is shown to an admin as in doubt. Nothing here knows a platform's wire; senders claim rows,
//! and record what became of them under the lease that they hold.

mod answer;
mod cursor;
mod inbox;
mod kinds;
mod limits;
mod notice;
mod outbox;
mod passages;
mod review;
mod staff;
mod withdraw;

pub use answer::{answer, answered};
pub use cursor::{cursor, move_cursor};
pub(crate) use inbox::forget_updates;
pub use inbox::{InboxRow, claim_next, done, failed, refuse, renew, store};
pub use kinds::{Channel, Queued, State, Urgency};
pub(crate) use limits::forget_holds;
pub use limits::{Scope, Turn, allow, hold, release_after};
pub use notice::{Notice, notify, send, send_to};
pub(crate) use notice::{Prepared, after_quiet, follow_quiet_hours, post, prepare};
pub use outbox::{
    Cause, Fate, Leased, Recorded, Recovered, claim, claim_for, dead, in_doubt, record, recover_expired, retry, sent,
};
pub use passages::Passage;
pub(crate) use passages::passages;
pub use review::{Backlog, OutboxRow, Settlement, Shown, backlog, cancel, counts, list, retry_dead, settle, show};
pub(crate) use withdraw::withdraw;

pub use staff::{StaffLetter, send_to_staff};

#[cfg(test)]
mod inbox_tests;
#[cfg(test)]
mod notice_tests;
