//! Everybody by month: one row a client, one mark a month.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::desk::{MonthMark, PortfolioRow};

use super::narrowing::{Narrowed, Narrowing};
use super::roll::Roll;
use super::{Place, Subject, parts};
use crate::app::{Cx, Slot, View, Wish};
use crate::data::{Answer, Problem, Query};
use crate::term::Key;
use crate::theme::{Meaning, Theme};
use crate::verbs::{Scope, VerbId};
use crate::widgets::line;
use crate::widgets::list::Step;
use crate::widgets::table::{Column, Table};

const MONTHS: usize = 8;

const COLUMNS: [Column; 1 + MONTHS] = [
    Column::text("Client", 14, 32, 0),
    Column::text(" M1", 3, 3, 1),
    Column::text(" M2", 3, 3, 1),
    Column::text(" M3", 3, 3, 1),
    Column::text(" M4", 3, 3, 1),
    Column::text(" M5", 3, 3, 1),
    Column::text(" M6", 3, 3, 1),
    Column::text(" M7", 3, 3, 1),
    Column::text(" M8", 3, 3, 1),
];

/// The same where there is no room for a column a month.
const NARROW: [Column; 2] = [Column::text("Client", 12, 32, 0), Column::text(" 1 2 3 4 5 6 7 8", 17, 17, 1)];
/// The least width with a column a month: pointer, name, and eight marks with a gap before each.
const WIDE: u16 = 3 + 14 + 8 * (3 + 2);

/// What can be typed to narrow the grid.
const HINT: &str = "a name, month:3, late, silent, paused, niche:coffee, !paused";
const PLACES: Slot = 0;
/// The first page's slot; the others follow.
const PAGES: Slot = 1;

/// The screen.
pub struct PortfolioScreen {
    narrowing: Narrowing,
    roll: Roll<PortfolioRow>,
    /// The month under the cursor, from 0.
    month: usize,
}

impl Default for PortfolioScreen {
    fn default() -> Self {
        Self { narrowing: Narrowing::default(), roll: Roll::new(|row| row.client_id.as_str()), month: 0 }
    }
}

impl PortfolioScreen {
    fn follow(&mut self, narrowed: Narrowed) {
        if narrowed == Narrowed::Changed {
            self.roll.begin_again();
        }
    }

    fn open(&self) -> Option<Wish> {
        let row = self.roll.chosen()?;
        let month = i64::try_from(self.month + 1).ok()?;
        Some(Wish::Go(Place::Month(row.client_id.clone(), month)))
    }
}

impl View for PortfolioScreen {
    fn place(&self) -> Place {
        Place::Portfolio
    }

