//! The stand-ins' own clock: windows such as Discord's three seconds can be stretched, shrunk or jumped, without a sleep.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How the vendor's time passes next to real time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TimeScale {
    /// One second is one second.
    Real,
    /// So many vendor seconds pass in one real second; below 1 the vendor is patient, which suits a slow machine.
    Scaled(f64),
    /// Time passes only by [`Clock::advance`].
    Manual,
}

/// A vendor's clock. Copies show the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    started: Instant,
    scale: TimeScale,
    advanced: Arc<Mutex<Duration>>,
}

impl Clock {
    /// A clock that starts at zero now.
    #[must_use]
    pub fn new(scale: TimeScale) -> Self {
        Self { started: Instant::now(), scale, advanced: Arc::default() }
    }

    /// Vendor time since the stand-in started.
    #[must_use]
    pub fn now(&self) -> Duration {
        let passed = match self.scale {
            TimeScale::Real => self.started.elapsed(),
            TimeScale::Scaled(factor) => self.started.elapsed().mul_f64(factor.max(0.0)),
            TimeScale::Manual => Duration::ZERO,
        };
        passed + *self.advanced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `by` pass at once.
    pub fn advance(&self, by: Duration) {
        *self.advanced.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

/// Unix time in seconds, for headers that clients hold against their own wall clock.
#[expect(clippy::disallowed_methods, reason = "a stand-in outside the house has a clock of its own")]
#[must_use]
pub fn wall_seconds() -> f64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map(|time| time.as_secs_f64())
        .unwrap_or_default()
}
