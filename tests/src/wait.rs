//! State that a test can wait for: content and a cap on the waiting, never a sleep.
//!
//! Every stand-in keeps its state in one [`Watched`]; each change wakes the tests that wait for something. Nothing here may
//! poll on a timer.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// A value behind a lock whose changes wake those who wait for them.
#[derive(Debug)]
pub struct Watched<T> {
    value: Mutex<T>,
    changes: watch::Sender<u64>,
}

impl<T> Watched<T> {
    /// Puts `value` under watch.
    pub fn new(value: T) -> Self {
        Self { value: Mutex::new(value), changes: watch::Sender::new(0) }
    }

    /// Looks at the value.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the value, then wakes everyone who waits.
    pub fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let outcome = change(&mut self.lock());
        self.changes.send_modify(|count| *count += 1);
        outcome
    }

    /// Waits until `look` finds something, at most for `cap`. `what` names the awaited thing in the error.
    pub async fn until<R>(
        &self,
        cap: Duration,
        what: &str,
        mut look: impl FnMut(&T) -> Option<R>,
    ) -> Result<R, TimedOut> {
        let mut changes = self.changes.subscribe();
        let found = tokio::time::timeout(cap, async {
            loop {
                if let Some(found) = self.read(&mut look) {
                    return found;
                }
                // The sender lives in `self`, so this only ends when something changed.
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        });
        found.await.map_err(|_| TimedOut { what: what.to_owned(), cap, seen: String::new() })
    }

    // A test that panicked while it looked must not hide its own message behind a poisoned lock.
    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a test waited for did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedOut {
    /// What was awaited.
    pub what: String,
    /// How long it was awaited.
    pub cap: Duration,
    /// What the stand-in had seen by then, for whoever reads the failure.
    pub seen: String,
}

impl TimedOut {
    /// Adds what the stand-in had seen by then.
    #[must_use]
    pub fn having_seen(mut self, seen: String) -> Self {
        self.seen = seen;
        self
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "waited {:?} for {}, in vain", self.cap, self.what)?;
        if self.seen.is_empty() { Ok(()) } else { write!(f, "; seen until then:\n{}", self.seen) }
    }
}

impl std::error::Error for TimedOut {}
