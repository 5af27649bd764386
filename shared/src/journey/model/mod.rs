//! A second, independent reading of the rules, and the test that holds the engine to it.
//!
//! [`journey`], [`tick`], [`people`] and [`moves`] say in plain data what one client's journey must look like
//! after each step of a history; they know no database and use nothing of the engine. [`real`]
//! lives the same history through the product's own functions. The [`tests`] make random histories,
//! compare both after every step, and cut a difference down to the shortest history that shows it.

mod history;
mod journey;
mod moves;
mod people;
mod real;
mod state;
mod tests;
mod tick;