    fn title(&self) -> String {
        "Portfolio".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        let words = || self.narrowing.words().to_owned();
        let mut needs = Vec::new();
        if self.roll.wants_places() {
            needs.push((PLACES, Query::PortfolioPlaces(words())));
        }
        let pages = self.roll.wanted().into_iter();
        needs.extend(pages.map(|(page, after)| (PAGES + page, Query::Portfolio { words: words(), after })));
        needs
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, Problem>) {
        match slot {
            PLACES => self.roll.take_places(answer),
            page => self.roll.take(page - PAGES, answer, |answer| match answer {
                Answer::Portfolio(page) => Some(page.into()),
                _ => None,
            }),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Portfolio, Scope::Rows, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.roll.chosen().map_or(Subject::Nothing, |_| Subject::Link)
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        match verb {
            VerbId::Filter => self.narrowing.begin(),
            VerbId::Left => self.month = self.month.saturating_sub(1),
            VerbId::Right => self.month = (self.month + 1).min(MONTHS - 1),
            VerbId::Open => return self.open().into_iter().collect(),
            verb => {
                if let Some(by) = Step::of_verb(verb) {
                    self.roll.step(by);
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
        let area = draw_legend(buf, area, theme);
        if self.roll.len() == 0 {
            let empty = if self.narrowing.words().trim().is_empty() {
                "Nobody is on the way. S on a client starts a journey, and its eight months appear here."
            } else {
                "Nobody on the way is meant by these words. Press / to change them."
            };
            parts::empty(buf, area, theme, empty);
            return at;
        }
        let cursor = self.roll.cursor();
        let is_wide = area.width >= WIDE;
        let columns = if is_wide { &COLUMNS[..] } else { &NARROW[..] };
        let table = Table { columns, len: self.roll.len(), cursor: Some(cursor), first: None };
        table.draw(buf, area, theme, |index| match self.roll.row(index) {
            Some(row) => {
                let chosen = (index == cursor).then_some(self.month);
                if is_wide { cells(row, theme, chosen) } else { vec![name(row, theme), together(row, theme, chosen)] }
            }
            None => vec![Line::styled(theme.mark(Meaning::Quiet).repeat(8), theme.dim())],
        });
        at
    }
}

fn name(row: &PortfolioRow, theme: Theme) -> Line<'static> {
    let mut name = Line::raw(row.name.line());
    if row.is_paused {
        name.spans.insert(0, line::mark(theme, Meaning::Paused));
        name.spans.insert(1, Span::raw(" "));
    }
    name
}

fn cells(row: &PortfolioRow, theme: Theme, chosen: Option<usize>) -> Vec<Line<'static>> {
    let marks = row.months.iter().enumerate().map(|(at, mark)| {
        let (before, after) = if chosen == Some(at) { ("[", "]") } else { (" ", " ") };
        Line::from(vec![Span::styled(before, theme.accent()), sign(theme, *mark), Span::styled(after, theme.accent())])
    });
    std::iter::once(name(row, theme)).chain(marks).collect()
}

/// The eight marks in one column; the brackets of the chosen one stand in the gaps beside it.
fn together(row: &PortfolioRow, theme: Theme, chosen: Option<usize>) -> Line<'static> {
    let gap = |at: usize| match chosen {
        Some(chosen) if chosen == at => "[",
        Some(chosen) if chosen + 1 == at => "]",
        _ => " ",
    };
    let marks = row.months.iter().enumerate();
    let mut spans: Vec<_> =
        marks.flat_map(|(at, mark)| [Span::styled(gap(at), theme.accent()), sign(theme, *mark)]).collect();
    spans.push(Span::styled(gap(row.months.len()), theme.accent()));
    Line::from(spans)
}

fn sign(theme: Theme, mark: MonthMark) -> Span<'static> {
    let (glyph, meaning) = theme.month(mark);
    Span::styled(glyph, theme.style(meaning))
}

fn word(mark: MonthMark) -> &'static str {
    match mark {
        MonthMark::Opened => "opened",
        MonthMark::Delivered => "delivered, unopened",
        MonthMark::InReview => "in review",
        MonthMark::Late => "late",
        MonthMark::DueSoon => "due soon",
        MonthMark::Blocked => "blocked",
        MonthMark::Held => "on hold",
        MonthMark::Skipped => "skipped",
        MonthMark::ToCome => "to come",
    }
}

/// Explains the marks at the lower edge, on as many lines as they need; answers the room above.
fn draw_legend(buf: &mut Buffer, area: Rect, theme: Theme) -> Rect {
    let mut lines = vec![Line::raw(" ")];
    for mark in MonthMark::ALL {
        let entry = [sign(theme, mark), Span::styled(format!(" {}  ", word(mark)), theme.dim())];
        let wide: usize = entry.iter().map(Span::width).sum();
        if let Some(last) = lines.last_mut().filter(|last| last.width() + wide <= usize::from(area.width) + 2) {
            last.spans.extend(entry);
        } else {
            lines.push(Line::from([vec![Span::raw(" ")], entry.to_vec()].concat()));
        }
    }
    let high = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    if area.height < high + 6 {
        return area;
    }
    let above = Rect { height: area.height - high - 1, ..area };
    for (at, text) in lines.into_iter().enumerate() {
        line::left(buf, line::row(line::below(area, above.height + 1), u16::try_from(at).unwrap_or(0)), theme, text);
    }
    above
}
