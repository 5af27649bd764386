//! Wording a step: from a decision to what is to be written. Pure; whatever it needs has been read.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::super::notices::{self, Achieved};
use super::super::zone::{at_hour, local_date, plus_days};
use super::super::{LogStatus, SkipReason};
use super::decide::{Decision, Deed};
use super::facts::{Library, MonthNow, Step};
use super::outcome::{Ending, Outcome, Said, Stamp, leave, wait};
use super::ration::Ration;
use crate::delivery::{self, Notice, Prepared};
use crate::documents::Document;
use crate::events::EventKind;
use crate::programme::Month;
use crate::{Error, Result, Studio};

/// How many days after an admission of delay the document is promised anew.
const ESTIMATE_DAYS: i64 = 3;

/// A step on its way.
pub(super) struct Composer<'a, 'c> {
    pub studio: &'c Studio,
    pub step: &'a Step,
    pub library: &'c Library,
    pub now: DateTime<Utc>,
    pub ration: &'c mut Ration,
}

impl<'a, 'c> Composer<'a, 'c> {
    /// What a decision comes to. A message that goes out takes its share of the ration.
    pub(super) fn compose(self, decision: Decision) -> Result<Outcome<'a>> {
        match decision {
            Decision::Do(deed) => self.act(deed),
            other => leave(&self.step.row, other),
        }
    }

    fn act(self, deed: Deed) -> Result<Outcome<'a>> {
        if is_message(deed) {
            let row = &self.step.row;
            if self.ration.is_spent(row.trigger_date, self.now) {
                return Ok(wait(row, self.now + Ration::ANEW, SkipReason::CatchUp));
            }
            if self.step.facts.has_that_days_message(self.now) {
                let said = Said::This(LogStatus::Skipped, Some(SkipReason::OneADay));
                return Ok(Outcome::new(row, self.tomorrow(), said));
            }
        }
        let (studio, client) = (self.studio, &self.step.facts.client);
        match deed {
            Deed::Upcoming => {
                let notice = notices::upcoming(studio, client, self.month()?, self.month_now()?.due())?;
                self.send(notice)
            }
            Deed::Overdue => {
                let notice = notices::overdue(studio, client, self.month()?, self.document()?)?;
                self.send(notice)
            }
            Deed::Ready => {
                let notice = notices::ready(studio, client, self.document()?)?;
                self.send(notice)
            }
            Deed::StudioLate(due) => self.own_up(due),
            Deed::Celebrate => self.celebrate(),
            Deed::Escalate => self.escalate(),
            Deed::ResumeSoon(end) => self.resume_soon(end),
            Deed::Revision => {
                let what = match self.step.row.month {
                    Some(month) => format!("Month {month}'s rejected draft still waits for its rework"),
                    None => "The rejected business plan still waits for its rework".to_owned(),
                };
                Ok(self.alert(EventKind::RevisionDue, what))
            }
            Deed::Generate | Deed::Regenerate => {
                Err(Error::refused("a document is not written within a transaction; this is a bug"))
            }
        }
    }

    fn month(&self) -> Result<Month> {
        Month::new(self.step.row.month.unwrap_or_default())
    }

    fn month_now(&self) -> Result<&'a MonthNow> {
        self.step.facts.month.as_ref().ok_or(Error::NotFound("month"))
    }

    fn document(&self) -> Result<&'c Document> {
        self.library.document(self.step)
    }

    /// The same hour tomorrow, for the client.
    fn tomorrow(&self) -> Ending {
        let zone = self.step.facts.client.zone();
        let date = plus_days(local_date(self.now, zone), 1);
        Ending::Later(at_hour(date, self.studio.settings.journey.send_hour, zone), date)
    }

    fn send(mut self, notice: Notice<'_>) -> Result<Outcome<'a>> {
        let message = self.prepare(notice)?;
        Ok(Outcome::new(&self.step.row, Ending::Completed, Said::Sending(Box::new(message))))
    }

    fn prepare(&mut self, notice: Notice<'_>) -> Result<Prepared> {
        let facts = &self.step.facts;
        let message = delivery::prepare(self.studio, &facts.client, &facts.standing, notice)?;
        self.ration.take(&message);
        Ok(message)
    }

    /// The studio is late: an alert for the staff, one honest notice for the client. The row stays,
    /// and becomes the nudge once the document is delivered.
    fn own_up(mut self, due: NaiveDate) -> Result<Outcome<'a>> {
        let (month, client) = (self.month()?, &self.step.facts.client);
        let estimate = plus_days(local_date(self.now, client.zone()), ESTIMATE_DAYS);
        let notice = notices::studio_delay(self.studio, client, month, due, estimate)?;
        let message = self.prepare(notice)?;
        let what = format!("Month {month} was promised for {due} and is not delivered");
        let details = json!({ "month": month, "due": due, "status": self.month_now()?.document });
        let outcome = Outcome {
            // Written under its own name, for the row itself goes on.
            action: "STUDIO_DELAY",
            stamp: Some(Stamp::Late(i64::from(month.number()))),
            ..Outcome::new(&self.step.row, self.tomorrow(), Said::Sending(Box::new(message)))
        };
        Ok(outcome.with_event(EventKind::StudioLate, what, details))
    }

    /// The next month is promised for as many days later as the hold lasts.
    fn resume_soon(self, end: DateTime<Utc>) -> Result<Outcome<'a>> {
        let (client, zone) = (&self.step.facts.client, self.step.facts.client.zone());
        let start = client.pause_start_date.unwrap_or(self.now);
        let (first, resumes) = (local_date(start, zone), local_date(end, zone));
        let mut months = self.library.journey(self.step).iter().map(|brought| &brought.month);
        let Some(next) = months.find(|row| row.delivered_at.is_none() && row.skipped_at.is_none()) else {
            let said = Said::This(LogStatus::Skipped, Some(SkipReason::NotNeeded));
            return Ok(Outcome::new(&self.step.row, Ending::Completed, said));
        };
        let moved = if next.due() < first { 0 } else { (resumes - first).num_days() };
        let promised = (Month::new(next.month)?, plus_days(next.due(), moved));
        let notice = notices::resume_soon(self.studio, client, resumes, promised)?;
        self.send(notice)
    }

    fn escalate(self) -> Result<Outcome<'a>> {
        let (month, facts) = (self.month()?, self.month_now()?);
        let delivered = facts.delivered_at.map(|at| at.date_naive().to_string()).unwrap_or_default();
        let what = format!("Month {month} was delivered on {delivered} and never opened; get in touch");
        Ok(self.alert(EventKind::ClientSilent, what))
    }

    fn alert(self, kind: EventKind, what: String) -> Outcome<'a> {
        let row = &self.step.row;
        let details = json!({ "automation_id": row.id, "month": row.month });
        Outcome::new(row, Ending::Completed, Said::This(LogStatus::Success, None)).with_event(kind, what, details)
    }

    fn celebrate(self) -> Result<Outcome<'a>> {
        let month = self.month()?;
        let notice = notices::celebration(self.studio, &self.step.facts.client, month, &self.achieved(month)?)?;
        let stamp = Some(Stamp::Celebrated(i64::from(month.number())));
        Ok(Outcome { stamp, ..self.send(notice)? })
    }

    /// What there is to be proud of.
    fn achieved(&self, month: Month) -> Result<Achieved> {
        let (client, document, journey) = (&self.step.facts.client, self.document()?, self.library.journey(self.step));
        let delivered: Vec<_> = journey.iter().filter(|brought| brought.month.delivered_at.is_some()).collect();
        let mut lines = Vec::new();
        let mut more = Vec::new();
        for brought in &delivered {
            let title = self.studio.programme.title(Month::new(brought.month.month)?);
            let mut stands = brought.achieved().iter();
            lines.push(stands.next().map_or_else(|| title.to_owned(), |first| format!("{title}: {first}")));
            more.extend(stands.next().cloned());
        }
        lines.extend(more);
        lines.truncate(usize::from(crate::programme::MONTHS));
        let next = journey
            .iter()
            .map(|brought| &brought.month)
            .find(|row| row.delivered_at.is_none() && row.skipped_at.is_none())
            .and_then(|row| Some((Month::new(row.month).ok()?, row.due())));
        let zone = client.zone();
        let start =
            client.program_start_date.map_or_else(|| local_date(document.created_at, zone), |at| at.date_naive());
        let last = delivered.iter().filter_map(|brought| brought.month.delivered_at).max();
        let stands = match document.achieved() {
            [] => self.studio.programme.month(month).contents.clone(),
            lines => lines.to_vec(),
        };
        Ok(Achieved {
            delivered: i64::try_from(delivered.len()).unwrap_or_default(),
            stands,
            journey: lines,
            next,
            start,
            end: last.map_or(start, |at| local_date(at, zone)),
        })
    }
}

/// Whether it counts as the client's one journey message of the day.
fn is_message(deed: Deed) -> bool {
    matches!(deed, Deed::Upcoming | Deed::Overdue | Deed::StudioLate(_) | Deed::Celebrate)
}
