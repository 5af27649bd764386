//! SQLite's connections, kept by hand.
//!
//! sqlx's own pool asks a connection for a sign of life whenever it comes back, on a task of its own.
//! That is right for a server far away; for a file in this process it is a sixth of a short transaction.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteTransactionManager};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};
use sqlx_core::transaction::TransactionManager;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Result;

/// So many connections to one file, opened when they are first needed. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Lane(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: SqliteConnectOptions,
    free: Mutex<Vec<SqliteConnection>>,
    permits: Arc<Semaphore>,
    size: u32,
    patience: Duration,
}

impl Shared {
    fn free(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    /// A lane of `size` connections; a caller waits for one no longer than `patience`.
    pub(super) fn new(options: SqliteConnectOptions, size: u32, patience: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(size as usize));
        Self(Arc::new(Shared { options, free: Mutex::default(), permits, size, patience }))
    }

    /// The file that its connections are to.
    pub(super) fn file(&self) -> &Path {
        self.0.options.get_filename()
    }

    /// A connection, until it is dropped.
    pub(super) async fn take(&self) -> Result<Held> {
        let permit = tokio::time::timeout(self.0.patience, Arc::clone(&self.0.permits).acquire_owned())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let free = self.0.free().pop();
        let connection = match free {
            Some(connection) => connection,
            None => self.0.options.connect().await?,
        };
        Ok(Held { connection: Some(connection), lane: Arc::clone(&self.0), _permit: permit })
    }

    /// A connection in a transaction that `statement` begins.
    pub(super) async fn begin(&self, statement: &'static str) -> Result<Held> {
        let mut held = self.take().await?;
        SqliteTransactionManager::begin(&mut held, Some(statement.into_sql_str())).await?;
        Ok(held)
    }

    /// Closes every connection, once those that are in use have come back.
    pub(super) async fn close(&self) {
        // Nobody begins anew while the last ones end; after the patience they are left to their holders.
        let all = tokio::time::timeout(self.0.patience, self.0.permits.acquire_many(self.0.size)).await;
        self.0.permits.close();
        let free = std::mem::take(&mut *self.0.free());
        for connection in free {
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a connection did not close cleanly");
            }
        }
        drop(all);
    }
}

/// A connection in use. What was begun on it and not committed is rolled back when it is dropped.
#[derive(Debug)]
pub struct Held {
    /// Present until the drop.
    connection: Option<SqliteConnection>,
    lane: Arc<Shared>,
    _permit: OwnedSemaphorePermit,
}

impl Held {
    pub(super) async fn commit(mut self) -> Result<()> {
        Ok(SqliteTransactionManager::commit(&mut self).await?)
    }
}

impl Deref for Held {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("only the drop takes the connection out")
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("only the drop takes the connection out")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if SqliteTransactionManager::get_transaction_depth(&connection) > 0 {
            // Queued in front of whatever the next holder does.
            SqliteTransactionManager::start_rollback(&mut connection);
        }
        self.lane.free().push(connection);
    }
}
