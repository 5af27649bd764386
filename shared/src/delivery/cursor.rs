//! Where an outside source stands: how far it was read, or what it was last told.

use crate::db::Tx;
use crate::{Result, Studio, execute, fetch_optional};

/// The position that was kept for `source`.
pub async fn cursor(tx: &mut Tx, source: &str) -> Result<Option<String>> {
    let kept: Option<(String,)> =
        fetch_optional!(tx, (String,), "SELECT position FROM cursors WHERE source = $1", source)?;
    Ok(kept.map(|(position,)| position))
}

/// Keeps a position for `source`.
pub async fn move_cursor(studio: &Studio, source: &str, position: &str) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(
        tx,
        "INSERT INTO cursors (source, position, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (source) DO UPDATE SET position = excluded.position, updated_at = excluded.updated_at",
        source,
        position,
        studio.clock.now()
    )?;
    tx.commit().await
}
