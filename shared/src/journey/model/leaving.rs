//! Clients who leave, come back, move or cannot be reached.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::history::{Link, News};
use super::journey::{Hold, Journey};
use super::state::{Standing, When};

impl Journey {
    /// Hidden: nothing is done or said any more.
    pub(super) fn archive(&mut self) -> bool {
        if self.status == "ARCHIVED" {
            return false;
        }
        self.before = self.status;
        self.status = "ARCHIVED";
        self.let_go("CLIENT_ARCHIVED");
        true
    }

    /// Left for good.
    pub(super) fn churn(&mut self) -> bool {
        if self.has_left() {
            return false;
        }
        self.status = "CHURNED";
        self.let_go("CLIENT_CHURNED");
        true
    }

    fn let_go(&mut self, reason: &'static str) {
        for row in self.rows.iter_mut().filter(|row| row.standing == Standing::Scheduled) {
            row.standing = Standing::Cancelled(reason);
        }
        self.letters.withdraw_all();
        self.letters.linked = false;
    }

    /// Back as before; rows and links stay cut.
    pub(super) fn restore(&mut self) -> bool {
        if self.status != "ARCHIVED" {
            return false;
        }
        self.status = self.before;
        true
    }

    pub(super) fn link(&mut self, link: Link) -> bool {
        match link {
            Link::Ends => self.letters.linked = false,
            Link::Begins if self.has_left() => return false,
            Link::Begins => self.letters.linked = true,
        }
        true
    }

    pub(super) fn prefer(&mut self, news: News, on: bool) -> bool {
        self.letters.prefer(news, on);
        true
    }

    pub(super) fn keep_quiet(&mut self, quiet: bool, now: DateTime<Utc>) -> bool {
        self.letters.quiet = quiet;
        self.time_letters_anew(now);
        true
    }

    /// What they read keeps its day and hour on their new clock, and so do the days of a hold; what was asked for out
    /// of its turn stays where it is.
    pub(super) fn travel(&mut self, zone: Tz, now: DateTime<Utc>) -> bool {
        let before = self.clone();
        self.zone = zone;
        if before.zone != zone {
            for index in 0..self.rows.len() {
                let row = &self.rows[index];
                let planned = row.what.is_for_client() && row.when == When::At(before.at_nine(row.day));
                if planned && row.standing == Standing::Scheduled {
                    self.rows[index].when = When::At(self.at_nine(row.day));
                }
            }
            self.hold = before.hold.map(|hold| Hold {
                start: if hold.start <= now { hold.start } else { self.same_moment(&before, hold.start) },
                planned_end: hold.planned_end.map(|end| self.local(before.local_day(end), NaiveTime::MIN)),
                ..hold
            });
        }
        self.time_letters_anew(now);
        true
    }

    /// The moment at which their new clock shows what the old one shows at `at`.
    fn same_moment(&self, before: &Self, at: DateTime<Utc>) -> DateTime<Utc> {
        let local = at.with_timezone(&before.zone).naive_local();
        self.local(local.date(), local.time())
    }
}
