//! What the states of the domain mean for the person at the screen.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::text::{Line, Span};
use wavelaunch_shared::delivery::{Passage, State};
use wavelaunch_shared::documents::DocumentStatus;
use wavelaunch_shared::journey::{AutomationStatus, LogStatus, MonthState};

use crate::theme::{Meaning, Theme};

/// A state as a mark and a word.
pub fn sign(theme: Theme, meaning: Meaning, word: impl Into<String>) -> Line<'static> {
    Line::from(vec![
        Span::styled(theme.mark(meaning), theme.style(meaning)),
        Span::raw(" "),
        Span::styled(word.into(), theme.style(meaning)),
    ])
}

/// A document's state.
#[must_use]
pub fn document(status: DocumentStatus) -> Meaning {
    match status {
        DocumentStatus::Draft => Meaning::Quiet,
        DocumentStatus::PendingReview | DocumentStatus::Approved => Meaning::Waiting,
        DocumentStatus::Delivered => Meaning::Done,
        DocumentStatus::Rejected => Meaning::Late,
    }
}

/// A month's state.
#[must_use]
pub fn month(state: MonthState) -> (Meaning, &'static str) {
    match state {
        MonthState::Upcoming => (Meaning::Quiet, "planned"),
        MonthState::InProgress => (Meaning::Waiting, "in progress"),
        MonthState::Delayed => (Meaning::Late, "late"),
        MonthState::Blocked => (Meaning::Late, "blocked"),
        MonthState::Completed => (Meaning::Done, "delivered"),
        MonthState::Skipped => (Meaning::Quiet, "skipped"),
        MonthState::Paused => (Meaning::Paused, "paused"),
    }
}

/// An automation's state.
#[must_use]
pub fn automation(status: AutomationStatus) -> (Meaning, &'static str) {
    match status {
        AutomationStatus::Scheduled => (Meaning::Quiet, "planned"),
        AutomationStatus::Running => (Meaning::Machine, "running"),
        AutomationStatus::Completed => (Meaning::Done, "done"),
        AutomationStatus::Failed => (Meaning::Late, "failed"),
        AutomationStatus::Cancelled => (Meaning::Quiet, "cancelled"),
    }
}

/// How an attempt of the machine ended.
#[must_use]
pub fn attempt(status: LogStatus) -> (Meaning, &'static str) {
    match status {
        LogStatus::Success => (Meaning::Done, "done"),
        LogStatus::Failed => (Meaning::Late, "failed"),
        LogStatus::Skipped => (Meaning::Quiet, "not needed"),
    }
}

/// Where a message is on its way.
#[must_use]
pub fn delivery(state: State) -> (Meaning, &'static str) {
    match state {
        State::Queued => (Meaning::Machine, "queued"),
        State::Leased => (Meaning::Machine, "sending"),
        State::Sent => (Meaning::Done, "sent"),
        State::InDoubt => (Meaning::Doubt, "in doubt"),
        State::Dead => (Meaning::Late, "dead"),
        State::Cancelled => (Meaning::Quiet, "cancelled"),
    }
}

/// One way that a message took. Where it was refused and went on by another, nothing is left to do.
#[must_use]
pub fn passage(passage: &Passage) -> (Meaning, &'static str) {
    if passage.state == State::Dead && passage.went_on { (Meaning::Quiet, "blocked") } else { delivery(passage.state) }
}

/// Something that waits for the studio: late after a day.
#[must_use]
pub fn waiting(since: DateTime<Utc>, now: DateTime<Utc>) -> Meaning {
    if now - since >= TimeDelta::days(1) { Meaning::Late } else { Meaning::Waiting }
}
