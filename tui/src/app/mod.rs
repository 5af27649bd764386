//! One session of the dashboard: events in, frames and effects out.
//!
//! The [`App`] is a value: it holds no terminal, no database and no task, waits
//! for nothing and may live on any thread. [`Session`] adds the jobs that answer
//! its questions and [`run`] the stream that types and the writer that shows, so
//! that a local terminal, an SSH session and a test drive the same code.

mod core;
mod drive;
mod effect;
mod jobs;
pub mod overlay;
mod session;
mod toasts;
mod view;

#[cfg(test)]
mod tests;

pub use self::core::App;
pub use drive::{Ended, run};
pub use effect::{Effect, Event, Wish};
pub use session::Session;
pub use toasts::Toasts;
pub use view::{Cx, Look, Moment, Remote, Slot, SlotKey, View, ViewId};
