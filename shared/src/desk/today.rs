//! The first screen of a day: what waits, what is late, what the machine did and will do.

use chrono::{DateTime, TimeDelta, Utc};

use super::attention::{REMIND_BEFORE, access_sql};
use crate::db::{Kind, Tx};
use crate::id::ClientId;
use crate::text::Foreign;
use crate::{Result, coach, fetch_all, fetch_one, fetch_optional};

/// Everything on the first screen.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Today {
    /// Documents that wait for review, plans among them.
    pub documents: Waiting,
    /// Business plans that are owed; `since` is until when the first one is.
    pub plans: Waiting,
    /// Threads whose last word is a client's.
    pub messages: Waiting,
    /// Coach conversations that wait for a person; `since` is when the first answer is due.
    pub escalations: Waiting,
    /// Clients whom the coach does not help, by their ratings.
    pub low_rated: Waiting,
    /// Messages of which nobody knows whether they arrived.
    pub in_doubt: Waiting,
    /// Unread social alerts.
    pub alerts: Waiting,
    /// Clients who asked for a break.
    pub pause_requests: Waiting,
    /// What concerns somebody's access: invitations, accounts that no longer answer, other addresses.
    pub access: Waiting,
    /// Holds of a week and more that have no end.
    pub open_holds: Waiting,
    /// What the machine did in the last 24 hours.
    pub machine: Done24h,
    /// What it does next, soonest first, at most three entries.
    pub upcoming: Vec<Upcoming>,
    /// Who is behind, worst first, at most eight.
    pub behind: Vec<Behind>,
    /// Running clients in each of the months 1 to 8.
    pub months: [i64; 8],
    /// Months delivered within a day of their date, of those delivered in the last 7 days, in percent.
    pub on_time_percent: Option<i64>,
    /// What happened last, newest first, at most eight.
    pub recent: Vec<Recent>,
}

/// A queue: how many, and since when (or by when).
#[derive(Clone, Copy, Debug, Default, serde::Serialize, sqlx::FromRow)]
pub struct Waiting {
    /// How many wait.
    pub count: i64,
    /// Since when the first one waits.
    pub since: Option<DateTime<Utc>>,
}

/// What the machine did in 24 hours.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Done24h {
    /// Steps done.
    pub done: i64,
    /// Steps that failed.
    pub failed: i64,
    /// Steps in each hour, the oldest first, 24 of them.
    pub hours: Vec<i64>,
}

/// Something that the machine will do.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Upcoming {
    /// When.
    pub at: DateTime<Utc>,
    /// What, as scripts and logs call it: READY, GENERATE, UPCOMING, ….
    pub what: String,
    /// For whom, when it is one client alone.
    pub client: Option<(ClientId, Foreign, Option<i64>)>,
    /// For how many clients.
    pub clients: usize,
}

/// Why somebody is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Delay {
    /// The studio has not delivered the month.
    Studio,
    /// The client has not opened what was delivered.
    NotOpened,
}

/// A client who is behind.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Behind {
    /// Who.
    pub client_id: ClientId,
    /// Their name.
    pub name: Foreign,
    /// With which month.
    pub month: i64,
    /// Why.
    pub delay: Delay,
    /// Since when: the promised date, or the delivery.
    pub since: DateTime<Utc>,
}

/// Something that happened.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Recent {
    /// When.
    pub at: DateTime<Utc>,
    /// Whom it concerns.
    pub client_id: Option<ClientId>,
    /// Their name.
    pub name: Option<Foreign>,
    /// What, in our words.
    pub description: String,
}

const SHOWN: i64 = 8;

// Each of these reads the first rows of an index made for it, however many clients there are. SQLite
// knows no counts to choose by: CROSS JOIN keeps the order of the join, INDEXED BY names the index.

/// Months that the studio owes, the oldest first.
const OWED: &str = "SELECT j.client_id, c.full_name AS name, j.month, j.planned_date AS since
     FROM journey_months j CROSS JOIN clients c
     WHERE c.id = j.client_id AND j.delivered_at IS NULL AND j.skipped_at IS NULL AND j.planned_date < $1
       AND c.status = 'ACTIVE' AND c.is_paused = FALSE
     ORDER BY j.planned_date LIMIT $2";

/// What the machine does next.
macro_rules! upcoming_sql {
    ($hint:literal) => {
        concat!(
            "SELECT s.trigger_date AS at, COALESCE(s.template, s.type) AS what, s.client_id, c.full_name AS name,
                 s.month
             FROM automation_schedules s ",
            $hint,
            " CROSS JOIN clients c
             WHERE c.id = s.client_id AND s.status = 'SCHEDULED' AND s.trigger_date > $1 AND c.is_paused = FALSE
             ORDER BY s.trigger_date, s.id LIMIT 60"
        )
    };
}

