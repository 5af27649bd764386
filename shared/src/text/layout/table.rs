//! Tables, for screens as narrow as a phone.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::Span;

/// Columns of fixed-width text that a phone shows without wrapping.
const NARROW: usize = 36;

/// Rows of cells.
type Rows = [Vec<Vec<Span>>];

/// The table as aligned lines, if it is narrow enough for a phone.
pub(super) fn aligned(rows: &Rows) -> Option<String> {
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect()).collect();
    let columns = cells.iter().map(Vec::len).max().filter(|columns| *columns > 0)?;
    let widths: Vec<usize> = (0..columns)
        .map(|c| cells.iter().filter_map(|row| row.get(c)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    if widths.iter().sum::<usize>() + 2 * (columns - 1) > NARROW {
        return None;
    }
    let line = |row: &Vec<String>| {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide - width(cell)))).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let under = widths.iter().map(|wide| "─".repeat(*wide)).collect::<Vec<_>>().join("  ");
    let mut lines: Vec<String> = cells.iter().map(line).collect();
    lines.insert(1.min(lines.len()), under);
    Some(lines.join("\n"))
}

/// The table told row by row: the first cell strong, the others after their column's name.
pub(super) fn told(rows: &Rows) -> Vec<Vec<Span>> {
    let Some((head, body)) = rows.split_first() else { return Vec::new() };
    let body = if body.is_empty() { std::slice::from_ref(head) } else { body };
    body.iter().map(|row| told_row(head, row)).collect()
}

fn told_row(head: &[Vec<Span>], row: &[Vec<Span>]) -> Vec<Span> {
    let mut spans = vec![Span::plain("• ")];
    for (index, cell) in row.iter().enumerate() {
        let text = one_line(cell);
        match head.get(index).map(|name| one_line(name)).filter(|name| !name.is_empty()) {
            _ if index == 0 => spans.push(Span::bold(text)),
            Some(name) => spans.push(Span::plain(format!(" · {name}: {text}"))),
            None => spans.push(Span::plain(format!(" · {text}"))),
        }
    }
    spans
}

fn one_line(cell: &[Span]) -> String {
    let text: String = cell.iter().map(|span| span.text.as_str()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn width(text: &str) -> usize {
    text.graphemes(true).count()
}
