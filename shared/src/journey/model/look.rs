//! What the product shows of one client's journey.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::state::{Done, MonthState, RowState, Standing, State, What, When};
use crate::clients;
use crate::db::Tx;
use crate::documents::DocumentStatus;
use crate::events::EventKind;
use crate::id::{AutomationId, ClientId};
use crate::journey::{AutomationKind, AutomationStatus, SkipReason, Template};
use crate::{Error, Result, fetch_all, fetch_scalar};

/// Looks at one client, and need not read again what only grows.
#[derive(Debug)]
pub(super) struct Look {
    client: ClientId,
    /// Every row so far, in the order of making: an id begins with its time, which may have been set back.
    made: Vec<AutomationId>,
    /// What the log says.
    logged: Vec<Done>,
    /// The alerts among the events.
    alerts: Vec<Done>,
    last_event: i64,
}

/// A row as the database has it.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub id: AutomationId,
    #[sqlx(rename = "type")]
    kind: AutomationKind,
    template: Option<Template>,
    month: Option<i64>,
    status: AutomationStatus,
    cancel_reason: Option<String>,
    pub trigger_date: DateTime<Utc>,
    pub retry_count: i64,
}

#[derive(sqlx::FromRow)]
struct MonthRow {
    planned_date: DateTime<Utc>,
    delivered: bool,
    skipped: bool,
    document: Option<DocumentStatus>,
    opened: bool,
}

/// A line of the log that says that something was done, or that it could not be told.
#[derive(sqlx::FromRow)]
struct Line {
    action: String,
    reason: Option<SkipReason>,
    month: Option<i64>,
    created_at: DateTime<Utc>,
}

/// Something that happened.
#[derive(sqlx::FromRow)]
struct Event {
    seq: i64,
    at: DateTime<Utc>,
    kind: EventKind,
    #[sqlx(json(nullable))]
    metadata: Option<Value>,
}

impl Look {
    pub(super) fn at(client: &ClientId) -> Self {
        Self { client: client.clone(), made: Vec::new(), logged: Vec::new(), alerts: Vec::new(), last_event: 0 }
    }

    /// Every row but those of extras, in the order of making.
    pub(super) async fn rows(&mut self, tx: &mut Tx) -> Result<Vec<Row>> {
        let mut rows = fetch_all!(
            tx,
            Row,
            "SELECT id, type, template, month, status, cancel_reason, trigger_date, retry_count
             FROM automation_schedules
             WHERE client_id = $1 AND NOT (type = 'GENERATE_DELIVERABLE' AND template IS NOT NULL)
             ORDER BY created_at, id",
            &self.client
        )?;
        for row in &rows {
            if !self.made.contains(&row.id) {
                self.made.push(row.id.clone());
            }
        }
        rows.sort_by_key(|row| self.made.iter().position(|id| *id == row.id));
        Ok(rows)
    }

    /// The journey's whole state, with these rows.
    pub(super) async fn state(&mut self, tx: &mut Tx, rows: &[Row]) -> Result<State> {
        let months = fetch_all!(
            tx,
            MonthRow,
            "SELECT m.planned_date, m.delivered_at IS NOT NULL AS delivered, m.skipped_at IS NOT NULL AS skipped,
                    d.status AS document, COALESCE(d.first_opened_at IS NOT NULL, FALSE) AS opened
             FROM journey_months m
             LEFT JOIN deliverables d ON d.client_id = m.client_id AND d.month = m.month AND d.type = 'MAIN'
             WHERE m.client_id = $1 ORDER BY m.month",
            &self.client
        )?;
        let client = clients::get(tx, &self.client).await?.ok_or(Error::NotFound("client"))?;
        Ok(State {
            status: client.status.as_str(),
            start: client.program_start_date.ok_or(Error::NotFound("start"))?.date_naive(),
            current_month: client.current_month.and_then(|month| u8::try_from(month).ok()),
            hold: client.pause_start_date.map(|start| (start, client.pause_end_date)),
            months: months.iter().map(MonthRow::seen).collect(),
            rows: rows.iter().map(Row::seen).collect(),
            done: self.done(tx).await?,
            letters: self.letters(tx).await?,
        })
    }

    /// What was done or could not be told, from the log and the events.
    async fn done(&mut self, tx: &mut Tx) -> Result<Vec<Done>> {
        let lines = fetch_scalar!(
            tx,
            i64,
            "SELECT COUNT(*) FROM automation_logs
             WHERE client_id = $1 AND (status = 'SUCCESS' OR reason IN ('PREFERENCE_OFF', 'NO_CHANNEL'))",
            &self.client
        )?;
        if usize::try_from(lines).is_ok_and(|lines| lines != self.logged.len()) {
            let lines = fetch_all!(
                tx,
                Line,
                "SELECT l.action, l.reason, l.created_at, CASE WHEN l.action <> 'READY' THEN a.month END AS month
                 FROM automation_logs l LEFT JOIN automation_schedules a ON a.id = l.automation_id
                 WHERE l.client_id = $1 AND (l.status = 'SUCCESS' OR l.reason IN ('PREFERENCE_OFF', 'NO_CHANNEL'))",
                &self.client
            )?;
            self.logged = lines.iter().map(Line::seen).collect();
        }
        let events = fetch_all!(
            tx,
            Event,
            "SELECT seq, at, kind, metadata FROM events WHERE client_id = $1 AND seq > $2 ORDER BY seq",
            &self.client,
            self.last_event
        )?;
        self.last_event = events.last().map_or(self.last_event, |event| event.seq);
        self.alerts.extend(events.into_iter().filter_map(Event::seen));
        Ok(self.logged.iter().chain(&self.alerts).cloned().collect())
    }

