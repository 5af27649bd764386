//! The Discord stand-in refuses what Discord refuses, and accepts what it accepts.

mod answers;
mod client;
mod commands;
mod faults;
mod gateway;
mod messages;
mod people;
mod socket;
