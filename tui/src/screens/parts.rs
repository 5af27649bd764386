//! What screens have in common: how something looks that is not there yet, that
//! failed, or that is empty.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::Remote;
use crate::theme::{Meaning, Theme};
use crate::widgets::line;
use crate::widgets::text::wrap;

/// Draws what stands in the place of an answer that is not there: the problem,
/// or quiet lines where the content will be. Answers the content when it is.
pub fn content<'a, T>(buf: &mut Buffer, area: Rect, theme: Theme, remote: &'a Remote<T>) -> Option<&'a T> {
    match (remote.get(), remote.problem()) {
        (Some(value), _) => Some(value),
        (None, Some(found)) => {
            problem(buf, area, theme, &found.to_string());
            None
        }
        (None, None) => {
            skeleton(buf, area, theme);
            None
        }
    }
}

/// The room that is left when a problem with newer data is told above old data.
pub fn with_problem<T>(buf: &mut Buffer, area: Rect, theme: Theme, remote: &Remote<T>) -> Rect {
    match (remote.get(), remote.problem()) {
        (Some(_), Some(found)) => {
            problem(buf, line::row(area, 0), theme, &format!("not up to date: {found}"));
            line::below(area, 1)
        }
        _ => area,
    }
}

fn problem(buf: &mut Buffer, area: Rect, theme: Theme, text: &str) {
    for (at, part) in wrap(text, area.width.saturating_sub(4)).into_iter().enumerate() {
        let mark = if at == 0 { theme.mark(Meaning::Late) } else { " " };
        let spans =
            vec![Span::raw(" "), Span::styled(mark, theme.style(Meaning::Late)), Span::raw(" "), Span::raw(part)];
        line::left(buf, line::row(area, u16::try_from(at).unwrap_or(u16::MAX)), theme, Line::from(spans));
    }
}

/// Quiet lines of differing lengths.
fn skeleton(buf: &mut Buffer, area: Rect, theme: Theme) {
    for (at, part) in [7u16, 5, 6, 4].into_iter().enumerate() {
        let cells = usize::from(area.width.saturating_sub(6) * part / 10);
        let text = theme.mark(Meaning::Quiet).repeat(cells);
        let row = line::row(area, u16::try_from(at * 2).unwrap_or(u16::MAX));
        line::left(buf, row, theme, Line::styled(format!("   {text}"), theme.dim()));
    }
}

/// What an empty screen says: what will appear here and what starts it.
pub fn empty(buf: &mut Buffer, area: Rect, theme: Theme, text: &str) {
    for (at, part) in wrap(text, area.width.saturating_sub(6)).into_iter().enumerate() {
        let row = line::row(area, u16::try_from(at + 1).unwrap_or(u16::MAX));
        line::left(buf, row, theme, Line::styled(format!("   {part}"), theme.dim()));
    }
}

/// A heading with a count at its right.
pub fn heading(buf: &mut Buffer, area: Rect, theme: Theme, title: &str, count: Option<String>) {
    let title = Line::styled(format!(" {title}"), theme.strong());
    let count = Line::styled(count.unwrap_or_default(), theme.dim());
    line::both(buf, area, theme, title, count);
}
