//! What both chat platforms share in turning our neutral text into messages.
//!
//! A [`Flow`] is a text laid out in lines, with looks beside it in byte ranges; [`split()`] cuts it
//! where a reader would. What a look becomes (an entity, a marker) is the platform's own affair:
//! nothing here may know a platform's markup.

mod flow;
mod split;
mod table;

pub use flow::{BlockLook, Flow, Look};
pub use split::split;

#[cfg(test)]
pub(crate) mod strategy;
#[cfg(test)]
mod tests;
