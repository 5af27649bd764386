//! The log of the engine, narrowed by words and paged by key.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::automation::LogRow;
use super::zone::at_hour;
use super::{AutomationKind, LogStatus};
use crate::db::{Sql, Tx};
use crate::id::{AutomationId, AutomationLogId, ClientId};
use crate::text::{fold, terminal_safe};
use crate::{Error, Result};

/// Which lines of the log to show.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// One client's.
    pub client: Option<ClientId>,
    /// Those of clients whose name holds each of these.
    pub names: Vec<String>,
    /// Those that ended so.
    pub status: Option<LogStatus>,
    /// Those of one kind.
    pub kind: Option<AutomationKind>,
    /// Those written from then on.
    pub from: Option<DateTime<Utc>>,
    /// Those written before then.
    pub until: Option<DateTime<Utc>>,
    /// One automation's.
    pub automation: Option<AutomationId>,
    /// Those older than this one.
    pub before: Option<AutomationLogId>,
    /// How many at most; 0 means 100.
    pub limit: i64,
}

impl LogFilter {
    /// Reads what somebody types to see some of the log: a part of a name, `failed`, `generate`,
    /// `day:2026-11-20`, `day:today`. Days are those of `zone`, in which it is `now`.
    pub fn of_words(words: &str, now: DateTime<Utc>, zone: Tz) -> Result<Self> {
        let mut filter = Self::default();
        for word in words.replace('\0', "").split_whitespace() {
            match (word.split_once(':'), ended(word), kind(word)) {
                (Some(("day", day)), ..) => filter.take_day(day, now, zone)?,
                (Some((key, _)), ..) => {
                    let key = terminal_safe(key);
                    return Err(Error::invalid(format!(
                        "there is no filter {key:?}; use a name, failed, done, skipped, generate, remind, day:2026-11-20"
                    )));
                }
                (None, Some(status), _) => filter.status = Some(status),
                (None, None, Some(kind)) => filter.kind = Some(kind),
                (None, None, None) => filter.names.push(word.to_owned()),
            }
        }
        Ok(filter)
    }

    /// Narrows to one day of a zone.
    pub fn on_day(&mut self, day: NaiveDate, zone: Tz) {
        self.from = Some(at_hour(day, 0, zone));
        self.until = Some(at_hour(day.checked_add_days(Days::new(1)).unwrap_or(day), 0, zone));
    }

    fn take_day(&mut self, day: &str, now: DateTime<Utc>, zone: Tz) -> Result<()> {
        let today = now.with_timezone(&zone).date_naive();
        let day = match day {
            "today" => today,
            "yesterday" => today.pred_opt().unwrap_or(today),
            day => crate::clock::typed_day(day).map_err(|_| {
                Error::invalid(format!("day:{} is none; write day:2026-11-20 or day:today", terminal_safe(day)))
            })?,
        };
        self.on_day(day, zone);
        Ok(())
    }
}

/// The word for how an attempt ended.
fn ended(word: &str) -> Option<LogStatus> {
    Some(match word.to_lowercase().as_str() {
        "done" | "success" => LogStatus::Success,
        "failed" => LogStatus::Failed,
        "skipped" => LogStatus::Skipped,
        _ => return None,
    })
}

/// The word for what an automation does.
fn kind(word: &str) -> Option<AutomationKind> {
    Some(match word.to_lowercase().as_str() {
        "generate" => AutomationKind::GenerateDeliverable,
        "remind" => AutomationKind::SendReminder,
        "celebrate" => AutomationKind::SendCelebration,
        "escalate" => AutomationKind::EscalateToAdmin,
        "notify" => AutomationKind::SendNotification,
        "digest" => AutomationKind::SendDigest,
        "resume" => AutomationKind::ResumeJourney,
        _ => return None,
    })
}

/// The newest lines of the log, newest first.
pub async fn log_page(tx: &mut Tx, filter: &LogFilter) -> Result<Vec<LogRow>> {
    let mut sql = Sql::new(
        "SELECT l.id, l.client_id, c.full_name, l.automation_id, l.type, l.action, l.status, l.reason,
                l.error_message, l.attempt, l.created_at
         FROM automation_logs l JOIN clients c ON c.id = l.client_id WHERE TRUE",
    );
    if let Some(automation) = &filter.automation {
        sql.push(" AND l.automation_id = ").bind(automation.as_str());
    }
    if let Some(client) = &filter.client {
        sql.push(" AND l.client_id = ").bind(client.as_str());
    }
    for name in &filter.names {
        let key = fold(name).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        sql.push(" AND c.name_key LIKE ").bind(format!("%{key}%")).push(" ESCAPE '\\'");
    }
    if let Some(status) = filter.status {
        sql.push(" AND l.status = ").bind(status.as_str());
    }
    if let Some(kind) = filter.kind {
        sql.push(" AND l.type = ").bind(kind.as_str());
    }
    if let Some(from) = filter.from {
        sql.push(" AND l.created_at >= ").bind(from);
    }
    if let Some(until) = filter.until {
        sql.push(" AND l.created_at < ").bind(until);
    }
    if let Some(before) = &filter.before {
        sql.push(" AND l.id < ").bind(before.as_str());
    }
    let limit = if filter.limit <= 0 { 100 } else { filter.limit };
    sql.push(" ORDER BY l.id DESC LIMIT ").bind(limit);
    sql.fetch_all(tx).await
}

#[cfg(test)]
mod tests;
