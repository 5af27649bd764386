//! What can be done here, with a sentence each; type to search.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::Fate;
use crate::term::{Code, Key};
use crate::theme::{Meaning, Theme};
use crate::verbs::{Danger, Facts, Scope, Verb, live};
use crate::widgets::edit::Editor;
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::text::wrap;
use crate::widgets::{frame, line};

/// The help sheet.
pub struct Help {
    entries: Vec<(&'static Verb, Option<&'static str>)>,
    editor: Editor,
    scroll: Scroll,
}

/// The column where a verb's sentence begins.
const INDENT: u16 = 18;

impl Help {
    /// Help on everything that works in these scopes.
    #[must_use]
    pub fn new(scopes: &[Scope], facts: &Facts) -> Self {
        let verbs = scopes.iter().flat_map(|scope| live(*scope));
        Self {
            entries: verbs.map(|verb| (verb, verb.disabled(facts))).collect(),
            editor: Editor::one_line(),
            scroll: Scroll::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.entries.iter().map(|(verb, _)| verb.name).collect()
    }

    pub(super) fn key(&mut self, key: Key) -> Fate {
        let by = match key.code {
            Code::Esc | Code::Enter | Code::Char('?') => return Fate::Close(Vec::new()),
            Code::Up => Step::Up,
            Code::Down => Step::Down,
            Code::PageUp => Step::PageUp,
            Code::PageDown => Step::PageDown,
            _ => {
                self.editor.key(key);
                self.scroll = Scroll::default();
                return Fate::Stay;
            }
        };
        self.scroll.by(by);
        Fate::Stay
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.editor.insert(text);
    }

    fn shown(&self) -> impl Iterator<Item = &(&'static Verb, Option<&'static str>)> {
        let wanted = self.editor.text().trim().to_lowercase();
        self.entries.iter().filter(move |(verb, _)| {
            let keys = verb.keys.contains(&wanted.as_str());
            keys || [verb.name, verb.help].iter().any(|text| text.to_lowercase().contains(&wanted))
        })
    }

    fn lines(&self, theme: Theme, cells: u16) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        for (verb, why_not) in self.shown() {
            let mut text = format!("{}: {}", verb.name, verb.help);
            if verb.danger == Danger::Asks {
                text.push_str(" Asks first.");
            }
            let look = if why_not.is_some() { theme.dim() } else { ratatui::style::Style::new() };
            let room = cells.saturating_sub(INDENT).max(10);
            for (at, part) in wrap(&text, room).into_iter().enumerate() {
                let keys = if at == 0 { verb.keys.join(" ") } else { String::new() };
                let keys = format!("{keys:<width$}", width = usize::from(INDENT));
                lines.push(Line::from(vec![Span::styled(keys, theme.strong()), Span::styled(part, look)]));
            }
            if let Some(why) = why_not {
                let indent = " ".repeat(usize::from(INDENT));
                let why = format!("{indent}not now: {why}");
                lines.push(Line::styled(why, theme.style(Meaning::Waiting)));
            }
        }
        if lines.is_empty() {
            lines.push(Line::styled("Nothing here is called that.", theme.dim()));
        }
        lines
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme) -> Position {
        let high = area.height.saturating_sub(4).max(3);
        let inside = frame::sheet(buf, area, theme, "What you can do here", (74, high));
        line::left(buf, line::row(inside, 0), theme, Line::styled("search:", theme.dim()));
        let typing = Rect { x: inside.x + 8, width: inside.width.saturating_sub(8), ..inside };
        let at = self.editor.draw(buf, line::row(typing, 0), theme);
        let lines = self.lines(theme, inside.width);
        paper::draw(buf, line::below(inside, 2), theme, &lines, &self.scroll);
        at
    }
}
