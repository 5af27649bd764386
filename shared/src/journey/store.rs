//! The SQL of `journey_months`, `automation_schedules` and `automation_logs`.

use chrono::{DateTime, NaiveDate, Utc};

use super::automation::{Automation, Payload};
use super::{AutomationKind, AutomationStatus, LogStatus, SkipReason, Template};
use crate::clients::{self, Client};
use crate::db::rows::{Cell, Holds, Rows};
use crate::db::{Kind, Tx};
use crate::documents::Document;
use crate::id::{AutomationId, AutomationLogId, ClientId};
use crate::programme::Month;
use crate::{Error, Result, defer, execute, fetch_all, fetch_optional, fetch_scalar};

/// The columns of [`Automation`].
macro_rules! columns {
    () => {
        "id AS automation_id, client_id, type, trigger_date, status AS automation_status, retry_count, max_retries, payload, executed_at, error_message,
         month, template, original_trigger_date, held_until, cancel_reason, claim_epoch"
    };
}
pub(super) use columns;

/// Whether a row belongs to the journey: what writes the plan or an extra does not, and no move touches it.
macro_rules! of_journey {
    () => {
        "NOT (type = 'GENERATE_DELIVERABLE' AND (month IS NULL OR template IS NOT NULL))"
    };
}
pub(super) use of_journey;

/// A month of one client's journey.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct MonthRow {
    pub month: i64,
    pub planned_date: DateTime<Utc>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub skipped_at: Option<DateTime<Utc>>,
}

impl MonthRow {
    /// The day for which it is promised, in the client's calendar.
    pub(crate) fn due(&self) -> NaiveDate {
        self.planned_date.date_naive()
    }
}

/// Holds the client for this transaction: two workers never act for one client at once. SQLite has
/// one writer anyway.
pub(crate) async fn hold_client(tx: &mut Tx, id: &ClientId) -> Result<()> {
    if tx.kind() == Kind::Postgres {
        execute!(tx, "SELECT 1 FROM clients WHERE id = $1 FOR UPDATE", id)?;
    }
    Ok(())
}

/// The client, held for this transaction.
pub(crate) async fn lock_client(tx: &mut Tx, id: &ClientId) -> Result<Client> {
    hold_client(tx, id).await?;
    clients::get(tx, id).await?.ok_or(Error::NotFound("client"))
}

pub(crate) async fn months(tx: &mut Tx, client: &ClientId) -> Result<Vec<MonthRow>> {
    fetch_all!(
        tx,
        MonthRow,
        "SELECT month, planned_date, delivered_at, skipped_at FROM journey_months WHERE client_id = $1 ORDER BY month",
        client
    )
}

pub(super) async fn insert_months(
    tx: &mut Tx,
    client: &ClientId,
    months: &[MonthRow],
    now: DateTime<Utc>,
) -> Result<()> {
    let mut rows = Rows::new([
        ("client_id", Holds::Text),
        ("month", Holds::Int),
        ("planned_date", Holds::Time),
        ("delivered_at", Holds::Time),
        ("skipped_at", Holds::Time),
        ("updated_at", Holds::Time),
    ]);
    for row in months {
        rows.add([
            client.as_str().into(),
            row.month.into(),
            row.planned_date.into(),
            row.delivered_at.into(),
            row.skipped_at.into(),
            now.into(),
        ]);
    }
    rows.defer(
        tx,
        "INSERT INTO journey_months (client_id, month, planned_date, delivered_at, completed_at, skipped_at, updated_at)
         SELECT client_id, month, planned_date, delivered_at, delivered_at, skipped_at, updated_at FROM r",
    )
    .await
}

/// The month's document is with the client. A month that was left out counts again.
pub(super) async fn complete_month(tx: &mut Tx, client: &ClientId, month: i64, now: DateTime<Utc>) -> Result<u64> {
    execute!(
        tx,
        "UPDATE journey_months SET delivered_at = $3, completed_at = $3, skipped_at = NULL, updated_at = $3
         WHERE client_id = $1 AND month = $2",
        client,
        month,
        now
    )
}

