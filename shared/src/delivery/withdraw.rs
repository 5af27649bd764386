//! Taking back what tells of something that is no longer there.

use chrono::{DateTime, Utc};

use crate::db::Tx;
use crate::{Result, execute, fetch_scalar};

/// Cancels the messages about something that have not left yet. Answers whether one that was queued since `since` has
/// left, so that its reader knows of the thing.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    (kind, id): (&str, &str),
    since: DateTime<Utc>,
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
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE ref_kind = $1 AND ref_id = $2 AND created_at >= $3
                          AND state IN ('LEASED', 'SENT', 'IN_DOUBT'))",
        kind,
        id,
        since
    )
}
