//! Wavelaunch's data layer and feature logic.
//!
//! Everything that the dashboard, the two chat bots and the background workers do to data is a
//! public function of a feature module here, so that every surface obeys the same rules with the
//! same words. This crate knows no terminal and no chat platform, and it asks the time only
//! through [`clock::Clock`].
//!
//! A feature takes a [`Studio`] (database, clock, settings, texts, model) and an
//! [`Actor`](staff::Actor), and answers with data. Ownership is part of each query: what another
//! client owns is simply not found.

pub mod clients;
pub mod clock;
pub mod coach;
pub mod config;
pub mod db;
pub mod delivery;
pub mod desk;
pub mod digest;
pub mod documents;
pub mod error;
pub mod events;
#[cfg(test)]
pub(crate) mod fault;
pub mod files;
pub mod id;
pub mod journey;
pub mod messages;
pub mod portal;
pub mod press;
pub mod prints;
pub mod programme;
pub mod retention;
pub mod seed;
pub mod social;
pub mod staff;
pub mod studio;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
mod token;

pub use error::{Error, Result};
pub use studio::Studio;
