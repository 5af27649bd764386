//! The client portal: how a client gets in, what they and the studio write to each other, what
//! they want to be told.
//!
//! A client proves who they are with a chat account that was linked by a one-time code, and with
//! nothing else: names and usernames are shown, never believed. Every look-up carries its owner in
//! the query; what belongs to another client is not found, and leaves an audit event.

mod access;
mod account;
mod choices;
mod deactivating;
mod email;
pub(crate) mod identities;
mod invites;
mod linking;
pub(crate) mod mailbox;
mod messages;
pub mod notifications;
pub mod onboarding;
pub mod preferences;
pub mod profile;
mod standing;
mod states;
mod threads;
mod throttle;
mod topics;
mod tour;
mod unlinking;
mod users;
mod ways;

pub use access::not_yours;
pub use account::{Access, AccessStatus, access};
pub use choices::{ChannelOrder, Choices};
pub use deactivating::{deactivate, is_let_in, reactivate};
pub use email::{Decision, EmailChange, Proof, decide_email, open_email_change, prove_email, request_email};
pub use identities::{Identity, confirm, disown, identity, live_identities, seen};
pub use invites::{Invite, LinkRefusal, PendingInvite, invite, peek_invite, pending_invites, request_new_invite};
pub use linking::{Account, link, link_console};
pub use mailbox::unsubscribe_token;
pub use messages::{Message, Posted, messages, open_thread, post_from_client, reply_from_admin};
pub use notifications::Notification;
pub use preferences::{Preferences, Switch};
pub(crate) use standing::{Route, Standing, StandingRow, standing, standing_columns};
pub(crate) use states::forget_states;
pub use states::{chat_state, clear_chat_state, set_chat_state};
pub(crate) use threads::find as find_thread;
pub use threads::{
    NewThread, Thread, ThreadFilter, ThreadKind, ThreadRow, ThreadShow, ThreadStatus, close, list, mark_read, thread,
    unread,
};
pub use throttle::{Action, may};
pub use topics::Topic;
pub use tour::begin_tour;
pub use unlinking::{blocked, resume, stop, unblocked, unlink, unlink_console};
pub use users::{Link, PortalUser, UserCounts, UserFilter, user_counts, users};
pub use ways::{Way, ways};

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod invite_tests;
#[cfg(test)]
mod thread_tests;
#[cfg(test)]
mod user_tests;
