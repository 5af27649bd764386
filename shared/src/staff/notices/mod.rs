//! What the staff are told in their chats: what went wrong, what waits for them, and the week's digest.
//!
//! A notice follows from an event, which was recorded with the change that it tells of. `watch` looks
//! for events that nobody was told of, words each for everybody who wants that kind and has a chat account,
//! and notes in the same transaction that it was told: two workers, a restart or a clock set back tell
//! nothing twice. An event older than a day is no news; the dashboard and the digest still have it.
//!
//! Who is told nothing of a kind chose so: each kind has a switch a person.

mod compose;
mod kinds;
pub(crate) mod store;
mod switches;
mod tell;
#[cfg(test)]
mod tests;
mod watch;

pub use kinds::NoticeKind;
pub use switches::{NoticeSwitch, set, switches};
pub(crate) use tell::{StaffNotice, listeners, tell};
pub(crate) use watch::watch;
