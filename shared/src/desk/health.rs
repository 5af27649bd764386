//! How the engine does: today, this week and month, and in the next seven days.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::db::Tx;
use crate::journey::{AutomationKind, late_before, zone};
use crate::{Result, fetch_all, fetch_one, journey};

/// Percent from which on punctuality is good.
const GOOD: i64 = 95;
/// Percent from which on it is fair.
const FAIR: i64 = 90;
/// How long a delivered document may lie unopened before the client counts as behind.
const SILENT_DAYS: i64 = 3;

/// The engine's health.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Health {
    /// Since midnight where the studio is.
    pub today: DayDone,
    /// The last seven days.
    pub week: Punctuality,
    /// The last thirty days.
    pub month: Punctuality,
    /// Who is behind now.
    pub behind: BehindNow,
    /// Until seven days from now.
    pub ahead: WeekAhead,
}

/// What the engine did in a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct DayDone {
    /// Documents written.
    pub generated: i64,
    /// Reminders and celebrations sent.
    pub reminders: i64,
    /// Clients brought before the studio.
    pub escalations: i64,
    /// Attempts that failed.
    pub failures: i64,
}

/// How punctual the programme was over some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Punctuality {
    /// Months delivered.
    pub months_completed: i64,
    /// Of these, within a day of their date, in percent; `None` where there were none.
    pub delivered_on_time: Option<i64>,
    /// Documents written within an hour of their time, in percent; `None` where there were none.
    pub generated_on_time: Option<i64>,
}

/// Clients who are behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, sqlx::FromRow)]
pub struct BehindNow {
    /// Those to whom the studio owes a month.
    pub studio_late: i64,
    /// Those who have not opened a document for three days.
    pub not_opened: i64,
}

/// What comes in the next seven days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct WeekAhead {
    /// Documents to write.
    pub to_generate: i64,
    /// Reminders to send.
    pub reminders: i64,
    /// Months promised.
    pub months_due: i64,
    /// Programmes whose last month is promised.
    pub completions: i64,
}

/// What a percentage means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Grade {
    /// 95 percent and more.
    Good,
    /// 90 percent and more.
    Fair,
    /// Less.
    Poor,
}

impl Grade {
    /// The grade of a percentage.
    #[must_use]
    pub fn of(percent: i64) -> Self {
        match percent {
            GOOD.. => Self::Good,
            FAIR.. => Self::Fair,
            _ => Self::Poor,
        }
    }
}

/// Takes the engine's measure as of `now`; the day is that of the studio's zone.
pub async fn health(tx: &mut Tx, now: DateTime<Utc>, studio_zone: Tz) -> Result<Health> {
    let midnight = zone::at_hour(zone::local_date(now, studio_zone), 0, studio_zone);
    Ok(Health {
        today: done(tx, midnight, now).await?,
        week: punctuality(tx, now - TimeDelta::days(7), now).await?,
        month: punctuality(tx, now - TimeDelta::days(30), now).await?,
        behind: behind(tx, now).await?,
        ahead: ahead(tx, now).await?,
    })
}

