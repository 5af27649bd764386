//! The SQL of the moves: a journey read whole, and each change written.

use chrono::{DateTime, NaiveDate, Utc};

use super::change::Pause;
use super::rules::is_for_client;
use super::state::{Hold, Journey, MonthFact, RowFact};
use crate::clients::Client;
use crate::db::Tx;
use crate::db::rows::{Cell, Holds, Rows};
use crate::events;
use crate::id::{AutomationId, ClientId, PauseId};
use crate::journey::automation::Payload;
use crate::journey::store::of_journey;
use crate::journey::zone::{local_date, stored_date};
use crate::journey::{AutomationKind, AutomationStatus, SkipReason, Template};
use crate::programme::Month;
use crate::staff::Actor;
use crate::text::Foreign;
use crate::{Error, Result, defer, fetch_all};

#[derive(sqlx::FromRow)]
struct Row {
    id: AutomationId,
    #[sqlx(rename = "type")]
    kind: AutomationKind,
    template: Option<Template>,
    month: Option<i64>,
    trigger_date: DateTime<Utc>,
    local_date: Option<String>,
    status: AutomationStatus,
    retry_count: i64,
    cancel_reason: Option<String>,
    #[sqlx(json)]
    payload: Payload,
}

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "facts of a month, each with a column or a query of its own")]
struct MonthRow {
    month: i64,
    planned_date: DateTime<Utc>,
    delivered: bool,
    skipped: bool,
    late: bool,
    written: bool,
}

/// The client's journey as plain data.
pub(super) async fn load(tx: &mut Tx, client: &Client) -> Result<Journey> {
    let months = fetch_all!(
        tx,
        MonthRow,
        "SELECT m.month, m.planned_date, m.delivered_at IS NOT NULL AS delivered, m.skipped_at IS NOT NULL AS skipped,
                m.late_at IS NOT NULL AS late,
                EXISTS (SELECT 1 FROM deliverables d WHERE d.client_id = m.client_id AND d.month = m.month
                          AND d.type = 'MAIN') AS written
         FROM journey_months m WHERE m.client_id = $1 ORDER BY m.month",
        &client.id
    )?;
    let rows = fetch_all!(
        tx,
        Row,
        concat!(
            "SELECT id, type, template, month, trigger_date, local_date, status, retry_count, cancel_reason, payload
             FROM automation_schedules WHERE client_id = $1 AND ",
            of_journey!(),
            " ORDER BY trigger_date, id"
        ),
        &client.id
    )?;
    let (zone, pauses) = (client.zone(), pauses(tx, &client.id).await?);
    let hold = pauses.iter().find(|pause| pause.ended_at.is_none()).map(|pause| Hold {
        id: pause.id.clone(),
        started_at: pause.started_at,
        planned_end: pause.planned_end,
    });
    let held_days = pauses.iter().filter_map(|pause| pause.days).sum();
    Ok(Journey {
        status: client.status,
        zone,
        start: client.program_start_date.map(|at| at.date_naive()),
        hold,
        held_days,
        months: months.into_iter().map(MonthRow::fact).collect::<Result<_>>()?,
        rows: rows.into_iter().map(|row| row.fact(zone)).collect(),
    })
}

impl MonthRow {
    fn fact(self) -> Result<MonthFact> {
        Ok(MonthFact {
            month: Month::new(self.month)?,
            due: self.planned_date.date_naive(),
            delivered: self.delivered,
            skipped: self.skipped,
            late: self.late,
            written: self.written,
        })
    }
}

impl Row {
    fn fact(self, zone: chrono_tz::Tz) -> RowFact {
        let planned = self.local_date.as_deref().and_then(|date| date.parse().ok());
        let looked_at = if is_for_client(self.kind, self.template) {
            local_date(self.trigger_date, zone)
        } else {
            self.trigger_date.date_naive()
        };
        RowFact {
            id: self.id,
            kind: self.kind,
            template: self.template,
            month: self.month,
            trigger: self.trigger_date,
            date: planned.unwrap_or(looked_at),
            status: self.status,
            retry_count: self.retry_count,
            cancel_reason: self.cancel_reason,
            payload: self.payload,
        }
    }
}

