//! Taking updates in: stored first, confirmed after.
//!
//! Telegram forgets an update as soon as a poll names a higher offset, so the next poll is made only
//! once all of the last one's updates are committed. After a crash Telegram hands out the
//! unconfirmed ones again, and the inbox knows those that it has.

use std::time::Duration;

use serde_json::Value;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::delivery;

use super::Telegram;
use super::api::{Failure, POLL};
use super::parse::chat_key;
use crate::backoff::Backoff;
use crate::health::Part;
use crate::pause;

/// The first pause after a failure.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Between polls that another poller ends.
const CONFLICT_PAUSE: Duration = Duration::from_secs(15);

impl Telegram {
    /// Polls until `stop`, or until Telegram refuses the token.
    pub async fn poll(&self, health: &Part, stop: &CancellationToken) {
        let mut offset = 0;
        let mut backoff = Backoff::new(FIRST_PAUSE);
        // The first answer comes at once, so that a start is known to have worked before anybody writes.
        let mut patience = Duration::ZERO;
        let mut removed = false;
        while !stop.is_cancelled() {
            let polled = tokio::select! {
                () = stop.cancelled() => return,
                polled = self.api.updates(offset, patience) => polled,
            };
            let wait = match polled {
                Ok(updates) => {
                    health.ready(&format!("@{}", self.username));
                    backoff.worked();
                    patience = POLL;
                    self.store_all(&updates, &mut offset, stop).await;
                    continue;
                }
                Err(Failure::Token) => {
                    health.stopped(&Failure::Token.to_string());
                    return;
                }
                // What an earlier run with a webhook left. If it comes back, somebody else works with this token.
                Err(Failure::Conflict(why)) if why.contains("webhook is active") && !removed => {
                    tracing::warn!("Telegram brought updates to a webhook; it is removed, and they are asked for");
                    removed = true;
                    match self.api.delete_webhook().await {
                        Ok(()) => Duration::ZERO,
                        Err(_) => CONFLICT_PAUSE,
                    }
                }
                Err(Failure::Conflict(why)) => {
                    health.troubled(&format!(
                        "Telegram gives updates to somebody else ({why}); stop the other bot with this token, or remove its webhook"
                    ));
                    CONFLICT_PAUSE
                }
                Err(Failure::Slow(wait)) => wait,
                Err(failure) => {
                    health.troubled(&failure.to_string());
                    backoff.failed()
                }
            };
            pause(wait, stop).await;
        }
    }

    /// Stores updates in order and moves `offset` past each that is safe. Where the database fails, it
    /// stops there: what follows is polled again.
    async fn store_all(&self, updates: &[Value], offset: &mut i64, stop: &CancellationToken) {
        for update in updates {
            match self.receive(update).await {
                Ok(Some(id)) => *offset = id + 1,
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, "an update could not be stored; it is asked for again");
                    pause(FIRST_PAUSE, stop).await;
                    return;
                }
            }
        }
    }

    /// Stores one update, whichever way it came. Answers its number; `None`, and it is left out, if it has none.
    pub(super) async fn receive(&self, update: &Value) -> wavelaunch_shared::Result<Option<i64>> {
        let Some(id) = update["update_id"].as_i64() else {
            tracing::error!("Telegram sent an update without a number; it is left out");
            return Ok(None);
        };
        delivery::store(&self.studio, &self.source, &id.to_string(), &chat_key(update), update).await?;
        Ok(Some(id))
    }
}
