//! What admins and the client do, and what follows from it at once.

use chrono::{DateTime, TimeDelta, Utc};

use super::history::Step;
use super::journey::{Journey, MONTHS, midnight};
use super::state::{Standing, What, When};
use crate::documents::DocumentStatus;

/// Whether a step was possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Taken,
    Refused,
}

impl Journey {
    /// Lets a step happen at `now`.
    pub(super) fn happen(&mut self, step: &Step, now: DateTime<Utc>) -> Answer {
        let possible = match *step {
            Step::Pass(_) | Step::SetBack(_) => {
                self.tick(now);
                true
            }
            Step::Writer(writer) => {
                self.writer = writer;
                true
            }
            Step::Write(which) => self.write(self.which(which)),
            Step::Deliver(which) => self.deliver(self.which(which), now),
            Step::Reject(which) => self.reject(self.which(which), now),
            Step::Regenerate(which) => self.regenerate(self.which(which), now),
            Step::Open(which) => self.open(self.which(which), now),
            Step::Run(what, which) => self.run(what, self.which(which), false, now),
            Step::Force(which) => self.run(What::Generate, self.which(which), true, now),
            Step::Cancel(what, which) => self.take_off(what, self.which(which)),
            Step::AskPlan => self.ask_plan(now),
            Step::ApprovePlan => self.approve_plan(now),
            Step::DeliverPlan => self.deliver_plan(now),
            Step::Pause(days) => self.pause(days, now),
            Step::Resume => self.resume(now),
            Step::Skip(which) => self.leave_out(self.which(which), now),
            Step::Unskip(which) => self.take_in(self.which(which), now),
            Step::Retry(what, which) => self.retry(what, self.which(which), now),
        };
        if possible { Answer::Taken } else { Answer::Refused }
    }

    /// By hand, as a draft: the machine need not write it.
    fn write(&mut self, number: u8) -> bool {
        if self.month(number).document.is_some() {
            return false;
        }
        self.month_mut(number).document = Some(DocumentStatus::Draft);
        self.cancel(What::Generate, number, "MANUAL");
        true
    }

    /// The month is complete; its clocks start, the next month may be written, the client is told.
    fn deliver(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        self.write(number);
        if matches!(self.month(number).document, Some(DocumentStatus::Delivered | DocumentStatus::Rejected)) {
            return false;
        }
        let month = self.month_mut(number);
        month.document = Some(DocumentStatus::Delivered);
        month.delivered = Some(now);
        month.skipped = false;
        let (due, today) = (month.due, self.local_day(now));
        let day = |from: chrono::NaiveDate, days| from + TimeDelta::days(days);
        self.retime(What::Overdue, number, self.at_nine(day(today, 3)));
        self.retime(What::Escalate, number, midnight(day(today.max(due), 7)));
        self.add(What::Celebrate, number, self.at_nine(day(today, 5)));
        self.cancel(What::Generate, number, "DELIVERED");
        self.release_after(number, now);
        if self.hold.is_some() {
            self.add(What::Ready, number, now);
        } else {
            self.note("READY", Some(number), now);
        }
        self.complete_programme();
        true
    }

    /// What waited for this month may be written; during a hold it waits on.
    pub(super) fn release_after(&mut self, number: u8, now: DateTime<Utc>) {
        let next = if self.hold.is_none() && number < MONTHS { self.live(What::Generate, number + 1) } else { None };
        if let Some(next) = next.filter(|row| row.blocked) {
            next.when = When::At(now);
        }
    }

    /// Every month delivered or skipped: what would prepare another one is taken off.
    pub(super) fn complete_programme(&mut self) {
        if self.status != "ACTIVE" || (1..=MONTHS).any(|number| self.is_open(number)) {
            return;
        }
        self.status = "COMPLETED";
        self.cancel(What::Plan, 0, "COMPLETED");
        for number in 1..=MONTHS {
            self.cancel(What::Generate, number, "COMPLETED");
            self.cancel(What::Upcoming, number, "COMPLETED");
        }
    }

    /// The studio is reminded three days after the latest rejection.
    fn reject(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        if self.month(number).document != Some(DocumentStatus::PendingReview) {
            return false;
        }
        self.month_mut(number).document = Some(DocumentStatus::Rejected);
        let at = midnight(now.date_naive() + TimeDelta::days(3));
        if self.live(What::Revision, number).is_some() {
            self.retime(What::Revision, number, at);
        } else {
            self.add(What::Revision, number, at);
        }
        true
    }

    fn regenerate(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        if self.month(number).document != Some(DocumentStatus::Rejected) || self.live(What::Generate, number).is_some()
        {
            return false;
        }
        self.add(What::Generate, number, now);
        self.newest(What::Generate, number).again = true;
        true
    }

    /// The first time, nobody need nudge any more, and the month is celebrated now.
    fn open(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        if self.month(number).document != Some(DocumentStatus::Delivered) {
            return false;
        }
        if !self.month(number).opened {
            self.month_mut(number).opened = true;
            self.cancel(What::Overdue, number, "NOT_NEEDED");
            self.cancel(What::Escalate, number, "NOT_NEEDED");
            self.retime(What::Celebrate, number, now);
        }
        true
    }

    fn run(&mut self, what: What, number: u8, force: bool, now: DateTime<Utc>) -> bool {
        let Some(row) = self.latest(what, number).filter(|row| row.standing == Standing::Scheduled) else {
            return false;
        };
        row.when = When::At(now);
        row.forced |= force;
        true
    }

    fn take_off(&mut self, what: What, number: u8) -> bool {
        let live = |row: &&mut super::journey::Row| matches!(row.standing, Standing::Scheduled | Standing::Failed);
        let Some(row) = self.latest(what, number).filter(live) else { return false };
        row.standing = Standing::Cancelled("ADMIN");
        true
    }

    fn retry(&mut self, what: What, number: u8, now: DateTime<Utc>) -> bool {
        let Some(row) = self.latest(what, number).filter(|row| row.standing == Standing::Failed) else { return false };
        row.standing = Standing::Scheduled;
        row.when = When::At(now);
        row.failures = 0;
        true
    }

    fn latest(&mut self, what: What, number: u8) -> Option<&mut super::journey::Row> {
        self.rows.iter_mut().rev().find(|row| row.what == what && row.month == number)
    }
}
