//! Dealing with what came in: in order within a chat, many chats at once.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use wavelaunch_shared::Result;
use wavelaunch_shared::delivery::{self, InboxRow};

use super::wake::{LOOK, Wake};
use super::{Dealt, Ground};
use crate::pause;

/// Updates that are dealt with at the same time: a coach's answer may take a minute.
const AT_ONCE: usize = 64;

/// What deals with an update.
pub type Deal = Arc<dyn Fn(InboxRow) -> BoxFuture<'static, Dealt> + Send + Sync>;

/// Takes the updates of `source` and has `deal` deal with them until the run ends.
pub async fn work(ground: Ground, source: String, deal: Deal) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let place = tokio::select! {
            () = ground.stop.cancelled() => return,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let Ok(place) = place else { return };
        let wake = Wake::listen(&ground.studio.db);
        match delivery::claim_next(&ground.studio, &source, &ground.worker).await {
            Ok(Some(row)) => {
                let (ground, deal) = (ground.clone(), Arc::clone(&deal));
                let tracker = ground.tracker.clone();
                tracker.spawn(async move {
                    settle(&ground, row, &deal).await;
                    drop(place);
                });
            }
            Ok(None) => {
                if !wake.wait(LOOK, &ground.stop).await {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(source, %error, "updates cannot be taken from the inbox");
                pause(Duration::from_secs(1), &ground.stop).await;
            }
        }
    }
}

/// Deals with one update while keeping its lease, and records what became of it.
async fn settle(ground: &Ground, row: InboxRow, deal: &Deal) {
    let dealing = AssertUnwindSafe(deal(row.clone())).catch_unwind();
    let dealt = tokio::select! {
        dealt = dealing => dealt.unwrap_or_else(|_| Dealt::Failed("a bug: dealing with this update panicked".into())),
        () = keep(ground, &row) => return,
    };
    if let Err(error) = record(ground, &row, &dealt).await {
        // The lease runs out, and the update is dealt with again.
        tracing::error!(update = row.external_id, %error, "the end of an update could not be recorded");
    }
}

async fn record(ground: &Ground, row: &InboxRow, dealt: &Dealt) -> Result<bool> {
    match dealt {
        Dealt::Recorded => Ok(true),
        Dealt::Done => delivery::done(&ground.studio, row).await,
        Dealt::Unusable(why) => {
            tracing::warn!(source = row.source, update = row.external_id, why, "an update is left as a dead letter");
            delivery::refuse(&ground.studio, row, why).await
        }
        Dealt::Failed(why) => {
            tracing::warn!(source = row.source, update = row.external_id, why, "an update could not be dealt with");
            delivery::failed(&ground.studio, row, why).await
        }
    }
}

/// Renews the lease; ends only when another worker has taken the update over.
async fn keep(ground: &Ground, row: &InboxRow) {
    let lease = u64::try_from(ground.studio.settings.delivery.lease_seconds).unwrap_or(1);
    loop {
        tokio::time::sleep(Duration::from_millis(lease * 1000 / 3)).await;
        match delivery::renew(&ground.studio, row).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(update = row.external_id, "another worker has taken an update over");
                return;
            }
            Err(error) => tracing::warn!(update = row.external_id, %error, "a lease could not be renewed"),
        }
    }
}
