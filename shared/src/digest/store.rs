//! The SQL of `digests`, and the counts of a week.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::types::Json;

use super::{Behind, Digest, Figures};
use crate::db::Tx;
use crate::desk::Delay;
use crate::id::{ClientId, DigestId};
use crate::journey::zone::stored_date;
use crate::journey::{AutomationKind, late_before};
use crate::text::Foreign;
use crate::{Error, Result, execute, fetch_all, fetch_one, fetch_optional, fetch_scalar};

pub(super) async fn is_made(tx: &mut Tx, week: NaiveDate) -> Result<bool> {
    fetch_scalar!(tx, bool, "SELECT EXISTS (SELECT 1 FROM digests WHERE week = $1)", week.to_string())
}

/// Whether there was anything to tell of before `moment`.
pub(super) async fn had_clients(tx: &mut Tx, moment: DateTime<Utc>) -> Result<bool> {
    fetch_scalar!(tx, bool, "SELECT EXISTS (SELECT 1 FROM clients WHERE created_at <= $1)", moment)
}

/// The end of the latest digest that ended before `now`.
pub(super) async fn last_until(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let last = fetch_optional!(
        tx,
        (DateTime<Utc>,),
        "SELECT until FROM digests WHERE until <= $1 ORDER BY until DESC LIMIT 1",
        now
    )?;
    Ok(last.map(|(until,)| until))
}

