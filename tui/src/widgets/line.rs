//! Putting one line of text into a frame.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::clip_line;
use crate::theme::{Meaning, Theme};

/// A line at the left edge of a row.
pub fn left(buf: &mut Buffer, area: Rect, theme: Theme, line: impl Into<Line<'static>>) {
    if area.is_empty() {
        return;
    }
    let line = clip_line(line.into(), area.width, theme.ellipsis());
    buf.set_line(area.x, area.y, &line, area.width);
}

/// A line at the right edge of a row.
pub fn right(buf: &mut Buffer, area: Rect, theme: Theme, line: impl Into<Line<'static>>) {
    if area.is_empty() {
        return;
    }
    let line = clip_line(line.into(), area.width, theme.ellipsis());
    let wide = u16::try_from(line.width()).unwrap_or(area.width).min(area.width);
    buf.set_line(area.right() - wide, area.y, &line, wide);
}

/// Two lines on one row; the right one stays whole and the left one gives way.
pub fn both(
    buf: &mut Buffer,
    area: Rect,
    theme: Theme,
    at_left: impl Into<Line<'static>>,
    at_right: impl Into<Line<'static>>,
) {
    let at_right = at_right.into();
    let taken = u16::try_from(at_right.width()).unwrap_or(area.width).min(area.width);
    right(buf, area, theme, at_right);
    let room = area.width.saturating_sub(taken + u16::from(taken > 0));
    left(buf, Rect { width: room, ..area }, theme, at_left);
}

/// A rule across the whole row.
pub fn rule(buf: &mut Buffer, area: Rect, theme: Theme) {
    if area.is_empty() {
        return;
    }
    let line = theme.rule().repeat(usize::from(area.width));
    buf.set_stringn(area.x, area.y, line, usize::from(area.width), theme.dim());
}

/// A meaning's mark in its colour.
#[must_use]
pub fn mark(theme: Theme, meaning: Meaning) -> Span<'static> {
    Span::styled(theme.mark(meaning), theme.style(meaning))
}

/// The row `index` of an area; empty below its end.
#[must_use]
pub fn row(area: Rect, index: u16) -> Rect {
    if index >= area.height {
        return Rect { height: 0, ..area };
    }
    Rect { y: area.y + index, height: 1, ..area }
}

/// An area without its first `rows` rows.
#[must_use]
pub fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
