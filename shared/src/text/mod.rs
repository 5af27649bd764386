//! Text that people wrote, and text that we send: neither knows a terminal or a chat platform.
//!
//! [`Foreign`] holds what somebody else typed; it cannot be printed, drawn or logged, only encoded
//! for one surface. [`Rich`] is the neutral form of everything that we send: blocks of plain spans
//! with a style beside them, so that a value can never become markup. Each surface escapes every
//! span when it renders.

mod foreign;
mod inert;
mod markdown;
mod reply;
mod rich;
pub(crate) mod typed;

pub use foreign::{Foreign, fold, terminal_safe};
pub use reply::{Attachment, Button, Reply};
pub use rich::{Block, Rich, Span, Style};

#[cfg(test)]
mod tests;
