//! How large the measured studio is.

use anyhow::{Context, Result};

/// The variable that makes a run smaller.
const VARIABLE: &str = "FIGURES_CLIENTS";
/// What the reaches are meant for.
const FULL: u32 = 100_000;

/// How large the measured studio is.
#[derive(Clone, Copy)]
pub struct Scale {
    /// Clients behind the dashboard.
    pub clients: u32,
}

impl Scale {
    /// The full scale, or what the variable says.
    pub fn from_environment() -> Result<Self> {
        let clients = match std::env::var(VARIABLE) {
            Ok(text) => text.parse().ok().filter(|clients| *clients >= 200).with_context(|| {
                format!("{VARIABLE}={text:?}: give a number of clients from 200, for instance 2000")
            })?,
            Err(_) => FULL,
        };
        Ok(Self { clients })
    }

    /// Clients of the studio in which the engine is measured: so many reminders are due at once.
    pub fn steps(self) -> u32 {
        self.clients / 10
    }
}
