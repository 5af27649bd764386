//! Everybody by month: one row a client, one mark a month.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::desk::PortfolioRow;

use super::listing::Listing;
use super::{Place, Subject, signs};
use crate::app::{Cx, Slot, View, Wish};
use crate::data::{Answer, Problem, Query};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::line;
use crate::widgets::table::Column;

const COLUMNS: [Column; 9] = [
    Column::text("Client", 14, 32, 0),
    Column::text("M1", 2, 2, 1),
    Column::text("M2", 2, 2, 1),
    Column::text("M3", 2, 2, 1),
    Column::text("M4", 2, 2, 1),
    Column::text("M5", 2, 2, 1),
    Column::text("M6", 2, 2, 1),
    Column::text("M7", 2, 2, 1),
    Column::text("M8", 2, 2, 1),
];

/// The screen.
pub struct PortfolioScreen {
    rows: Listing<PortfolioRow>,
}

impl Default for PortfolioScreen {
    fn default() -> Self {
        Self { rows: Listing::new(|row| row.client_id.as_str()) }
    }
}

impl View for PortfolioScreen {
    fn place(&self) -> Place {
        Place::Portfolio
    }

    fn title(&self) -> String {
        "Portfolio".into()
    }

    fn aside(&self, cx: &Cx<'_>) -> Option<Line<'static>> {
        let theme = cx.theme();
        let entry =
            |meaning, word: &'static str| [line::mark(theme, meaning), Span::styled(format!(" {word}  "), theme.dim())];
        let legend =
            [(Meaning::Done, "done"), (Meaning::Waiting, "now"), (Meaning::Late, "late"), (Meaning::Paused, "paused")];
        Some(Line::from(legend.into_iter().flat_map(|(meaning, word)| entry(meaning, word)).collect::<Vec<_>>()))
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Portfolio)]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.rows.take(answer, |answer| match answer {
            Answer::Portfolio(rows) => Some(rows),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Rows, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.rows.chosen().map_or(Subject::Nothing, |_| Subject::Link)
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        self.rows.act(verb);
        let chosen = self.rows.chosen().filter(|_| verb == VerbId::Open);
        chosen.map(|row| Wish::Go(Place::client(&row.client_id))).into_iter().collect()
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let empty = "Nobody is on the way. S on a client starts a journey, and its eight months appear here.";
        self.rows.draw(buf, area, cx, &COLUMNS, empty, |row| {
            let mut name = Line::raw(row.name.line());
            if row.is_paused {
                name.spans.insert(0, line::mark(theme, Meaning::Paused));
                name.spans.insert(1, Span::raw(" "));
            }
            let marks = row.months.iter().map(|state| Line::from(line::mark(theme, signs::month(*state).0)));
            std::iter::once(name).chain(marks).collect()
        });
        None
    }
}
