//! Loops that are started again when they break.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;

use super::Ground;
use crate::pause;

/// How long a loop that broke rests before it is started again.
const REST: Duration = Duration::from_secs(1);

/// Runs what `make` makes until it ends by itself. A panic is a bug: it is logged under `name`, and
/// the loop begins again.
pub fn supervise<F>(ground: &Ground, name: &'static str, make: impl Fn() -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let stop = ground.stop.clone();
    ground.tracker.spawn(async move {
        while AssertUnwindSafe(make()).catch_unwind().await.is_err() {
            tracing::error!(task = name, "a task panicked; it is started again");
            pause(REST, &stop).await;
            if stop.is_cancelled() {
                return;
            }
        }
    });
}
