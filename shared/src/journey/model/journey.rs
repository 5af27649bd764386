//! One client's journey as plain data, and how it begins.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

use super::history::{Setting, Which, Writer};
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
    pub when: When,
    pub failures: u32,
    /// It writes a rejected document anew.
    pub again: bool,
    /// An admin lets it pass the gate of the month before.
    pub forced: bool,
    /// It waits for the month before, and the studio knows.
    pub blocked: bool,
}

/// A hold in force.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    pub start: DateTime<Utc>,
    pub planned_end: Option<DateTime<Utc>>,
}

/// One client's journey.
#[derive(Clone, Debug)]
pub(super) struct Journey {
    pub setting: Setting,
    pub status: &'static str,
    pub current_month: Option<u8>,
    pub months: Vec<Month>,
    pub rows: Vec<Row>,
    pub done: Vec<Done>,
    pub writer: Writer,
    pub hold: Option<Hold>,
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
            setting,
            status: "ACTIVE",
            current_month: None,
            months: Vec::new(),
            rows: Vec::new(),
            done: Vec::new(),
            writer: Writer::Works,
            hold: None,
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
                journey.plan(number, now);
            }
        }
        if start >= today {
            journey.note("ACTIVATED", None, now);
        }
        journey
    }

    /// The four rows of a month.
    fn plan(&mut self, number: u8, now: DateTime<Utc>) {
        for (what, at) in self.planned(number, now) {
            self.add(what, number, at);
            if what == What::Upcoming && at < now {
                self.newest(what, number).standing = Standing::Cancelled("STALE");
            }
        }
    }

    /// D(m): the start and 30 days, or a calendar month, for each month before it.
    pub(super) fn promised(&self, start: NaiveDate, number: u8) -> NaiveDate {
        match self.setting.month_step {
            MonthStep::Days30 => start + TimeDelta::days(30 * (i64::from(number) - 1)),
            MonthStep::CalendarMonth => start.checked_add_months(Months::new(u32::from(number) - 1)).unwrap(),
        }
    }

    /// Nine in the morning of that day, for the client.
    pub(super) fn at_nine(&self, day: NaiveDate) -> DateTime<Utc> {
        self.setting.zone.from_local_datetime(&day.and_hms_opt(9, 0, 0).unwrap()).unwrap().to_utc()
    }

    pub(super) fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.setting.zone).date_naive()
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
        let (standing, when) = (Standing::Scheduled, When::At(at));
        self.rows.push(Row { what, month, standing, when, failures: 0, again: false, forced: false, blocked: false });
    }

    /// The row of that kind that was made last.
    pub(super) fn newest(&mut self, what: What, month: u8) -> &mut Row {
        self.rows.iter_mut().rev().find(|row| row.what == what && row.month == month).unwrap()
    }

    /// The row of that kind that still waits.
    pub(super) fn live(&mut self, what: What, month: u8) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.what == what && row.month == month && row.standing == Standing::Scheduled)
    }

    pub(super) fn retime(&mut self, what: What, month: u8, at: DateTime<Utc>) {
        if let Some(row) = self.live(what, month) {
            row.when = When::At(at);
        }
    }

    pub(super) fn cancel(&mut self, what: What, month: u8, reason: &'static str) {
        if let Some(row) = self.live(what, month) {
            row.standing = Standing::Cancelled(reason);
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
            current_month: self.current_month,
            months: months.collect(),
            rows: rows.collect(),
            done: self.done.clone(),
        }
    }
}
