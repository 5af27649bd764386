//! Looking after the coach: answers whose process died, hand-offs whose clock ran out, and what clients
//! deleted long ago.

use std::time::Duration;

use tokio::time::Instant;
use wavelaunch_shared::coach;

use super::Ground;
use crate::pause;

/// How often answers that a dead process left behind are looked for.
const LOOK: Duration = Duration::from_secs(20);
/// How often what clients deleted is looked through.
const CLEAN: Duration = Duration::from_hours(1);

/// Looks until the run ends.
pub async fn recover(ground: Ground) {
    let mut clean_at = Instant::now();
    while !ground.stop.is_cancelled() {
        match coach::recover(&ground.studio).await {
            Ok(0) => {}
            Ok(left) => tracing::warn!(left, "answers of the coach were left behind; their clients are told"),
            Err(error) => tracing::error!(%error, "answers of the coach that were left behind cannot be looked for"),
        }
        match coach::watch_clock(&ground.studio).await {
            Ok(0) => {}
            Ok(late) => tracing::warn!(late, "clients have waited longer for a person than was promised"),
            Err(error) => tracing::error!(%error, "the clocks of hand-offs cannot be looked at"),
        }
        if Instant::now() >= clean_at {
            clean_at = Instant::now() + CLEAN;
            match coach::purge_deleted(&ground.studio).await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "what clients deleted from the coach a month ago is gone for good"),
                Err(error) => tracing::error!(%error, "what clients deleted from the coach cannot be taken off"),
            }
        }
        pause(LOOK, &ground.stop).await;
    }
}