/// Months' documents that lie unopened, the oldest first. Nobody is behind with an extra.
macro_rules! unopened_sql {
    ($hint:literal) => {
        concat!(
            "SELECT d.client_id, c.full_name AS name, d.month, d.delivered_at AS since FROM deliverables d ",
            $hint,
            " CROSS JOIN clients c
             WHERE c.id = d.client_id AND d.status = 'DELIVERED' AND d.first_opened_at IS NULL AND d.type = 'MAIN'
               AND d.delivered_at < $1 AND c.status = 'ACTIVE' AND c.is_paused = FALSE
             ORDER BY d.delivered_at LIMIT $2"
        )
    };
}

/// One query for both databases, with SQLite's hint where it is SQLite.
fn hinted(kind: Kind, sqlite: &'static str, postgres: &'static str) -> &'static str {
    match kind {
        Kind::Sqlite => sqlite,
        Kind::Postgres => postgres,
    }
}

/// Collects the first screen as of `now`.
pub async fn today(tx: &mut Tx, now: DateTime<Utc>) -> Result<Today> {
    Ok(Today {
        documents: waiting(
            tx,
            "SELECT COUNT(*) AS count, MIN(updated_at) AS since FROM (
                 SELECT updated_at FROM deliverables WHERE status = 'PENDING_REVIEW'
                 UNION ALL SELECT updated_at FROM business_plans WHERE status = 'PENDING_REVIEW'
             ) AS documents",
        )
        .await?,
        plans: waiting(
            tx,
            "SELECT COUNT(*) AS count, MIN(plan_due_at) AS since FROM clients
             WHERE plan_due_at IS NOT NULL AND deleted_at IS NULL AND status <> 'CHURNED'",
        )
        .await?,
        messages: waiting(
            tx,
            "SELECT COUNT(*) AS count, MIN(waiting_since) AS since FROM portal_threads
             WHERE waiting_since IS NOT NULL AND status = 'OPEN'",
        )
        .await?,
        escalations: waiting(
            tx,
            "SELECT COUNT(*) AS count, MIN(due_at) AS since FROM coach_escalations WHERE status = 'OPEN'",
        )
        .await?,
        low_rated: low_rated(tx, now).await?,
        in_doubt: waiting(
            tx,
            "SELECT COUNT(*) AS count, MIN(created_at) AS since FROM outbox WHERE state = 'IN_DOUBT'",
        )
        .await?,
        alerts: waiting(
            tx,
            "SELECT COUNT(*) AS count, MIN(created_at) AS since FROM social_alerts WHERE is_read = FALSE",
        )
        .await?,
        pause_requests: waiting(
            tx,
            "SELECT COUNT(*) AS count, MIN(requested_at) AS since FROM pause_requests WHERE status = 'OPEN'",
        )
        .await?,
        access: access(tx, now).await?,
        open_holds: waiting(
            tx,
            "SELECT COUNT(*) AS count, MIN(started_at) AS since FROM pauses
             WHERE ended_at IS NULL AND planned_end IS NULL AND reminded_at IS NOT NULL",
        )
        .await?,
        machine: machine(tx, now).await?,
        upcoming: upcoming(tx, now).await?,
        behind: behind(tx, now).await?,
        months: months(tx).await?,
        on_time_percent: on_time(tx, now).await?,
        recent: recent(tx).await?,
    })
}

async fn waiting(tx: &mut Tx, sql: &'static str) -> Result<Waiting> {
    fetch_one!(tx, Waiting, sql)
}

async fn low_rated(tx: &mut Tx, now: DateTime<Utc>) -> Result<Waiting> {
    let low = coach::low_rated(tx, now).await?;
    Ok(Waiting { count: i64::try_from(low.len()).unwrap_or(i64::MAX), since: low.iter().map(|row| row.since).min() })
}

async fn access(tx: &mut Tx, now: DateTime<Utc>) -> Result<Waiting> {
    fetch_one!(
        tx,
        Waiting,
        concat!("SELECT COUNT(*) AS count, MIN(since) AS since FROM (", access_sql!(), ") AS waiting"),
        now,
        now + REMIND_BEFORE
    )
}

async fn machine(tx: &mut Tx, now: DateTime<Utc>) -> Result<Done24h> {
    // SQLite keeps times as text, of which the beginning is the hour.
    const HOURS_SQLITE: &str = "SELECT substr(created_at, 1, 13) AS hour, status, COUNT(*) AS count
         FROM automation_logs WHERE created_at > $1 AND created_at <= $2 GROUP BY 1, 2";
    const HOURS_POSTGRES: &str = "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24') AS hour, status,
         COUNT(*) AS count FROM automation_logs WHERE created_at > $1 AND created_at <= $2 GROUP BY 1, 2";
    let sql = hinted(tx.kind(), HOURS_SQLITE, HOURS_POSTGRES);
    let rows: Vec<(String, String, i64)> = fetch_all!(tx, (String, String, i64), sql, now - TimeDelta::hours(24), now)?;
    let name_of = |back: i64| (now - TimeDelta::hours(back)).format("%Y-%m-%dT%H").to_string();
    let in_hour = |hour: &str| rows.iter().filter(|row| row.0 == hour).map(|row| row.2).sum();
    let of_status = |status: &str| rows.iter().filter(|row| row.1 == status).map(|row| row.2).sum();
    Ok(Done24h {
        done: of_status("SUCCESS"),
        failed: of_status("FAILED"),
        hours: (0..24).rev().map(|back| in_hour(&name_of(back))).collect(),
    })
}

