//! The bots as they run, against the strict stand-ins over real sockets.

mod coach;
mod coach_faults;
mod discord;
mod email;
mod onboarding;
mod staff;
mod stage;
mod telegram;
mod webhook;
