//! What admins and the client do with documents and single rows, and what follows from it at once.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::history::{Paper, Step};
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
        self.now = now;
        let possible = match *step {
            Step::Pass(_) | Step::SetBack(_) => {
                self.tick(now);
                self.letters.send(now);
                true
            }
            Step::Writer(writer) => {
                self.writer = writer;
                true
            }
            Step::Write(which) => self.write_by_hand(self.which(which)),
            Step::Paper(paper, which) => self.handle(paper, self.which(which), now),
            Step::AskPlan => self.ask_plan(now),
            Step::Plan(paper) => self.handle_plan(paper, now),
            Step::Open(which) => self.open(self.which(which), now),
            Step::Run(what, which) => self.run(what, self.which(which), false, now),
            Step::Force(what, which) => self.run(what, self.which(which), true, now),
            Step::Cancel(what, which) => self.take_off(what, self.which(which)),
            Step::Retry(what, which) => self.retry(what, self.which(which), now),
            Step::Pause { ahead, days } => self.pause(ahead, days, now),
            Step::Resume => self.resume(now),
            Step::Extend(ahead) => self.extend(ahead, now),
            Step::Adjust(days) => self.adjust(days, now),
            Step::Skip(which) => self.leave_out(self.which(which), now),
            Step::Unskip(which) => self.take_in(self.which(which), now),
            Step::Replan => self.replan(now),
            Step::Archive => self.archive(),
            Step::Restore => self.restore(),
            Step::Churn => self.churn(),
            Step::Chat(link) => self.link(link),
            Step::Prefer(news, on) => self.prefer(news, on),
            Step::Quiet(quiet) => self.keep_quiet(quiet, now),
            Step::Zone(zone) => self.travel(zone, now),
        };
        if possible { Answer::Taken } else { Answer::Refused }
    }

    fn handle(&mut self, paper: Paper, number: u8, now: DateTime<Utc>) -> bool {
        match paper {
            Paper::Edit => self.edit(number),
            Paper::Submit => self.pass_on(number, &[DocumentStatus::Draft], DocumentStatus::PendingReview),
            Paper::Approve => {
                let from = [DocumentStatus::Draft, DocumentStatus::PendingReview];
                self.pass_on(number, &from, DocumentStatus::Approved)
            }
            Paper::Deliver => self.deliver(number, now),
            Paper::Reject => self.reject(number, now),
            Paper::Regenerate => self.regenerate(number, now),
            Paper::TakeBack => self.take_back(number, now),
            Paper::Delete => self.delete(number, now),
        }
    }

    /// By hand, as a draft: the machine need not write it.
    fn write_by_hand(&mut self, number: u8) -> bool {
        if self.month(number).document.is_some() || self.has_left() {
            return false;
        }
        self.month_mut(number).document = Some(DocumentStatus::Draft);
        self.cancel(What::Generate, number, "MANUAL");
        true
    }

    /// A rejected document becomes a draft again; any other stays what it is.
    fn edit(&mut self, number: u8) -> bool {
        let document = &mut self.month_mut(number).document;
        if *document == Some(DocumentStatus::Rejected) {
            *document = Some(DocumentStatus::Draft);
        }
        document.is_some()
    }

    fn pass_on(&mut self, number: u8, from: &[DocumentStatus], to: DocumentStatus) -> bool {
        let document = &mut self.month_mut(number).document;
        let possible = document.is_some_and(|status| from.contains(&status));
        if possible {
            *document = Some(to);
        }
        possible
    }

    /// The month is complete; its clocks start, the next month may be written, the client is told.
    fn deliver(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        self.write_by_hand(number);
        let final_already = [Some(DocumentStatus::Delivered), Some(DocumentStatus::Rejected), None];
        if final_already.contains(&self.month(number).document) || self.has_left() {
            return false;
        }
        let month = self.month_mut(number);
        month.document = Some(DocumentStatus::Delivered);
        month.delivered = Some(now);
        month.skipped = false;
        let (due, today) = (month.due, self.local_day(now));
        let day = |from: NaiveDate, days| from + TimeDelta::days(days);
        self.see_to(What::Overdue, number, self.at_nine(day(today, 3)));
        self.see_to(What::Escalate, number, midnight(day(today.max(due), 7)));
        self.add(What::Celebrate, number, self.at_nine(day(today, 5)));
        self.cancel(What::Generate, number, "DELIVERED");
        self.release_after(number, now);
        if self.is_held() {
            self.add(What::Ready, number, now);
        } else {
            self.tell("READY", Some(number), now);
        }
        self.complete_programme();
        true
    }

    /// A row of that kind comes at that time, unless an admin took it off.
    fn see_to(&mut self, what: What, number: u8, at: DateTime<Utc>) {
        let known = self.rows_of(what, number);
        let is = |standing: Standing| known.iter().rev().copied().find(|index| self.rows[*index].standing == standing);
        let off = |index: &&usize| matches!(self.rows[**index].standing, Standing::Cancelled(_));
        if let Some(index) = is(Standing::Scheduled) {
            self.place(index, at);
        } else if is(Standing::Cancelled("ADMIN")).is_some() {
        } else if let Some(index) = known.iter().rev().find(off) {
            self.bring_back(*index, at);
        } else {
            self.add(what, number, at);
        }
    }

    /// A delivered document is a draft again and its month open, as if it had not been delivered; a client who knew of
    /// it hears so.
    fn take_back(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        if self.month(number).document != Some(DocumentStatus::Delivered) || self.has_left() {
            return false;
        }
        self.month_mut(number).document = Some(DocumentStatus::Draft);
        self.reopen(number, now);
        true
    }

    /// A month without a document is written anew.
    fn delete(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        let document = self.month(number).document;
        if document.is_none() || self.has_left() {
            return false;
        }
        self.month_mut(number).document = None;
        if document == Some(DocumentStatus::Delivered) {
            self.reopen(number, now);
        }
        if !self.month(number).skipped && self.live(What::Generate, number).is_none() {
            let [_, (what, at), ..] = self.planned(number, now);
            self.plan_once_more(what, number, at);
        }
        true
    }

    fn reopen(&mut self, number: u8, now: DateTime<Utc>) {
        self.cancel(What::Celebrate, number, "SUPERSEDED");
        self.cancel(What::Ready, number, "SUPERSEDED");
        let month = self.month_mut(number);
        month.opened = false;
        let delivered = month.delivered.take();
        for (what, at) in self.planned(number, now) {
            match what {
                What::Overdue | What::Escalate => self.see_to(what, number, at),
                What::Upcoming if at >= now => self.plan_again(what, number, at),
                _ => {}
            }
        }
        if self.status == "COMPLETED" {
            self.status = "ACTIVE";
        }
        if delivered.is_some_and(|delivered| self.letters.withdraw((number, delivered))) {
            self.tell("TAKEN_BACK", None, now);
        }
    }

    /// What had been planned and taken off, or else a new row; what an admin took off stays off.
    fn plan_once_more(&mut self, what: What, number: u8, at: DateTime<Utc>) {
        let known = self.rows_of(what, number);
        let standing = |index: &usize| self.rows[*index].standing;
        if known.iter().any(|index| standing(index) == Standing::Cancelled("ADMIN")) {
            return;
        }
        let off = |index: &&usize| matches!(standing(index), Standing::Cancelled(_)) && !self.rows[**index].again;
        match known.iter().rev().find(off) {
            Some(index) => self.bring_back(*index, at),
            None => self.add(what, number, at),
        }
    }

    /// What waited for this month may be written; during a hold it waits on.
    pub(super) fn release_after(&mut self, number: u8, now: DateTime<Utc>) {
        if self.is_held() || number == MONTHS {
            return;
        }
        if let Some(index) = self.live(What::Generate, number + 1).filter(|index| self.rows[*index].blocked) {
            self.rows[index].when = When::At(now);
        }
    }

    /// Every month delivered or skipped: what would prepare another one is taken off.
    pub(super) fn complete_programme(&mut self) {
        if self.status != "ACTIVE" || self.has_more() {
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
        if !self.pass_on(number, &[DocumentStatus::PendingReview], DocumentStatus::Rejected) {
            return false;
        }
        let at = midnight(now.date_naive() + TimeDelta::days(3));
        match self.live(What::Revision, number) {
            Some(index) => self.place(index, at),
            None => self.add(What::Revision, number, at),
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
        if self.month(number).document != Some(DocumentStatus::Delivered) || self.has_left() {
            return false;
        }
        if !self.month(number).opened {
            self.month_mut(number).opened = true;
            self.cancel(What::Overdue, number, "NOT_NEEDED");
            self.cancel(What::Escalate, number, "NOT_NEEDED");
            if let Some(index) = self.live(What::Celebrate, number) {
                self.place(index, now);
            }
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

    /// A failed row gets its tries back, unless the same is planned already.
    fn retry(&mut self, what: What, number: u8, now: DateTime<Utc>) -> bool {
        let twin = self.live(what, number).is_some();
        let failed = |row: &&mut super::journey::Row| row.standing == Standing::Failed && !twin;
        let Some(row) = self.latest(what, number).filter(failed) else { return false };
        row.standing = Standing::Scheduled;
        row.when = When::At(now);
        row.failures = 0;
        true
    }

    /// The newest row of that kind; some belong to no month.
    fn latest(&mut self, what: What, number: u8) -> Option<&mut super::journey::Row> {
        let number = if what.has_no_month() { 0 } else { number };
        self.rows.iter_mut().rev().find(|row| row.what == what && row.month == number)
    }
}
