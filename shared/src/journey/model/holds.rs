//! Holds: now or later, with an end or without, moved, called off.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::journey::{Hold, Journey};
use super::state::{Standing, What, When};

impl Journey {
    /// One hold at a time, within the programme. Every row waits while it lasts; the client is told.
    pub(super) fn pause(&mut self, ahead: Option<i64>, days: Option<i64>, now: DateTime<Utc>) -> bool {
        let first = self.local_day(now) + TimeDelta::days(ahead.unwrap_or_default());
        if self.hold.is_some() || self.status != "ACTIVE" || first > self.last_day(self.start) {
            return false;
        }
        let start = if ahead.is_some() { self.local(first, NaiveTime::MIN) } else { now };
        let planned_end = days.map(|days| self.local(first + TimeDelta::days(days), NaiveTime::MIN));
        self.hold = Some(Hold { start, planned_end, begun: false });
        self.nagged = None;
        if start <= now {
            self.begin_hold();
        }
        self.announce_end_later(now);
        self.tell("PAUSED", None, now);
        true
    }

    /// The hold is in force; the month stands still on the day on which it began.
    fn begin_hold(&mut self) {
        let Some(hold) = &mut self.hold else { return };
        hold.begun = true;
        let start = hold.start;
        self.status = "PAUSED";
        self.current_month = self.month_of(self.local_day(start));
    }

    /// Another planned end, or none.
    pub(super) fn extend(&mut self, ahead: Option<i64>, now: DateTime<Utc>) -> bool {
        let day = ahead.map(|ahead| self.local_day(now) + TimeDelta::days(ahead));
        let end = day.map(|day| self.local(day, NaiveTime::MIN));
        let Some(hold) = self.hold else { return false };
        let too_early = day.is_some_and(|day| day <= self.local_day(hold.start)) || end.is_some_and(|end| end <= now);
        if !matches!(self.status, "ACTIVE" | "PAUSED") || too_early || end == hold.planned_end {
            return false;
        }
        self.hold = Some(Hold { planned_end: end, ..hold });
        self.announce_end_later(now);
        self.tell("PAUSED", None, now);
        true
    }

    /// The end of a hold of four days or more is announced three days before it.
    pub(super) fn announce_end_later(&mut self, now: DateTime<Utc>) {
        let Some(Hold { start, planned_end, .. }) = self.hold else { return };
        let last = planned_end.map(|end| self.local_day(end));
        let long = last.filter(|last| (*last - self.local_day(start)).num_days() >= 4);
        let time = long.map(|last| self.at_nine(last - TimeDelta::days(3))).filter(|at| *at > now);
        match (self.live(What::ResumeSoon, 0), time) {
            (Some(index), Some(at)) => self.place(index, at),
            (Some(index), None) => self.rows[index].standing = Standing::Cancelled("NOT_NEEDED"),
            (None, Some(at)) => self.add(What::ResumeSoon, 0, at),
            (None, None) => {}
        }
    }

    /// Holds begin and end by themselves; of one without an end the studio is reminded every week.
    pub(super) fn turn_hold(&mut self, now: DateTime<Utc>) {
        let Some(hold) = self.hold.filter(|hold| hold.start <= now) else { return };
        if !matches!(self.status, "ACTIVE" | "PAUSED") {
            return;
        }
        if !hold.begun {
            self.begin_hold();
        }
        match hold.planned_end {
            Some(end) if end <= now => self.end_hold(end, now),
            None if now - self.nagged.unwrap_or(hold.start) >= TimeDelta::days(7) => {
                self.nag(now);
            }
            _ => {}
        }
    }

    pub(super) fn nag(&mut self, now: DateTime<Utc>) {
        self.nagged = Some(now);
        self.note("alert: hold still open", None, now);
    }

    /// Ends the hold now, or at its planned end where that is past; calls it off before it has begun.
    pub(super) fn resume(&mut self, now: DateTime<Utc>) -> bool {
        let Some(hold) = self.hold else { return false };
        if !matches!(self.status, "ACTIVE" | "PAUSED") {
            return false;
        }
        if now < hold.start {
            self.call_off(now);
        } else {
            self.end_hold(hold.planned_end.map_or(now, |end| end.min(now)), now);
        }
        true
    }

    /// It has held nothing, also where the clock was set back to before it.
    fn call_off(&mut self, now: DateTime<Utc>) {
        self.hold = None;
        self.cancel(What::ResumeSoon, 0, "NOT_NEEDED");
        self.status = "ACTIVE";
        self.current_month = self.month_of(self.local_day(now));
        if self.has_more() {
            self.tell("ADJUSTED", None, now);
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
            if row.standing != Standing::Scheduled || row.what.has_no_month() || at < hold.start {
                continue;
            }
            let day = row.day;
            if row.what == What::Ready {
                self.place(index, end);
            } else if row.failures > 0 {
                self.rows[index].when = When::At(end);
            } else {
                let moved = self.later(row.what, at, days);
                (self.rows[index].day, self.rows[index].when) = (day + days, When::At(moved));
            }
        }
        for month in self.months.iter_mut().filter(|month| month.due >= first) {
            month.due += days;
        }
        self.held_days += days.num_days();
        self.cancel(What::ResumeSoon, 0, "NOT_NEEDED");
        self.status = "ACTIVE";
        self.current_month = self.month_of(self.local_day(now));
        // Where nothing is left to come there is no timeline to welcome anybody with.
        if self.has_more() {
            self.tell("WELCOME_BACK", None, now);
        }
        self.complete_programme();
    }

    /// Some days later: at the same time of day, where the client is if they read it.
    fn later(&self, what: What, at: DateTime<Utc>, days: TimeDelta) -> DateTime<Utc> {
        if what.is_for_client() {
            let local = at.with_timezone(&self.zone).naive_local();
            self.local(local.date() + days, local.time())
        } else {
            at + days
        }
    }

    /// The one message that belongs to a hold, if anything comes after it.
    pub(super) fn announce_end(&mut self, index: usize, now: DateTime<Utc>) {
        let fresh = matches!(self.rows[index].when, When::At(at) if now - at <= TimeDelta::hours(24));
        let ahead = self.hold.and_then(|hold| hold.planned_end).is_some_and(|end| end > now);
        self.rows[index].standing = Standing::Completed;
        if fresh && ahead && self.has_more() {
            self.tell("RESUME_SOON", None, now);
        }
    }
}
