//! The terminal as bytes in and bytes out.
//!
//! A [`Screen`] draws ratatui frames into memory and hands back the bytes that
//! turn the last frame into this one; [`Input`] is what a person did. Neither
//! asks the process for a tty, an environment variable or a size, so that a
//! local terminal, an SSH session and a test drive the same code and fifty of
//! them share one process. Only [`local`] touches the real terminal.

mod bytes;
mod clipboard;
mod colour;
pub mod input;
pub mod local;
mod screen;
mod size;

pub use bytes::ByteBackend;
pub use clipboard::osc52;
pub use colour::{Facts, Profile};
pub use input::{Code, Hold, Input, Key};
pub use screen::Screen;
pub use size::clamp;
