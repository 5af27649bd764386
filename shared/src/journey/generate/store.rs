//! The SQL of writing a document.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::Written;
use crate::db::Tx;
use crate::id::{ClientId, cuid};
use crate::journey::automation::{Automation, Payload};
use crate::text::Foreign;
use crate::{Result, Studio, execute, fetch_all};

/// Writes the job into the row and stretches its lease; false when the claim is no longer ours.
pub(super) async fn begin(
    tx: &mut Tx,
    row: &Automation,
    job: &str,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let payload = Payload { job_id: Some(job.to_owned()), gate: None, ..row.payload.clone() };
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

/// Writes down what a document cost.
pub(super) async fn count_tokens(
    tx: &mut Tx,
    studio: &Studio,
    client: &ClientId,
    written: &Written,
    now: DateTime<Utc>,
) -> Result<()> {
    let prices = &studio.settings.model;
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "token counts are small")]
    let cost_micros = (written.tokens_in as f64 * prices.input_price_per_million
        + written.tokens_out as f64 * prices.output_price_per_million) as i64;
    execute!(
        tx,
        "INSERT INTO token_usage (id, at, client_id, operation, model, tokens_in, tokens_out, cost_micros)
         VALUES ($1, $2, $3, 'GENERATE_DELIVERABLE', $4, $5, $6, $7)",
        cuid(now),
        now,
        client,
        &written.by,
        written.tokens_in,
        written.tokens_out,
        cost_micros
    )?;
    Ok(())
}