/// Where the client's journey stands, for lists and the dashboard.
pub(super) async fn set_started(
    tx: &mut Tx,
    client: &ClientId,
    start: DateTime<Utc>,
    month: Option<Month>,
    now: DateTime<Utc>,
) -> Result<()> {
    defer!(
        tx,
        "UPDATE clients SET program_start_date = $2, current_month = $3, updated_at = $4, version = version + 1
         WHERE id = $1",
        client,
        start,
        month.map(|month| i64::from(month.number())),
        now
    )
}

/// A row to be made.
pub(super) struct NewAutomation<'a> {
    pub client: &'a ClientId,
    pub kind: AutomationKind,
    pub payload: Payload,
    pub at: DateTime<Utc>,
    pub date: Option<NaiveDate>,
    /// The row is only made for the record, and this is why nothing will come of it.
    pub cancelled: Option<SkipReason>,
    pub actor: Option<&'a str>,
}

/// What must not be live twice: one row of a kind a month; news of a delivery once a document, an extra once a title.
fn dedupe_key(client: &ClientId, kind: AutomationKind, payload: &Payload) -> String {
    let month = payload.month.map(|month| month.to_string()).unwrap_or_default();
    let template = payload.template.map_or("", Template::as_str);
    let key = format!("{client}|{}|{month}|{template}", kind.as_str());
    match (payload.template, &payload.document_id, &payload.title) {
        (Some(Template::Ready), Some(document), _) => format!("{key}|{document}"),
        (Some(Template::Subdocument), _, Some(title)) => format!("{key}|{title}"),
        _ => key,
    }
}

/// Adds a row. `None` when the same one is live already.
pub(super) async fn insert(tx: &mut Tx, new: &NewAutomation<'_>, now: DateTime<Utc>) -> Result<Option<AutomationId>> {
    let id = AutomationId::new(now);
    let added = new_rows([(&id, new)], now)?.execute(tx, INSERT).await?;
    Ok((added > 0).then_some(id))
}

/// Adds rows of which none can be live, because nothing was planned yet.
pub(super) async fn insert_first(
    tx: &mut Tx,
    new: &[NewAutomation<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<AutomationId>> {
    let ids: Vec<AutomationId> = new.iter().map(|_| AutomationId::new(now)).collect();
    new_rows(ids.iter().zip(new), now)?.defer(tx, INSERT).await?;
    Ok(ids)
}

const INSERT: &str = "INSERT INTO automation_schedules (id, client_id, type, trigger_date, status, payload, created_at,
        updated_at, month, template, dedupe_key, original_trigger_date, local_date, cancel_reason, actor)
    SELECT id, client_id, type, trigger_date, CASE WHEN cancel_reason IS NULL THEN 'SCHEDULED' ELSE 'CANCELLED' END,
        payload, created_at, created_at, month, template, dedupe_key, trigger_date, local_date, cancel_reason, actor
    FROM r WHERE TRUE ON CONFLICT DO NOTHING";

fn new_rows<'a>(
    new: impl IntoIterator<Item = (&'a AutomationId, &'a NewAutomation<'a>)>,
    now: DateTime<Utc>,
) -> Result<Rows<12>> {
    let mut rows = Rows::new([
        ("id", Holds::Text),
        ("client_id", Holds::Text),
        ("type", Holds::Text),
        ("trigger_date", Holds::Time),
        ("payload", Holds::Json),
        ("created_at", Holds::Time),
        ("month", Holds::Int),
        ("template", Holds::Text),
        ("dedupe_key", Holds::Text),
        ("local_date", Holds::Text),
        ("cancel_reason", Holds::Text),
        ("actor", Holds::Text),
    ]);
    for (id, new) in new {
        rows.add([
            id.as_str().into(),
            new.client.as_str().into(),
            new.kind.as_str().into(),
            new.at.into(),
            Cell::json(&new.payload)?,
            now.into(),
            new.payload.month.into(),
            new.payload.template.map(Template::as_str).into(),
            dedupe_key(new.client, new.kind, &new.payload).into(),
            new.date.map(|date| date.to_string()).into(),
            new.cancelled.map(SkipReason::as_str).into(),
            new.actor.into(),
        ]);
    }
    Ok(rows)
}

/// The rows of one kind of one month of one client, of which at most one is live. Those about the plan have no month.
#[derive(Clone, Copy)]
pub(super) struct Slot<'a> {
    pub client: &'a ClientId,
    pub kind: AutomationKind,
    pub template: Option<Template>,
    pub month: Option<i64>,
}

