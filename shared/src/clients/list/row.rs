//! What a list shows beside a client: delivered months, what comes next, followers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::clients::{Client, Status};
use crate::db::{Sql, Tx};
use crate::id::ClientId;
use crate::{Result, journey};

/// A client as the Clients screen shows one.
#[derive(Clone, Debug, Serialize)]
pub struct ClientRow {
    /// The client's own row.
    #[serde(flatten)]
    pub client: Client,
    /// How many of the eight months are delivered.
    pub delivered_months: i64,
    /// How many were skipped.
    pub skipped_months: i64,
    /// What is to happen next.
    pub next: Next,
    /// The newest count of each connected account, summed; `None` without any.
    pub followers: Option<i64>,
}

/// What is to happen next for a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Next {
    /// Nothing is planned.
    Nothing,
    /// A hold is in force.
    Paused {
        /// Its planned end; open without.
        until: Option<DateTime<Utc>>,
    },
    /// The studio owes a month.
    Late {
        /// The month, 1 to 8.
        month: i64,
        /// Whole days since its promised date.
        days: i64,
    },
    /// The next automation.
    Scheduled {
        /// Its type, as stored.
        #[serde(rename = "type")]
        automation: String,
        /// Its message, as stored, where it sends one.
        template: Option<String>,
        /// The month that it is about.
        month: Option<i64>,
        /// When it is due.
        at: DateTime<Utc>,
    },
}

#[derive(sqlx::FromRow)]
struct Months {
    client_id: ClientId,
    delivered: i64,
    skipped: i64,
    open_month: Option<i64>,
    open_date: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Upcoming {
    client_id: ClientId,
    r#type: String,
    template: Option<String>,
    month: Option<i64>,
    trigger_date: DateTime<Utc>,
}

/// Looks up what is shown beside these clients: three queries, however many they are.
pub(super) async fn with_extras(tx: &mut Tx, now: DateTime<Utc>, clients: Vec<Client>) -> Result<Vec<ClientRow>> {
    let ids: Vec<&str> = clients.iter().map(|client| client.id.as_str()).collect();
    let mut months = by_client(months(&ids).fetch_all::<Months>(tx).await?, |row| row.client_id.clone());
    let mut upcoming = by_client(upcoming(&ids).fetch_all::<Upcoming>(tx).await?, |row| row.client_id.clone());
    let followers: HashMap<ClientId, Option<i64>> =
        followers(&ids).fetch_all::<(ClientId, Option<i64>)>(tx).await?.into_iter().collect();
    let rows = clients.into_iter().map(|client| {
        let months = months.remove(&client.id);
        let next = next(&client, months.as_ref(), upcoming.remove(&client.id), now);
        ClientRow {
            delivered_months: months.as_ref().map_or(0, |months| months.delivered),
            skipped_months: months.as_ref().map_or(0, |months| months.skipped),
            followers: followers.get(&client.id).copied().flatten(),
            next,
            client,
        }
    });
    Ok(rows.collect())
}

fn by_client<R>(rows: Vec<R>, id: impl Fn(&R) -> ClientId) -> HashMap<ClientId, R> {
    rows.into_iter().map(|row| (id(&row), row)).collect()
}

/// A hold explains everything; lateness comes before plans; who has left has none. Pure.
fn next(client: &Client, months: Option<&Months>, upcoming: Option<Upcoming>, now: DateTime<Utc>) -> Next {
    if client.is_paused {
        return Next::Paused { until: client.pause_end_date };
    }
    let open = months.and_then(|months| months.open_month.zip(months.open_date));
    match (open, upcoming) {
        (Some((month, planned)), _) if client.status == Status::Active && planned < journey::late_before(now) => {
            Next::Late { month, days: (now - planned).num_days() }
        }
        (_, Some(row)) => {
            Next::Scheduled { automation: row.r#type, template: row.template, month: row.month, at: row.trigger_date }
        }
        _ => Next::Nothing,
    }
}

fn months(ids: &[&str]) -> Sql {
    let mut sql = Sql::new(
        "SELECT client_id, COUNT(delivered_at) AS delivered, COUNT(skipped_at) AS skipped,
                MIN(CASE WHEN delivered_at IS NULL AND skipped_at IS NULL THEN month END) AS open_month,
                MIN(CASE WHEN delivered_at IS NULL AND skipped_at IS NULL THEN planned_date END) AS open_date
         FROM journey_months WHERE client_id IN ",
    );
    sql.bind_list(ids.iter().copied()).push(" GROUP BY client_id");
    sql
}

fn upcoming(ids: &[&str]) -> Sql {
    let mut sql = Sql::new(
        "SELECT client_id, type, template, month, trigger_date FROM (
             SELECT client_id, type, template, month, trigger_date,
                    ROW_NUMBER() OVER (PARTITION BY client_id ORDER BY trigger_date, id) AS place
             FROM automation_schedules WHERE status = 'SCHEDULED' AND client_id IN ",
    );
    sql.bind_list(ids.iter().copied()).push(") AS planned WHERE place = 1");
    sql
}

fn followers(ids: &[&str]) -> Sql {
    let mut sql = Sql::new(
        "SELECT client_id, CAST(SUM((SELECT followers FROM social_snapshots
                                     WHERE connection_id = social_connections.id
                                     ORDER BY date DESC LIMIT 1)) AS BIGINT) AS followers
         FROM social_connections WHERE client_id IN ",
    );
    sql.bind_list(ids.iter().copied()).push(" GROUP BY client_id");
    sql
}
