//! What stands around and above a screen: its header and footer, a sheet over
//! it, and the toasts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::line;
use super::text::width;
use crate::theme::{Meaning, Theme};

/// The four parts of a screen.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// Place and time.
    pub header: Rect,
    /// The rule beneath the header.
    pub rule: Rect,
    /// The screen's own part.
    pub body: Rect,
    /// The rule above the footer.
    pub lower_rule: Rect,
    /// What can be pressed here, now.
    pub footer: Rect,
}

/// Divides a terminal. Rules are the first to go when it is low.
#[must_use]
pub fn divide(area: Rect) -> Parts {
    let rules = u16::from(area.height >= 10);
    let footer = u16::from(area.height >= 3);
    let header = u16::from(area.height >= 2);
    let body = area.height - header - footer - 2 * rules;
    let mut y = area.y;
    let mut next = |height: u16| {
        let part = Rect { y, height, ..area };
        y += height;
        part
    };
    Parts { header: next(header), rule: next(rules), body: next(body), lower_rule: next(rules), footer: next(footer) }
}

/// The path to where we are, with the last step strong.
#[must_use]
pub fn breadcrumb(theme: Theme, steps: &[String]) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for (at, step) in steps.iter().enumerate() {
        if at > 0 {
            spans.push(Span::styled(theme.step(), theme.dim()));
        }
        let style = if at + 1 == steps.len() { theme.strong() } else { theme.dim() };
        spans.push(Span::styled(step.clone(), style));
    }
    Line::from(spans)
}

/// One entry of a footer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint<'a> {
    /// The key, as help texts write it.
    pub key: &'a str,
    /// What it does, in a word or two.
    pub label: &'a str,
    /// Whether it would do something now.
    pub live: bool,
}

/// Draws hints left to right; those that do not fit are left out, and `fixed` stand at the right edge.
pub fn footer(buf: &mut Buffer, area: Rect, theme: Theme, hints: &[Hint<'_>], fixed: &[Hint<'_>]) {
    let mut end = Vec::new();
    for entry in fixed {
        if !end.is_empty() {
            end.push(Span::raw("  "));
        }
        end.extend(hint(theme, entry));
    }
    let room = area.width.saturating_sub(width_of(&end) + 3);
    let mut spans = vec![Span::raw(" ")];
    for at in fitting(theme, hints, room) {
        spans.extend(hint(theme, &hints[at]));
        spans.push(Span::raw("  "));
    }
    let mut end = Line::from(end);
    end.spans.push(Span::raw(" "));
    line::both(buf, area, theme, Line::from(spans), end);
}