impl<'a> Slot<'a> {
    /// The writing of the business plan.
    pub(super) fn plan(client: &'a ClientId) -> Self {
        Self { client, kind: AutomationKind::GenerateDeliverable, template: None, month: None }
    }

    pub(super) fn generation(client: &'a ClientId, month: i64) -> Self {
        Self { client, kind: AutomationKind::GenerateDeliverable, template: None, month: Some(month) }
    }

    pub(super) fn overdue(client: &'a ClientId, month: i64) -> Self {
        Self { client, kind: AutomationKind::SendReminder, template: Some(Template::Overdue), month: Some(month) }
    }

    pub(super) fn revision(client: &'a ClientId, month: Option<i64>) -> Self {
        Self { client, kind: AutomationKind::SendReminder, template: Some(Template::Revision), month }
    }

    pub(super) fn escalation(client: &'a ClientId, month: i64) -> Self {
        Self { client, kind: AutomationKind::EscalateToAdmin, template: None, month: Some(month) }
    }

    pub(super) fn celebration(client: &'a ClientId, month: i64) -> Self {
        Self {
            client,
            kind: AutomationKind::SendCelebration,
            template: Some(Template::MonthComplete),
            month: Some(month),
        }
    }
}

/// Takes the waiting row off, and answers which it was.
pub(super) async fn cancel(
    tx: &mut Tx,
    slot: Slot<'_>,
    reason: &str,
    actor: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<AutomationId>> {
    let taken_off = fetch_optional!(
        tx,
        (AutomationId,),
        "UPDATE automation_schedules SET status = 'CANCELLED', cancel_reason = $5, actor = $6, updated_at = $7,
                executed_at = $7
         WHERE client_id = $1 AND type = $2 AND COALESCE(template, '') = $3
           AND COALESCE(month, 0) = COALESCE($4, 0) AND status = 'SCHEDULED'
         RETURNING id",
        slot.client,
        slot.kind,
        slot.template.map_or("", Template::as_str),
        slot.month,
        reason,
        actor,
        now
    )?;
    Ok(taken_off.map(|(id,)| id))
}

/// Takes the news of a document off that waits for a hold's end.
pub(super) async fn cancel_news(
    tx: &mut Tx,
    document: &Document,
    actor: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let payload = Payload {
        month: document.month,
        template: Some(Template::Ready),
        document_id: Some(document.id.clone()),
        ..Payload::default()
    };
    execute!(
        tx,
        "UPDATE automation_schedules SET status = 'CANCELLED', cancel_reason = 'SUPERSEDED', actor = $2,
                updated_at = $3, executed_at = $3
         WHERE dedupe_key = $1 AND status = 'SCHEDULED'",
        dedupe_key(&document.client_id, AutomationKind::SendNotification, &payload),
        actor,
        now
    )?;
    Ok(())
}

/// Gives the waiting row another time.
pub(super) async fn retime(
    tx: &mut Tx,
    slot: Slot<'_>,
    at: DateTime<Utc>,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    defer!(
        tx,
        "UPDATE automation_schedules SET trigger_date = $5, local_date = $6, held_until = NULL, updated_at = $7
         WHERE client_id = $1 AND type = $2 AND COALESCE(template, '') = $3
           AND COALESCE(month, 0) = COALESCE($4, 0) AND status = 'SCHEDULED'",
        slot.client,
        slot.kind,
        slot.template.map_or("", Template::as_str),
        slot.month,
        at,
        date.to_string(),
        now
    )
}

/// Sees to it that the rows of a slot come at a time: the waiting one, or else one that had been taken off, or else a
/// new one. What an admin took off stays off.
pub(super) async fn plan_for(
    tx: &mut Tx,
    slot: Slot<'_>,
    at: DateTime<Utc>,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    let known = fetch_all!(
        tx,
        (AutomationId, AutomationStatus, Option<String>),
        "SELECT id, status, cancel_reason FROM automation_schedules
         WHERE client_id = $1 AND type = $2 AND COALESCE(template, '') = $3
           AND COALESCE(month, 0) = COALESCE($4, 0) ORDER BY created_at, id",
        slot.client,
        slot.kind,
        slot.template.map_or("", Template::as_str),
        slot.month
    )?;
    let live = |(_, status, _): &_| matches!(status, AutomationStatus::Scheduled | AutomationStatus::Running);
    let by_admin = |(_, _, reason): &(_, _, Option<String>)| reason.as_deref() == Some("ADMIN");
    if known.iter().any(live) {
        return retime(tx, slot, at, date, now).await;
    }
    if known.iter().any(by_admin) {
        return Ok(());
    }
    if let Some((id, ..)) = known.iter().rev().find(|(_, status, _)| *status == AutomationStatus::Cancelled) {
        return restore(tx, id, at, date, now).await;
    }
    let row = NewAutomation {
        client: slot.client,
        kind: slot.kind,
        payload: Payload::planned(slot.kind, slot.template, slot.month),
        at,
        date: Some(date),
        cancelled: None,
        actor: None,
    };
    insert(tx, &row, now).await?;
    Ok(())
}

async fn restore(tx: &mut Tx, id: &AutomationId, at: DateTime<Utc>, date: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "UPDATE automation_schedules SET status = 'SCHEDULED', trigger_date = $2, local_date = $3, held_until = NULL,
                cancel_reason = NULL, executed_at = NULL, error_message = NULL, retry_count = 0, updated_at = $4
         WHERE id = $1",
        id,
        at,
        date.to_string(),
        now
    )?;
    Ok(())
}

