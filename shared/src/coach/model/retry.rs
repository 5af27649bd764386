//! When a failed call to the model is worth repeating, and after what pause.

use std::time::Duration;

use super::ModelError;

/// Somebody is waiting for the answer: an endpoint that wants a longer pause is given up on.
const LONGEST: Duration = Duration::from_secs(20);

/// How long to wait after the `failures`-th failure in a row, or `None` when it is time to give
/// up; `pauses` has one entry a repeat, in seconds. `jitter` from 0 to 1 adds up to a quarter, so that many chats do not return in step; a pause
/// that the endpoint named is taken as it is.
#[must_use]
pub fn wait_before_next(pauses: &[u64], failures: usize, error: &ModelError, jitter: f64) -> Option<Duration> {
    let ModelError::Transient { retry_after, .. } = error else { return None };
    let pause = Duration::from_secs(*pauses.get(failures.checked_sub(1)?)?);
    match retry_after {
        Some(asked) => (*asked <= LONGEST).then_some(*asked),
        None => Some(pause.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0)),
    }
}
