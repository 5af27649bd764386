//! What both tell of a journey, so that they can be compared.

use std::fmt::{Debug, Write};

use chrono::{DateTime, NaiveDate, Utc};

use crate::documents::DocumentStatus;

/// What a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum What {
    Upcoming,
    Generate,
    /// The writing of the plan, which belongs to no month.
    Plan,
    Overdue,
    Escalate,
    Celebrate,
    Revision,
    Ready,
    ResumeSoon,
}

impl What {
    pub(super) const ALL: [Self; 9] = [
        Self::Upcoming,
        Self::Generate,
        Self::Plan,
        Self::Overdue,
        Self::Escalate,
        Self::Celebrate,
        Self::Revision,
        Self::Ready,
        Self::ResumeSoon,
    ];

    /// The client reads what comes of it, so that it keeps to their clock.
    pub(super) fn is_for_client(self) -> bool {
        !matches!(self, Self::Generate | Self::Plan | Self::Escalate | Self::Revision)
    }

    /// It belongs to the plan or to a hold, and to no month.
    pub(super) fn has_no_month(self) -> bool {
        matches!(self, Self::Plan | Self::ResumeSoon)
    }
}

/// How a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Scheduled,
    Completed,
    Failed,
    Cancelled(&'static str),
}

/// When a row is looked at next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    At(DateTime<Utc>),
    /// When something else happens; until then any time will do.
    Event,
}

/// A row as it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowState {
    pub what: What,
    pub month: u8,
    pub standing: Standing,
    pub when: When,
}

/// A month as it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MonthState {
    pub due: NaiveDate,
    pub delivered: bool,
    pub skipped: bool,
    pub document: Option<DocumentStatus>,
    pub opened: bool,
}

/// Something that was done: a message, a document, an alert.
pub(super) type Done = (String, Option<u8>, DateTime<Utc>);

/// Everything that is compared after a step.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub status: &'static str,
    pub start: NaiveDate,
    pub current_month: Option<u8>,
    /// The hold in force or planned: its beginning and its planned end.
    pub hold: Option<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    pub months: Vec<MonthState>,
    /// In the order in which they were made.
    pub rows: Vec<RowState>,
    /// In the order in which it happened.
    pub done: Vec<Done>,
    /// What is written to the client and has not left, and from when on it may.
    pub letters: Vec<(String, DateTime<Utc>)>,
}

impl State {
    /// With everything in an order that both databases and the model know. Rows of one kind and month keep the order
    /// of their making; of what happened at one moment the order means nothing.
    pub(super) fn in_order(mut self) -> Self {
        self.rows.sort_by_key(|row| (row.what, row.month));
        self.done.sort_by(|a, b| (a.2, &a.0, a.1).cmp(&(b.2, &b.0, b.1)));
        self.letters.sort();
        self
    }

    /// One line for each difference from what must be.
    pub(super) fn differs_from(&self, must: &Self) -> Result<(), String> {
        let mut lines = String::new();
        compare(&mut lines, "status", Some(&self.status), Some(&must.status));
        compare(&mut lines, "start", Some(&self.start), Some(&must.start));
        compare(&mut lines, "hold", Some(&self.hold), Some(&must.hold));
        compare(&mut lines, "current month", Some(&self.current_month), Some(&must.current_month));
        for at in 0..self.months.len().max(must.months.len()) {
            compare(&mut lines, &format!("month {}", at + 1), self.months.get(at), must.months.get(at));
        }
        for at in 0..self.rows.len().max(must.rows.len()) {
            let wanted = must.rows.get(at);
            let found = self.rows.get(at).map(|row| row.as_seen_by(wanted));
            compare(&mut lines, &format!("row {at}"), found.as_ref(), wanted);
        }
        for at in 0..self.done.len().max(must.done.len()) {
            compare(&mut lines, &format!("done {at}"), self.done.get(at), must.done.get(at));
        }
        for at in 0..self.letters.len().max(must.letters.len()) {
            compare(&mut lines, &format!("letter {at}"), self.letters.get(at), must.letters.get(at));
        }
        if lines.is_empty() { Ok(()) } else { Err(lines) }
    }
}

impl RowState {
    /// The time of a row that is over, or that waits for something to happen, means nothing.
    fn as_seen_by(self, wanted: Option<&Self>) -> Self {
        let when = match wanted.map(|row| row.when) {
            Some(When::Event) => When::Event,
            _ => self.when,
        };
        Self { when, ..self }
    }
}

fn compare<T: PartialEq + Debug>(lines: &mut String, name: &str, found: Option<&T>, wanted: Option<&T>) {
    if found != wanted {
        let _ = writeln!(lines, "  {name}: is {found:?}\n  {:width$}  must be {wanted:?}", "", width = name.len() - 4);
    }
}
