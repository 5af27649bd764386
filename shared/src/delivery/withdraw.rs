//! Taking back what tells of something that is no longer there.

use chrono::{DateTime, Utc};

use crate::db::Tx;
use crate::{Result, execute, fetch_scalar};

/// Cancels the messages about something that have not left yet. Answers whether one of this `occasion`, which is part of
/// what keeps it from being sent twice, has left, so that its reader knows of the thing.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    (kind, id): (&str, &str),
    occasion: &str,
    why: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    execute!(
        tx,
        "UPDATE outbox SET state = 'CANCELLED', error = $3, settled_at = $4
         WHERE ref_kind = $1 AND ref_id = $2 AND state = 'QUEUED'",
        kind,
        id,
        why,
        now
    )?;
    fetch_scalar!(
        tx,
        bool,
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE ref_kind = $1 AND ref_id = $2 AND dedupe_key LIKE '%' || $3 || '%'
                          AND state IN ('LEASED', 'SENT', 'IN_DOUBT'))",
        kind,
        id,
        occasion
    )
}
