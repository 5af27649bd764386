//! The database: SQLite (the embedded default) or PostgreSQL (several machines), one SQL for both.
//!
//! [`Db`] hands out [`Tx`]: a read transaction sees one consistent state, a write transaction
//! begins IMMEDIATE on SQLite's single writer, so that it can never fail half-way with "busy".
//! Statements use `$1` placeholders and only what both databases share; where they must differ,
//! the two stand side by side in the feature's `store.rs`, chosen by [`Tx::kind`].
//!
//! Rules for SQL here: integers are 64-bit (`i64`), sums are `CAST(SUM(x) AS BIGINT)`, times are
//! bound as `DateTime<Utc>`, lists page by key and never by OFFSET.

pub mod backup;
mod batch;
pub(crate) mod bulk;
mod connect;
mod dynamic;
mod lane;
mod macros;
mod migrate;
mod outside;
pub(crate) mod rows;
pub mod schema;
mod trouble;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Notify;

#[doc(hidden)]
pub use batch::Batch;
pub use connect::Url;
pub use dynamic::{Sql, Value};
use lane::Lane;
pub use migrate::{MigrationStatus, migrate, status};
pub use trouble::{Moment, Trouble, Troubles};

use crate::Result;

/// Which database is behind a [`Db`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The embedded default.
    Sqlite,
    /// One server for several machines.
    Postgres,
}

/// A handle to the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pub(crate) pools: Pools,
    written: Arc<Notify>,
    troubles: trouble::Maybe,
}

#[derive(Clone, Debug)]
pub(crate) enum Pools {
    Sqlite { writer: Lane, readers: Lane },
    Postgres(PgPool),
}

/// One transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    /// The connection; the query macros of this module are the only ones to look inside.
    #[doc(hidden)]
    pub inner: Inner,
    /// What goes to SQLite with the next statement.
    #[doc(hidden)]
    pub waiting: Batch,
    written: Arc<Notify>,
    troubles: trouble::Maybe,
}

/// The two kinds of connection behind a [`Tx`].
#[doc(hidden)]
#[derive(Debug)]
pub enum Inner {
    /// SQLite.
    Sqlite(lane::Held),
    /// PostgreSQL.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Db {
    /// Opens the database, and applies nothing: see [`migrate()`].
    pub async fn open(url: &Url) -> Result<Self> {
        Ok(Self { pools: connect::open(url).await?, written: Arc::new(Notify::new()), troubles: None })
    }

    /// The same database with troubles, for a rehearsal. Handles that were cloned before have none.
    #[must_use]
    pub fn with_troubles(self, troubles: Arc<dyn Troubles>) -> Self {
        Self { troubles: Some(troubles), ..self }
    }

    /// Which database this is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.pools {
            Pools::Sqlite { .. } => Kind::Sqlite,
            Pools::Postgres(_) => Kind::Postgres,
        }
    }

    /// Begins a transaction for looking only.
    pub async fn read(&self) -> Result<Tx> {
        trouble::begin(&self.troubles, Moment::Look, self.kind()).await?;
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin("BEGIN").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin_with("BEGIN READ ONLY").await?),
        };
        Ok(self.transaction(inner))
    }

    /// Begins a transaction in which every look sees the same state, however long it takes.
    pub async fn snapshot(&self) -> Result<Tx> {
        let inner = match &self.pools {
            // A read transaction on a write-ahead log sees one state by itself.
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin("BEGIN").await?),
            Pools::Postgres(pool) => {
                Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(self.transaction(inner))
    }

    /// Begins a transaction that may change rows.
    pub async fn write(&self) -> Result<Tx> {
        trouble::begin(&self.troubles, Moment::Begin, self.kind()).await?;
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(self.transaction(inner))
    }

    fn transaction(&self, inner: Inner) -> Tx {
        let (written, troubles) = (Arc::clone(&self.written), self.troubles.clone());
        Tx { inner, waiting: Batch::default(), written, troubles }
    }

    /// Completes at the next commit made through this handle or a clone of it.
    pub async fn written(&self) {
        self.written.notified().await;
    }

    /// A number that changes whenever the data may have changed, by this process or another.
    /// Cheap enough to ask several times a second.
    pub async fn version(&self) -> Result<i64> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => Ok(sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM events")
                .fetch_one(&mut *readers.take().await?)
                .await?),
            Pools::Postgres(pool) => {
                Ok(sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM events").fetch_one(pool).await?)
            }
        }
    }

    /// Closes every connection, so that SQLite folds its journal into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Which database this transaction is on.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.inner {
            Inner::Sqlite(_) => Kind::Sqlite,
            Inner::Postgres(_) => Kind::Postgres,
        }
    }

    /// Does what waits; every look and the commit begin with it.
    #[doc(hidden)]
    pub async fn flush(&mut self) -> Result<()> {
        if let Inner::Sqlite(connection) = &mut self.inner {
            self.waiting.run(connection).await?;
        }
        Ok(())
    }

    /// Lets the database count its rows, after so many came that it would choose the wrong index.
    pub(crate) async fn count_anew(&mut self) -> Result<()> {
        crate::execute!(self, "ANALYZE")?;
        Ok(())
    }

    /// Undoes the changes now, so that the next transaction finds no row held. PostgreSQL undoes those of a dropped one
    /// some time later.
    pub(crate) async fn rollback(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(held) => drop(held),
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Makes the changes last, and wakes whoever waits in [`Db::written`].
    pub async fn commit(mut self) -> Result<()> {
        self.flush().await?;
        let kind = self.kind();
        let struck = trouble::at_commit(&self.troubles);
        if let Some(trouble @ (Trouble::Refused | Trouble::Death)) = struck {
            return trouble::suffer(trouble, kind).await;
        }
        match self.inner {
            Inner::Sqlite(held) => held.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        self.written.notify_waiters();
        match struck {
            Some(trouble) => trouble::suffer(trouble, kind).await,
            None => Ok(()),
        }
    }
}

/// Turns a failed look-up by unique key into `None`, any other failure into an error.
#[must_use]
pub fn unique_violation(error: &crate::Error) -> bool {
    matches!(error, crate::Error::Db(sqlx::Error::Database(e)) if e.is_unique_violation())
}

#[cfg(test)]
mod tests;