/// The holds of a client, the newest first.
pub async fn pauses(tx: &mut Tx, client: &ClientId) -> Result<Vec<Pause>> {
    fetch_all!(
        tx,
        Pause,
        "SELECT p.id, p.started_at, p.planned_end, p.ended_at, p.days, p.reason, p.created_by, a.name AS created_by_name
         FROM pauses p LEFT JOIN admins a ON a.id = p.created_by
         WHERE p.client_id = $1 ORDER BY p.started_at DESC, p.id DESC",
        client
    )
}

/// What to say to somebody who saw an older version of the client: the latest change, too.
pub(super) async fn conflict(tx: &mut Tx, client: &Client) -> Result<Error> {
    let latest = events::page(tx, Some(&client.id), None, 1).await?.pop();
    let told = latest.map(|event| format!(" ({}, {})", event.description, event.at.format("%Y-%m-%d %H:%MZ")));
    Ok(Error::Conflict(format!("this client{}", told.unwrap_or_default()).into()))
}

/// A row that comes at another time.
pub(super) struct Moved<'a> {
    pub id: &'a AutomationId,
    pub at: DateTime<Utc>,
    pub date: NaiveDate,
    pub payload: Payload,
}

/// Gives rows another time. A worker that has just taken one finds its claim gone.
pub(super) async fn move_rows(tx: &mut Tx, moved: &[Moved<'_>], now: DateTime<Utc>) -> Result<()> {
    let mut rows = Rows::new([
        ("id", Holds::Text),
        ("trigger_date", Holds::Time),
        ("local_date", Holds::Text),
        ("payload", Holds::Json),
        ("updated_at", Holds::Time),
    ]);
    for row in moved {
        let payload = Cell::json(&row.payload)?;
        rows.add([row.id.as_str().into(), row.at.into(), row.date.to_string().into(), payload, now.into()]);
    }
    rows.defer(
        tx,
        "UPDATE automation_schedules SET status = 'SCHEDULED', trigger_date = r.trigger_date,
                local_date = r.local_date, payload = r.payload, held_until = NULL, claimed_by = NULL,
                claimed_until = NULL, claim_epoch = claim_epoch + 1, updated_at = r.updated_at
         FROM r WHERE automation_schedules.id = r.id",
    )
    .await
}

/// Plans rows again that were taken off.
pub(super) async fn restore_rows(tx: &mut Tx, restored: &[Moved<'_>], now: DateTime<Utc>) -> Result<()> {
    let mut rows = Rows::new([("id", Holds::Text)]);
    for row in restored {
        rows.add([row.id.as_str().into()]);
    }
    rows.defer(
        tx,
        "UPDATE automation_schedules SET cancel_reason = NULL, executed_at = NULL, error_message = NULL, retry_count = 0
         FROM r WHERE automation_schedules.id = r.id",
    )
    .await?;
    move_rows(tx, restored, now).await
}

/// Takes rows off. A worker that is on one of them finds its claim gone.
pub(super) async fn cancel_rows(
    tx: &mut Tx,
    cancelled: &[(&AutomationId, SkipReason)],
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut rows =
        Rows::new([("id", Holds::Text), ("reason", Holds::Text), ("actor", Holds::Text), ("at", Holds::Time)]);
    for (id, reason) in cancelled {
        rows.add([id.as_str().into(), reason.as_str().into(), actor.id().into(), now.into()]);
    }
    rows.defer(
        tx,
        "UPDATE automation_schedules SET status = 'CANCELLED', cancel_reason = r.reason, actor = r.actor,
                executed_at = r.at, updated_at = r.at, held_until = NULL, claimed_by = NULL, claimed_until = NULL,
                claim_epoch = claim_epoch + 1
         FROM r WHERE automation_schedules.id = r.id",
    )
    .await
}

/// Writes a month's day, and whether it is left out.
pub(super) async fn write_month(tx: &mut Tx, client: &ClientId, month: &MonthFact, now: DateTime<Utc>) -> Result<()> {
    defer!(
        tx,
        "UPDATE journey_months SET planned_date = $3, updated_at = $5,
                skipped_at = CASE WHEN $4 THEN COALESCE(skipped_at, $5) END
         WHERE client_id = $1 AND month = $2",
        client,
        i64::from(month.month.number()),
        stored_date(month.due),
        month.skipped,
        now
    )
}

/// A month's document is no longer with the client. What was told of it stays told.
pub(super) async fn reopen_month(tx: &mut Tx, client: &ClientId, month: Month, now: DateTime<Utc>) -> Result<()> {
    defer!(
        tx,
        "UPDATE journey_months SET delivered_at = NULL, completed_at = NULL, updated_at = $3
         WHERE client_id = $1 AND month = $2",
        client,
        i64::from(month.number()),
        now
    )
}

/// A hold to be written.
pub(super) struct NewHold<'a> {
    pub client: &'a ClientId,
    pub start: DateTime<Utc>,
    pub end: Option<DateTime<Utc>>,
    pub reason: Option<&'a Foreign>,
}

/// Writes a hold, and shows it on the client; it comes into force with [`begin_hold`].
pub(super) async fn insert_hold(tx: &mut Tx, new: &NewHold<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<()> {
    defer!(
        tx,
        "INSERT INTO pauses (id, client_id, started_at, planned_end, reason, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        PauseId::new(now),
        new.client,
        new.start,
        new.end,
        new.reason,
        actor.admin_id(),
        now
    )?;
    defer!(
        tx,
        "UPDATE clients SET pause_start_date = $2, pause_end_date = $3, pause_reason = $4, updated_at = $5,
                version = version + 1 WHERE id = $1",
        new.client,
        new.start,
        new.end,
        new.reason,
        now
    )
}

/// The hold is in force: the client's month stands still.
pub(super) async fn begin_hold(tx: &mut Tx, client: &ClientId, month: Option<Month>, now: DateTime<Utc>) -> Result<()> {
    defer!(
        tx,
        "UPDATE clients SET is_paused = TRUE, current_month = $2, updated_at = $3, version = version + 1 WHERE id = $1",
        client,
        month.map(|month| i64::from(month.number())),
        now
    )
}

/// Writes another planned end.
pub(super) async fn move_hold_end(
    tx: &mut Tx,
    client: &ClientId,
    end: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    defer!(tx, "UPDATE pauses SET planned_end = $2 WHERE client_id = $1 AND ended_at IS NULL", client, end)?;
    defer!(
        tx,
        "UPDATE clients SET pause_end_date = $2, updated_at = $3, version = version + 1 WHERE id = $1",
        client,
        end,
        now
    )
}

/// The hold is over, and the client's month moves again.
pub(super) async fn end_hold(
    tx: &mut Tx,
    client: &ClientId,
    (end, days): (DateTime<Utc>, i64),
    month: Option<Month>,
    now: DateTime<Utc>,
) -> Result<()> {
    defer!(
        tx,
        "UPDATE pauses SET ended_at = $2, days = $3 WHERE client_id = $1 AND ended_at IS NULL",
        client,
        end,
        days
    )?;
    defer!(
        tx,
        "UPDATE clients SET is_paused = FALSE, pause_start_date = NULL, pause_end_date = NULL, pause_reason = NULL,
                current_month = $2, updated_at = $3, version = version + 1 WHERE id = $1",
        client,
        month.map(|month| i64::from(month.number())),
        now
    )
}

/// A client who was changed has another version.
pub(super) async fn touch(tx: &mut Tx, client: &ClientId, now: DateTime<Utc>) -> Result<()> {
    defer!(tx, "UPDATE clients SET updated_at = $2, version = version + 1 WHERE id = $1", client, now)
}
