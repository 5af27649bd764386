//! What a week's summary tells of a journey, and the line of the log that it leaves.

use chrono::{DateTime, Utc};

use super::effects::outcome;
use super::store::{self, Entry};
use super::{AutomationKind, MonthState, Overview, end_date};
use crate::db::Tx;
use crate::delivery::Queued;
use crate::id::ClientId;
use crate::programme::MONTHS;
use crate::{Result, Studio};

/// What comes next for a client, and when, in one line of the catalogue; empty when nothing does.
pub fn next_line(studio: &Studio, overview: &Overview) -> Result<String> {
    let Some(next) = overview.next_month() else { return Ok(String::new()) };
    let day = |date: chrono::NaiveDate| date.format("%-d %B %Y").to_string();
    let last = i64::from(MONTHS);
    let (key, values) = if next.client_state == MonthState::Delayed {
        ("next_line_delayed", vec![("month", next.month.to_string()), ("month_title", next.title.clone())])
    } else if let (true, Some(start)) =
        ((next.month, overview.current_month) == (last, Some(last)), overview.months.first())
    {
        let end = end_date(start.planned_date.date_naive(), studio.settings.journey.month_step);
        ("next_line_last", vec![("end_date", day(end))])
    } else {
        let values = vec![
            ("next_month", next.month.to_string()),
            ("next_month_title", next.title.clone()),
            ("next_date", day(next.planned_date.date_naive())),
        ];
        ("next_line", values)
    };
    Ok(studio.messages.body(key, &values)?.to_plain())
}

/// Writes down that a summary was sent, or why not.
pub(crate) async fn log_summary(tx: &mut Tx, client: &ClientId, queued: &Queued, now: DateTime<Utc>) -> Result<()> {
    let (status, reason) = outcome(queued);
    let entry = Entry {
        client,
        automation: None,
        kind: AutomationKind::SendDigest,
        action: "WEEKLY_SUMMARY",
        status,
        reason,
        error: None,
        attempt: 1,
    };
    store::log(tx, &entry, now).await
}