#[derive(sqlx::FromRow)]
struct Scheduled {
    at: DateTime<Utc>,
    what: String,
    client_id: ClientId,
    name: Foreign,
    month: Option<i64>,
}

/// Neighbouring rows of one kind at one time become one entry.
async fn upcoming(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Upcoming>> {
    let sql = hinted(tx.kind(), upcoming_sql!("INDEXED BY automation_schedules_due_idx"), upcoming_sql!(""));
    let rows = fetch_all!(tx, Scheduled, sql, now)?;
    let mut entries: Vec<Upcoming> = Vec::new();
    for row in rows {
        let what = short_name(&row.what);
        match entries.iter_mut().find(|entry| entry.at == row.at && entry.what == what) {
            Some(entry) => {
                entry.clients += 1;
                entry.client = None;
            }
            None => entries.push(Upcoming {
                at: row.at,
                what,
                client: Some((row.client_id, row.name, row.month)),
                clients: 1,
            }),
        }
    }
    entries.truncate(3);
    Ok(entries)
}

fn short_name(kind: &str) -> String {
    match kind {
        "GENERATE_DELIVERABLE" => "GENERATE".into(),
        "ESCALATE_TO_ADMIN" => "ESCALATE".into(),
        "SEND_CELEBRATION" => "CELEBRATE".into(),
        other => other.into(),
    }
}

#[derive(sqlx::FromRow)]
struct Late {
    client_id: ClientId,
    name: Foreign,
    month: i64,
    since: DateTime<Utc>,
}

/// Both kinds of delay, the longest first; a client appears once.
async fn behind(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Behind>> {
    // A promised day is kept as midnight UTC of that date; it is missed once a whole day lies between.
    let missed = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::days(1);
    let studio = fetch_all!(tx, Late, OWED, missed, 4 * SHOWN)?;
    let unopened_since = now - TimeDelta::days(3);
    let sql = hinted(tx.kind(), unopened_sql!("INDEXED BY deliverables_unopened_idx"), unopened_sql!(""));
    let silent = fetch_all!(tx, Late, sql, unopened_since, 4 * SHOWN)?;
    let with = |delay: Delay| {
        move |late: Late| Behind {
            client_id: late.client_id,
            name: late.name,
            month: late.month,
            delay,
            since: late.since,
        }
    };
    let mut all: Vec<Behind> =
        studio.into_iter().map(with(Delay::Studio)).chain(silent.into_iter().map(with(Delay::NotOpened))).collect();
    all.sort_by_key(|late| late.since);
    let mut shown: Vec<Behind> = Vec::new();
    for late in all {
        if !shown.iter().any(|known| known.client_id == late.client_id) {
            shown.push(late);
        }
    }
    shown.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    Ok(shown)
}

async fn months(tx: &mut Tx) -> Result<[i64; 8]> {
    let rows = fetch_all!(
        tx,
        (i64, i64),
        "SELECT CAST(current_month AS BIGINT), COUNT(*) FROM clients
         WHERE status IN ('ACTIVE', 'PAUSED') AND current_month BETWEEN 1 AND 8 GROUP BY 1"
    )?;
    let mut months = [0; 8];
    for (month, count) in rows {
        if let Some(slot) = usize::try_from(month - 1).ok().and_then(|at| months.get_mut(at)) {
            *slot = count;
        }
    }
    Ok(months)
}

async fn on_time(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<i64>> {
    const SQLITE: &str =
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN julianday(delivered_at) <= julianday(planned_date) + 1
         THEN 1 ELSE 0 END), 0) AS BIGINT) FROM journey_months WHERE delivered_at >= $1";
    const POSTGRES: &str =
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN delivered_at <= planned_date + INTERVAL '1 day'
         THEN 1 ELSE 0 END), 0) AS BIGINT) FROM journey_months WHERE delivered_at >= $1";
    let sql = hinted(tx.kind(), SQLITE, POSTGRES);
    let row = fetch_optional!(tx, (i64, i64), sql, now - TimeDelta::days(7))?;
    Ok(row.filter(|(all, _)| *all > 0).map(|(all, good)| (100 * good + all / 2) / all))
}

/// Without the engine's own accounts of its rounds: what they did stands in the machine's figures.
async fn recent(tx: &mut Tx) -> Result<Vec<Recent>> {
    fetch_all!(
        tx,
        Recent,
        "SELECT e.at, e.client_id, c.full_name AS name, e.description
         FROM events e LEFT JOIN clients c ON c.id = e.client_id
         WHERE e.kind <> 'AUTOMATION_RAN' ORDER BY e.seq DESC LIMIT $1",
        SHOWN
    )
}
