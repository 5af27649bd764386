//! Everything that decides a step, read in the step's own transaction.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::super::automation::Automation;
use super::super::store;
use super::super::zone::local_date;
use crate::clients::Client;
use crate::db::Tx;
use crate::documents::DocumentStatus;
use crate::{Result, fetch_optional};

/// A client, and how the month of a row stands.
#[derive(Clone, Debug)]
pub(in crate::journey) struct Facts {
    pub client: Client,
    pub month: Option<MonthNow>,
}

/// How a month stands at this moment.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub(in crate::journey) struct MonthNow {
    pub planned_date: DateTime<Utc>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub skipped_at: Option<DateTime<Utc>>,
    pub celebrated_at: Option<DateTime<Utc>>,
    pub late_at: Option<DateTime<Utc>>,
    /// The month before is neither delivered nor skipped.
    pub previous_open: bool,
    /// A later month is delivered and waits for its celebration.
    pub later_to_celebrate: bool,
    /// The status of the month's main document, if there is one.
    pub document: Option<DocumentStatus>,
    pub first_opened_at: Option<DateTime<Utc>>,
    /// When the client last had a journey message. News of a delivery does not count.
    pub messaged_at: Option<DateTime<Utc>>,
}

impl MonthNow {
    pub(in crate::journey) fn due(&self) -> NaiveDate {
        self.planned_date.date_naive()
    }

    /// Whether the client has had a journey message on this day of theirs already.
    pub(super) fn messaged_today(&self, zone: Tz, now: DateTime<Utc>) -> bool {
        self.messaged_at.is_some_and(|at| local_date(at, zone) == local_date(now, zone))
    }
}

/// Reads them, with the client held until the transaction ends.
pub(in crate::journey) async fn gather(tx: &mut Tx, row: &Automation) -> Result<Facts> {
    let client = store::lock_client(tx, &row.client_id).await?;
    let month = fetch_optional!(
        tx,
        MonthNow,
        "SELECT m.planned_date, m.delivered_at, m.skipped_at, m.celebrated_at, m.late_at,
                (p.month IS NOT NULL AND p.delivered_at IS NULL AND p.skipped_at IS NULL) AS previous_open,
                EXISTS (SELECT 1 FROM journey_months l WHERE l.client_id = m.client_id AND l.month > m.month
                          AND l.delivered_at IS NOT NULL AND l.celebrated_at IS NULL) AS later_to_celebrate,
                d.status AS document, d.first_opened_at,
                (SELECT MAX(created_at) FROM automation_logs WHERE client_id = m.client_id AND status = 'SUCCESS'
                   AND action IN ('UPCOMING', 'OVERDUE', 'STUDIO_DELAY', 'MONTH_COMPLETE')) AS messaged_at
         FROM journey_months m
         LEFT JOIN journey_months p ON p.client_id = m.client_id AND p.month = m.month - 1
         LEFT JOIN deliverables d ON d.client_id = m.client_id AND d.month = m.month AND d.type = 'MAIN'
         WHERE m.client_id = $1 AND m.month = $2",
        &row.client_id,
        row.month
    )?;
    Ok(Facts { client, month })
}
