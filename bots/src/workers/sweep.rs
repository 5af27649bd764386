//! Taking off what has been kept long enough, once a day.

use std::time::Duration;

use wavelaunch_shared::retention;

use super::Ground;
use crate::pause;

/// How often.
const DAILY: Duration = Duration::from_hours(24);

/// Sweeps at the start and then daily, until the run ends.
pub async fn sweep(ground: Ground) {
    while !ground.stop.is_cancelled() {
        match retention::sweep(&ground.studio).await {
            Ok(swept) if swept.is_nothing() => {}
            Ok(swept) => tracing::info!(?swept, "what was kept long enough is taken off"),
            Err(error) => tracing::error!(%error, "what was kept long enough cannot be taken off"),
        }
        pause(DAILY, &ground.stop).await;
    }
}
