//! The week in short: every digest that was made, and the one that would be made now.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::listing::Listing;
use super::{Place, Subject, parts, words};
use crate::app::{Cx, Slot, View, Wish};
use crate::data::{Answer, DigestText, Problem, Query};
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::{line, rich};

/// Cells of the list of weeks.
const WEEKS: u16 = 16;
/// Below this width the text has the screen to itself.
const BESIDE: u16 = 60;
/// The longest line of the text.
const MEASURE: u16 = 72;

/// The screen.
pub struct DigestScreen {
    weeks: Listing<DigestText>,
    scroll: Scroll,
}

impl Default for DigestScreen {
    fn default() -> Self {
        Self { weeks: Listing::new(|row| row.name.as_str()), scroll: Scroll::default() }
    }
}

impl View for DigestScreen {
    fn place(&self) -> Place {
        Place::Digest
    }

    fn title(&self) -> String {
        "Digest".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Digests)]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.weeks.take(answer, |answer| match answer {
            Answer::Digests(rows) => Some(rows),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::List]
    }

    fn subject(&self) -> Subject {
        self.weeks.chosen().map_or(Subject::Nothing, |_| Subject::Link)
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        match Step::of_verb(verb) {
            // A page is read on, a row is another week.
            Some(by @ (Step::PageDown | Step::PageUp)) => self.scroll.by(by),
            Some(_) => {
                self.weeks.act(verb);
                self.scroll = Scroll::default();
            }
            None => {}
        }
        Vec::new()
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, self.weeks.state());
        parts::content(buf, area, theme, self.weeks.state())?;
        let beside = area.width >= BESIDE;
        if beside {
            self.draw_weeks(buf, Rect { width: WEEKS, ..area }, cx);
        }
        let left = if beside { WEEKS + 2 } else { 1 };
        let room = Rect { x: area.x + left, width: area.width.saturating_sub(left + 1), ..area };
        let week = self.weeks.chosen()?;
        let mut lines = rich::set(theme, &week.text, room.width.min(MEASURE));
        if !beside {
            lines.insert(0, Line::styled(label(week, cx), theme.dim()));
        }
        paper::draw(buf, room, theme, &lines, &self.scroll);
        None
    }
}

impl DigestScreen {
    fn draw_weeks(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
        let theme = cx.theme();
        let height = usize::from(area.height);
        let first = self.weeks.cursor().saturating_sub(height.saturating_sub(1));
        for (at, week) in self.weeks.rows().iter().enumerate().skip(first).take(height) {
            let chosen = at == self.weeks.cursor();
            let pointer = if chosen { theme.pointer() } else { " " };
            let style = if chosen { theme.strong() } else { theme.dim() };
            let row = line::row(area, u16::try_from(at - first).unwrap_or(u16::MAX));
            line::left(buf, row, theme, Line::styled(format!("{pointer} {}", label(week, cx)), style));
        }
    }
}

fn label(week: &DigestText, cx: &Cx<'_>) -> String {
    match week.until {
        Some(until) => words::day(until, cx.now(), cx.look.zone),
        None => "so far".into(),
    }
}
