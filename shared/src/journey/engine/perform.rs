//! One step that needs nothing from outside: decided and done in one short transaction.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;

use super::super::automation::Automation;
use super::super::effects::outcome;
use super::super::notices::{self, Achieved};
use super::super::store;
use super::super::zone::{at_hour, local_date, plus_days};
use super::super::{LogStatus, SkipReason};
use super::decide::{Decision, Deed, decide};
use super::facts::{Facts, MonthNow, gather};
use super::settle::{Ending, Note, action, settle, write_log};
use crate::db::Tx;
use crate::delivery::{self, Notice};
use crate::documents::{self, Document};
use crate::events::{self, EventKind};
use crate::programme::Month;
use crate::staff::Actor;
use crate::{Error, Result, Studio, execute, fetch_scalar};

/// A message that is later than this comes from an outage.
const LATE_AFTER: TimeDelta = TimeDelta::minutes(10);
/// How many days after an admission of delay the document is promised anew.
const ESTIMATE_DAYS: i64 = 3;

/// The log of a row that there is no use for.
const NOT_NEEDED: (LogStatus, Option<SkipReason>) = (LogStatus::Skipped, Some(SkipReason::NotNeeded));

/// How many more late messages may be queued within this minute.
pub(in crate::journey) struct Ration {
    left: i64,
}

impl Ration {
    pub(super) async fn new(studio: &Studio) -> Result<Self> {
        let now = studio.clock.now();
        let mut tx = studio.db.read().await?;
        // What a clock that was set back since says of later is no message of this minute.
        let sent = fetch_scalar!(
            tx,
            i64,
            "SELECT COUNT(*) FROM automation_logs WHERE created_at > $1 AND created_at <= $2 AND status = 'SUCCESS'
               AND action IN ('UPCOMING', 'OVERDUE', 'STUDIO_DELAY', 'MONTH_COMPLETE')",
            now - TimeDelta::minutes(1),
            now
        )?;
        Ok(Self { left: i64::from(studio.settings.journey.catch_up_per_minute) - sent })
    }

    /// Whether a message that was due at `due` must wait for the next minute.
    fn is_spent(&self, due: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.left <= 0 && now - due > LATE_AFTER
    }
}

/// Decides a claimed row and does what it is for.
pub(super) async fn step(studio: &Studio, row: &Automation, ration: &mut Ration) -> Result<Note> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let facts = gather(&mut tx, row).await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::Decided);
    match decide(row, &facts, &studio.settings.journey, now) {
        Decision::Do(deed) => Act { studio, row, facts: &facts, now, ration }.run(tx, deed).await,
        other => leave(tx, row, other, now).await,
    }
}

/// Ends a step that does nothing.
pub(in crate::journey) async fn leave(
    mut tx: Tx,
    row: &Automation,
    decision: Decision,
    now: DateTime<Utc>,
) -> Result<Note> {
    let skipped = |reason| Some((LogStatus::Skipped, Some(reason)));
    let (ending, said) = match decision {
        Decision::Skip(reason) => (Ending::Completed, skipped(reason)),
        Decision::Cancel(reason) => (Ending::Cancelled(reason), skipped(reason)),
        Decision::Hold(until) => {
            // Once a row, however often it is looked at during the hold.
            let known = row.payload.gate == Some(SkipReason::Paused);
            (Ending::Held(until, SkipReason::Paused), if known { None } else { skipped(SkipReason::Paused) })
        }
        Decision::Move(at, date) => (Ending::Later(at, date), None),
        Decision::Block(until) => {
            // Once, also where a hold came in between.
            if !row.payload.told {
                tell_blocked(&mut tx, row, now).await?;
            }
            (Ending::Gated(until, SkipReason::BlockedPrevious), skipped(SkipReason::BlockedPrevious))
        }
        Decision::AwaitPlan(until) => {
            let known = row.payload.gate == Some(SkipReason::AwaitingPlan);
            let ending = Ending::Gated(until, SkipReason::AwaitingPlan);
            (ending, if known { None } else { skipped(SkipReason::AwaitingPlan) })
        }
        Decision::Do(_) | Decision::Unknown => {
            return Err(Error::refused(format!("this version has no rule for {}; cancel the row", action(row))));
        }
    };
    settle(tx, row, ending, said, now).await
}

async fn tell_blocked(tx: &mut Tx, row: &Automation, now: DateTime<Utc>) -> Result<()> {
    let month = row.month.unwrap_or_default();
    let what = format!("Month {month} waits: month {} is neither delivered nor skipped", month - 1);
    let details = json!({ "automation_id": row.id, "month": month });
    let kind = EventKind::AutomationBlocked;
    events::record(tx, now, &Actor::System, kind, Some(&row.client_id), &what, Some(details)).await
}

