//! Proving a backup by restoring it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Moved, Onto, dump, load};
use crate::db::{Db, Url, migrate};
use crate::staff::Actor;
use crate::{Error, Result, execute, id};

/// What a verification found.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// What was restored.
    pub backup: Moved,
    /// The tables whose restored rows differ from what the backup says; none when all is well.
    pub differing: Vec<String>,
}

/// Restores a backup to a scratch database, counts and digests what arrived, and compares. The
/// scratch is an embedded database whatever `db` is, and it is removed.
pub(super) async fn verify(db: &Db, now: DateTime<Utc>, file: Option<&Path>) -> Result<Verified> {
    let scratch = Scratch::new(now)?;
    let fresh = scratch.0.join("fresh.backup");
    if file.is_none() {
        dump::to_file(db, now, &fresh).await?;
    }
    let file = file.unwrap_or(&fresh);
    let restored = Db::open(&Url::Sqlite(scratch.0.join("scratch.db"))).await?;
    let verified = compare(&restored, now, file).await;
    restored.close().await;
    verified
}

async fn compare(scratch: &Db, now: DateTime<Utc>, file: &Path) -> Result<Verified> {
    migrate(scratch).await?;
    let backup = load::from_file(scratch, now, &Actor::System, file, &Onto::Empty).await?;
    forget_the_restore(scratch).await?;
    let arrived = dump::sums(scratch).await?;
    let differing =
        backup.tables.iter().filter(|(table, sum)| arrived.get(*table) != Some(sum)).map(|(table, _)| table.clone());
    Ok(Verified { differing: differing.collect(), backup })
}

/// Takes out the one row that the restore itself added: the record of it.
async fn forget_the_restore(scratch: &Db) -> Result<()> {
    let mut tx = scratch.write().await?;
    execute!(tx, "DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)")?;
    tx.commit().await
}

/// A folder that goes away with everything in it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(now: DateTime<Utc>) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("wavelaunch-verify-{}", id::cuid(now)));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(|e| Error::file(&folder, e))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that cannot be removed is no reason to fail what was proved in it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
