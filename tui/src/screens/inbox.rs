//! The inbox: conversations with clients, those that wait first.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::portal::{ThreadRow, ThreadShow, ThreadStatus};

use super::listing::Listing;
use super::{Place, Subject, Talk, signs, talks, words};
use crate::app::{Cx, Slot, View, Wish};
use crate::data::{Answer, Problem, Query};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::line;
use crate::widgets::table::Column;

/// The columns of conversations; a client's own page leaves the first one out.
const COLUMNS: [Column; 4] = [
    Column::text("Client", 14, 24, 0),
    Column::text("About", 14, 28, 1),
    Column::text("Last message", 12, 80, 3),
    Column::number("Waits", 8, 2),
];

/// The screen.
pub struct InboxScreen {
    rows: Listing<ThreadRow>,
    show: ThreadShow,
}

impl Default for InboxScreen {
    fn default() -> Self {
        Self { rows: Listing::new(|row| row.thread.id.as_str()), show: ThreadShow::Open }
    }
}

/// What a conversation is to the verbs.
pub fn subject(row: &ThreadRow) -> Subject {
    Subject::Thread(match row.thread.status {
        ThreadStatus::Open => Talk::Open,
        ThreadStatus::Closed => Talk::Closed,
    })
}

/// A conversation's cells: who, about what, the last words, and since when
/// somebody waits.
pub fn cells(row: &ThreadRow, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let thread = &row.thread;
    let unread = thread.unread_by_admin > 0;
    let mark = if unread { line::mark(theme, Meaning::Waiting) } else { Span::raw(" ") };
    let who = if row.last_from_admin == Some(true) { "you: " } else { "" };
    let last = row.last_message.as_ref().map(wavelaunch_shared::text::Foreign::line).unwrap_or_default();
    let waits = match (thread.status, thread.waiting_since) {
        (ThreadStatus::Closed, _) => Line::styled("closed", theme.dim()),
        (_, Some(since)) => Line::styled(words::age(since, cx.now()), theme.style(signs::waiting(since, cx.now()))),
        (_, None) => Line::styled(words::short_age(thread.last_message_at, cx.now()), theme.dim()),
    };
    vec![
        Line::from(vec![mark, Span::raw(" "), Span::raw(row.client_name.line())]),
        Line::raw(thread.subject.line()),
        Line::from(vec![Span::styled(who, theme.dim()), Span::raw(last)]),
        waits,
    ]
}

impl View for InboxScreen {
    fn place(&self) -> Place {
        Place::Inbox
    }

    fn title(&self) -> String {
        "Inbox".into()
    }

    fn aside(&self, cx: &Cx<'_>) -> Option<Line<'static>> {
        let name = match self.show {
            ThreadShow::All => "all",
            ThreadShow::Open => "open",
            ThreadShow::Unread => "unread",
            ThreadShow::Waiting => "waiting for us",
        };
        Some(Line::styled(format!("showing {name}"), cx.theme().dim()))
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Threads { client: None, show: self.show })]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.rows.take(answer, |answer| match answer {
            Answer::Threads(rows) => Some(rows),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Talk, Scope::Inbox, Scope::Rows, Scope::ToClient, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.rows.chosen().map_or(Subject::Nothing, subject)
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        self.rows.act(verb);
        if verb == VerbId::NextShow {
            self.show = match self.show {
                ThreadShow::Open => ThreadShow::Unread,
                ThreadShow::Unread => ThreadShow::Waiting,
                ThreadShow::Waiting => ThreadShow::All,
                ThreadShow::All => ThreadShow::Open,
            };
            return Vec::new();
        }
        let Some(row) = self.rows.chosen() else { return Vec::new() };
        match verb {
            VerbId::Open => vec![Wish::Go(Place::Thread(row.thread.id.clone()))],
            VerbId::OpenClient => vec![Wish::Go(Place::client(&row.thread.client_id))],
            _ => talks::act(verb, &row.thread, &row.client_name.line()),
        }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let empty = "No conversation here. What clients write on Telegram or Discord appears here; \
                     m on a client begins one.";
        self.rows.draw(buf, area, cx, &COLUMNS, empty, |row| cells(row, cx));
        None
    }
}
