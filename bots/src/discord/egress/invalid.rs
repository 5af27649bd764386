//! The count of refused requests: at 10,000 in ten minutes Discord bans the address, so we stop long
//! before.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Refused requests in `WINDOW` after which nothing more is sent until they have aged.
pub const TRIP: usize = 2_000;
const WINDOW: Duration = Duration::from_mins(10);

/// Answers 401, 403 and 429 of the last ten minutes; 429s of the scope "shared" are not the bot's fault.
#[derive(Debug)]
pub struct Refusals {
    at: Mutex<VecDeque<Instant>>,
    trip: usize,
}

impl Refusals {
    /// A count that trips at `trip`.
    #[must_use]
    pub fn new(trip: usize) -> Self {
        Self { at: Mutex::default(), trip }
    }

    /// Counts one.
    pub fn count(&self) {
        let now = Instant::now();
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        at.push_back(now);
        if at.len() == self.trip {
            tracing::error!(refused = self.trip, "Discord refused too many requests in ten minutes; sending stops");
        }
    }

    /// How many there were in the window.
    #[must_use]
    pub fn recent(&self) -> usize {
        let now = Instant::now();
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        while at.front().is_some_and(|oldest| *oldest + WINDOW <= now) {
            at.pop_front();
        }
        at.len()
    }

    /// True while so many were refused that another request would be reckless.
    #[must_use]
    pub fn tripped(&self) -> bool {
        self.recent() >= self.trip
    }
}
