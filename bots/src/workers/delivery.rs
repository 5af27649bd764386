//! The senders: claim, send, record.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::Result;
use wavelaunch_shared::delivery::{self, Cause, Channel, Leased, Recorded};

use super::wake::{LOOK, Wake};
use super::{Fate, Ground};
use crate::health::Part;
use crate::pause;

/// Messages that are on their way at the same time, each to another recipient.
const AT_ONCE: usize = 24;
/// Tries to record what became of a message, a little later each time: a message that left must not
/// fall into doubt over a moment's trouble with the database.
const RECORD_TRIES: u32 = 6;
/// How long a message waits whose sender was refused; somebody has to mend the token first.
const REFUSED_WAIT: TimeDelta = TimeDelta::minutes(5);

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
                let fate = attempt(&leased, &dispatch).await;
                if let Fate::Stop(why) = &fate {
                    health.stopped(why);
                    refused.cancel();
                }
                record(&ground, &leased, &fate).await;
                drop(place);
            });
        }
    }
}

async fn attempt(leased: &Leased, dispatch: &Dispatch) -> Fate {
    let sending = AssertUnwindSafe(dispatch(leased.clone())).catch_unwind();
    sending.await.unwrap_or_else(|_| {
        let why = "a bug: sending this message panicked".to_owned();
        if leased.channel.repeats_safely() { Fate::Retry(why) } else { Fate::InDoubt(why) }
    })
}

/// Writes down what became of a message, as surely as it can be done.
async fn record(ground: &Ground, leased: &Leased, fate: &Fate) {
    for attempt in 1..=RECORD_TRIES {
        match note(ground, leased, fate).await {
            Ok(Recorded::Done) => return,
            Ok(Recorded::Stale) => {
                tracing::warn!(message = %leased.id, "a message was sent after its lease had run out");
                return;
            }
            Err(error) => {
                tracing::error!(message = %leased.id, %error, "what became of a message could not be recorded");
                tokio::time::sleep(Duration::from_millis(200) * 2u32.pow(attempt)).await;
            }
        }
    }
}

async fn note(ground: &Ground, leased: &Leased, fate: &Fate) -> Result<Recorded> {
    let studio = &ground.studio;
    let told = |why: &str| tracing::warn!(message = %leased.id, channel = leased.channel.as_str(), why, "a message did not arrive");
    match fate {
        Fate::Sent(ids) => delivery::sent(studio, leased, ids).await,
        Fate::Retry(why) => {
            told(why);
            delivery::retry(studio, leased, why, None).await
        }
        Fate::Hold { scope, wait, why } => {
            told(why);
            let wait = TimeDelta::from_std(*wait).unwrap_or(REFUSED_WAIT);
            delivery::hold(studio, scope, studio.clock.now() + wait).await?;
            delivery::retry(studio, leased, why, Some(wait)).await
        }
        Fate::InDoubt(why) => {
            told(why);
            delivery::in_doubt(studio, leased, why).await
        }
        Fate::Refused(why) => {
            told(why);
            delivery::dead(studio, leased, why, Cause::Message).await
        }
        Fate::Unreachable(why) => {
            told(why);
            delivery::dead(studio, leased, why, Cause::Recipient).await
        }
        Fate::Stop(why) => delivery::retry(studio, leased, why, Some(REFUSED_WAIT)).await,
    }
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