/// A step on its way.
struct Act<'a> {
    studio: &'a Studio,
    row: &'a Automation,
    facts: &'a Facts,
    now: DateTime<Utc>,
    ration: &'a mut Ration,
}

impl Act<'_> {
    async fn run(mut self, mut tx: Tx, deed: Deed) -> Result<Note> {
        if is_message(deed) {
            if self.ration.is_spent(self.row.trigger_date, self.now) {
                let until = self.now + TimeDelta::minutes(1);
                let known = self.row.payload.gate == Some(SkipReason::CatchUp);
                let said = (!known).then_some((LogStatus::Skipped, Some(SkipReason::CatchUp)));
                return settle(tx, self.row, Ending::Held(until, SkipReason::CatchUp), said, self.now).await;
            }
            if self.facts.has_that_days_message(self.studio, self.now) {
                let said = Some((LogStatus::Skipped, Some(SkipReason::OneADay)));
                return settle(tx, self.row, self.tomorrow(), said, self.now).await;
            }
        }
        match deed {
            Deed::Upcoming => {
                let notice =
                    notices::upcoming(self.studio, &self.facts.client, self.month()?, self.month_now()?.due())?;
                self.send(tx, notice, Ending::Completed).await
            }
            Deed::Overdue => {
                let document = self.document(&mut tx).await?;
                let notice = notices::overdue(self.studio, &self.facts.client, self.month()?, &document)?;
                self.send(tx, notice, Ending::Completed).await
            }
            Deed::Ready => {
                let document = self.document(&mut tx).await?;
                let notice = notices::ready(self.studio, &self.facts.client, &document)?;
                self.send(tx, notice, Ending::Completed).await
            }
            Deed::StudioLate(due) => self.own_up(tx, due).await,
            Deed::Celebrate => self.celebrate(tx).await,
            Deed::Escalate => self.escalate(tx).await,
            Deed::ResumeSoon(end) => self.resume_soon(tx, end).await,
            Deed::Revision => {
                let what = match self.row.month {
                    Some(month) => format!("Month {month}'s rejected draft still waits for its rework"),
                    None => "The rejected business plan still waits for its rework".to_owned(),
                };
                self.alert(tx, EventKind::AutomationRan, &what).await
            }
            Deed::Generate | Deed::Regenerate => {
                Err(Error::refused("a document is not written within a transaction; this is a bug"))
            }
        }
    }

    fn month(&self) -> Result<Month> {
        Month::new(self.row.month.unwrap_or_default())
    }

    fn month_now(&self) -> Result<&MonthNow> {
        self.facts.month.as_ref().ok_or(Error::NotFound("month"))
    }

    async fn document(&self, tx: &mut Tx) -> Result<Document> {
        if let Some(id) = &self.row.payload.document_id {
            return documents::get(tx, &Actor::System, id).await;
        }
        documents::main_of(tx, &self.row.client_id, self.month()?).await?.ok_or(Error::NotFound("document"))
    }

    /// The same hour tomorrow, for the client.
    fn tomorrow(&self) -> Ending {
        let zone = self.facts.client.zone();
        let date = plus_days(local_date(self.now, zone), 1);
        Ending::Later(at_hour(date, self.studio.settings.journey.send_hour, zone), date)
    }

    async fn send(&mut self, mut tx: Tx, notice: Notice<'_>, ending: Ending) -> Result<Note> {
        let queued = delivery::notify(&mut tx, self.studio, &self.facts.client, notice).await?;
        let said = outcome(&queued);
        if said.0 == LogStatus::Success {
            self.ration.left -= 1;
        }
        settle(tx, self.row, ending, Some(said), self.now).await
    }

    /// The studio is late: an alert for the staff, one honest notice for the client. The row stays,
    /// and becomes the nudge once the document is delivered.
    async fn own_up(&mut self, mut tx: Tx, due: NaiveDate) -> Result<Note> {
        let (month, client) = (self.month()?, &self.facts.client);
        execute!(
            tx,
            "UPDATE journey_months SET late_at = $3, updated_at = $3 WHERE client_id = $1 AND month = $2",
            &client.id,
            i64::from(month.number()),
            self.now
        )?;
        let what = format!("Month {month} was promised for {due} and is not delivered");
        let details = json!({ "month": month, "due": due, "status": self.month_now()?.document });
        events::record(
            &mut tx,
            self.now,
            &Actor::System,
            EventKind::StudioLate,
            Some(&client.id),
            &what,
            Some(details),
        )
        .await?;
        let estimate = plus_days(local_date(self.now, client.zone()), ESTIMATE_DAYS);
        let notice = notices::studio_delay(self.studio, client, month, due, estimate)?;
        let (status, reason) = outcome(&delivery::notify(&mut tx, self.studio, client, notice).await?);
        // Written under its own name, for the row itself goes on.
        write_log(&mut tx, self.row, "STUDIO_DELAY", status, reason, None, self.now).await?;
        if status == LogStatus::Success {
            self.ration.left -= 1;
        }
        match settle(tx, self.row, self.tomorrow(), None, self.now).await? {
            Note::Lost => Ok(Note::Lost),
            _ => Ok(Note::Done),
        }
    }

    /// The next month is promised for as many days later as the hold lasts.
    async fn resume_soon(&mut self, mut tx: Tx, end: DateTime<Utc>) -> Result<Note> {
        let (client, zone) = (&self.facts.client, self.facts.client.zone());
        let start = client.pause_start_date.unwrap_or(self.now);
        let (first, resumes) = (local_date(start, zone), local_date(end, zone));
        let months = store::months(&mut tx, &client.id).await?;
        let Some(next) = months.iter().find(|row| row.delivered_at.is_none() && row.skipped_at.is_none()) else {
            return settle(tx, self.row, Ending::Completed, Some(NOT_NEEDED), self.now).await;
        };
        let moved = if next.due() < first { 0 } else { (resumes - first).num_days() };
        let promised = (Month::new(next.month)?, plus_days(next.due(), moved));
        let notice = notices::resume_soon(self.studio, client, resumes, promised)?;
        self.send(tx, notice, Ending::Completed).await
    }

    async fn escalate(&self, tx: Tx) -> Result<Note> {
        let (month, facts) = (self.month()?, self.month_now()?);
        let delivered = facts.delivered_at.map(|at| at.date_naive().to_string()).unwrap_or_default();
        let what = format!("Month {month} was delivered on {delivered} and never opened; get in touch");
        self.alert(tx, EventKind::ClientSilent, &what).await
    }

    async fn alert(&self, mut tx: Tx, kind: EventKind, what: &str) -> Result<Note> {
        let details = json!({ "automation_id": self.row.id, "month": self.row.month });
        let client = Some(&self.row.client_id);
        events::record(&mut tx, self.now, &Actor::System, kind, client, what, Some(details)).await?;
        settle(tx, self.row, Ending::Completed, Some((LogStatus::Success, None)), self.now).await
    }

    async fn celebrate(&mut self, mut tx: Tx) -> Result<Note> {
        let (month, client) = (self.month()?, &self.facts.client);
        let document = self.document(&mut tx).await?;
        let achieved = achieved(&mut tx, self.studio, self.facts, month, &document).await?;
        // Months that were delivered together are celebrated together, in the highest one's name.
        execute!(
            tx,
            "UPDATE journey_months SET celebrated_at = $3, updated_at = $3
             WHERE client_id = $1 AND month <= $2 AND delivered_at IS NOT NULL AND celebrated_at IS NULL",
            &client.id,
            i64::from(month.number()),
            self.now
        )?;
        let notice = notices::celebration(self.studio, client, month, &achieved)?;
        self.send(tx, notice, Ending::Completed).await
    }
}

