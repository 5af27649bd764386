//! The built command on databases of its own, in an environment with nothing in it: exit codes,
//! streams, and the names that scripts rely on.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail loudly")]

mod clients;
mod coach;
mod command;
mod copies;
mod home;
mod messages;
mod notices;
mod programme;
mod rehearsal;
mod social;
