//! The SQL of writing a document.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::db::Tx;
use crate::id::ClientId;
use crate::journey::automation::{Automation, Payload};
use crate::text::Foreign;
use crate::{Result, execute, fetch_all, fetch_optional};

/// Writes the job into the row and stretches its lease; false when the claim is no longer ours.
pub(super) async fn begin(
    tx: &mut Tx,
    row: &Automation,
    job: &str,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let payload = Payload { job_id: Some(job.to_owned()), gate: None, told: false, ..row.payload.clone() };
    let ours = execute!(
        tx,
        "UPDATE automation_schedules SET payload = $3, claimed_until = $4, updated_at = $5
         WHERE id = $1 AND claim_epoch = $2 AND status = 'RUNNING'",
        &row.id,
        row.claim_epoch,
        Json(&payload),
        until,
        now
    )?;
    Ok(ours > 0)
}

/// What an earlier month brought.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Earlier {
    pub month: i64,
    pub summary: Foreign,
    #[sqlx(json)]
    pub highlights: Vec<String>,
}

/// The approved months before this one, in order.
pub(super) async fn earlier(tx: &mut Tx, client: &ClientId, month: i64) -> Result<Vec<Earlier>> {
    fetch_all!(
        tx,
        Earlier,
        "SELECT month, COALESCE(summary, '') AS summary, COALESCE(highlights, '[]') AS highlights FROM deliverables
         WHERE client_id = $1 AND month < $2 AND type = 'MAIN' AND status IN ('APPROVED', 'DELIVERED') ORDER BY month",
        client,
        month
    )
}

/// What the business plan says in short.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Extract {
    pub summary: Foreign,
    #[sqlx(json)]
    pub highlights: Vec<String>,
}

/// The newest plan that the studio has approved.
pub(super) async fn plan(tx: &mut Tx, client: &ClientId) -> Result<Option<Extract>> {
    fetch_optional!(
        tx,
        Extract,
        "SELECT COALESCE(summary, '') AS summary, COALESCE(highlights, '[]') AS highlights FROM business_plans
         WHERE client_id = $1 AND status IN ('APPROVED', 'DELIVERED') ORDER BY version DESC LIMIT 1",
        client
    )
}