/// Whether it counts as the client's one journey message of the day.
fn is_message(deed: Deed) -> bool {
    matches!(deed, Deed::Upcoming | Deed::Overdue | Deed::StudioLate(_) | Deed::Celebrate)
}

/// What there is to be proud of.
async fn achieved(tx: &mut Tx, studio: &Studio, facts: &Facts, month: Month, document: &Document) -> Result<Achieved> {
    let client = &facts.client;
    let months = store::months(tx, &client.id).await?;
    let delivered: Vec<_> = months.iter().filter(|row| row.delivered_at.is_some()).collect();
    let mut lines = Vec::new();
    let mut more = Vec::new();
    for row in &delivered {
        let number = Month::new(row.month)?;
        let title = studio.programme.title(number);
        let document = documents::main_of(tx, &client.id, number).await?;
        let brought = document.map(|document| document.achieved().to_vec()).unwrap_or_default();
        lines.push(brought.first().map_or_else(|| title.to_owned(), |first| format!("{title}: {first}")));
        more.extend(brought.into_iter().skip(1).take(1));
    }
    lines.extend(more);
    lines.truncate(usize::from(crate::programme::MONTHS));
    let next = months
        .iter()
        .find(|row| row.delivered_at.is_none() && row.skipped_at.is_none())
        .and_then(|row| Some((Month::new(row.month).ok()?, row.due())));
    let zone = client.zone();
    let start = client.program_start_date.map_or_else(|| local_date(document.created_at, zone), |at| at.date_naive());
    let end = delivered.iter().filter_map(|row| row.delivered_at).max().map_or(start, |at| local_date(at, zone));
    let stands = match document.achieved() {
        [] => studio.programme.month(month).contents.clone(),
        lines => lines.to_vec(),
    };
    let count = i64::try_from(delivered.len()).unwrap_or_default();
    Ok(Achieved { delivered: count, stands, journey: lines, next, start, end })
}