/// Keeps a digest; false when its week has one already.
pub(super) async fn keep(tx: &mut Tx, digest: &Digest, now: DateTime<Utc>) -> Result<bool> {
    let nameless = digest.figures.overdue.iter().map(|behind| Behind { full_name: None, ..behind.clone() });
    let figures = Figures { overdue: nameless.collect(), ..digest.figures.clone() };
    let kept = execute!(
        tx,
        "INSERT INTO digests (id, week, since, until, figures, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (week) DO NOTHING",
        DigestId::new(now),
        digest.week.to_string(),
        digest.since,
        digest.until,
        Json(&figures),
        now
    )?;
    Ok(kept == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: DigestId,
    week: String,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    #[sqlx(json)]
    figures: Figures,
}

/// The newest digests, with the names of those who are still there.
pub(super) async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Digest>> {
    let rows =
        fetch_all!(tx, Row, "SELECT id, week, since, until, figures FROM digests ORDER BY week DESC LIMIT $1", limit)?;
    let mut digests = Vec::with_capacity(rows.len());
    for row in rows {
        let mut figures = row.figures;
        for behind in &mut figures.overdue {
            behind.full_name = name(tx, &behind.client_id).await?;
        }
        let week = row.week.parse().map_err(|_| Error::Corrupt { what: "digests.week", detail: row.week.clone() })?;
        digests.push(Digest { id: Some(row.id), week, since: row.since, until: row.until, figures });
    }
    Ok(digests)
}

async fn name(tx: &mut Tx, client: &ClientId) -> Result<Option<Foreign>> {
    let found = fetch_optional!(tx, (Foreign,), "SELECT full_name FROM clients WHERE id = $1", client)?;
    Ok(found.map(|(name,)| name))
}

/// What was done between two moments, and what waits at the second.
#[derive(sqlx::FromRow)]
pub(super) struct Done {
    pub fired: i64,
    pub failed: i64,
    pub waiting: i64,
    pub months: i64,
    pub programmes: i64,
}

pub(super) async fn done(tx: &mut Tx, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Done> {
    fetch_one!(
        tx,
        Done,
        "SELECT (SELECT COUNT(*) FROM automation_logs
                 WHERE created_at > $1 AND created_at <= $2 AND status = 'SUCCESS') AS fired,
                (SELECT COUNT(*) FROM automation_logs
                 WHERE created_at > $1 AND created_at <= $2 AND status = 'FAILED') AS failed,
                (SELECT COUNT(*) FROM automation_schedules WHERE status = 'FAILED') AS waiting,
                (SELECT COUNT(*) FROM journey_months WHERE delivered_at > $1 AND delivered_at <= $2) AS months,
                (SELECT COUNT(*) FROM events
                 WHERE kind = 'JOURNEY_COMPLETED' AND at > $1 AND at <= $2) AS programmes",
        since,
        until
    )
}

#[derive(sqlx::FromRow)]
struct Late {
    client_id: ClientId,
    name: Foreign,
    month: i64,
    since: DateTime<Utc>,
}

impl Late {
    fn behind(self, delay: Delay, now: DateTime<Utc>) -> Behind {
        let days = (now - self.since).num_days();
        Behind { client_id: self.client_id, full_name: Some(self.name), month: self.month, delay, days }
    }
}

/// Months that the studio owes.
pub(super) async fn studio_late(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Behind>> {
    let rows = fetch_all!(
        tx,
        Late,
        "SELECT j.client_id, c.full_name AS name, j.month, j.planned_date AS since
         FROM journey_months j JOIN clients c ON c.id = j.client_id
         WHERE j.delivered_at IS NULL AND j.skipped_at IS NULL AND j.planned_date < $1
           AND c.status = 'ACTIVE' AND c.is_paused = FALSE",
        late_before(now)
    )?;
    Ok(rows.into_iter().map(|row| row.behind(Delay::Studio, now)).collect())
}

/// Documents that were delivered before `before` and never opened.
pub(super) async fn unopened(tx: &mut Tx, now: DateTime<Utc>, before: DateTime<Utc>) -> Result<Vec<Behind>> {
    let rows = fetch_all!(
        tx,
        Late,
        "SELECT d.client_id, c.full_name AS name, d.month, d.delivered_at AS since
         FROM deliverables d JOIN clients c ON c.id = d.client_id
         WHERE d.status = 'DELIVERED' AND d.type = 'MAIN' AND d.first_opened_at IS NULL AND d.delivered_at < $1
           AND c.status = 'ACTIVE' AND c.is_paused = FALSE",
        before
    )?;
    Ok(rows.into_iter().map(|row| row.behind(Delay::NotOpened, now)).collect())
}

/// What the machine is to do between two moments.
pub(super) async fn planned(
    tx: &mut Tx,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<(AutomationKind, DateTime<Utc>)>> {
    fetch_all!(
        tx,
        (AutomationKind, DateTime<Utc>),
        "SELECT s.type, s.trigger_date FROM automation_schedules s JOIN clients c ON c.id = s.client_id
         WHERE s.status = 'SCHEDULED' AND s.trigger_date > $1 AND s.trigger_date <= $2 AND c.is_paused = FALSE",
        from,
        until
    )
}

/// The days between two, both included, for which months are promised and not delivered.
pub(super) async fn promised(tx: &mut Tx, from: NaiveDate, until: NaiveDate) -> Result<Vec<NaiveDate>> {
    let rows = fetch_all!(
        tx,
        (DateTime<Utc>,),
        "SELECT j.planned_date FROM journey_months j JOIN clients c ON c.id = j.client_id
         WHERE j.delivered_at IS NULL AND j.skipped_at IS NULL AND j.planned_date >= $1 AND j.planned_date < $2
           AND c.status = 'ACTIVE' AND c.is_paused = FALSE",
        stored_date(from),
        stored_date(until) + TimeDelta::days(1)
    )?;
    Ok(rows.into_iter().map(|(day,)| day.date_naive()).collect())
}

/// A client who wants a summary and can be written to.
#[derive(sqlx::FromRow)]
pub(super) struct Subscriber {
    pub client_id: ClientId,
    pub timezone: String,
}

/// Everybody on the way who has switched the summary on, for all channels or for one.
pub(super) async fn subscribers(tx: &mut Tx) -> Result<Vec<Subscriber>> {
    fetch_all!(
        tx,
        Subscriber,
        "SELECT c.id AS client_id, c.timezone FROM client_portal_users u JOIN clients c ON c.id = u.client_id
         WHERE u.client_id IN (SELECT client_id FROM client_portal_users WHERE notify_weekly_summary
                               UNION SELECT client_id FROM notification_preferences WHERE event = 'SUMMARY' AND enabled)
           AND c.status = 'ACTIVE' AND c.is_paused = FALSE AND c.deleted_at IS NULL
         ORDER BY c.id"
    )
}

/// What a client did with the coach between two moments: questions asked.
pub(super) async fn questions(
    tx: &mut Tx,
    client: &ClientId,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<i64> {
    fetch_scalar!(
        tx,
        i64,
        "SELECT COUNT(*) FROM events WHERE client_id = $1 AND kind = 'COACH_ASKED' AND at > $2 AND at <= $3",
        client,
        since,
        until
    )
}
