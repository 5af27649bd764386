//! The SQL of `files`.

use super::StoredFile;
use crate::db::Tx;
use crate::id::FileId;
use crate::{Result, execute, fetch_optional, fetch_scalar};

pub(super) async fn insert(tx: &mut Tx, file: &StoredFile) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO files (id, client_id, sha256, size, mime, name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &file.id,
        file.client_id.as_ref(),
        &file.sha256,
        file.size,
        &file.mime,
        &file.name,
        file.created_at
    )?;
    Ok(())
}

/// A file by its id. Whoever asks for it must have found the id in something of theirs.
pub async fn get(tx: &mut Tx, id: &FileId) -> Result<Option<StoredFile>> {
    fetch_optional!(
        tx,
        StoredFile,
        "SELECT id, client_id, sha256, size, mime, name, created_at FROM files WHERE id = $1",
        id
    )
}

/// Forgets a file; its content goes with the next sweep, unless another file has the same.
pub async fn forget(tx: &mut Tx, id: &FileId) -> Result<()> {
    execute!(tx, "DELETE FROM files WHERE id = $1", id)?;
    Ok(())
}

/// Bytes of all files together.
pub async fn used(tx: &mut Tx) -> Result<i64> {
    fetch_scalar!(tx, i64, "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM files")
}

pub(super) async fn is_spoken_of(tx: &mut Tx, sha256: &str) -> Result<bool> {
    fetch_scalar!(tx, bool, "SELECT EXISTS (SELECT 1 FROM files WHERE sha256 = $1)", sha256)
}
