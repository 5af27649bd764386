//! A text to be read: what came of something that was tried.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Fate;
use crate::term::{Code, Key};
use crate::theme::Theme;
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::{frame, markdown};

/// The sheet.
pub struct Page {
    title: String,
    text: String,
    scroll: Scroll,
}

impl Page {
    /// A page with this Markdown on it.
    #[must_use]
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into(), scroll: Scroll::default() }
    }

    pub(super) fn key(&mut self, key: Key) -> Fate {
        let by = match key.code {
            Code::Up | Code::Char('k') => Step::Up,
            Code::Down | Code::Char('j') => Step::Down,
            Code::PageUp => Step::PageUp,
            Code::PageDown | Code::Char(' ') => Step::PageDown,
            _ => return Fate::Close(Vec::new()),
        };
        self.scroll.by(by);
        Fate::Stay
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme) {
        let inside = frame::sheet(buf, area, theme, &self.title, (76, area.height.saturating_sub(6).clamp(3, 30)));
        let lines = markdown::set(theme, &self.text, inside.width.saturating_sub(2));
        paper::draw(buf, inside, theme, &lines, &self.scroll);
    }
}
