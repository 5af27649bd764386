//! A second, independent reading of the rules, and the test that holds the engine to it.
//!
//! `journey`, `tick`, `people`, `plan`, `holds`, `moves`, `leaving` and `letters` say in plain data what
//! one client's journey must look like after each step of a history; they know no database and use nothing of the engine.
//! `real` lives the same history through the product's own functions. The `tests` make random histories, compare
//! both after every step, and cut a difference down to the shortest history that shows it. `watch` reads along where
//! a journey is lived by somebody else: the rehearsals of the other crates.
#![cfg_attr(not(test), expect(dead_code, reason = "this crate's own histories use all of it"))]
#![expect(clippy::unwrap_used, reason = "only tests read the rules a second time")]

#[cfg(test)]
mod chance;
mod history;
mod holds;
mod journey;
mod leaving;
mod letters;
mod look;
mod moves;
mod people;
mod plan;
#[cfg(test)]
mod real;
mod state;
#[cfg(test)]
mod tests;
mod tick;
pub mod watch;
