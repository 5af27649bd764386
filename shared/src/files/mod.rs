//! Files: what is kept as bytes beside the database.
//!
//! A file's content lies in a store (a folder, or S3) under the SHA-256 of its bytes, so the same
//! content lies there once and a name can never lead anywhere else. Its row says what it is called
//! and whose it is. [`keep`] puts the bytes away first, outside any transaction; [`record`] writes the row
//! with whatever else its owner writes. Content without a row, from a crash in between or because
//! its row was [forgotten](forget), is [swept](sweep) after a day.

mod copies;
mod place;
mod store;

use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use copies::{copy, remember_copy};
pub use place::Place;
pub use store::{forget, get, used};

use crate::clock::Clock;
use crate::db::Tx;
use crate::id::{ClientId, FileId};
use crate::staff::{Actor, Capability};
use crate::text::{Foreign, terminal_safe};
use crate::{Error, Result, Studio};

/// How long content without a row is left alone: its row may still be on the way.
const GRACE: TimeDelta = TimeDelta::days(1);
/// The longest name, in characters.
const LONGEST_NAME: usize = 120;
/// Bytes of a megabyte, as people who rent storage count.
const MEGABYTE: i64 = 1_000_000;

/// The row of a file.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct StoredFile {
    /// Row id.
    pub id: FileId,
    /// Whose it is, if it is a client's.
    pub client_id: Option<ClientId>,
    /// The SHA-256 of its content, hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// Its MIME type.
    pub mime: String,
    /// What it is called.
    pub name: Foreign,
    /// When it was put there.
    pub created_at: DateTime<Utc>,
}

/// Content that lies in the store and has no row yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    sha256: String,
    size: i64,
}

/// What a file is called, what it is, and whose.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    /// Whose, if a client's; it goes when they are erased.
    pub client: Option<&'a ClientId>,
    /// What it is called. Never a path.
    pub name: &'a str,
    /// Its MIME type.
    pub mime: &'a str,
}

/// Puts content into the store, if it is not too large and there is room.
pub async fn keep(studio: &Studio, bytes: Vec<u8>) -> Result<Kept> {
    let limits = &studio.settings.files;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    if size > limits.max_file_mb * MEGABYTE {
        let megabytes = bytes.len().div_ceil(1_000_000);
        return Err(Error::refused(format!(
            "the file has {megabytes} MB; {} are the most (files.max_file_mb)",
            limits.max_file_mb
        )));
    }
    let used = used(&mut studio.db.read().await?).await?;
    if used + size > limits.max_total_gb * 1000 * MEGABYTE {
        return Err(Error::refused(format!(
            "the files would fill more than {} GB; delete some, or raise files.max_total_gb",
            limits.max_total_gb
        )));
    }
    let sha256 = digest(&bytes);
    let store = studio.files.open().await?;
    // Written again where it lies already: a sweep then takes it for young.
    store.objects.put(&store.path(&sha256), bytes.into()).await?;
    Ok(Kept { sha256, size })
}

/// Writes down what the kept content is.
pub async fn record(tx: &mut Tx, now: DateTime<Utc>, kept: &Kept, label: Label<'_>) -> Result<StoredFile> {
    let file = StoredFile {
        id: FileId::new(now),
        client_id: label.client.cloned(),
        sha256: kept.sha256.clone(),
        size: kept.size,
        mime: label.mime.to_owned(),
        name: safe_name(label.name).into(),
        created_at: now,
    };
    store::insert(tx, &file).await?;
    Ok(file)
}

/// A name without folders, controls and anything unseen, short enough for every system.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = terminal_safe(last).replace('\n', " ").trim().chars().take(LONGEST_NAME).collect();
    if name.trim_matches('.').is_empty() { "file".into() } else { name }
}

/// A file's content. `None` when the store has lost it, or holds something else in its place.
pub async fn read(studio: &Studio, file: &StoredFile) -> Result<Option<Vec<u8>>> {
    let store = studio.files.open().await?;
    let bytes = match store.objects.get(&store.path(&file.sha256)).await {
        Ok(found) => found.bytes().await?,
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok((digest(&bytes) == file.sha256).then(|| bytes.to_vec()))
}

/// Whether a sweep removes what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// It only counts.
    Look,
    /// It removes.
    Remove,
}

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// Contents that no row speaks of.
    pub contents: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Finds content that no row has spoken of for a day. It is never done by itself: in a place that two
/// studios share, one would sweep away what belongs to the other.
pub async fn sweep(studio: &Studio, actor: &Actor, how: Sweep) -> Result<Swept> {
    actor.require(Capability::Own)?;
    let store = studio.files.open().await?;
    // The store stamps with the machine's time, whatever the studio's clock shows.
    let old = Clock::system().now() - GRACE;
    let mut swept = Swept::default();
    let mut found = store.objects.list(store.prefix());
    while let Some(object) = found.try_next().await? {
        let Some(sha256) = object.location.filename().filter(|_| object.last_modified < old) else { continue };
        if !store::is_spoken_of(&mut studio.db.read().await?, sha256).await? {
            swept.contents += 1;
            swept.bytes += object.size;
            if how == Sweep::Remove {
                store.objects.delete(&object.location).await?;
            }
        }
    }
    Ok(swept)
}

/// The SHA-256 of bytes, hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
