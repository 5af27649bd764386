//! The list of clients: paged by key, narrowed by words, in four orders.
//!
//! Only the pages around the cursor are held, so a hundred thousand clients cost
//! what a hundred do.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::clients::{ClientRow, Next, Sort};

use super::narrowing::{Narrowed, Narrowing};
use super::roll::Roll;
use super::{Place, Subject, parts, people, words};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Problem, Query};
use crate::term::Key;
use crate::theme::{Meaning, Theme};
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::table::{Column, Table};
use crate::widgets::text::grouped;
use crate::widgets::{chart, line};

/// What can be typed to narrow the list.
const HINT: &str = "a name, month:3, late, silent, paused, status:active, niche:coffee, !paused";
const MEANT: Slot = 0;
const ALL: Slot = 1;
const PLACES: Slot = 2;
/// The first page's slot; the others follow.
const PAGES: Slot = 3;

const COLUMNS: [Column; 6] = [
    Column::text("Name", 14, 32, 0),
    Column::number("M", 1, 1),
    Column::text("Progress", 10, 10, 3),
    Column::text("Next", 14, 16, 2),
    Column::number("Last seen", 9, 4),
    Column::number("Followers", 9, 5),
];

/// The screen.
pub struct ClientsScreen {
    narrowing: Narrowing,
    sort: Sort,
    roll: Roll<ClientRow>,
    meant: Remote<i64>,
    all: Remote<i64>,
}

impl ClientsScreen {
    /// The list narrowed by these words.
    pub fn new(words: &str) -> Self {
        Self {
            narrowing: Narrowing::to(words),
            sort: Sort::Name,
            roll: Roll::new(|row| row.client.id.as_str()),
            meant: Remote::default(),
            all: Remote::default(),
        }
    }

    /// Whether the words that a key changed mean other clients.
    fn follow(&mut self, narrowed: Narrowed) {
        if narrowed == Narrowed::Changed {
            self.roll.begin_again();
        }
    }

    fn next_order(&mut self) {
        let at = Sort::ALL.iter().position(|sort| *sort == self.sort).unwrap_or(0);
        self.sort = Sort::ALL[(at + 1) % Sort::ALL.len()];
        self.roll.begin_again();
    }
}

/// An order, after "by".
fn order_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Name => "name",
        Sort::Month => "month",
        Sort::LastSeen => "last seen",
        Sort::Newest => "newest",
    }
}

impl View for ClientsScreen {
    fn place(&self) -> Place {
        Place::Clients(self.narrowing.words().to_owned())
    }

    fn title(&self) -> String {
        "Clients".into()
    }

