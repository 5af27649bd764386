//! Everybody by month.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::Result;
use crate::clients::{self, Client, Cursor, Filter, Page, Sort};
use crate::db::{Sql, Tx};
use crate::documents::DocumentStatus;
use crate::id::ClientId;
use crate::journey::{AutomationStatus, MonthFacts, MonthState, Payload, View, is_blocked, month_state, zone};
use crate::text::Foreign;

/// How many days before its date a month counts as due soon: from the client's reminder on.
const SOON_DAYS: i64 = 3;

/// A client and how each of the eight months stands.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PortfolioRow {
    /// Who.
    pub client_id: ClientId,
    /// Their name.
    pub name: Foreign,
    /// Whether a hold is in force.
    pub is_paused: bool,
    /// As the studio sees them, month 1 first.
    pub months: Vec<MonthMark>,
}

/// How a month stands, in more detail than a client is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MonthMark {
    /// Delivered and opened.
    Opened,
    /// Delivered and not opened yet.
    Delivered,
    /// Its document waits for the studio's judgement or for delivery.
    InReview,
    /// Its date is more than a day past.
    Late,
    /// Its date is near, or has just come.
    DueSoon,
    /// It cannot go on without an admin.
    Blocked,
    /// The journey is on hold.
    Held,
    /// It was left out.
    Skipped,
    /// Its date is in the future.
    ToCome,
}

impl MonthMark {
    /// Every mark, in the order of the legend.
    pub const ALL: [Self; 9] = [
        Self::Opened,
        Self::Delivered,
        Self::InReview,
        Self::Late,
        Self::DueSoon,
        Self::Blocked,
        Self::Held,
        Self::Skipped,
        Self::ToCome,
    ];
}

#[derive(sqlx::FromRow)]
struct MonthRow {
    client_id: ClientId,
    month: i64,
    planned_date: DateTime<Utc>,
    delivered: bool,
    skipped: bool,
    document: Option<DocumentStatus>,
    opened: bool,
}

#[derive(sqlx::FromRow)]
struct Generation {
    client_id: ClientId,
    month: i64,
    status: AutomationStatus,
    #[sqlx(json)]
    payload: Payload,
}

/// Clients on the way by name, narrowed by `filter`, from `after` on.
pub async fn portfolio(
    tx: &mut Tx,
    now: DateTime<Utc>,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Page<PortfolioRow>> {
    let filter = filter.clone().on_the_way();
    let Page { rows: people, next } = clients::bare_page(tx, now, &filter, Sort::Name, after, limit).await?;
    let mut months: HashMap<ClientId, Vec<MonthRow>> = HashMap::new();
    for month in months_of(tx, &people).await? {
        months.entry(month.client_id.clone()).or_default().push(month);
    }
    // The latest one of a month stands last and wins.
    let generations: HashMap<(ClientId, i64), Generation> =
        generations_of(tx, &people).await?.into_iter().map(|row| ((row.client_id.clone(), row.month), row)).collect();
    let rows = people.into_iter().map(|person| {
        let today = zone::local_date(now, person.zone());
        let own = months.remove(&person.id).unwrap_or_default();
        let mark = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| own.get(before));
            let open = before.is_some_and(|before| !before.delivered && !before.skipped);
            let generation = generations.get(&(person.id.clone(), own[at].month));
            let blocked = generation.is_some_and(|row| is_blocked(row.status, row.payload.gate, open));
            mark(&own[at], person.is_paused, blocked, today)
        };
        PortfolioRow {
            months: (0..own.len()).map(mark).collect(),
            client_id: person.id.clone(),
            name: person.full_name.clone(),
            is_paused: person.is_paused,
        }
    });
    Ok(Page { rows: rows.collect(), next })
}

fn mark(month: &MonthRow, paused: bool, blocked: bool, today: NaiveDate) -> MonthMark {
    let due = month.planned_date.date_naive();
    let facts = MonthFacts { due, delivered: month.delivered, skipped: month.skipped, paused, blocked };
    match month_state(&facts, today, View::Studio) {
        MonthState::Completed if month.opened => MonthMark::Opened,
        MonthState::Completed => MonthMark::Delivered,
        MonthState::Skipped => MonthMark::Skipped,
        MonthState::Paused => MonthMark::Held,
        MonthState::Blocked => MonthMark::Blocked,
        MonthState::Delayed => MonthMark::Late,
        MonthState::InProgress | MonthState::Upcoming => match month.document {
            Some(DocumentStatus::PendingReview | DocumentStatus::Approved) => MonthMark::InReview,
            _ if due <= zone::plus_days(today, SOON_DAYS) => MonthMark::DueSoon,
            _ => MonthMark::ToCome,
        },
    }
}

async fn months_of(tx: &mut Tx, people: &[Client]) -> Result<Vec<MonthRow>> {
    let mut sql = Sql::new(
        "SELECT j.client_id, CAST(j.month AS BIGINT) AS month, j.planned_date, j.delivered_at IS NOT NULL AS delivered,
             j.skipped_at IS NOT NULL AS skipped, d.status AS document, d.first_opened_at IS NOT NULL AS opened
         FROM journey_months j
             LEFT JOIN deliverables d ON d.client_id = j.client_id AND d.month = j.month AND d.type = 'MAIN'
         WHERE j.client_id IN ",
    );
    sql.bind_list(people.iter().map(|person| person.id.as_str())).push(" ORDER BY j.client_id, j.month");
    sql.fetch_all(tx).await
}

async fn generations_of(tx: &mut Tx, people: &[Client]) -> Result<Vec<Generation>> {
    let mut sql = Sql::new(
        "SELECT client_id, CAST(month AS BIGINT) AS month, status, payload FROM automation_schedules
         WHERE type = 'GENERATE_DELIVERABLE' AND month IS NOT NULL AND client_id IN ",
    );
    sql.bind_list(people.iter().map(|person| person.id.as_str())).push(" ORDER BY trigger_date, id");
    sql.fetch_all(tx).await
}