/// The hints that fit, in their order. Those that would do something now are
/// given room first; the others stay where there is some, so that keys keep
/// their places.
fn fitting(theme: Theme, hints: &[Hint<'_>], mut room: u16) -> Vec<usize> {
    let mut taken = Vec::new();
    for live in [true, false] {
        for (at, entry) in hints.iter().enumerate().filter(|(_, entry)| entry.live == live) {
            let wide = width_of(&hint(theme, entry)) + 2;
            if wide <= room {
                room -= wide;
                taken.push(at);
            }
        }
    }
    taken.sort_unstable();
    taken
}

fn hint(theme: Theme, hint: &Hint<'_>) -> Vec<Span<'static>> {
    let (key, label) =
        if hint.live { (theme.strong(), ratatui::style::Style::new()) } else { (theme.dim(), theme.dim()) };
    vec![Span::styled(theme.key(hint.key).to_owned(), key), Span::styled(format!(" {}", hint.label), label)]
}

fn width_of(spans: &[Span<'_>]) -> u16 {
    spans.iter().map(|span| width(&span.content)).sum()
}

/// A row of tabs on digits; `marked` ones carry the waiting mark.
#[must_use]
pub fn tabs(theme: Theme, names: &[(&str, bool)], chosen: usize) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for (at, (name, marked)) in names.iter().enumerate() {
        if at > 0 {
            spans.push(Span::raw("  "));
        }
        let style = if at == chosen { theme.accent() } else { theme.dim() };
        spans.push(Span::styled(format!("{} {name}", at + 1), style));
        if *marked {
            spans.push(line::mark(theme, Meaning::Waiting));
        }
    }
    Line::from(spans)
}

/// Clears a centred sheet with a title and gives back the room inside it. The
/// sheet is never larger than the area, so it is complete on any terminal.
pub fn sheet(buf: &mut Buffer, area: Rect, theme: Theme, title: &str, size: (u16, u16)) -> Rect {
    let (wide, high) = (size.0.saturating_add(8).min(area.width), size.1.saturating_add(4));
    let high = high.min(area.height);
    let place =
        Rect { x: area.x + (area.width - wide) / 2, y: area.y + (area.height - high) / 3, width: wide, height: high };
    for position in place.positions() {
        if let Some(cell) = buf.cell_mut(position) {
            cell.reset();
        }
    }
    clear_halves(buf, place);
    // The blank edge keeps the sheet apart from what it covers.
    let edge = if wide > 20 { 2 } else { 0 };
    let ruled = Rect { x: place.x + edge, width: wide - 2 * edge, ..place };
    line::rule(buf, line::row(ruled, 0), theme);
    line::rule(buf, line::row(ruled, high.saturating_sub(1)), theme);
    let title = Line::styled(format!(" {title} "), theme.strong());
    let head = Rect { x: ruled.x + 2.min(wide), width: ruled.width.saturating_sub(4), ..line::row(place, 0) };
    line::left(buf, head, theme, title);
    Rect {
        x: ruled.x + 2.min(wide / 2),
        y: place.y + 2.min(high / 2),
        width: ruled.width.saturating_sub(4),
        height: high.saturating_sub(4).max(1.min(high)),
    }
}

/// A wide character cut in half by the sheet's left edge would push the row.
fn clear_halves(buf: &mut Buffer, place: Rect) {
    if place.x == 0 {
        return;
    }
    for y in place.top()..place.bottom() {
        if let Some(cell) = buf.cell_mut((place.x - 1, y))
            && width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
}

/// Draws notes upwards from the bottom right of an area, newest lowest.
pub fn toasts(buf: &mut Buffer, area: Rect, theme: Theme, notes: &[(Meaning, &str)]) {
    for (up, (meaning, text)) in notes.iter().rev().enumerate() {
        let up = u16::try_from(up).unwrap_or(u16::MAX);
        if up >= area.height {
            return;
        }
        let room = area.width.saturating_sub(5);
        let text = super::text::clip(text, room, theme.ellipsis());
        let wide = width(&text) + 4;
        let place = Rect {
            x: area.right().saturating_sub(wide + 1).max(area.x),
            y: area.bottom() - 1 - up,
            width: wide.min(area.width),
            height: 1,
        };
        for position in place.positions() {
            if let Some(cell) = buf.cell_mut(position) {
                cell.reset();
            }
        }
        clear_halves(buf, place);
        let style = theme.style(*meaning);
        let spans = vec![
            Span::raw(" "),
            Span::styled(theme.mark(*meaning), style),
            Span::styled(format!(" {text} "), theme.strong()),
        ];
        line::left(buf, place, theme, Line::from(spans));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Glyphs;

    #[test]
    fn a_footer_shows_what_works_first_and_keeps_its_order() {
        let theme = Theme::new(Glyphs::Ascii);
        let hint = |key, live| Hint { key, label: "verb", live };
        let hints = [hint("a", false), hint("b", true), hint("c", false), hint("d", true)];
        assert_eq!(fitting(theme, &hints, 100), [0, 1, 2, 3]);
        assert_eq!(fitting(theme, &hints, 24), [0, 1, 3]);
        assert_eq!(fitting(theme, &hints, 8), [1]);
    }

    #[test]
    fn a_low_terminal_keeps_its_body() {
        for height in 1..30 {
            let parts = divide(Rect::new(0, 0, 10, height));
            assert!(parts.body.height > 0);
            assert_eq!(parts.footer.bottom().max(parts.body.bottom()), height);
        }
    }

    #[test]
    fn a_sheet_stays_inside_any_terminal() {
        for (wide, high) in [(1, 1), (3, 2), (20, 5), (80, 24)] {
            let area = Rect::new(0, 0, wide, high);
            let mut buf = Buffer::empty(area);
            let inside = sheet(&mut buf, area, Theme::new(Glyphs::Ascii), "Title", (70, 20));
            assert_eq!(inside.intersection(area), inside);
        }
    }
}
