//! Another start, months that are left out, and what is planned again.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::journey::{Journey, MONTHS};
use super::state::{Standing, What, When};

impl Journey {
    /// Every month moves, and every row that counts from a month that is still to come. A reminder
    /// that is past by then is taken off; one that was taken off so comes back once its day is ahead.
    pub(super) fn adjust(&mut self, days: i64, now: DateTime<Utc>) -> bool {
        let start = self.start + TimeDelta::days(days);
        let over = self.last_day(start) < self.local_day(now);
        if !matches!(self.status, "ACTIVE" | "PAUSED") || days == 0 || over {
            return false;
        }
        self.start = start;
        for month in &mut self.months {
            month.due += TimeDelta::days(days);
        }
        for number in (1..=MONTHS).filter(|number| self.is_open(*number)).collect::<Vec<_>>() {
            for index in 0..self.rows.len() {
                if self.rows[index].month == number && self.counts_from_its_month(index) {
                    self.adjust_row(index, days, now);
                }
            }
        }
        let standing_still = self.hold.filter(|hold| hold.begun).map(|hold| hold.start);
        self.current_month = self.month_of(self.local_day(standing_still.unwrap_or(now)));
        if self.has_more() {
            self.tell("ADJUSTED", None, now);
        }
        true
    }

    /// Once the studio has owned up to being late, only the delivery makes the nudge due.
    fn counts_from_its_month(&self, index: usize) -> bool {
        let row = &self.rows[index];
        match row.what {
            What::Upcoming | What::Escalate => true,
            What::Generate => !row.again,
            What::Overdue => !self.month(row.month).apologised,
            What::Celebrate | What::Revision | What::Ready | What::ResumeSoon | What::Plan => false,
        }
    }

    fn adjust_row(&mut self, index: usize, days: i64, now: DateTime<Utc>) {
        let row = &self.rows[index];
        let (what, month) = (row.what, row.month);
        let reminder = matches!(what, What::Upcoming | What::Overdue);
        match row.standing {
            // What waits for the delivery still does.
            Standing::Scheduled if row.when == When::Event => {}
            Standing::Scheduled if what == What::Escalate => {
                self.place(index, super::journey::midnight(self.month(month).due + TimeDelta::days(7)));
            }
            Standing::Scheduled => {
                let day = row.day + TimeDelta::days(days);
                let at = if reminder { self.at_nine(day) } else { super::journey::midnight(day) };
                if reminder && at < now {
                    self.rows[index].standing = Standing::Cancelled("SUPERSEDED");
                } else {
                    self.rows[index].blocked = false;
                    self.place(index, at);
                }
            }
            Standing::Cancelled("SUPERSEDED" | "STALE") if reminder && self.live(what, month).is_none() => {
                let plan = self.planned_since(month, NaiveDate::MIN);
                if let Some((_, at)) = plan.into_iter().find(|planned| planned.0 == what && planned.1 >= now) {
                    self.bring_back(index, at);
                }
            }
            _ => {}
        }
    }

    /// The month's rows are taken off, and it counts as done for the one after it.
    pub(super) fn leave_out(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        if !self.is_open(number) || !matches!(self.status, "ACTIVE" | "PAUSED") {
            return false;
        }
        self.month_mut(number).skipped = true;
        for row in self.rows.iter_mut().filter(|row| row.month == number && row.standing == Standing::Scheduled) {
            row.standing = Standing::Cancelled("SKIPPED");
        }
        self.release_after(number, now);
        self.complete_programme();
        true
    }

    /// The month's rows that still have a use come back.
    pub(super) fn take_in(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        if !self.month(number).skipped || !matches!(self.status, "ACTIVE" | "PAUSED") {
            return false;
        }
        self.month_mut(number).skipped = false;
        self.plan_missing(number, now);
        true
    }

    /// What was taken off comes back, what was never there is added; what was done stays done.
    fn plan_missing(&mut self, number: u8, now: DateTime<Utc>) {
        let written = self.month(number).document.is_some();
        for (what, at) in self.planned(number, now) {
            if !((what == What::Upcoming && at < now) || (what == What::Generate && written)) {
                self.plan_again(what, number, at);
            }
        }
    }

    pub(super) fn plan_again(&mut self, what: What, number: u8, at: DateTime<Utc>) {
        let known: Vec<usize> =
            self.rows_of(what, number).into_iter().filter(|index| !self.rows[*index].again).collect();
        let off = |index: &usize| matches!(self.rows[*index].standing, Standing::Cancelled(_));
        match known.last() {
            None => self.add(what, number, at),
            Some(last) if known.iter().all(off) => self.bring_back(*last, at),
            Some(_) => {}
        }
    }

    /// Plans what is missing of every month, and what the client's leaving cut off and is still ahead.
    pub(super) fn replan(&mut self, now: DateTime<Utc>) -> bool {
        if !matches!(self.status, "ACTIVE" | "PAUSED") {
            return false;
        }
        let before = self.waiting();
        for number in (1..=MONTHS).filter(|number| !self.month(*number).skipped).collect::<Vec<_>>() {
            if self.is_open(number) {
                self.plan_missing(number, now);
            }
            self.go_on(number, now);
        }
        if self.live(What::ResumeSoon, 0).is_none() {
            self.announce_end_later(now);
        }
        self.waiting() > before
    }

    fn waiting(&self) -> usize {
        self.rows.iter().filter(|row| row.standing == Standing::Scheduled).count()
    }

    /// What counted from a delivery or a rejection goes on; the news of a delivery however late it is.
    fn go_on(&mut self, number: u8, now: DateTime<Utc>) {
        let delivered = self.month(number).delivered.is_some();
        for what in What::ALL {
            let cut_off = |index: usize| {
                let row = &self.rows[index];
                let When::At(at) = row.when else { return None };
                let wanted = match what {
                    What::Ready => delivered,
                    What::Revision => at >= now,
                    _ => delivered && at >= now,
                };
                let cut = matches!(row.standing, Standing::Cancelled("CLIENT_ARCHIVED" | "CLIENT_INACTIVE"));
                (cut && wanted).then_some((at, index))
            };
            let latest = self.rows_of(what, number).into_iter().filter_map(cut_off).max();
            if let (None, Some((at, index))) = (self.live(what, number), latest) {
                let day = self.rows[index].day;
                self.bring_back(index, at);
                self.rows[index].day = day;
            }
        }
    }
}
