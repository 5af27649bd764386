//! The engine's clockwork: a tick as often as the settings say, and soon after something changed.

use std::time::Duration;

use tokio::time::Instant;
use wavelaunch_shared::journey;

use super::Ground;
use super::wake::{LOOK, Wake};
use crate::health::Part;
use crate::pause;

/// The shortest time between two ticks.
const APART: Duration = Duration::from_secs(1);

/// Ticks until the run ends.
pub async fn work(ground: Ground, health: Part) {
    let every = Duration::from_secs(ground.studio.settings.journey.tick_seconds);
    while !ground.stop.is_cancelled() {
        let seen = ground.studio.db.version().await.ok();
        match journey::tick(&ground.studio, &ground.worker).await {
            Ok(report) => {
                health.ready("engine and senders");
                if !report.is_idle() {
                    tracing::info!(?report, "the engine ticked");
                }
            }
            Err(error) => health.troubled(&format!("the engine cannot work: {error}")),
        }
        pause(APART, &ground.stop).await;
        wait_for_news(&ground, seen, every).await;
    }
}

/// Waits until something has happened since `seen`, at most for `longest`.
async fn wait_for_news(ground: &Ground, seen: Option<i64>, longest: Duration) {
    let until = Instant::now() + longest;
    while Instant::now() < until {
        let wake = Wake::listen(&ground.studio.db);
        if ground.studio.db.version().await.ok() != seen || !wake.wait(LOOK, &ground.stop).await {
            return;
        }
    }
}