    /// What the journey has written to the client and has not left.
    async fn letters(&self, tx: &mut Tx) -> Result<Vec<(String, DateTime<Utc>)>> {
        fetch_all!(
            tx,
            (String, DateTime<Utc>),
            "SELECT purpose, not_before FROM outbox
             WHERE client_id = $1 AND state = 'QUEUED'
               AND purpose IN ('activated', 'upcoming', 'ready', 'plan_ready', 'document_taken_back', 'overdue', 'studio_delay',
                   'month_complete', 'halfway', 'program_complete', 'paused', 'paused_open', 'resume_soon',
                   'welcome_back', 'journey_adjusted')",
            &self.client
        )
    }
}

impl Line {
    fn seen(&self) -> Done {
        let action = match self.reason {
            Some(SkipReason::NoChannel) => format!("{}: NO_CHANNEL", self.action),
            Some(_) => format!("{}: PREFERENCE_OFF", self.action),
            None => self.action.clone(),
        };
        (action, self.month.and_then(|month| u8::try_from(month).ok()), self.created_at)
    }
}

impl Event {
    fn seen(self) -> Option<Done> {
        let told = |key: &str| self.metadata.as_ref().and_then(|data| data.get(key));
        let alert = match self.kind {
            EventKind::StudioLate => "alert: studio late",
            EventKind::ClientSilent => "alert: client silent",
            EventKind::AutomationBlocked => "alert: blocked",
            EventKind::AutomationFailed => "alert: failed",
            EventKind::PlanMissing => "alert: plan missing",
            EventKind::HoldStillOpen => "alert: hold still open",
            // One that a platform refused is of no concern to the journey.
            EventKind::DeliveryFailed if told("purpose").is_some() => "alert: no channel",
            _ => return None,
        };
        let month = told("month").and_then(Value::as_i64);
        Some((alert.to_owned(), month.and_then(|month| u8::try_from(month).ok()), self.at))
    }
}

impl What {
    pub(super) fn of(kind: AutomationKind, template: Option<Template>, month: Option<i64>) -> Self {
        match (kind, template) {
            (AutomationKind::GenerateDeliverable, _) if month.is_none() => Self::Plan,
            (AutomationKind::GenerateDeliverable, _) => Self::Generate,
            (AutomationKind::EscalateToAdmin, _) => Self::Escalate,
            (AutomationKind::SendCelebration, _) => Self::Celebrate,
            (_, Some(Template::Overdue)) => Self::Overdue,
            (_, Some(Template::Revision)) => Self::Revision,
            (_, Some(Template::Ready)) => Self::Ready,
            (_, Some(Template::ResumeSoon)) => Self::ResumeSoon,
            _ => Self::Upcoming,
        }
    }
}

impl Row {
    /// Whether it does this for this month, 0 meaning none.
    pub(super) fn is(&self, what: What, number: u8) -> bool {
        What::of(self.kind, self.template, self.month) == what && self.month.unwrap_or_default() == i64::from(number)
    }

    pub(super) fn seen(&self) -> RowState {
        const REASONS: [&str; 11] = [
            "STALE",
            "SKIPPED",
            "MANUAL",
            "DELIVERED",
            "COMPLETED",
            "NOT_NEEDED",
            "ADMIN",
            "SUPERSEDED",
            "CLIENT_ARCHIVED",
            "CLIENT_CHURNED",
            "CLIENT_INACTIVE",
        ];
        let reason = |text: &str| REASONS.into_iter().find(|known| *known == text).unwrap_or("of no known kind");
        let standing = match self.status {
            // A worker that was lost may still hold it.
            AutomationStatus::Scheduled | AutomationStatus::Running => Standing::Scheduled,
            AutomationStatus::Completed => Standing::Completed,
            AutomationStatus::Failed => Standing::Failed,
            AutomationStatus::Cancelled => {
                Standing::Cancelled(reason(self.cancel_reason.as_deref().unwrap_or_default()))
            }
        };
        let month = u8::try_from(self.month.unwrap_or_default()).unwrap_or_default();
        let what = What::of(self.kind, self.template, self.month);
        RowState { what, month, standing, when: When::At(self.trigger_date) }
    }
}

impl MonthRow {
    fn seen(&self) -> MonthState {
        MonthState {
            due: self.planned_date.date_naive(),
            delivered: self.delivered,
            skipped: self.skipped,
            document: self.document,
            opened: self.opened,
        }
    }
}
