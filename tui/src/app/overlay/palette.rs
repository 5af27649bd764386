//! Verbs and places by name: type a part of it, press Enter.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::Fate;
use crate::app::Wish;
use crate::screens::Place;
use crate::term::{Code, Key};
use crate::theme::Theme;
use crate::verbs::{Facts, Scope, Verb, VerbId, live};
use crate::widgets::edit::{Editor, Typed};
use crate::widgets::list::{Step, step};
use crate::widgets::table::{Column, Table};
use crate::widgets::{frame, line};

struct Entry {
    id: VerbId,
    name: &'static str,
    key: &'static str,
    why_not: Option<&'static str>,
}

/// The palette.
pub struct Palette {
    entries: Vec<Entry>,
    editor: Editor,
    cursor: usize,
}

impl Palette {
    /// Everything that can be done in these scopes.
    #[must_use]
    pub fn new(scopes: &[Scope], facts: &Facts) -> Self {
        let verbs = scopes.iter().flat_map(|scope| live(*scope));
        let entries = verbs.map(|verb: &Verb| Entry {
            id: verb.id,
            name: verb.name,
            key: verb.keys.first().copied().unwrap_or(""),
            why_not: verb.disabled(facts),
        });
        Self { entries: entries.collect(), editor: Editor::one_line(), cursor: 0 }
    }

    /// Entries that match what was typed, best first.
    fn matches(&self) -> Vec<&Entry> {
        let mut found: Vec<(u32, &Entry)> =
            self.entries.iter().filter_map(|entry| Some((score(self.editor.text(), entry.name)?, entry))).collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    #[cfg(test)]
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.entries.iter().map(|entry| entry.name).collect()
    }

    pub(super) fn key(&mut self, key: Key) -> Fate {
        let found = self.matches().len();
        match key.code {
            Code::Esc => return Fate::Close(Vec::new()),
            Code::Enter => return self.run(),
            Code::Up | Code::BackTab => self.cursor = step(self.cursor, Step::Up, found),
            Code::Down | Code::Tab => self.cursor = step(self.cursor, Step::Down, found),
            _ => {
                if self.editor.key(key) == Typed::Changed {
                    self.cursor = 0;
                }
            }
        }
        Fate::Stay
    }

    fn run(&self) -> Fate {
        let typed = self.editor.text().trim();
        match self.matches().get(self.cursor) {
            Some(entry) => Fate::Run(entry.id),
            None if typed.is_empty() => Fate::Close(Vec::new()),
            // No verb is called that: it may well be somebody's name.
            None => Fate::Close(vec![Wish::Go(Place::Clients(typed.to_owned()))]),
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.editor.insert(text);
        self.cursor = 0;
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme) -> Position {
        const COLUMNS: [Column; 3] =
            [Column::text("", 18, 26, 0), Column::text("", 5, 9, 1), Column::text("", 10, 30, 2)];
        let high = area.height.saturating_sub(6).clamp(3, 14);
        let inside = frame::sheet(buf, area, theme, "Do", (64, high));
        line::left(buf, line::row(inside, 0), theme, Line::styled(":", theme.accent()));
        let typing = Rect { x: inside.x + 2, width: inside.width.saturating_sub(2), ..inside };
        let at = self.editor.draw(buf, line::row(typing, 0), theme);
        let found = self.matches();
        let body = line::below(inside, 1);
        if found.is_empty() {
            let text = format!("   enter looks for a client called {}", self.editor.text());
            line::left(buf, line::row(body, 0), theme, Line::styled(text, theme.dim()));
        }
        let table = Table { columns: &COLUMNS, len: found.len(), cursor: Some(self.cursor), first: None };
        table.draw(buf, body, theme, |index| {
            let entry = found[index];
            let look = if entry.why_not.is_some() { theme.dim() } else { theme.strong() };
            vec![
                Line::styled(entry.name, look),
                Line::styled(entry.key, theme.dim()),
                Line::styled(entry.why_not.unwrap_or(""), theme.dim()),
            ]
        });
        at
    }
}

/// How well `typed` fits `name`: its letters in order, better at beginnings of
/// words and side by side. `None` when it does not.
fn score(typed: &str, name: &str) -> Option<u32> {
    let mut letters = name.char_indices();
    let mut total = 0;
    let mut last: Option<usize> = None;
    for wanted in typed.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        let (at, _) = letters.find(|(_, c)| c.to_lowercase().eq(wanted.to_lowercase()))?;
        let starts_word = at == 0 || name[..at].ends_with(' ');
        let follows = last.is_some_and(|last| last + 1 == at);
        total += 1 + 4 * u32::from(starts_word) + 3 * u32::from(follows);
        last = Some(at);
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_beat_letters_that_happen_to_be_there() {
        let names = ["approve", "approve and deliver", "adjust start"];
        let best = |typed: &str| names.iter().filter_map(|n| Some((score(typed, n)?, *n))).max_by_key(|(s, _)| *s);
        assert_eq!(best("ad").unwrap().1, "adjust start");
        assert_eq!(best("aad").unwrap().1, "approve and deliver");
        assert_eq!(best("xyz"), None);
        assert_eq!(best("").unwrap().0, 0);
    }
}
