//! What an admin does to a single automation.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;

use super::automation::{Automation, Payload};
use super::store::{self, NewAutomation};
use super::zone::local_date;
use super::{AutomationKind, AutomationStatus, Template};
use crate::db::Tx;
use crate::documents::{self, DocumentKind, DocumentStatus};
use crate::events::{self, EventKind};
use crate::id::{AutomationId, DocumentId};
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio, execute};

/// Makes a waiting automation due now, under the same gates as at its own time.
pub async fn run_now(studio: &Studio, actor: &Actor, id: &AutomationId) -> Result<Automation> {
    hasten(studio, actor, id, false).await
}

/// The same, past the gate of the previous month.
pub async fn force_now(studio: &Studio, actor: &Actor, id: &AutomationId) -> Result<Automation> {
    hasten(studio, actor, id, true).await
}

async fn hasten(studio: &Studio, actor: &Actor, id: &AutomationId, force: bool) -> Result<Automation> {
    let (mut tx, row, now) = open(studio, actor, id).await?;
    if row.status != AutomationStatus::Scheduled {
        return Err(Error::refused(format!("this automation {}", standing(&row))));
    }
    let payload = Payload { force: row.payload.force || force, ..row.payload.clone() };
    execute!(
        tx,
        "UPDATE automation_schedules SET trigger_date = $2, held_until = NULL, payload = $3, priority = 1, actor = $4,
                updated_at = $2
         WHERE id = $1 AND status = 'SCHEDULED'",
        id,
        now,
        Json(&payload),
        actor.id()
    )?;
    close(tx, actor, &row, EventKind::AutomationRan, "Asked for it now", now).await
}

/// Takes a waiting or failed automation off.
pub async fn cancel(studio: &Studio, actor: &Actor, id: &AutomationId) -> Result<Automation> {
    let (mut tx, row, now) = open(studio, actor, id).await?;
    if !matches!(row.status, AutomationStatus::Scheduled | AutomationStatus::Failed) {
        return Err(Error::refused(format!("this automation {}", standing(&row))));
    }
    execute!(
        tx,
        "UPDATE automation_schedules SET status = 'CANCELLED', cancel_reason = 'ADMIN', actor = $2, executed_at = $3,
                updated_at = $3
         WHERE id = $1 AND status IN ('SCHEDULED', 'FAILED')",
        id,
        actor.id(),
        now
    )?;
    close(tx, actor, &row, EventKind::AutomationCancelled, "Cancelled", now).await
}

/// Gives a failed automation its tries back, from now on.
pub async fn retry(studio: &Studio, actor: &Actor, id: &AutomationId) -> Result<Automation> {
    let (mut tx, row, now) = open(studio, actor, id).await?;
    if row.status != AutomationStatus::Failed {
        return Err(Error::refused(format!("this automation {}; only a failed one is retried", standing(&row))));
    }
    if store::has_live_twin(&mut tx, id).await? {
        return Err(Error::refused("the same is planned already; see `journey timeline`"));
    }
    execute!(
        tx,
        "UPDATE automation_schedules SET status = 'SCHEDULED', retry_count = 0, trigger_date = $2, held_until = NULL,
                error_message = NULL, executed_at = NULL, actor = $3, updated_at = $2
         WHERE id = $1 AND status = 'FAILED'",
        id,
        now,
        actor.id()
    )?;
    close(tx, actor, &row, EventKind::AutomationRan, "Asked to try again", now).await
}

/// Has a rejected document written anew, with the reason in front of the writer.
pub async fn regenerate(studio: &Studio, actor: &Actor, document: &DocumentId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let document = documents::get(&mut tx, actor, document).await?;
    if document.status != DocumentStatus::Rejected {
        return Err(Error::refused(format!(
            "the document is {}; reject it first, with a reason",
            document.status.words()
        )));
    }
    let client = store::lock_client(&mut tx, &document.client_id).await?;
    let extra = document.kind == DocumentKind::Subdocument;
    let payload = Payload {
        month: document.month,
        template: extra.then_some(Template::Subdocument),
        title: extra.then(|| document.title.raw().to_owned()),
        reason: Some("REJECTED".into()),
        document_id: Some(document.id.clone()),
        ..Payload::default()
    };
    let row = NewAutomation {
        client: &client.id,
        kind: AutomationKind::GenerateDeliverable,
        payload,
        at: now,
        date: Some(local_date(now, client.zone())),
        cancelled: None,
        actor: actor.id(),
    };
    if store::insert(&mut tx, &row, now).await?.is_none() {
        return Err(Error::refused("the document is being written anew already"));
    }
    let what = format!("Asked for a new draft of {}", document.called());
    events::record(&mut tx, now, actor, EventKind::AutomationRan, Some(&client.id), &what, None).await?;
    tx.commit().await
}

async fn open(studio: &Studio, actor: &Actor, id: &AutomationId) -> Result<(Tx, Automation, DateTime<Utc>)> {
    actor.require(Capability::Edit)?;
    let mut tx = studio.db.write().await?;
    let row = store::automation(&mut tx, id).await?.ok_or(Error::NotFound("automation"))?;
    store::lock_client(&mut tx, &row.client_id).await?;
    // Read again under the lock: a worker may have taken it meanwhile.
    let row = store::automation(&mut tx, id).await?.ok_or(Error::NotFound("automation"))?;
    Ok((tx, row, studio.clock.now()))
}

async fn close(
    mut tx: Tx,
    actor: &Actor,
    row: &Automation,
    kind: EventKind,
    did: &str,
    now: DateTime<Utc>,
) -> Result<Automation> {
    let month = row.month.map(|month| format!(" of month {month}")).unwrap_or_default();
    let what = format!("{did}: {}{month}", super::engine::action(row));
    let details = json!({ "automation_id": row.id, "month": row.month, "type": row.kind });
    events::record(&mut tx, now, actor, kind, Some(&row.client_id), &what, Some(details)).await?;
    let row = fetch_row(&mut tx, &row.id).await?;
    tx.commit().await?;
    Ok(row)
}

async fn fetch_row(tx: &mut Tx, id: &AutomationId) -> Result<Automation> {
    store::automation(tx, id).await?.ok_or(Error::NotFound("automation"))
}

/// How a row stands, after "this automation".
fn standing(row: &Automation) -> &'static str {
    match row.status {
        AutomationStatus::Scheduled => "waits for its time",
        AutomationStatus::Running => "is running now",
        AutomationStatus::Completed => "is done already",
        AutomationStatus::Failed => "has failed; retry it",
        AutomationStatus::Cancelled => "was cancelled",
    }
}
