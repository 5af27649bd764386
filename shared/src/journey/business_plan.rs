//! The business plan in the journey: it is asked for when the questionnaire is finished, precedes the first month, and
//! is promised within two days.
//!
//! A row of the schedule without a month writes it, so that it is claimed, tried again and re-attached like any other
//! document; it is no row of the journey's own thirty-two, and no move of the journey touches it.
//! `clients.plan_due_at` says until when a plan is owed; the delivery of one clears it. While one is owed and none is
//! approved, the first month waits, for some days at most; a client of whom none was ever asked waits for nothing.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::json;

use super::automation::{Automation, Payload};
use super::store::{self, NewAutomation};
use super::zone::local_date;
use super::{AutomationKind, AutomationStatus};
use crate::clients::Client;
use crate::db::Tx;
use crate::documents::{self, Document, DocumentStatus};
use crate::events::{self, EventKind};
use crate::id::{ClientId, DocumentId};
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, Studio, execute, fetch_all};

/// Where a client's business plan stands, for the studio.
#[derive(Clone, Debug, Serialize)]
pub struct PlanView {
    /// Until when one is owed; `None` where none is.
    pub due_at: Option<DateTime<Utc>>,
    /// The newest version, if there is any.
    pub latest: Option<Version>,
    /// The automation that wrote a plan last, or is to write one.
    pub writing: Option<Automation>,
}

/// A version of a plan, without its text.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// The document.
    pub id: DocumentId,
    /// Its number, counted from 1.
    pub plan_version: Option<i64>,
    /// How it stands.
    pub status: DocumentStatus,
    /// When it was delivered.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When the client first opened it.
    pub first_opened_at: Option<DateTime<Utc>>,
}

impl Version {
    fn of(plan: Document) -> Self {
        Self {
            id: plan.id,
            plan_version: plan.plan_version,
            status: plan.status,
            delivered_at: plan.delivered_at,
            first_opened_at: plan.first_opened_at,
        }
    }
}

/// Where `client`'s plan stands; `None` when there is none and none was asked for.
pub(super) async fn view(tx: &mut Tx, client: &Client) -> Result<Option<PlanView>> {
    let latest = documents::latest_plan(tx, &client.id).await?.map(Version::of);
    let writing = store::plan_writing(tx, &client.id).await?;
    let due_at = client.plan_due_at;
    let known = latest.is_some() || writing.is_some() || due_at.is_some();
    Ok(known.then_some(PlanView { due_at, latest, writing }))
}

/// Somebody who waits for their business plan.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct PlanOwed {
    /// Who.
    pub client_id: ClientId,
    /// Their name.
    pub full_name: Foreign,
    /// Until when it is promised.
    pub plan_due_at: DateTime<Utc>,
    /// The number of its newest version, if there is any.
    pub plan_version: Option<i64>,
    /// How that stands.
    pub status: Option<DocumentStatus>,
    /// How the automation stands that writes it, or wrote it last.
    pub writing: Option<AutomationStatus>,
}

/// Everybody to whom a plan is owed, the most urgent first.
pub async fn plans_owed(tx: &mut Tx, actor: &Actor) -> Result<Vec<PlanOwed>> {
    actor.require(Capability::View)?;
    fetch_all!(
        tx,
        PlanOwed,
        "SELECT c.id AS client_id, c.full_name, c.plan_due_at, p.version AS plan_version, p.status,
                (SELECT s.status FROM automation_schedules s
                 WHERE s.client_id = c.id AND s.type = 'GENERATE_DELIVERABLE' AND s.month IS NULL
                 ORDER BY s.id DESC LIMIT 1) AS writing
         FROM clients c LEFT JOIN business_plans p ON p.client_id = c.id AND p.version =
             (SELECT MAX(version) FROM business_plans WHERE client_id = c.id)
         WHERE c.plan_due_at IS NOT NULL AND c.deleted_at IS NULL AND c.status <> 'CHURNED'
         ORDER BY c.plan_due_at, c.id"
    )
}

