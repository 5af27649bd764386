//! How a step ends: the row's end and its log, under the claim's number.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use sqlx::types::Json;

use super::super::automation::{Automation, Payload};
use super::super::store::{self, Entry};
use super::super::{AutomationKind, LogStatus, SkipReason, Template};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::staff::Actor;
use crate::{Error, Result, Studio, execute};

/// What a step came to, for the tick's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journey) enum Note {
    Done,
    Skipped,
    Retried,
    Failed,
    /// Another worker had taken the row over; nothing was changed.
    Lost,
}

/// What becomes of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journey) enum Ending {
    /// It is over.
    Completed,
    /// It is taken off.
    Cancelled(SkipReason),
    /// It comes again at another time.
    Later(DateTime<Utc>, NaiveDate),
    /// It waits behind a gate with its date.
    Held(DateTime<Utc>, SkipReason),
    /// It looks again then, behind a gate.
    Gated(DateTime<Utc>, SkipReason),
}

/// Ends a step: writes the log if there is something to say, ends the row, commits all of it.
pub(in crate::journey) async fn settle(
    mut tx: Tx,
    row: &Automation,
    ending: Ending,
    said: Option<(LogStatus, Option<SkipReason>)>,
    now: DateTime<Utc>,
) -> Result<Note> {
    if !end(&mut tx, row, ending, now).await? {
        return Ok(Note::Lost);
    }
    if let Some((status, reason)) = said {
        write_log(&mut tx, row, action(row), status, reason, None, now).await?;
    }
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::BeforeCommit);
    tx.commit().await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::AfterCommit);
    Ok(match said {
        Some((LogStatus::Success, _)) => Note::Done,
        _ => Note::Skipped,
    })
}

/// What a row does, in a word.
pub(in crate::journey) fn action(row: &Automation) -> &'static str {
    action_of(row.kind, row.template)
}

/// What rows of this kind do, in a word.
pub(in crate::journey) fn action_of(kind: AutomationKind, template: Option<Template>) -> &'static str {
    match (template, kind) {
        (Some(template), _) => template.as_str(),
        (None, AutomationKind::GenerateDeliverable) => "GENERATE",
        (None, AutomationKind::EscalateToAdmin) => "ESCALATE",
        (None, AutomationKind::SendCelebration) => Template::MonthComplete.as_str(),
        (None, kind) => kind.as_str(),
    }
}

pub(super) async fn write_log(
    tx: &mut Tx,
    row: &Automation,
    action: &str,
    status: LogStatus,
    reason: Option<SkipReason>,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = Entry {
        client: &row.client_id,
        automation: Some(&row.id),
        kind: row.kind,
        action,
        status,
        reason,
        error,
        attempt: row.retry_count + 1,
    };
    store::log(tx, &entry, now).await
}

/// Ends the row if the claim is still ours; false when it is not.
pub(super) async fn end(tx: &mut Tx, row: &Automation, ending: Ending, now: DateTime<Utc>) -> Result<bool> {
    let (id, epoch) = (&row.id, row.claim_epoch);
    let ended = match ending {
        Ending::Completed => execute!(
            tx,
            "UPDATE automation_schedules SET status = 'COMPLETED', executed_at = $3, updated_at = $3,
                    error_message = NULL, claimed_by = NULL, claimed_until = NULL, held_until = NULL
             WHERE id = $1 AND claim_epoch = $2 AND status = 'RUNNING'",
            id,
            epoch,
            now
        )?,
        Ending::Cancelled(reason) => execute!(
            tx,
            "UPDATE automation_schedules SET status = 'CANCELLED', cancel_reason = $4, executed_at = $3,
                    updated_at = $3, claimed_by = NULL, claimed_until = NULL, held_until = NULL
             WHERE id = $1 AND claim_epoch = $2 AND status = 'RUNNING'",
            id,
            epoch,
            now,
            reason
        )?,
        Ending::Later(at, date) => wait(tx, row, at, Some(date), None, None, now).await?,
        Ending::Held(until, gate) => wait(tx, row, row.trigger_date, None, Some(until), Some(gate), now).await?,
        Ending::Gated(at, gate) => wait(tx, row, at, None, None, Some(gate), now).await?,
    };
    Ok(ended > 0)
}

async fn wait(
    tx: &mut Tx,
    row: &Automation,
    at: DateTime<Utc>,
    date: Option<NaiveDate>,
    held_until: Option<DateTime<Utc>>,
    gate: Option<SkipReason>,
    now: DateTime<Utc>,
) -> Result<u64> {
    let told = row.payload.told || gate == Some(SkipReason::BlockedPrevious);
    let payload = Payload { gate, told, ..row.payload.clone() };
    execute!(
        tx,
        "UPDATE automation_schedules SET status = 'SCHEDULED', trigger_date = $3,
                local_date = COALESCE($4, local_date), held_until = $5, payload = $6, updated_at = $7,
                claimed_by = NULL, claimed_until = NULL
         WHERE id = $1 AND claim_epoch = $2 AND status = 'RUNNING'",
        &row.id,
        row.claim_epoch,
        at,
        date.map(|date| date.to_string()),
        held_until,
        Json(&payload),
        now
    )
}

/// A step failed. It is tried again after a quarter of an hour, three times; then, or at once when
/// another try cannot help, the row has failed and the studio is told.
pub(super) async fn fail(studio: &Studio, row: &Automation, error: &Error) -> Result<Note> {
    let now = studio.clock.now();
    let text: String = error.to_string().chars().take(500).collect();
    let again = may_pass(error) && row.retry_count < row.max_retries;
    let at = now + TimeDelta::minutes(studio.settings.journey.retry_minutes);
    let mut tx = studio.db.write().await?;
    let ended = if again {
        execute!(
            tx,
            "UPDATE automation_schedules SET status = 'SCHEDULED', retry_count = retry_count + 1, trigger_date = $3,
                    error_message = $4, updated_at = $5, claimed_by = NULL, claimed_until = NULL
             WHERE id = $1 AND claim_epoch = $2 AND status = 'RUNNING'",
            &row.id,
            row.claim_epoch,
            at,
            &text,
            now
        )?
    } else {
        execute!(
            tx,
            "UPDATE automation_schedules SET status = 'FAILED', error_message = $3, executed_at = $4, updated_at = $4,
                    claimed_by = NULL, claimed_until = NULL
             WHERE id = $1 AND claim_epoch = $2 AND status = 'RUNNING'",
            &row.id,
            row.claim_epoch,
            &text,
            now
        )?
    };
    if ended == 0 {
        return Ok(Note::Lost);
    }
    write_log(&mut tx, row, action(row), LogStatus::Failed, None, Some(&text), now).await?;
    if !again {
        let month = row.month.map(|month| format!(" for month {month}")).unwrap_or_default();
        let what = format!("{} failed{month}: {text}; repair the cause, then retry it", action(row));
        let details =
            json!({ "automation_id": row.id, "month": row.month, "type": row.kind, "attempts": row.retry_count + 1 });
        let kind = EventKind::AutomationFailed;
        events::record(&mut tx, now, &Actor::System, kind, Some(&row.client_id), &what, Some(details)).await?;
    }
    tx.commit().await?;
    tracing::warn!(automation = %row.id, attempt = row.retry_count + 1, again, error = %text, "an automation failed");
    Ok(if again { Note::Retried } else { Note::Failed })
}

/// Whether time may mend it: an outage may, missing or wrong data may not.
fn may_pass(error: &Error) -> bool {
    matches!(error, Error::Model(_) | Error::Db(_) | Error::Conflict(_) | Error::File { .. })
}
