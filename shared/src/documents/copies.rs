//! What a platform calls a document's file that it has already, so that it is uploaded once.

use super::{DocumentKind, store};
use crate::db::Tx;
use crate::id::DocumentId;
use crate::staff::Actor;
use crate::{Result, Studio, execute, fetch_optional};

/// The platform's name of this version's file, if it has it.
pub async fn platform_file(tx: &mut Tx, id: &DocumentId, version: i64, platform: &str) -> Result<Option<String>> {
    let kept: Option<(String,)> = fetch_optional!(
        tx,
        (String,),
        "SELECT file_id FROM document_files WHERE document_id = $1 AND version = $2 AND platform = $3
         UNION ALL SELECT file_id FROM plan_files WHERE plan_id = $1 AND version = $2 AND platform = $3",
        id,
        version,
        platform
    )?;
    Ok(kept.map(|(file,)| file))
}

/// Keeps the platform's name of this version's file, in place of an older one.
pub async fn remember_platform_file(
    studio: &Studio,
    id: &DocumentId,
    version: i64,
    platform: &str,
    file: &str,
) -> Result<()> {
    macro_rules! remember {
        ($files:literal, $document:literal) => {
            concat!(
                "INSERT INTO ",
                $files,
                " (",
                $document,
                ", version, platform, file_id, created_at)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (",
                $document,
                ", version, platform) DO UPDATE SET file_id = excluded.file_id"
            )
        };
    }
    let mut tx = studio.db.write().await?;
    let sql = match store::get(&mut tx, &Actor::System, id).await?.kind {
        DocumentKind::Plan => remember!("plan_files", "plan_id"),
        DocumentKind::Main | DocumentKind::Subdocument => remember!("document_files", "document_id"),
    };
    execute!(tx, sql, id, version, platform, file, studio.clock.now())?;
    tx.commit().await
}