/// Has the next version of a client's business plan written, with the engine's next look. A rejected one is written
/// anew instead.
pub async fn write_plan(studio: &Studio, actor: &Actor, client: &ClientId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = store::lock_client(&mut tx, client).await?;
    if client.status.has_left() {
        return Err(Error::refused("this client has left the programme; restore them first"));
    }
    let rejected = documents::latest_plan(&mut tx, &client.id)
        .await?
        .filter(|plan| plan.status == DocumentStatus::Rejected)
        .map(|plan| plan.id);
    if rejected.is_none() {
        documents::next_plan(&mut tx, &client.id).await?;
    }
    promised(&mut tx, studio, &client, now).await?;
    if !schedule(&mut tx, actor, &client, rejected, now).await? {
        return Err(Error::refused("the business plan is being written already"));
    }
    let what = "Asked for the business plan";
    events::record(&mut tx, now, actor, EventKind::AutomationRan, Some(&client.id), what, None).await?;
    tx.commit().await
}

/// The questionnaire is finished: a plan is owed, and the engine writes it. Nothing happens where there is one already.
pub async fn want_plan(tx: &mut Tx, studio: &Studio, actor: &Actor, client: &Client, now: DateTime<Utc>) -> Result<()> {
    if documents::latest_plan(tx, &client.id).await?.is_some() {
        return Ok(());
    }
    promised(tx, studio, client, now).await?;
    schedule(tx, actor, client, None, now).await?;
    Ok(())
}

/// Adds the row that writes a plan, or a rejected one anew. False when there is one already.
async fn schedule(
    tx: &mut Tx,
    actor: &Actor,
    client: &Client,
    rejected: Option<DocumentId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let reason = rejected.is_some().then(|| "REJECTED".to_owned());
    let row = NewAutomation {
        client: &client.id,
        kind: AutomationKind::GenerateDeliverable,
        payload: Payload { document_id: rejected, reason, ..Payload::default() },
        at: now,
        date: Some(local_date(now, client.zone())),
        cancelled: None,
        actor: actor.id(),
    };
    Ok(store::insert(tx, &row, now).await?.is_some())
}

/// A client who has no plan yet is promised one.
pub(crate) async fn promised(tx: &mut Tx, studio: &Studio, client: &Client, now: DateTime<Utc>) -> Result<()> {
    let until = now + TimeDelta::hours(i64::from(studio.settings.journey.plan_hours));
    execute!(
        tx,
        "UPDATE clients SET plan_due_at = COALESCE(plan_due_at, $2)
         WHERE id = $1
           AND NOT EXISTS (SELECT 1 FROM business_plans WHERE client_id = $1 AND status = 'DELIVERED')",
        &client.id,
        until
    )?;
    Ok(())
}

/// The first month no longer waits for its day, nor for the plan. During a hold it keeps its place.
pub(super) async fn approved(tx: &mut Tx, now: DateTime<Utc>, client: &ClientId) -> Result<()> {
    let client = store::lock_client(tx, client).await?;
    if client.is_paused { Ok(()) } else { store::hasten_first(tx, &client.id, now).await }
}

/// The promise is kept.
pub(super) async fn delivered(tx: &mut Tx, client: &ClientId) -> Result<()> {
    execute!(tx, "UPDATE clients SET plan_due_at = NULL WHERE id = $1", client)?;
    Ok(())
}

/// The first month was written although the plan is still owed: the studio is told.
pub(super) async fn missing(tx: &mut Tx, client: &Client, days: u32, now: DateTime<Utc>) -> Result<()> {
    let what = format!("Month 1 was written without an approved business plan, which it waits for {days} days at most");
    let details = json!({ "month": 1, "plan_due_at": client.plan_due_at });
    events::record(tx, now, &Actor::System, EventKind::PlanMissing, Some(&client.id), &what, Some(details)).await
}
