//! Opening the two kinds of database, with every pragma in the connect options.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::Pools;
use super::lane::Lane;
use crate::{Error, Result};

/// Where the data lives. `Display` and `Debug` never show a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Url {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, with its connection string.
    Postgres(String),
}

impl FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            let path = path.split('?').next().unwrap_or(path);
            if path.is_empty() {
                return Err(Error::Setting(
                    "the database address names no file; write sqlite://path/to/file.db".into(),
                ));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(Error::Setting(
            "the database address must begin with sqlite:// or postgres://, for instance sqlite://wavelaunch.db".into(),
        ))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => {
                let place = url.rsplit_once('@').map_or(url.split("://").nth(1).unwrap_or(""), |(_, place)| place);
                write!(f, "postgres://{}", place.split('?').next().unwrap_or(place))
            }
        }
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How long a start or a query waits for a connection before it says so.
const PATIENCE: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared: more than the product has, so that none is parsed twice.
const STATEMENTS: usize = 1024;

pub(super) async fn open(url: &Url) -> Result<Pools> {
    match url {
        Url::Sqlite(path) => open_sqlite(path).await,
        Url::Postgres(address) => open_postgres(url, address).await,
    }
}

async fn open_sqlite(path: &Path) -> Result<Pools> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| Error::file(folder, e))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(STATEMENTS)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "MEMORY")
        .optimize_on_close(true, Some(400));
    let unreachable = |e: sqlx::Error| {
        Error::Setting(format!("cannot open the database file {}: {e}; check the path and its rights", path.display()))
    };
    // The writer is opened first: it creates the file and switches it to WAL for the readers.
    let writer = Lane::new(options.clone(), 1, PATIENCE * 6);
    drop(writer.take().await.map_err(|error| match error {
        Error::Db(error) => unreachable(error),
        other => other,
    })?);
    let readers = Lane::new(options.create_if_missing(false).pragma("query_only", "ON"), 4, PATIENCE);
    Ok(Pools::Sqlite { writer, readers })
}

async fn open_postgres(url: &Url, address: &str) -> Result<Pools> {
    let options = PgConnectOptions::from_str(address)
        .map_err(|e| Error::Setting(format!("the PostgreSQL address is not usable: {e}")))?
        .application_name("wavelaunch")
        .statement_cache_capacity(STATEMENTS);
    let pool = PgPoolOptions::new().max_connections(12).acquire_timeout(PATIENCE).connect_with(options).await.map_err(
        |e| Error::Setting(format!("cannot reach {url}: {e}; check that the server runs and the address is right")),
    )?;
    Ok(Pools::Postgres(pool))
}
