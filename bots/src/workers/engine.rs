//! The engine's clockwork: a tick when something is due, and now and then for what has no row of its own.

use std::time::Duration;

use tokio::time::Instant;
use wavelaunch_shared::journey::{self, TickReport};

use super::Ground;
use super::wake::{LOOK, Wake};
use crate::health::Part;
use crate::pause;

/// How long to leave something alone that is due and could not be done: another worker holds it, or the database is
/// in trouble.
const APART: Duration = Duration::from_secs(1);

/// Ticks until the run ends.
pub async fn work(ground: Ground, health: Part) {
    let every = Duration::from_secs(ground.studio.settings.journey.tick_seconds);
    while !ground.stop.is_cancelled() {
        let next = Instant::now() + every;
        let ticked = journey::tick(&ground.studio, &ground.worker).await;
        match &ticked {
            Ok(report) => {
                health.ready("engine and senders");
                if !report.is_idle() {
                    tracing::info!(?report, "the engine ticked");
                }
            }
            Err(error) => health.troubled(&format!("the engine cannot work: {error}")),
        }
        let in_vain = ticked.as_ref().map_or(true, TickReport::is_idle);
        if in_vain && until_due(&ground).await.is_zero() {
            pause(APART, &ground.stop).await;
        }
        wait_for_work(&ground, next).await;
    }
}

/// Waits until something is due, at most until `next`.
async fn wait_for_work(ground: &Ground, next: Instant) {
    while Instant::now() < next {
        let wake = Wake::listen(&ground.studio.db);
        let rest = until_due(ground).await.min(next.saturating_duration_since(Instant::now()));
        if rest.is_zero() || !wake.wait(rest, &ground.stop).await {
            return;
        }
    }
}

/// How long until something is due, or until it is time to look again.
async fn until_due(ground: &Ground) -> Duration {
    match journey::next_due(&ground.studio).await {
        Ok(Some(at)) => (at - ground.studio.clock.now()).to_std().unwrap_or_default().min(LOOK),
        Ok(None) | Err(_) => LOOK,
    }
}
