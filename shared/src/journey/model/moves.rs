//! Holds and months that are left out.

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};

use super::journey::{Hold, Journey, MONTHS, Row, midnight};
use super::state::{Standing, What, When};
use crate::config::MonthStep;

impl Journey {
    /// Every row waits; the client is told. An end that is four days ahead or more is announced.
    pub(super) fn pause(&mut self, days: Option<i64>, now: DateTime<Utc>) -> bool {
        if self.hold.is_some() || self.status != "ACTIVE" || self.is_over(now) {
            return false;
        }
        let today = self.local_day(now);
        let planned_end = days.map(|days| self.local(today + TimeDelta::days(days), NaiveTime::MIN));
        self.hold = Some(Hold { start: now, planned_end });
        self.status = "PAUSED";
        self.current_month = self.month_of(today);
        if let Some(days) = days.filter(|days| *days >= 4) {
            let at = self.at_nine(today + TimeDelta::days(days - 3));
            self.add(What::ResumeSoon, 0, at);
        }
        self.note("PAUSED", None, now);
        true
    }

    /// The programme's last day is past.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        let next = self.promised(self.month(MONTHS).due, 2);
        let last = match self.setting.month_step {
            MonthStep::Days30 => next,
            MonthStep::CalendarMonth => next - TimeDelta::days(1),
        };
        self.local_day(now) > last
    }

    pub(super) fn resume(&mut self, now: DateTime<Utc>) -> bool {
        let Some(hold) = self.hold else { return false };
        if now < hold.start {
            self.call_off(now);
            return true;
        }
        self.end_hold(hold.planned_end.map_or(now, |end| end.min(now)), now);
        true
    }

    /// The clock was set back to before the hold, which therefore has held nothing.
    fn call_off(&mut self, now: DateTime<Utc>) {
        self.hold = None;
        self.cancel(What::ResumeSoon, 0, "NOT_NEEDED");
        self.status = "ACTIVE";
        self.current_month = self.month_of(self.local_day(now));
        if self.has_more() {
            self.note("ADJUSTED", None, now);
        }
        self.complete_programme();
    }

    /// What was due from the hold's start on moves by its days; failed attempts and the news of a
    /// delivery come at once.
    pub(super) fn end_hold(&mut self, end: DateTime<Utc>, now: DateTime<Utc>) {
        let Some(hold) = self.hold.take() else { return };
        // A clock that was set back ends it where it began.
        let end = end.max(hold.start);
        let first = self.local_day(hold.start);
        let days = self.local_day(end) - first;
        for index in 0..self.rows.len() {
            let row = &self.rows[index];
            let When::At(at) = row.when else { continue };
            if row.standing != Standing::Scheduled
                || matches!(row.what, What::ResumeSoon | What::Plan)
                || at < hold.start
            {
                continue;
            }
            let moved = match row.what {
                What::Ready => end,
                _ if row.failures > 0 => end,
                What::Upcoming | What::Overdue | What::Celebrate => {
                    let local = at.with_timezone(&self.setting.zone).naive_local();
                    self.local(local.date() + days, local.time())
                }
                _ => at + days,
            };
            self.rows[index].when = When::At(moved);
            // What still waits for the month before comes before the studio again.
            self.rows[index].blocked = false;
        }
        for month in self.months.iter_mut().filter(|month| month.due >= first) {
            month.due += days;
        }
        self.cancel(What::ResumeSoon, 0, "NOT_NEEDED");
        self.status = "ACTIVE";
        self.current_month = self.month_of(self.local_day(now));
        // Where nothing is left to come there is no timeline to welcome anybody with.
        if self.has_more() {
            self.note("WELCOME_BACK", None, now);
        }
        self.complete_programme();
    }

    fn has_more(&self) -> bool {
        (1..=MONTHS).any(|number| self.is_open(number))
    }

    /// The one message that belongs to a hold, if anything comes after it.
    pub(super) fn announce_end(&mut self, index: usize, now: DateTime<Utc>) {
        let due = matches!(self.rows[index].when, When::At(at) if now - at <= TimeDelta::hours(24));
        self.rows[index].standing = Standing::Completed;
        if due && self.hold.is_some() && self.has_more() {
            self.note("RESUME_SOON", None, now);
        }
    }

    /// The month's rows are taken off, and it counts as done for the one after it.
    pub(super) fn leave_out(&mut self, number: u8, now: DateTime<Utc>) -> bool {
        if !self.is_open(number) || self.status == "COMPLETED" {
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
        if !self.month(number).skipped || self.status == "COMPLETED" {
            return false;
        }
        self.month_mut(number).skipped = false;
        let written = self.month(number).document.is_some();
        for (what, at) in self.planned(number, now) {
            let its = |row: &Row| row.what == what && row.month == number && !row.again;
            if (what == What::Upcoming && at < now) || (what == What::Generate && written) {
                continue;
            }
            if !self.rows.iter().any(its) {
                self.add(what, number, at);
            } else if self.rows.iter().filter(|row| its(row)).all(|row| matches!(row.standing, Standing::Cancelled(_)))
                && let Some(row) = self.rows.iter_mut().rev().find(|row| its(row))
            {
                (row.standing, row.when) = (Standing::Scheduled, When::At(at));
                (row.failures, row.blocked) = (0, false);
            }
        }
        true
    }

    /// A local time of day; one that the clocks jump over becomes the first minute after it.
    fn local(&self, day: chrono::NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let mut wanted = day.and_time(time);
        loop {
            if let Some(found) = self.setting.zone.from_local_datetime(&wanted).earliest() {
                return found.to_utc();
            }
            wanted += TimeDelta::minutes(1);
        }
    }

    /// The four rows of a month, and when they come.
    pub(super) fn planned(&self, number: u8, now: DateTime<Utc>) -> [(What, DateTime<Utc>); 4] {
        let (due, today) = (self.month(number).due, self.local_day(now));
        let lead = if number == 1 { 0 } else { i64::from(self.setting.lead_days) };
        // What counts from a date that is past counts from today.
        let from = |after| if due + TimeDelta::days(after) < today { today } else { due } + TimeDelta::days(after);
        [
            (What::Upcoming, self.at_nine(due - TimeDelta::days(3))),
            (What::Generate, midnight(due - TimeDelta::days(lead))),
            (What::Overdue, self.at_nine(from(3))),
            (What::Escalate, midnight(from(7))),
        ]
    }
}
