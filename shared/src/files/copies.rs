//! What a platform calls a content that it has already, so that it is uploaded once.

use crate::db::Tx;
use crate::delivery::Channel;
use crate::{Result, Studio, execute, fetch_optional};

/// The platform's name of this content, if it has it.
pub async fn copy(tx: &mut Tx, sha256: &str, platform: Channel) -> Result<Option<String>> {
    let kept: Option<(String,)> = fetch_optional!(
        tx,
        (String,),
        "SELECT external_id FROM file_copies WHERE sha256 = $1 AND platform = $2",
        sha256,
        platform.as_str()
    )?;
    Ok(kept.map(|(name,)| name))
}

/// Keeps the platform's name of this content, in place of an older one.
pub async fn remember_copy(studio: &Studio, sha256: &str, platform: Channel, name: &str) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(
        tx,
        "INSERT INTO file_copies (sha256, platform, external_id, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (sha256, platform) DO UPDATE SET external_id = excluded.external_id",
        sha256,
        platform.as_str(),
        name,
        studio.clock.now()
    )?;
    tx.commit().await
}
