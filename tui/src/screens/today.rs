//! Today: what waits for a person, what is late, what the machine did.
//!
//! One cursor walks everything that leads somewhere: the queues, then who is
//! behind, then what happened last.

mod draw;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use wavelaunch_shared::desk::Today;

use super::{ClientTab, MachinePart, Place, Subject, parts};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Problem, Query};
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::{Step, step};

/// The screen.
#[derive(Default)]
pub struct TodayScreen {
    today: Remote<Today>,
    cursor: usize,
}

/// A queue that waits for a person.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Queue {
    Documents,
    Plans,
    Messages,
    Escalations,
    Ratings,
    Doubts,
    Alerts,
    Pauses,
    Holds,
    Access,
}

impl Queue {
    const ALL: [Self; 10] = [
        Self::Documents,
        Self::Plans,
        Self::Messages,
        Self::Escalations,
        Self::Ratings,
        Self::Doubts,
        Self::Alerts,
        Self::Pauses,
        Self::Holds,
        Self::Access,
    ];

    fn of(self, today: &Today) -> wavelaunch_shared::desk::Waiting {
        match self {
            Self::Documents => today.documents,
            Self::Plans => today.plans,
            Self::Messages => today.messages,
            Self::Escalations => today.escalations,
            Self::Ratings => today.low_rated,
            Self::Doubts => today.in_doubt,
            Self::Alerts => today.alerts,
            Self::Pauses => today.pause_requests,
            Self::Access => today.access,
            Self::Holds => today.open_holds,
        }
    }

    fn place(self) -> Place {
        match self {
            Self::Documents => Place::Review,
            Self::Messages => Place::Inbox,
            Self::Doubts => Place::Machine(MachinePart::Doubt),
            Self::Plans
            | Self::Escalations
            | Self::Ratings
            | Self::Alerts
            | Self::Pauses
            | Self::Holds
            | Self::Access => Place::Attention,
        }
    }
}

/// The queues in which something waits.
fn queues(today: &Today) -> Vec<Queue> {
    Queue::ALL.into_iter().filter(|queue| queue.of(today).count > 0).collect()
}

/// Where each row that the cursor can stand on leads.
fn targets(today: &Today) -> Vec<Place> {
    let client = |id: &wavelaunch_shared::id::ClientId, tab| Place::Client(id.clone(), tab);
    let behind = today.behind.iter().map(|late| client(&late.client_id, ClientTab::Journey));
    let recent = today.recent.iter().map(|event| match &event.client_id {
        Some(id) => client(id, ClientTab::Activity),
        None => Place::Machine(MachinePart::Log),
    });
    queues(today).into_iter().map(Queue::place).chain(behind).chain(recent).collect()
}

impl TodayScreen {
    fn target(&self) -> Option<Place> {
        targets(self.today.get()?).into_iter().nth(self.cursor)
    }
}

impl View for TodayScreen {
    fn place(&self) -> Place {
        Place::Today
    }

    fn title(&self) -> String {
        "Today".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Today)]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.today.take(answer, |answer| match answer {
            Answer::Today(today) => Some(*today),
            _ => None,
        });
        let rows = self.today.get().map_or(0, |today| targets(today).len());
        self.cursor = self.cursor.min(rows.saturating_sub(1));
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Today, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.target().map_or(Subject::Nothing, |_| Subject::Link)
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if verb == VerbId::Open {
            return self.target().map(Wish::Go).into_iter().collect();
        }
        if let Some(by) = Step::of_verb(verb) {
            let rows = self.today.get().map_or(0, |today| targets(today).len());
            self.cursor = step(self.cursor, by, rows);
        }
        Vec::new()
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let area = parts::with_problem(buf, area, cx.theme(), &self.today);
        if let Some(today) = parts::content(buf, area, cx.theme(), &self.today) {
            draw::all(buf, area, cx, today, self.cursor);
        }
        None
    }
}

#[cfg(test)]
mod tests;
