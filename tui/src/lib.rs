//! The dashboard and the operator's command line of Wavelaunch.
//!
//! The library holds everything that can be driven without a terminal: the app
//! takes events in and gives frames and effects out, and a local terminal, an
//! SSH session and a test drive the same code. No module but [`term::local`]
//! touches the process's own terminal, and nothing keeps state outside the
//! session that owns it, because many sessions share one process.

pub mod app;
pub mod cli;
pub mod data;
pub mod demo;
pub mod editor;
pub mod picture;
pub mod screens;
pub mod term;
pub mod theme;
pub mod verbs;
pub mod widgets;

mod dashboard;

pub use dashboard::{Options, draw_once, rights_of, run_dashboard};

#[cfg(test)]
mod testing;