async fn done(tx: &mut Tx, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<DayDone> {
    let rows = fetch_all!(
        tx,
        (AutomationKind, journey::LogStatus, i64),
        "SELECT type, status, COUNT(*) FROM automation_logs WHERE created_at >= $1 AND created_at <= $2 GROUP BY 1, 2",
        since,
        now
    )?;
    let mut day = DayDone::default();
    for (kind, status, count) in rows {
        match (status, kind) {
            (journey::LogStatus::Failed, _) => day.failures += count,
            (journey::LogStatus::Success, AutomationKind::GenerateDeliverable) => day.generated += count,
            (journey::LogStatus::Success, AutomationKind::SendReminder | AutomationKind::SendCelebration) => {
                day.reminders += count;
            }
            (journey::LogStatus::Success, AutomationKind::EscalateToAdmin) => day.escalations += count,
            (journey::LogStatus::Skipped | journey::LogStatus::Success, _) => {}
        }
    }
    Ok(day)
}

/// A month counts as delivered on time within a day of its date; a document as written on time
/// within an hour of the time its row was due, or was made when that was later.
async fn punctuality(tx: &mut Tx, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Punctuality> {
    let delivered = fetch_all!(
        tx,
        (DateTime<Utc>, DateTime<Utc>),
        "SELECT planned_date, delivered_at FROM journey_months WHERE delivered_at >= $1 AND delivered_at <= $2",
        since,
        now
    )?;
    let generated = fetch_all!(
        tx,
        (DateTime<Utc>, DateTime<Utc>),
        "SELECT CASE WHEN s.created_at > s.trigger_date THEN s.created_at ELSE s.trigger_date END, l.created_at FROM automation_logs l JOIN automation_schedules s ON s.id = l.automation_id
         WHERE l.created_at >= $1 AND l.created_at <= $2 AND l.type = 'GENERATE_DELIVERABLE' AND l.status = 'SUCCESS'",
        since,
        now
    )?;
    Ok(Punctuality {
        months_completed: i64::try_from(delivered.len()).unwrap_or(i64::MAX),
        delivered_on_time: percent_within(&delivered, TimeDelta::days(1)),
        generated_on_time: percent_within(&generated, TimeDelta::hours(1)),
    })
}

/// How many of these happened by their time and some grace, in whole percent, half rounded up.
fn percent_within(times: &[(DateTime<Utc>, DateTime<Utc>)], grace: TimeDelta) -> Option<i64> {
    let all = i64::try_from(times.len()).unwrap_or(i64::MAX);
    let good = times.iter().filter(|(due, happened)| *happened <= *due + grace).count();
    let good = i64::try_from(good).unwrap_or(i64::MAX);
    (all > 0).then(|| (100 * good + all / 2) / all)
}

async fn behind(tx: &mut Tx, now: DateTime<Utc>) -> Result<BehindNow> {
    fetch_one!(
        tx,
        BehindNow,
        "SELECT (SELECT COUNT(DISTINCT j.client_id) FROM journey_months j JOIN clients c ON c.id = j.client_id
                 WHERE j.delivered_at IS NULL AND j.skipped_at IS NULL AND j.planned_date < $1
                   AND c.status = 'ACTIVE' AND c.is_paused = FALSE) AS studio_late,
             (SELECT COUNT(DISTINCT d.client_id) FROM deliverables d JOIN clients c ON c.id = d.client_id
                 WHERE d.status = 'DELIVERED' AND d.first_opened_at IS NULL AND d.type = 'MAIN' AND d.delivered_at < $2
                   AND c.status = 'ACTIVE' AND c.is_paused = FALSE) AS not_opened",
        late_before(now),
        now - TimeDelta::days(SILENT_DAYS)
    )
}

async fn ahead(tx: &mut Tx, now: DateTime<Utc>) -> Result<WeekAhead> {
    let until = now + TimeDelta::days(7);
    let planned = fetch_all!(
        tx,
        (AutomationKind, i64),
        "SELECT s.type, COUNT(*) FROM automation_schedules s JOIN clients c ON c.id = s.client_id
         WHERE s.status = 'SCHEDULED' AND s.trigger_date <= $1 AND c.is_paused = FALSE GROUP BY 1",
        until
    )?;
    let of = |kind| planned.iter().find(|(of, _)| *of == kind).map_or(0, |(_, count)| *count);
    let (months_due, completions) = fetch_one!(
        tx,
        (i64, i64),
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN j.month = 8 THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM journey_months j JOIN clients c ON c.id = j.client_id
         WHERE j.delivered_at IS NULL AND j.skipped_at IS NULL AND j.planned_date > $1 AND j.planned_date <= $2
           AND c.status = 'ACTIVE' AND c.is_paused = FALSE",
        now - TimeDelta::days(1),
        until
    )?;
    Ok(WeekAhead {
        to_generate: of(AutomationKind::GenerateDeliverable),
        reminders: of(AutomationKind::SendReminder) + of(AutomationKind::SendCelebration),
        months_due,
        completions,
    })
}
