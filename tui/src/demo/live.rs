//! Letting the demonstration go on while somebody watches.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::World;

/// How often the simulated clock moves, in real time.
const BEAT: Duration = Duration::from_millis(200);
/// How much simulated time passes at most between two steps of the world.
const STEP: TimeDelta = TimeDelta::minutes(20);

/// Moves the clock at `days_per_second` and lives along, until `stop`.
pub async fn unfold(mut world: World, days_per_second: f64, stop: CancellationToken) -> anyhow::Result<()> {
    #[expect(clippy::cast_possible_truncation, reason = "a beat is far below the range of milliseconds")]
    let beat = TimeDelta::milliseconds((days_per_second * 86_400_000.0 * BEAT.as_secs_f64()) as i64);
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let clock = world.studio.clock.clone();
    let mut lived_until = clock.now();
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = beats.tick() => {}
        }
        let now = clock.now() + beat;
        if now - lived_until < STEP {
            clock.set(now);
            continue;
        }
        clock.set(lived_until);
        world.live_until(now).await?;
        lived_until = now;
    }
}
