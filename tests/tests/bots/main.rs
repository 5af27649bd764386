//! The bots as they run, against the strict stand-ins over real sockets.

mod discord;
mod stage;
mod telegram;
