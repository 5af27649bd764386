//! Lines that are read and scrolled: a document, a log, a conversation.

use std::cell::Cell;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::line;
use super::list::Step;
use crate::theme::Theme;

/// How far a page has been scrolled, in lines.
///
/// Where a page ends is known only once it has been set at a width, so drawing
/// notes it here; without that, keys pressed at the end would have to be undone
/// one by one.
#[derive(Clone, Debug, Default)]
pub struct Scroll {
    at: usize,
    end: Cell<usize>,
}

/// Lines moved by a page key.
const PAGE: usize = 10;

impl Scroll {
    /// The bottom of whatever is drawn, also when it grows.
    #[must_use]
    pub fn bottom() -> Self {
        Self { at: usize::MAX, end: Cell::new(0) }
    }

    /// Scrolls.
    pub fn by(&mut self, step: Step) {
        let last = self.end.get();
        let at = self.at.min(last);
        self.at = match step {
            Step::Up => at.saturating_sub(1),
            Step::Down => (at + 1).min(last),
            Step::PageUp => at.saturating_sub(PAGE),
            Step::PageDown => (at + PAGE).min(last),
            Step::Top => 0,
            Step::Bottom => usize::MAX,
        };
    }

    /// The first line in sight of a page of `lines` lines.
    fn first(&self, lines: usize, height: usize) -> usize {
        self.end.set(lines.saturating_sub(height));
        self.at.min(self.end.get())
    }
}

/// Draws lines from where they have been scrolled to, with a quiet note at the
/// lower right when there is more.
pub fn draw(buf: &mut Buffer, area: Rect, theme: Theme, lines: &[Line<'static>], scroll: &Scroll) {
    // A page that goes on keeps its last row for saying so.
    let goes_on = lines.len() > usize::from(area.height) && area.height > 2;
    let height = usize::from(area.height - u16::from(goes_on));
    let first = scroll.first(lines.len(), height);
    for (at, text) in lines.iter().skip(first).take(height).enumerate() {
        let row = line::row(area, u16::try_from(at).unwrap_or(u16::MAX));
        line::left(buf, row, theme, text.clone());
    }
    if goes_on {
        let beneath = lines.len().saturating_sub(first + height);
        let note = if beneath > 0 { format!("{beneath} more lines ") } else { "the end ".into() };
        line::right(buf, line::row(area, area.height - 1), theme, Line::styled(note, theme.dim()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrolling_stays_inside_the_page() {
        let mut scroll = Scroll::default();
        let mut after = |step: Step, lines: usize| {
            scroll.by(step);
            scroll.first(lines, 10)
        };
        assert_eq!(after(Step::Up, 30), 0);
        assert_eq!(after(Step::Bottom, 30), 20);
        assert_eq!(after(Step::PageDown, 30), 20);
        assert_eq!(after(Step::Up, 30), 19, "keys at the end are not counted");
        assert_eq!(after(Step::Down, 5), 0, "a page that shrank shows its beginning");
    }

    #[test]
    fn the_bottom_follows_a_page_that_grows() {
        let scroll = Scroll::bottom();
        assert_eq!(scroll.first(30, 10), 20);
        assert_eq!(scroll.first(40, 10), 30);
    }
}
