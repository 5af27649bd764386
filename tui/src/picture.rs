//! A frame as an SVG picture, for the README and for looking at without a
//! terminal.
//!
//! Every cell keeps its own place: runs of one look share a text element whose
//! length is pinned, so that wide characters and fonts with other metrics stay
//! in their columns.

use std::fmt::{self, Write as _};

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use crate::widgets::text::width;

/// The width of a cell, in SVG units.
const CELL: u32 = 9;
/// The height of a row.
const ROW: u32 = 20;
/// The space around the frame.
const MARGIN: u32 = 14;
/// The height of the title bar.
const BAR: u32 = 30;

const PAPER: &str = "#14181d";
const INK: &str = "#d8dde3";
const FAINT: &str = "#7d8792";

/// Neighbouring cells of one row that look alike.
struct Run {
    x: u16,
    cells: u16,
    text: String,
    wide: bool,
    look: Look,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// Draws a frame with a title bar above it.
///
/// # Errors
/// Never in practice: writing into a string does not fail.
pub fn svg(buf: &Buffer, title: &str) -> Result<String, fmt::Error> {
    let (wide, high) = (u32::from(buf.area().width), u32::from(buf.area().height));
    let (w, h) = (wide * CELL + 2 * MARGIN, high * ROW + 2 * MARGIN + BAR);
    let mut out = String::new();
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\">"
    )?;
    writeln!(out, "<title>{}</title>", escape(title))?;
    writeln!(out, "<rect width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"{PAPER}\"/>")?;
    writeln!(out, "<text x=\"{}\" y=\"21\" text-anchor=\"middle\" fill=\"{FAINT}\">{}</text>", w / 2, escape(title))?;
    for y in 0..buf.area().height {
        for run in runs(buf, y) {
            write_run(&mut out, &run, y)?;
        }
    }
    out.push_str("</svg>\n");
    Ok(out)
}

fn runs(buf: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut x = 0;
    while x < buf.area().width {
        let cell = &buf[(buf.area().x + x, buf.area().y + y)];
        let cells = width(cell.symbol()).max(1);
        let look = Look { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
        match runs.last_mut() {
            // Only plain cells are joined: the metrics of others vary by font.
            Some(last) if last.look == look && cells == 1 && !last.wide => {
                last.text.push_str(cell.symbol());
                last.cells += cells;
            }
            _ => runs.push(Run { x, cells, text: cell.symbol().to_owned(), wide: cells > 1, look }),
        }
        x += cells;
    }
    runs
}

fn write_run(out: &mut String, run: &Run, y: u16) -> fmt::Result {
    let reversed = run.look.modifier.contains(Modifier::REVERSED);
    let (mut ink, mut paper) = (hex(run.look.fg, INK), hex(run.look.bg, PAPER));
    if reversed {
        std::mem::swap(&mut ink, &mut paper);
    }
    let x = MARGIN + u32::from(run.x) * CELL;
    let top = MARGIN + BAR + u32::from(y) * ROW;
    let wide = u32::from(run.cells) * CELL;
    if paper != PAPER {
        writeln!(out, "<rect x=\"{x}\" y=\"{top}\" width=\"{wide}\" height=\"{ROW}\" fill=\"{paper}\"/>")?;
    }
    if run.text.trim().is_empty() {
        return Ok(());
    }
    let mut style = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::DIM, " opacity=\"0.6\""),
    ] {
        if run.look.modifier.contains(modifier) {
            style.push_str(attribute);
        }
    }
    writeln!(
        out,
        "<text x=\"{x}\" y=\"{}\" textLength=\"{wide}\" xml:space=\"preserve\" fill=\"{ink}\"{style}>{}</text>",
        top + 15,
        escape(&run.text)
    )
}

fn hex(colour: Color, default: &str) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        // The theme paints in RGB; anything else is the terminal's own default.
        _ => default.to_owned(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn wide_characters_take_two_columns_and_text_is_escaped() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 8, 1));
        buf.set_string(0, 0, "李<b", Style::new().fg(Color::Rgb(1, 2, 3)));
        let picture = svg(&buf, "a & b").unwrap();
        assert!(picture.contains("<title>a &amp; b</title>"));
        assert!(picture.contains("x=\"14\" y=\"59\" textLength=\"18\""), "{picture}");
        assert!(picture.contains("x=\"32\" y=\"59\" textLength=\"18\""), "{picture}");
        assert!(picture.contains("fill=\"#010203\">&lt;b</text>"), "{picture}");
    }

    #[test]
    fn reversed_cells_swap_paper_and_ink() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 2, 1));
        buf.set_string(0, 0, "x", Style::new().add_modifier(Modifier::REVERSED));
        let picture = svg(&buf, "t").unwrap();
        assert!(picture.contains(&format!("height=\"20\" fill=\"{INK}\"")), "{picture}");
    }
}
