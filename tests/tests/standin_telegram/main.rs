//! The Telegram stand-in refuses what Telegram refuses, and accepts what it accepts.

mod client;
mod faults;
mod keyboards;
mod messages;
mod text;
mod updates;
