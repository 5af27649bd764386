//! Safety copies: one file format for both databases, so that a copy taken from one can be
//! restored into the other.
//!
//! A backup is text: a header line, then for each table a line that names its columns and a line a
//! row, and an end line with the count and digest of each table and of the whole file. It is read
//! from one snapshot while the programs go on working, and it streams: memory does not grow with
//! the data. Tables come from the live schema, those pointed at first.
//!
//! A restore reads the file twice: once to be sure that it is whole, once to load it, in one
//! transaction. Nothing here knows what the tables mean.

mod digest;
mod dump;
mod file;
mod load;
mod verify;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use load::Onto;
pub use verify::Verified;

use super::Db;
use crate::events::{self, EventKind};
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio, id};

/// What a backup or a restore moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The backup's file.
    pub file: PathBuf,
    /// The digest of the whole file, in hexadecimal.
    pub digest: String,
    /// Rows and digest of each table.
    pub tables: BTreeMap<String, TableSum>,
    /// Where the data that was there before lies now, if a restore replaced any.
    pub safety_copy: Option<PathBuf>,
}

/// How many rows a table has, and a digest of them that does not depend on their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSum {
    /// The number of rows.
    pub rows: u64,
    /// In hexadecimal.
    pub digest: String,
}

impl Moved {
    /// The rows of all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }
}

/// Writes a consistent copy of everything to `file`, which must not exist yet, while others work on.
pub async fn backup(studio: &Studio, actor: &Actor, file: &Path) -> Result<Moved> {
    actor.require(Capability::Own)?;
    let now = studio.clock.now();
    let moved = dump::to_file(&studio.db, now, file).await?;
    let metadata = serde_json::json!({ "digest": moved.digest, "rows": moved.rows() });
    let mut tx = studio.db.write().await?;
    events::record(&mut tx, now, actor, EventKind::BackupCreated, None, "Made a backup", Some(metadata)).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Loads a backup. A damaged or foreign file, or one of a newer schema, is refused before anything
/// is touched; a failure on the way changes nothing.
pub async fn restore(studio: &Studio, actor: &Actor, file: &Path, onto: &Onto) -> Result<Moved> {
    actor.require(Capability::Own)?;
    load::from_file(&studio.db, studio.clock.now(), actor, file, onto).await
}

/// Proves that a backup can be restored; without a file, that one made now could be.
pub async fn verify(studio: &Studio, actor: &Actor, file: Option<&Path>) -> Result<Verified> {
    actor.require(Capability::Own)?;
    verify::verify(&studio.db, studio.clock.now(), file).await
}

/// Copies everything into another, empty database, of whichever kind, by way of a backup in the
/// folder `by_way_of`, which is removed again.
pub async fn copy(studio: &Studio, actor: &Actor, to: &Db, by_way_of: &Path) -> Result<Moved> {
    actor.require(Capability::Own)?;
    let now = studio.clock.now();
    super::migrate(to).await?;
    let file = by_way_of.join(format!("wavelaunch-copy-{}.backup", id::cuid(now)));
    dump::to_file(&studio.db, now, &file).await?;
    let moved = load::from_file(to, now, actor, &file, &Onto::Empty).await;
    std::fs::remove_file(&file).map_err(|e| Error::file(&file, e))?;
    moved
}

#[cfg(test)]
mod tests;