/// Lets a generation run that waits for the month before. One whose own time is still to come keeps it.
pub(super) async fn release_generation(tx: &mut Tx, client: &ClientId, month: i64, now: DateTime<Utc>) -> Result<()> {
    let waiting = fetch_all!(
        tx,
        Automation,
        concat!(
            "SELECT ",
            columns!(),
            " FROM automation_schedules
             WHERE client_id = $1 AND type = 'GENERATE_DELIVERABLE' AND month = $2 AND status = 'SCHEDULED'"
        ),
        client,
        month
    )?;
    let waits = |row: &&Automation| row.payload.told;
    for row in waiting.iter().filter(waits) {
        execute!(
            tx,
            "UPDATE automation_schedules SET trigger_date = $2, updated_at = $2 WHERE id = $1 AND status = 'SCHEDULED'",
            &row.id,
            now
        )?;
    }
    Ok(())
}

/// Lets the first month be written now: its plan is approved.
pub(super) async fn hasten_first(tx: &mut Tx, client: &ClientId, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "UPDATE automation_schedules SET trigger_date = $2, updated_at = $2
         WHERE client_id = $1 AND type = 'GENERATE_DELIVERABLE' AND month = 1 AND template IS NULL
           AND status = 'SCHEDULED' AND trigger_date > $2",
        client,
        now
    )?;
    Ok(())
}

