//! What a digest tells.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::store;
use crate::Result;
use crate::db::Tx;
use crate::desk::Delay;
use crate::id::ClientId;
use crate::journey::AutomationKind;
use crate::journey::zone::{local_date, plus_days};
use crate::text::Foreign;

/// How long a delivered document may lie unopened before the client counts as behind.
const SILENT_DAYS: i64 = 3;
/// Names in a digest at most; the dashboard has the others.
const NAMED: usize = 10;

/// The figures of a week.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Attempts that did what they were for.
    pub fired: i64,
    /// Attempts that failed.
    pub failed: i64,
    /// Steps that were given up and wait for an admin at its end.
    pub waiting: i64,
    /// Months delivered.
    pub months_completed: i64,
    /// Programmes completed.
    pub programmes_completed: i64,
    /// Who is behind at its end, the longest delay first, ten at most.
    pub overdue: Vec<Behind>,
    /// How many are, with those who are not named.
    pub overdue_count: i64,
    /// The seven days after it, without those on which nothing is planned.
    pub next_days: Vec<DayAhead>,
}

/// A client who is behind. The name is looked up, and not kept with the figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Behind {
    /// Who.
    pub client_id: ClientId,
    /// Their name; none once they are gone.
    #[serde(default, skip_deserializing)]
    pub full_name: Option<Foreign>,
    /// With which month.
    pub month: i64,
    /// Whose delay it is.
    pub delay: Delay,
    /// For how many whole days.
    pub days: i64,
}

/// What is planned for a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayAhead {
    /// The day, where the studio is.
    pub day: NaiveDate,
    /// Documents to write.
    pub documents: i64,
    /// Reminders and celebrations to send.
    pub reminders: i64,
    /// Months promised.
    pub months: i64,
}

/// Takes the figures between two moments.
pub(super) async fn gather(tx: &mut Tx, since: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> Result<Figures> {
    let done = store::done(tx, since, until).await?;
    let mut overdue = store::studio_late(tx, until).await?;
    overdue.extend(store::unopened(tx, until, until - TimeDelta::days(SILENT_DAYS)).await?);
    // A client stands once, with the longer delay.
    overdue.sort_by(|a, b| (b.days, &a.client_id).cmp(&(a.days, &b.client_id)));
    let mut named = std::collections::BTreeSet::new();
    overdue.retain(|behind| named.insert(behind.client_id.clone()));
    let overdue_count = i64::try_from(overdue.len()).unwrap_or(i64::MAX);
    overdue.truncate(NAMED);
    Ok(Figures {
        fired: done.fired,
        failed: done.failed,
        waiting: done.waiting,
        months_completed: done.months,
        programmes_completed: done.programmes,
        overdue,
        overdue_count,
        next_days: ahead(tx, until, zone).await?,
    })
}

/// The seven days from a moment on.
async fn ahead(tx: &mut Tx, from: DateTime<Utc>, zone: Tz) -> Result<Vec<DayAhead>> {
    let until = from + TimeDelta::days(7);
    let first = local_date(from, zone);
    let mut days: Vec<DayAhead> =
        (0..=7).map(|after| DayAhead { day: plus_days(first, after), documents: 0, reminders: 0, months: 0 }).collect();
    for (kind, at) in store::planned(tx, from, until).await? {
        let Some(day) = days.iter_mut().find(|day| day.day == local_date(at, zone)) else { continue };
        match kind {
            AutomationKind::GenerateDeliverable => day.documents += 1,
            AutomationKind::SendReminder | AutomationKind::SendCelebration => day.reminders += 1,
            _ => {}
        }
    }
    for promised in store::promised(tx, first, plus_days(first, 7)).await? {
        if let Some(day) = days.iter_mut().find(|day| day.day == promised) {
            day.months += 1;
        }
    }
    days.retain(|day| day.documents + day.reminders + day.months > 0);
    Ok(days)
}
