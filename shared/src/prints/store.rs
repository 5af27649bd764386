//! The SQL of `prints`.

use super::{Order, Print, Subject};
use crate::db::Tx;
use crate::files;
use crate::{Result, execute, fetch_optional};

/// How the PDF of a thing stands. `None` when none was ever wanted.
pub async fn of(tx: &mut Tx, subject: &Subject) -> Result<Option<Print>> {
    fetch_optional!(
        tx,
        Print,
        "SELECT key, file_id, pages, lacking, error, made_at FROM prints WHERE kind = $1 AND subject_id = $2",
        subject.kind(),
        subject.id()
    )
}

/// Puts a print in the place of the one before, whose file is forgotten.
pub(super) async fn put(tx: &mut Tx, order: &Order, print: &Print) -> Result<()> {
    let before = of(tx, &order.subject).await?.and_then(|print| print.file_id);
    execute!(
        tx,
        "INSERT INTO prints (kind, subject_id, client_id, key, file_id, pages, lacking, error, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (kind, subject_id) DO UPDATE SET key = excluded.key, file_id = excluded.file_id,
             pages = excluded.pages, lacking = excluded.lacking, error = excluded.error, made_at = excluded.made_at",
        order.subject.kind(),
        order.subject.id(),
        &order.client,
        &print.key,
        print.file_id.as_ref(),
        print.pages,
        &print.lacking,
        print.error.as_deref(),
        print.made_at
    )?;
    match before {
        Some(file) => files::forget(tx, &file).await,
        None => Ok(()),
    }
}

/// Forgets the PDF of a thing that is gone, and its file.
pub async fn forget(tx: &mut Tx, subject: &Subject) -> Result<()> {
    let Some(print) = of(tx, subject).await? else { return Ok(()) };
    execute!(tx, "DELETE FROM prints WHERE kind = $1 AND subject_id = $2", subject.kind(), subject.id())?;
    match print.file_id {
        Some(file) => files::forget(tx, &file).await,
        None => Ok(()),
    }
}
