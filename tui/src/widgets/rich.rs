//! Our neutral text set for a terminal: what a message looks like where it is read.

use std::ops::Range;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use wavelaunch_shared::text::layout::{BlockLook, Flow, Look};
use wavelaunch_shared::text::{Rich, terminal_safe};

use super::text::wrap;
use crate::theme::Theme;

/// The text in lines of at most `cells`.
#[must_use]
pub fn set(theme: Theme, text: &Rich, cells: u16) -> Vec<Line<'static>> {
    let flow = Flow::of(text);
    let mut lines = Vec::new();
    let mut at = 0;
    for row in flow.text.split('\n') {
        let quoted = flow.blocks.iter().any(|(range, look)| *look == BlockLook::Quote && range.contains(&at));
        // Pieces of a row are its own letters, with nothing but spaces left out between them.
        let mut from = 0;
        for piece in wrap(row, cells.saturating_sub(if quoted { 2 } else { 0 })) {
            let start = row[from..].find(piece.as_str()).map_or(from, |found| from + found);
            from = (start + piece.len()).min(row.len());
            let mut line = Line::default();
            if quoted {
                line.spans.push(Span::styled(format!("{} ", theme.quote()), theme.dim()));
            }
            let mut set = spans(theme, &flow, at + start..at + from);
            if let Some(first) = set.first_mut().filter(|_| start == 0 && row.trim_start().starts_with('•')) {
                first.content = first.content.replacen('•', theme.bullet(), 1).into();
            }
            line.spans.extend(set);
            lines.push(line);
        }
        at += row.len() + 1;
    }
    lines
}

/// A part of the text, cut where looks begin and end.
fn spans(theme: Theme, flow: &Flow, part: Range<usize>) -> Vec<Span<'static>> {
    let text = flow.text.get(part.clone()).unwrap_or("");
    let mut spans = Vec::new();
    let mut at = 0;
    for (range, look) in flow.within(&flow.looks, &part) {
        spans.push(plain(&text[at..range.start], Style::new()));
        spans.push(plain(&text[range.clone()], style(theme, look)));
        at = range.end;
    }
    spans.push(plain(&text[at..], Style::new()));
    spans.retain(|span| !span.content.is_empty());
    spans
}

fn plain(text: &str, style: Style) -> Span<'static> {
    Span::styled(terminal_safe(text), style)
}

fn style(theme: Theme, look: Look) -> Style {
    match look {
        Look::Bold => theme.strong(),
        Look::Italic => Style::new().add_modifier(Modifier::ITALIC),
        Look::Code => theme.accent(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Glyphs;

    #[test]
    fn looks_survive_the_breaking_of_lines() {
        let text = Rich::from_markdown("One **strong phrase that breaks** here\n\n- an item\u{1b}[2J\n\n> said\n");
        let lines = set(Theme::new(Glyphs::Ascii), &text, 14);
        let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["One strong", "phrase that", "breaks here", "", "- an item[2J", "", "| said"]);
        let strong = Theme::new(Glyphs::Ascii).strong();
        let marked: Vec<&str> = lines
            .iter()
            .flat_map(|line| &line.spans)
            .filter(|span| span.style == strong)
            .map(|span| span.content.as_ref())
            .collect();
        assert_eq!(marked, ["strong", "phrase that", "breaks"]);
    }
}
