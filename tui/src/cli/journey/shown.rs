//! The JSON of `journey`: the keys that scripts rely on, and no others.

use chrono::{DateTime, Utc};
use serde::Serialize;
use wavelaunch_shared::id::{AutomationId, ClientId};
use wavelaunch_shared::journey::{
    Automation, AutomationKind, AutomationStatus, MonthState, MonthView, Overview, Payload, Step, Template,
};
use wavelaunch_shared::programme::Month;

/// `journey show --json`.
#[derive(Serialize)]
pub struct Journey<'a> {
    client_id: &'a ClientId,
    program_start_date: Option<DateTime<Utc>>,
    current_month: Option<i64>,
    is_paused: bool,
    progress_percent: i64,
    months: Vec<OneMonth<'a>>,
    automations: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct OneMonth<'a> {
    month: i64,
    title: &'a str,
    planned_date: DateTime<Utc>,
    state: MonthState,
}

/// One automation.
#[derive(Serialize)]
pub struct Row<'a> {
    id: &'a AutomationId,
    #[serde(rename = "type")]
    kind: AutomationKind,
    trigger_date: DateTime<Utc>,
    status: AutomationStatus,
    retry_count: i64,
    payload: &'a Payload,
    executed_at: Option<DateTime<Utc>>,
    error_message: Option<&'a str>,
}

/// One step of a plan that is not made yet.
#[derive(Serialize)]
pub struct Planned {
    #[serde(rename = "type")]
    pub kind: AutomationKind,
    pub trigger_date: DateTime<Utc>,
    pub month: Month,
    pub template: Option<Template>,
}

impl<'a> Journey<'a> {
    pub fn of(overview: &'a Overview) -> Self {
        Self {
            client_id: &overview.client_id,
            program_start_date: overview.program_start_date,
            current_month: overview.current_month,
            is_paused: overview.is_paused,
            progress_percent: overview.progress_percent,
            months: overview.months.iter().map(OneMonth::of).collect(),
            automations: overview.automations.iter().map(Row::of).collect(),
        }
    }
}

impl<'a> OneMonth<'a> {
    fn of(month: &'a MonthView) -> Self {
        Self { month: month.month, title: &month.title, planned_date: month.planned_date, state: month.state }
    }
}

impl<'a> Row<'a> {
    pub fn of(row: &'a Automation) -> Self {
        Self {
            id: &row.id,
            kind: row.kind,
            trigger_date: row.trigger_date,
            status: row.status,
            retry_count: row.retry_count,
            payload: &row.payload,
            executed_at: row.executed_at,
            error_message: row.error_message.as_deref(),
        }
    }
}

impl Planned {
    pub fn of(step: &Step) -> Self {
        Self { kind: step.kind, trigger_date: step.at, month: step.month, template: step.template }
    }
}
