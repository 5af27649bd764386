//! Hearing of what other processes write, so that nobody has to look again and again.
//!
//! On SQLite whoever commits writes to the log beside the file, which the operating system reports. On PostgreSQL a
//! trigger sends a notice with every commit that left an event.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::{Notify, mpsc};

use super::{Db, Pools};
use crate::{Error, Result};

/// The channel of the trigger's notices.
const NOTICES: &str = "wavelaunch_written";
/// One commit is several writes to the log: those within this are told of together.
const BREATH: Duration = Duration::from_millis(1);

impl Db {
    /// Lets [`Db::written`] complete at the commits of other processes too, until it is dropped.
    ///
    /// # Errors
    /// When they can no longer be heard. Nothing is lost by that to somebody who looks now and then.
    pub async fn hear_others(&self) -> Result<Infallible> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => hear_sqlite(writer.file(), &self.written).await,
            Pools::Postgres(pool) => hear_postgres(pool, &self.written).await,
        }
    }
}

async fn hear_sqlite(file: &Path, written: &Notify) -> Result<Infallible> {
    let deaf = |error: notify::Error| Error::file(file, std::io::Error::other(error));
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log).file_name().map(std::ffi::OsStr::to_owned);
    let (heard, mut news) = mpsc::channel(1);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let grew = |event: notify::Event| {
            !event.kind.is_access() && event.paths.iter().any(|path| path.file_name() == log.as_deref())
        };
        if event.is_ok_and(grew) {
            // Full means that they are about to be told anyway.
            let _ = heard.try_send(());
        }
    })
    .map_err(deaf)?;
    // The log itself comes and goes.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive).map_err(deaf)?;
    while news.recv().await.is_some() {
        written.notify_waiters();
        tokio::time::sleep(BREATH).await;
    }
    Err(Error::file(file, std::io::Error::other("the watch has ended")))
}

async fn hear_postgres(pool: &PgPool, written: &Notify) -> Result<Infallible> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(NOTICES).await?;
    loop {
        listener.recv().await?;
        written.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::on_both;
    use crate::{execute, journey::fixture::owner};

    #[tokio::test]
    async fn a_commit_of_another_process_is_heard() {
        on_both(|studio| async move {
            // A handle of its own knows nothing of this one's commits, as another process.
            let other = Db::open(&studio.url).await.unwrap();
            let hearing = tokio::spawn({
                let db = studio.db.clone();
                async move { db.hear_others().await }
            });
            let told = async {
                loop {
                    let mut tx = other.write().await.unwrap();
                    let event = crate::events::EventKind::SettingsUpdated;
                    let now = studio.clock.now();
                    crate::events::record(&mut tx, now, &owner(), event, None, "Changed something", None)
                        .await
                        .unwrap();
                    execute!(tx, "UPDATE admins SET name = name").unwrap();
                    tx.commit().await.unwrap();
                    // Until the listener stands, nothing is heard.
                    if tokio::time::timeout(Duration::from_millis(200), studio.db.written()).await.is_ok() {
                        break;
                    }
                }
            };
            tokio::time::timeout(Duration::from_secs(20), told).await.unwrap();
            hearing.abort();
            other.close().await;
        })
        .await;
    }
}