    fn aside(&self, cx: &Cx<'_>) -> Option<Line<'static>> {
        let count = |remote: &Remote<i64>| remote.get().map_or_else(|| cx.theme().ellipsis().into(), |n| grouped(*n));
        let counts = if self.narrowing.words().trim().is_empty() {
            count(&self.all)
        } else {
            format!("{} of {}", count(&self.meant), count(&self.all))
        };
        Some(Line::from(vec![
            Span::raw(counts),
            Span::styled(format!("  by {}", order_name(self.sort)), cx.theme().dim()),
        ]))
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        let mut needs = vec![
            (MEANT, Query::ClientCount(self.narrowing.words().to_owned())),
            (ALL, Query::ClientCount(String::new())),
        ];
        if self.roll.wants_places() {
            needs.push((PLACES, Query::Places { words: self.narrowing.words().to_owned(), sort: self.sort }));
        }
        needs.extend(self.roll.wanted().into_iter().map(|(page, after)| {
            let query = Query::Clients { words: self.narrowing.words().to_owned(), sort: self.sort, after };
            (PAGES + page, query)
        }));
        needs
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, Problem>) {
        let count = |answer| match answer {
            Answer::ClientCount(count) => Some(count),
            _ => None,
        };
        match slot {
            MEANT => self.meant.take(answer, count),
            ALL => self.all.take(answer, count),
            PLACES => self.roll.take_places(answer),
            page => self.roll.take(page - PAGES, answer, |answer| match answer {
                Answer::Clients(page) => Some(page.into()),
                _ => None,
            }),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Clients, Scope::Person, Scope::Rows, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.roll.chosen().map_or(Subject::Nothing, |row| Subject::of_client(&row.client))
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        match verb {
            VerbId::Filter => self.narrowing.begin(),
            VerbId::Sort => self.next_order(),
            VerbId::Open => {
                let chosen = self.roll.chosen();
                return chosen.map(|row| Wish::Go(Place::client(&row.client.id))).into_iter().collect();
            }
            verb => {
                if let Some(by) = Step::of_verb(verb) {
                    self.roll.step(by);
                } else if let Some(row) = self.roll.chosen() {
                    return people::act(verb, &row.client);
                }
            }
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key) -> Option<Vec<Wish>> {
        let narrowed = self.narrowing.typed(key);
        self.follow(narrowed);
        (narrowed != Narrowed::NotTyped).then(Vec::new)
    }

    fn pasted(&mut self, text: &str) {
        let narrowed = self.narrowing.pasted(text);
        self.follow(narrowed);
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let (area, at) = self.narrowing.draw(buf, area, theme, HINT);
        let area = parts::with_problem(buf, area, theme, self.roll.state());
        parts::content(buf, area, theme, self.roll.state())?;
        let len = self.roll.len();
        if len == 0 {
            parts::empty(buf, area, theme, self.nobody());
            return at;
        }
        let table = Table { columns: &COLUMNS, len, cursor: Some(self.roll.cursor()), first: None };
        table.draw(buf, area, theme, |index| match self.roll.row(index) {
            Some(row) => cells(row, cx),
            None => vec![Line::styled(theme.mark(Meaning::Quiet).repeat(8), theme.dim())],
        });
        at
    }
}

impl ClientsScreen {
    fn nobody(&self) -> &'static str {
        if self.narrowing.words().trim().is_empty() {
            "No clients yet. Bring them in with: wavelaunch client import FILE.csv"
        } else {
            "Nobody is meant by these words. Press / to change them, or esc in the line to take them back."
        }
    }
}

fn cells(row: &ClientRow, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let client = &row.client;
    let late = matches!(row.next, Next::Late { .. });
    let mut progress = chart::bar(theme, u64::try_from(row.delivered_months).unwrap_or(0), 8, 8);
    if late {
        progress.spans.push(Span::raw(" "));
        progress.spans.push(line::mark(theme, Meaning::Late));
    }
    let mut name = Line::raw(client.full_name.line());
    if client.is_paused {
        name.spans.insert(0, line::mark(theme, Meaning::Paused));
        name.spans.insert(1, Span::raw(" "));
        name = name.style(theme.dim());
    }
    vec![
        name,
        Line::raw(client.current_month.map(|month| month.to_string()).unwrap_or_default()),
        progress,
        next_words(theme, &row.next, client, cx),
        Line::raw(client.last_seen_at.map(|seen| words::short_age(seen, cx.now())).unwrap_or_default()),
        Line::raw(row.followers.map(grouped).unwrap_or_default()),
    ]
}

fn next_words(theme: Theme, next: &Next, client: &wavelaunch_shared::clients::Client, cx: &Cx<'_>) -> Line<'static> {
    let date = |at| words::day(at, cx.now(), client.zone());
    match next {
        Next::Nothing => Line::styled(client.status.as_str().to_lowercase(), theme.dim()),
        Next::Paused { until: Some(until) } => Line::styled(format!("until {}", date(*until)), theme.dim()),
        Next::Paused { until: None } => Line::styled("paused", theme.dim()),
        Next::Late { month, days } => Line::styled(format!("M{month} late {days} d"), theme.style(Meaning::Late)),
        Next::Scheduled { automation, template, at, .. } => {
            let what = template.as_deref().unwrap_or(words::automation(automation));
            Line::raw(format!("{what:<8} {}", date(*at)))
        }
    }
}

#[cfg(test)]
mod tests;
