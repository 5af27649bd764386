//! What the machine does when it looks: messages and alerts in the order of their times, then documents.

use chrono::{DateTime, TimeDelta, Utc};

use super::history::Writer;
use super::journey::{Journey, MONTHS, midnight};
use super::state::{Standing, What, When};
use crate::documents::DocumentStatus;

impl Journey {
    /// The machine looks.
    pub(super) fn tick(&mut self, now: DateTime<Utc>) {
        self.turn_hold(now);
        for documents in [false, true] {
            for index in self.due(documents, now) {
                self.perform(index, now);
            }
        }
        if matches!(self.status, "ACTIVE" | "COMPLETED") {
            let reached = self.month_of(self.local_day(now));
            self.current_month = self.current_month.max(reached);
        }
    }

    pub(super) fn due(&self, documents: bool, now: DateTime<Utc>) -> Vec<usize> {
        let mut due: Vec<(DateTime<Utc>, DateTime<Utc>, usize)> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| {
                row.standing == Standing::Scheduled && matches!(row.what, What::Generate | What::Plan) == documents
            })
            .filter_map(|(index, row)| match row.when {
                When::At(at) if at <= now => Some((at, row.made, index)),
                _ => None,
            })
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(.., index)| index).collect()
    }

    pub(super) fn perform(&mut self, index: usize, now: DateTime<Utc>) {
        let row = &self.rows[index];
        if self.has_left() {
            self.rows[index].standing = Standing::Cancelled("CLIENT_INACTIVE");
            return;
        }
        if row.what == What::ResumeSoon {
            self.announce_end(index, now);
            return;
        }
        if row.what == What::Plan {
            self.write_plan(index, now);
            return;
        }
        if self.is_held() && !row.forced {
            return;
        }
        if row.month == 0 {
            self.mind_plan(index, now);
            return;
        }
        if self.month(row.month).skipped {
            self.rows[index].standing = Standing::Cancelled("SKIPPED");
            return;
        }
        match row.what {
            What::Upcoming => self.remind(index, now),
            What::Generate => self.generate(index, now),
            What::Overdue => self.nudge(index, now),
            What::Escalate => self.escalate(index, now),
            What::Celebrate => self.celebrate(index, now),
            What::Revision => self.revise(index, now),
            What::Ready | What::ResumeSoon | What::Plan => self.write(index, "READY", now),
        }
    }

    /// A reminder of a month that is not there yet; none that is a day late, none after the date.
    fn remind(&mut self, index: usize, now: DateTime<Utc>) {
        let month = self.month(self.rows[index].month);
        if month.delivered.is_some() || self.is_stale(index, now) || self.local_day(now) > month.due {
            self.rows[index].standing = Standing::Completed;
        } else if self.may_message(index, now) {
            self.write(index, "UPCOMING", now);
        }
    }

    /// Undelivered three days after the date, the studio owns up once; delivered and unopened for
    /// three days, the client is nudged; opened, nobody is.
    fn nudge(&mut self, index: usize, now: DateTime<Utc>) {
        let number = self.rows[index].month;
        let month = self.month(number).clone();
        let Some(delivered) = month.delivered else {
            let honest = month.due + TimeDelta::days(3);
            if month.apologised {
                self.rows[index].when = When::Event;
            } else if self.local_day(now) < honest {
                self.place(index, self.at_nine(honest));
            } else if self.may_message(index, now) {
                self.month_mut(number).apologised = true;
                self.note("alert: studio late", Some(number), now);
                self.tell("STUDIO_DELAY", Some(number), now);
                self.rows[index].when = When::Event;
            }
            return;
        };
        let wanted = self.at_nine(self.local_day(delivered) + TimeDelta::days(3));
        if month.opened || (now >= wanted && self.is_stale(index, now) && now - wanted > TimeDelta::hours(24)) {
            self.rows[index].standing = Standing::Completed;
        } else if now < wanted {
            self.place(index, wanted);
        } else if self.may_message(index, now) {
            self.write(index, "OVERDUE", now);
        }
    }

    /// Delivered and unopened for seven days, the studio is told.
    fn escalate(&mut self, index: usize, now: DateTime<Utc>) {
        let number = self.rows[index].month;
        let month = self.month(number);
        let Some(delivered) = month.delivered else {
            self.rows[index].when = When::Event;
            return;
        };
        let wanted = midnight(self.local_day(delivered).max(month.due) + TimeDelta::days(7));
        if month.opened {
            self.rows[index].standing = Standing::Completed;
        } else if now < wanted {
            self.place(index, wanted);
        } else {
            self.note("alert: client silent", Some(number), now);
            self.finish(index, "ESCALATE", now);
        }
    }

    /// Once a month, and of several that wait only the highest.
    fn celebrate(&mut self, index: usize, now: DateTime<Utc>) {
        let number = self.rows[index].month;
        let waits = |number: u8| self.month(number).delivered.is_some() && !self.month(number).celebrated;
        if !waits(number) || (number + 1..=MONTHS).any(waits) {
            self.rows[index].standing = Standing::Completed;
        } else if self.may_message(index, now) {
            for earlier in (1..=number).filter(|earlier| self.month(*earlier).delivered.is_some()).collect::<Vec<_>>() {
                self.month_mut(earlier).celebrated = true;
            }
            self.write(index, "MONTH_COMPLETE", now);
        }
    }

    /// The studio is reminded of a draft that still waits for its rework.
    fn revise(&mut self, index: usize, now: DateTime<Utc>) {
        match self.month(self.rows[index].month).document {
            Some(DocumentStatus::Rejected | DocumentStatus::Draft) => self.finish(index, "REVISION", now),
            _ => self.rows[index].standing = Standing::Completed,
        }
    }

    /// A draft, once the month before is done or an admin insists; with four tries.
    fn generate(&mut self, index: usize, now: DateTime<Utc>) {
        let number = self.rows[index].month;
        let again = self.rows[index].again && self.month(number).document == Some(DocumentStatus::Rejected);
        if self.month(number).document.is_some() && !again {
            self.rows[index].standing = Standing::Completed;
            return;
        }
        if let Some(until) = self.waits_for_plan(number, now).filter(|_| !again && !self.rows[index].forced) {
            self.rows[index].when = When::At(until);
            return;
        }
        if !again && !self.rows[index].forced && number > 1 && self.is_open(number - 1) {
            if !self.rows[index].blocked {
                self.note("alert: blocked", Some(number), now);
            }
            self.rows[index].blocked = true;
            self.rows[index].when = When::At(now + TimeDelta::hours(24));
            return;
        }
        self.rows[index].blocked = false;
        if self.writer == Writer::Works {
            self.month_mut(number).document = Some(DocumentStatus::PendingReview);
            if number == 1 && !again {
                self.miss_plan(now);
            }
            self.finish(index, "GENERATE", now);
        } else {
            self.fail(index, now);
        }
    }

    /// An attempt failed: another one follows after a quarter of an hour, three times in all.
    pub(super) fn fail(&mut self, index: usize, now: DateTime<Utc>) {
        let row = &mut self.rows[index];
        if row.failures < 3 {
            row.failures += 1;
            row.when = When::At(now + TimeDelta::minutes(15));
        } else {
            row.standing = Standing::Failed;
            let month = self.month_of_row(index);
            self.note("alert: failed", month, now);
        }
    }

    /// The row is over, and what it was for is done.
    pub(super) fn finish(&mut self, index: usize, action: &str, now: DateTime<Utc>) {
        self.rows[index].standing = Standing::Completed;
        let month = self.month_of_row(index);
        self.note(action, month, now);
    }

    /// What is about the plan belongs to no month.
    fn month_of_row(&self, index: usize) -> Option<u8> {
        Some(self.rows[index].month).filter(|month| *month > 0)
    }

    /// The row is over, and the client is written to if they want that and can be reached.
    pub(super) fn write(&mut self, index: usize, action: &str, now: DateTime<Utc>) {
        self.rows[index].standing = Standing::Completed;
        let month = self.month_of_row(index);
        self.tell(action, month, now);
    }

    fn is_stale(&self, index: usize, now: DateTime<Utc>) -> bool {
        matches!(self.rows[index].when, When::At(at) if now - at > TimeDelta::hours(24))
    }

    /// At most one journey message arrives on a day of the client's; another one comes the next morning.
    fn may_message(&mut self, index: usize, now: DateTime<Utc>) -> bool {
        let arrival = self.local_day(self.after_quiet(now));
        let had = self.letters.arrivals().any(|at| self.local_day(at) == arrival);
        if had {
            self.place(index, self.at_nine(self.local_day(now) + TimeDelta::days(1)));
        }
        !had
    }
}
