//! Everybody by month.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::db::Tx;
use crate::id::ClientId;
use crate::journey::{MonthFacts, MonthState, View, month_state, zone};
use crate::text::Foreign;
use crate::{Result, fetch_all};

/// Clients shown: more rows than anybody compares by eye.
const SHOWN: i64 = 500;

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
    pub months: Vec<MonthState>,
}

#[derive(sqlx::FromRow)]
struct Person {
    id: ClientId,
    full_name: Foreign,
    is_paused: bool,
    timezone: String,
}

#[derive(sqlx::FromRow)]
struct Month {
    client_id: ClientId,
    planned_date: DateTime<Utc>,
    delivered: bool,
    skipped: bool,
}

/// Clients on the way by name, the first 500.
pub async fn portfolio(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<PortfolioRow>> {
    let people = fetch_all!(
        tx,
        Person,
        "SELECT id, full_name, is_paused, timezone FROM clients
         WHERE status IN ('ACTIVE', 'PAUSED') AND program_start_date IS NOT NULL
         ORDER BY name_key, id LIMIT $1",
        SHOWN
    )?;
    let months = fetch_all!(
        tx,
        Month,
        "SELECT client_id, planned_date, delivered_at IS NOT NULL AS delivered, skipped_at IS NOT NULL AS skipped
         FROM journey_months WHERE client_id IN (
             SELECT id FROM clients WHERE status IN ('ACTIVE', 'PAUSED') AND program_start_date IS NOT NULL
             ORDER BY name_key, id LIMIT $1)
         ORDER BY client_id, month",
        SHOWN
    )?;
    let mut by_client: HashMap<ClientId, Vec<Month>> = HashMap::new();
    for month in months {
        by_client.entry(month.client_id.clone()).or_default().push(month);
    }
    Ok(people
        .into_iter()
        .map(|person| {
            let today = zone::local_date(now, person.timezone.parse().unwrap_or(chrono_tz::Tz::UTC));
            let state = |month: &Month| {
                let facts = MonthFacts {
                    due: month.planned_date.date_naive(),
                    delivered: month.delivered,
                    skipped: month.skipped,
                    paused: person.is_paused,
                    blocked: false,
                };
                month_state(&facts, today, View::Studio)
            };
            let months = by_client.get(&person.id).map(|months| months.iter().map(state).collect());
            PortfolioRow {
                months: months.unwrap_or_default(),
                client_id: person.id,
                name: person.full_name,
                is_paused: person.is_paused,
            }
        })
        .collect())
}
