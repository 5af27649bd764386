//! Waiting for something to do: a commit of this process or of another, or a while.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::db::Db;

use super::Ground;
use crate::pause;

/// How often a loop looks although nothing told it to: times come, and a commit of another process may go unheard.
pub const LOOK: Duration = Duration::from_millis(500);
/// How long to be deaf before listening again.
const DEAF: Duration = Duration::from_secs(10);

/// Hears of what other processes commit, until the run ends. Deaf, the loops still look now and then.
pub async fn hear(ground: Ground) {
    loop {
        tokio::select! {
            () = ground.stop.cancelled() => return,
            Err(error) = ground.studio.db.hear_others() => {
                tracing::warn!(%error, "other processes cannot be heard; looking now and then instead");
            }
        }
        pause(DEAF, &ground.stop).await;
    }
}

/// Listens for commits from its making on, so that none between looking and waiting is missed.
pub struct Wake<'a> {
    written: Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
}

impl<'a> Wake<'a> {
    /// Begins to listen.
    pub fn listen(db: &'a Db) -> Self {
        let mut written: Pin<Box<dyn Future<Output = ()> + Send + 'a>> = Box::pin(db.written());
        // The first poll registers the listener; it is never ready at once.
        let _ = (&mut written).now_or_never();
        Self { written }
    }

    /// Waits for a commit, at most for `longest`; false when the run ends.
    pub async fn wait(self, longest: Duration, stop: &CancellationToken) -> bool {
        tokio::select! {
            () = stop.cancelled() => false,
            () = self.written => true,
            () = tokio::time::sleep(longest) => true,
        }
    }
}
