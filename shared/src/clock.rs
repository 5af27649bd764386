//! The only place that asks what time it is.
//!
//! Tests, the demo and rehearsals run on a driven clock; clippy forbids every other source of
//! "now". Times are UTC and cut to the millisecond, the precision that both databases keep.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Where the time comes from. Clones share a driven clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Driven(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `at` until it is moved.
    #[must_use]
    pub fn driven(at: DateTime<Utc>) -> Self {
        Self(Source::Driven(Arc::new(AtomicI64::new(at.timestamp_millis()))))
    }

    /// The current time, UTC, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => system_now(),
            Source::Driven(millis) => {
                DateTime::from_timestamp_millis(millis.load(Ordering::Acquire)).unwrap_or_default()
            }
        }
    }

    /// Moves a driven clock; the machine's clock cannot be moved and stays as it is.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Source::Driven(millis) = &self.0 {
            millis.store(at.timestamp_millis(), Ordering::Release);
        }
    }

    /// Moves a driven clock on by `by`.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }

    /// True when this clock only moves when told to.
    #[must_use]
    pub fn is_driven(&self) -> bool {
        matches!(self.0, Source::Driven(_))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
