//! One client's journey as plain data, and how it begins.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::history::{Setting, Which, Writer};
use super::letters::Letters;
use super::plan::Plan;
use super::state::{Done, MonthState, RowState, Standing, State, What, When};
use crate::config::MonthStep;
use crate::documents::DocumentStatus;

/// A month: what is promised, and what became of it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts of a month, each independent of the others")]
pub(super) struct Month {
    pub due: NaiveDate,
    pub delivered: Option<DateTime<Utc>>,
    pub skipped: bool,
    pub document: Option<DocumentStatus>,
    pub opened: bool,
    pub celebrated: bool,
    /// The studio has owned up to being late.
    pub apologised: bool,
}

/// A row: something that is done at its time.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub what: What,
    pub month: u8,
    pub standing: Standing,
    /// When it was made, by the clock of that moment.
    pub made: DateTime<Utc>,
    /// The day for which it is planned.
    pub day: NaiveDate,
    /// When it is looked at next.
    pub when: When,
    pub failures: u32,
    /// It writes a rejected document anew.
    pub again: bool,
    /// An admin lets it pass the gates of the month before and of a hold.
    pub forced: bool,
    /// It waits for the month before, and the studio knows.
    pub blocked: bool,
}

/// A hold in force or planned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    pub start: DateTime<Utc>,
    pub planned_end: Option<DateTime<Utc>>,
    /// The machine has seen that it is in force.
    pub begun: bool,
}

/// One client's journey.
#[derive(Clone, Debug)]
pub(super) struct Journey {
    pub setting: Setting,
    /// The moment of the step that happens.
    pub now: DateTime<Utc>,
    pub zone: Tz,
    pub status: &'static str,
    /// The status before the archive.
    pub before: &'static str,
    pub start: NaiveDate,
    /// Days by which holds have moved it.
    pub held_days: i64,
    pub current_month: Option<u8>,
    pub months: Vec<Month>,
    pub rows: Vec<Row>,
    pub done: Vec<Done>,
    pub letters: Letters,
    pub writer: Writer,
    pub hold: Option<Hold>,
    /// When the studio was last reminded of a hold without an end.
    pub nagged: Option<DateTime<Utc>>,
    pub plan: Plan,
}

pub(super) const MONTHS: u8 = 8;

/// An admin's date is a day; what the machine does on it begins at midnight UTC.
pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

impl Journey {
    /// Starts it. What lies before the month of today is past; a reminder whose time is past is not
    /// sent; what counts from a date that is past counts from today.
    pub(super) fn start(setting: Setting) -> Self {
        let start = setting.start();
        let mut journey = Self {
            now: setting.now,
            zone: setting.zone,
            setting,
            status: "ACTIVE",
            before: "ACTIVE",
            start,
            held_days: 0,
            current_month: None,
            months: Vec::new(),
            rows: Vec::new(),
            done: Vec::new(),
            letters: Letters::default(),
            writer: Writer::Works,
            hold: None,
            nagged: None,
            plan: Plan::default(),
        };
        let now = journey.setting.now;
        let today = journey.local_day(now);
        for number in 1..=MONTHS {
            let due = journey.promised(start, number);
            journey.months.push(Month {
                due,
                delivered: None,
                skipped: false,
                document: None,
                opened: false,
                celebrated: false,
                apologised: false,
            });
        }
        journey.current_month = journey.month_of(today);
        let first = journey.current_month.unwrap_or(1);
        for number in 1..=MONTHS {
            if number < first {
                journey.month_mut(number).skipped = true;
            } else {
                journey.plan_month(number, now);
            }
        }
        if start >= today {
            journey.tell("ACTIVATED", None, now);
        }
        journey
    }

    /// The four rows of a month.
    fn plan_month(&mut self, number: u8, now: DateTime<Utc>) {
        for (what, at) in self.planned(number, now) {
            self.add(what, number, at);
            if what == What::Upcoming && at < now {
                self.newest(what, number).standing = Standing::Cancelled("STALE");
            }
        }
    }

    /// The four rows of a month, and when they come.
    pub(super) fn planned(&self, number: u8, now: DateTime<Utc>) -> [(What, DateTime<Utc>); 4] {
        self.planned_since(number, self.local_day(now))
    }

    /// The same; what counts from a date that is past counts from `today`.
    pub(super) fn planned_since(&self, number: u8, today: NaiveDate) -> [(What, DateTime<Utc>); 4] {
        let due = self.month(number).due;
        let lead = if number == 1 { 0 } else { i64::from(self.setting.lead_days) };
        let from = |after| if due + TimeDelta::days(after) < today { today } else { due } + TimeDelta::days(after);
        [
            (What::Upcoming, self.at_nine(due - TimeDelta::days(3))),
            (What::Generate, midnight(due - TimeDelta::days(lead))),
            (What::Overdue, self.at_nine(from(3))),
            (What::Escalate, midnight(from(7))),
        ]
    }

    /// D(m): the start and 30 days, or a calendar month, for each month before it.
    pub(super) fn promised(&self, start: NaiveDate, number: u8) -> NaiveDate {
        match self.setting.month_step {
            MonthStep::Days30 => start + TimeDelta::days(30 * (i64::from(number) - 1)),
            MonthStep::CalendarMonth => start.checked_add_months(Months::new(u32::from(number) - 1)).unwrap(),
        }
    }

