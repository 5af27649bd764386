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
    pub current_month: Option<u8>,
    pub months: Vec<MonthState>,
    /// In the order in which they were made.
    pub rows: Vec<RowState>,
    /// In the order in which it happened.
    pub done: Vec<Done>,
}

impl State {
    /// One line for each difference from what must be.
    pub(super) fn differs_from(&self, must: &Self) -> Result<(), String> {
        let mut lines = String::new();
        compare(&mut lines, "status", Some(&self.status), Some(&must.status));
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
