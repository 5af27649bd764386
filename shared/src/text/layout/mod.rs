//! Our neutral text as a chat platform's readers see it, for sending it and for previews of it.
//!
//! A [`Flow`] is a text laid out in lines, with looks beside it in byte ranges; [`split()`] cuts it
//! where a reader would. What a look becomes differs: Discord takes markers in an escaped text
//! ([`discord`]), Telegram takes entities beside a plain one, whose limit and measure stand in
//! [`telegram`]. An e-mail takes the text as it is, twice ([`email`]). Nothing here speaks to a platform.

pub mod discord;
pub mod email;
mod flow;
mod split;
mod table;
pub mod telegram;

pub use flow::{BlockLook, Flow, Look};
pub use split::split;

#[cfg(test)]
mod tests;