    /// The programme's last day, later by every day on hold.
    pub(super) fn last_day(&self, start: NaiveDate) -> NaiveDate {
        let ninth = self.promised(start, MONTHS + 1);
        let last = match self.setting.month_step {
            MonthStep::Days30 => ninth,
            MonthStep::CalendarMonth => ninth - TimeDelta::days(1),
        };
        last + TimeDelta::days(self.held_days)
    }

    /// Nine in the morning of that day, for the client.
    pub(super) fn at_nine(&self, day: NaiveDate) -> DateTime<Utc> {
        self.local(day, NaiveTime::from_hms_opt(9, 0, 0).unwrap())
    }

    /// A local time of day; one that the clocks jump over becomes the first minute after it.
    pub(super) fn local(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let mut wanted = day.and_time(time);
        loop {
            if let Some(found) = self.zone.from_local_datetime(&wanted).earliest() {
                return found.to_utc();
            }
            wanted += TimeDelta::minutes(1);
        }
    }

    pub(super) fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The last month whose day has come.
    pub(super) fn month_of(&self, today: NaiveDate) -> Option<u8> {
        (1..=MONTHS).rev().find(|number| self.month(*number).due <= today)
    }

    pub(super) fn month(&self, number: u8) -> &Month {
        &self.months[usize::from(number) - 1]
    }

    pub(super) fn month_mut(&mut self, number: u8) -> &mut Month {
        &mut self.months[usize::from(number) - 1]
    }

    /// Neither delivered nor skipped.
    pub(super) fn is_open(&self, number: u8) -> bool {
        let month = self.month(number);
        month.delivered.is_none() && !month.skipped
    }

    /// Some month is still to come.
    pub(super) fn has_more(&self) -> bool {
        (1..=MONTHS).any(|number| self.is_open(number))
    }

    /// Nothing is done for this client any more.
    pub(super) fn has_left(&self) -> bool {
        matches!(self.status, "ARCHIVED" | "CHURNED")
    }

    /// A hold is in force, as far as the machine has seen.
    pub(super) fn is_held(&self) -> bool {
        self.hold.is_some_and(|hold| hold.begun)
    }

    /// The month that a step means.
    pub(super) fn which(&self, which: Which) -> u8 {
        let next = (1..=MONTHS).find(|number| self.is_open(*number)).unwrap_or(MONTHS);
        match which {
            Which::Next => next,
            Which::Last => (next - 1).max(1),
            Which::Month(number) => number,
        }
    }

    pub(super) fn add(&mut self, what: What, month: u8, at: DateTime<Utc>) {
        self.rows.push(Row {
            what,
            month,
            standing: Standing::Scheduled,
            made: self.now,
            day: self.day_of(what, at),
            when: When::At(at),
            failures: 0,
            again: false,
            forced: false,
            blocked: false,
        });
    }

    /// The day on which something falls: where the client is for what they read, in UTC for the rest.
    pub(super) fn day_of(&self, what: What, at: DateTime<Utc>) -> NaiveDate {
        if what.is_for_client() { self.local_day(at) } else { at.date_naive() }
    }

    /// Gives a row another time, and the day that it falls on.
    pub(super) fn place(&mut self, index: usize, at: DateTime<Utc>) {
        self.rows[index].day = self.day_of(self.rows[index].what, at);
        self.rows[index].when = When::At(at);
    }

    /// Plans a row again that had been taken off.
    pub(super) fn bring_back(&mut self, index: usize, at: DateTime<Utc>) {
        self.place(index, at);
        let row = &mut self.rows[index];
        row.standing = Standing::Scheduled;
        (row.failures, row.blocked) = (0, false);
    }

    /// The row of that kind that was made last.
    pub(super) fn newest(&mut self, what: What, month: u8) -> &mut Row {
        self.rows.iter_mut().rev().find(|row| row.what == what && row.month == month).unwrap()
    }

    /// The rows of that kind, in the order in which they were made.
    pub(super) fn rows_of(&self, what: What, month: u8) -> Vec<usize> {
        (0..self.rows.len())
            .filter(|index| self.rows[*index].what == what && self.rows[*index].month == month)
            .collect()
    }

    /// The row of that kind that still waits.
    pub(super) fn live(&self, what: What, month: u8) -> Option<usize> {
        self.rows_of(what, month).into_iter().find(|index| self.rows[*index].standing == Standing::Scheduled)
    }

    pub(super) fn cancel(&mut self, what: What, month: u8, reason: &'static str) {
        if let Some(index) = self.live(what, month) {
            self.rows[index].standing = Standing::Cancelled(reason);
        }
    }

    pub(super) fn note(&mut self, action: &str, month: Option<u8>, at: DateTime<Utc>) {
        self.done.push((action.to_owned(), month, at));
    }

    pub(super) fn state(&self) -> State {
        let months = self.months.iter().map(|month| MonthState {
            due: month.due,
            delivered: month.delivered.is_some(),
            skipped: month.skipped,
            document: month.document,
            opened: month.opened,
        });
        let rows = self.rows.iter().map(|row| RowState {
            what: row.what,
            month: row.month,
            standing: row.standing,
            when: if row.standing == Standing::Scheduled { row.when } else { When::Event },
        });
        State {
            status: self.status,
            start: self.start,
            current_month: self.current_month,
            hold: self.hold.map(|hold| (hold.start, hold.planned_end)),
            months: months.collect(),
            rows: rows.collect(),
            done: self.done.clone(),
            letters: self.letters.waiting(),
        }
    }
}
