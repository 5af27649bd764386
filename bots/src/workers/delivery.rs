//! The senders: claim, send, record.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::Studio;
use wavelaunch_shared::delivery::{self, Channel, Fate, Leased};

use super::Ground;
use super::wake::{LOOK, Wake};
use crate::health::Part;
use crate::pause;

/// Messages that are on their way at the same time, each to another recipient.
const AT_ONCE: usize = 24;

/// What sends a message.
pub type Dispatch = Arc<dyn Fn(Leased) -> BoxFuture<'static, Fate> + Send + Sync>;

/// Sends the messages of `channel` until the run ends or the platform refuses the bot.
pub async fn work(ground: Ground, channel: Channel, dispatch: Dispatch, health: Part) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let refused = CancellationToken::new();
    while !ground.stop.is_cancelled() && !refused.is_cancelled() {
        let wake = Wake::listen(&ground.studio.db);
        let free = i64::try_from(places.available_permits()).unwrap_or(1);
        let claimed = match delivery::claim(&ground.studio, &ground.worker, channel, free).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(channel = channel.as_str(), %error, "messages cannot be taken from the outbox");
                pause(Duration::from_secs(1), &ground.stop).await;
                continue;
            }
        };
        if claimed.is_empty() {
            wake.wait(LOOK, &ground.stop).await;
        }
        for leased in claimed {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let (ground, dispatch) = (ground.clone(), Arc::clone(&dispatch));
            let (refused, health) = (refused.clone(), health.clone());
            let tracker = ground.tracker.clone();
            tracker.spawn(async move {
                if let Fate::Stop(why) = carry(&ground.studio, &leased, &dispatch).await {
                    health.stopped(&why);
                    refused.cancel();
                }
                drop(place);
            });
        }
    }
}

/// Sends one message and writes down what became of it.
pub async fn carry(studio: &Studio, leased: &Leased, dispatch: &Dispatch) -> Fate {
    let fate = attempt(leased, dispatch).await;
    delivery::record(studio, leased, &fate).await;
    fate
}

async fn attempt(leased: &Leased, dispatch: &Dispatch) -> Fate {
    let sending = AssertUnwindSafe(dispatch(leased.clone())).catch_unwind();
    sending.await.unwrap_or_else(|_| {
        let why = "a bug: sending this message panicked".to_owned();
        if leased.channel.repeats_safely() { Fate::Retry(why) } else { Fate::InDoubt(why) }
    })
}

/// Looks after messages whose sender stopped, at the start and then about as often as a lease is long.
pub async fn recover(ground: Ground) {
    let lease = u64::try_from(ground.studio.settings.delivery.lease_seconds).unwrap_or(60);
    while !ground.stop.is_cancelled() {
        match delivery::recover_expired(&ground.studio).await {
            Ok(found) if found.requeued + found.in_doubt > 0 => tracing::warn!(
                requeued = found.requeued,
                in_doubt = found.in_doubt,
                "a sender stopped and left messages behind"
            ),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "messages that a sender left behind cannot be looked for"),
        }
        pause(Duration::from_millis(lease.clamp(1, 60) * 500), &ground.stop).await;
    }
}