/// Takes off what has no meaning once the programme is complete.
pub(super) async fn cancel_leftovers(tx: &mut Tx, client: &ClientId, now: DateTime<Utc>) -> Result<()> {
    defer!(
        tx,
        "UPDATE automation_schedules SET status = 'CANCELLED', cancel_reason = 'COMPLETED', updated_at = $2
         WHERE client_id = $1 AND status = 'SCHEDULED'
           AND ((type = 'GENERATE_DELIVERABLE' AND template IS NULL) OR template = 'UPCOMING')",
        client,
        now
    )
}

/// One automation, for an admin.
pub(super) async fn automation(tx: &mut Tx, id: &AutomationId) -> Result<Option<Automation>> {
    fetch_optional!(tx, Automation, concat!("SELECT ", columns!(), " FROM automation_schedules WHERE id = $1"), id)
}

/// The newest row that writes a client's business plan, live or over.
pub(super) async fn plan_writing(tx: &mut Tx, client: &ClientId) -> Result<Option<Automation>> {
    fetch_optional!(
        tx,
        Automation,
        concat!(
            "SELECT ",
            columns!(),
            " FROM automation_schedules
             WHERE client_id = $1 AND type = 'GENERATE_DELIVERABLE' AND month IS NULL ORDER BY id DESC LIMIT 1"
        ),
        client
    )
}

/// Whether another row that does the same waits or runs, of which there can be one.
pub(super) async fn has_live_twin(tx: &mut Tx, id: &AutomationId) -> Result<bool> {
    fetch_scalar!(
        tx,
        bool,
        "SELECT EXISTS (SELECT 1 FROM automation_schedules a JOIN automation_schedules b ON b.dedupe_key = a.dedupe_key
                        WHERE a.id = $1 AND b.id <> a.id AND b.status IN ('SCHEDULED', 'RUNNING'))",
        id
    )
}

/// Every automation of a client's journey, by time. What writes the plan before it and extras beside it is none of them.
pub async fn automations(tx: &mut Tx, client: &ClientId) -> Result<Vec<Automation>> {
    fetch_all!(
        tx,
        Automation,
        concat!(
            "SELECT ",
            columns!(),
            " FROM automation_schedules
             WHERE client_id = $1 AND ",
            of_journey!(),
            " ORDER BY trigger_date, id"
        ),
        client
    )
}

/// One line of the log.
pub(super) struct Entry<'a> {
    pub client: &'a ClientId,
    pub automation: Option<&'a AutomationId>,
    pub kind: AutomationKind,
    pub action: &'a str,
    pub status: LogStatus,
    pub reason: Option<SkipReason>,
    pub error: Option<&'a str>,
    pub attempt: i64,
}

pub(super) async fn log(tx: &mut Tx, entry: &Entry<'_>, now: DateTime<Utc>) -> Result<()> {
    log_all(tx, std::slice::from_ref(entry), now).await
}

/// Writes lines of the log, in this order.
pub(super) async fn log_all(tx: &mut Tx, entries: &[Entry<'_>], now: DateTime<Utc>) -> Result<()> {
    let mut rows = Rows::new([
        ("id", Holds::Text),
        ("client_id", Holds::Text),
        ("automation_id", Holds::Text),
        ("type", Holds::Text),
        ("action", Holds::Text),
        ("status", Holds::Text),
        ("reason", Holds::Text),
        ("error_message", Holds::Text),
        ("attempt", Holds::Int),
        ("created_at", Holds::Time),
    ]);
    for entry in entries {
        rows.add([
            AutomationLogId::new(now).as_str().into(),
            entry.client.as_str().into(),
            entry.automation.map(AutomationId::as_str).into(),
            entry.kind.as_str().into(),
            entry.action.into(),
            entry.status.as_str().into(),
            entry.reason.map(SkipReason::as_str).into(),
            entry.error.into(),
            entry.attempt.into(),
            now.into(),
        ]);
    }
    rows.defer(
        tx,
        "INSERT INTO automation_logs (id, client_id, automation_id, type, action, status, reason, error_message,
                attempt, created_at)
         SELECT id, client_id, automation_id, type, action, status, reason, error_message, attempt, created_at FROM r",
    )
    .await
}
