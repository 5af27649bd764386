//! Waiting for something to do: a commit in this process, or a while for those of others.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::db::Db;

/// How often a loop looks although nothing told it to: other processes write too, and times come.
pub const LOOK: Duration = Duration::from_millis(500);

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
