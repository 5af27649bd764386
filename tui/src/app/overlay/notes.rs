//! What was said before.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Fate;
use crate::app::Toasts;
use crate::term::{Code, Key};
use crate::theme::{Meaning, Theme};
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::text::wrap;
use crate::widgets::{frame, line};

/// The notes of a session, newest first.
pub struct Notes {
    notes: Vec<(Meaning, String)>,
    scroll: Scroll,
}

impl Notes {
    /// What has been said so far.
    #[must_use]
    pub fn new(toasts: &Toasts) -> Self {
        let notes = toasts.history().map(|(meaning, text)| (meaning, text.to_owned())).collect();
        Self { notes, scroll: Scroll::default() }
    }

    pub(super) fn key(&mut self, key: Key) -> Fate {
        let by = match key.code {
            Code::Up | Code::Char('k') => Step::Up,
            Code::Down | Code::Char('j') => Step::Down,
            Code::PageUp => Step::PageUp,
            Code::PageDown => Step::PageDown,
            _ => return Fate::Close(Vec::new()),
        };
        self.scroll.by(by);
        Fate::Stay
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme) {
        let high = area.height.saturating_sub(6).clamp(3, 14);
        let inside = frame::sheet(buf, area, theme, "What was said", (72, high));
        let mut lines = Vec::new();
        for (meaning, text) in &self.notes {
            for (at, part) in wrap(text, inside.width.saturating_sub(2)).into_iter().enumerate() {
                let mark = if at == 0 { line::mark(theme, *meaning) } else { Span::raw(" ") };
                lines.push(Line::from(vec![mark, Span::raw(" "), Span::raw(part)]));
            }
        }
        if lines.is_empty() {
            lines.push(Line::styled("Nothing yet. Notes that fade away are kept here.", theme.dim()));
        }
        paper::draw(buf, inside, theme, &lines, &self.scroll);
    }
}
