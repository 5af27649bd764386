//! Text that people wrote, text that we send, and how each surface's encoder shows it.
//!
//! [`Foreign`] holds what somebody else typed; it cannot be printed, drawn or logged, only encoded
//! for one surface. [`Rich`] is the neutral form of everything that we send: blocks of plain spans
//! with a style beside them, so that a value can never become markup. Each surface escapes every
//! span when it renders.

mod foreign;
mod inert;
pub mod layout;
mod markdown;
mod reply;
mod rich;
pub(crate) mod typed;

pub use foreign::{Foreign, fold, terminal_safe};
pub use reply::{Attachment, Button, Reply};
pub use rich::{Block, Rich, Span, Style};

#[cfg(test)]
mod tests;
