//! A document in Markdown as lines of a terminal.
//!
//! Headings, paragraphs, lists, quotes, rules, code and tables are set at the
//! given width. Links show their address as text and nothing is followed;
//! embedded HTML is shown as the text that it is.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::text::{clip, width};
use crate::theme::Theme;

/// Sets a document at a width. The text must have been encoded for terminals.
#[must_use]
pub fn set(theme: Theme, markdown: &str, cells: u16) -> Vec<Line<'static>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut setter = Setter::new(theme, cells.max(8));
    for event in Parser::new_ext(markdown, options) {
        setter.take(event);
    }
    setter.finish()
}

/// A table while its cells arrive.
#[derive(Default)]
struct Grid {
    rows: Vec<Vec<String>>,
}

struct Setter {
    theme: Theme,
    cells: u16,
    lines: Vec<Line<'static>>,
    /// Words of the paragraph being set, each with the space that follows it.
    run: Vec<(String, Style)>,
    styles: Vec<Style>,
    /// One entry a list: the next number, or none for bullets.
    lists: Vec<Option<u64>>,
    quotes: usize,
    marker: Option<String>,
    code: bool,
    grid: Option<Grid>,
    /// The address of the link being set, and where its text began.
    link: Option<(String, usize)>,
}

impl Setter {
    fn new(theme: Theme, cells: u16) -> Self {
        Self {
            theme,
            cells,
            lines: Vec::new(),
            run: Vec::new(),
            styles: Vec::new(),
            lists: Vec::new(),
            quotes: 0,
            marker: None,
            code: false,
            grid: None,
            link: None,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) if self.code => self.code_lines(&text),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.words(&text),
            Event::Code(text) => {
                self.styles.push(Style::new().add_modifier(Modifier::BOLD));
                self.words(&text);
                self.styles.pop();
            }
            Event::SoftBreak => self.words(" "),
            Event::HardBreak => self.end_block(),
            Event::Rule => {
                self.gap();
                let rule = self.theme.rule().repeat(usize::from(self.cells));
                self.lines.push(Line::styled(rule, self.theme.dim()));
            }
            Event::TaskListMarker(done) => self.words(if done { "[x] " } else { "[ ] " }),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.gap();
                let underline = match level {
                    HeadingLevel::H1 => Modifier::BOLD | Modifier::UNDERLINED,
                    _ => Modifier::BOLD,
                };
                self.styles.push(Style::new().add_modifier(underline));
            }
            Tag::Paragraph if self.marker.is_none() && self.lists.is_empty() => self.gap(),
            Tag::BlockQuote(_) => {
                self.gap();
                self.quotes += 1;
            }
            Tag::CodeBlock(_) => {
                self.gap();
                self.code = true;
            }
            Tag::List(first) => {
                self.end_block();
                if self.lists.is_empty() {
                    self.gap();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => format!("{} ", self.theme.bullet()),
                };
                self.marker = Some(marker);
            }
            Tag::Emphasis => self.push_modifier(Modifier::ITALIC),
            Tag::Strong => self.push_modifier(Modifier::BOLD),
            Tag::Strikethrough => self.push_modifier(Modifier::CROSSED_OUT),
            Tag::Link { dest_url, .. } => {
                self.link = Some((dest_url.into_string(), self.run.len()));
            }
            Tag::Table(_) => self.grid = Some(Grid::default()),
            Tag::TableHead | Tag::TableRow => {
                if let Some(grid) = &mut self.grid {
                    grid.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_block();
                self.styles.pop();
            }
            TagEnd::Paragraph => self.end_block(),
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::CodeBlock => self.code = false,
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Item => {
                self.end_block();
                self.marker = None;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link => {
                if let Some((address, from)) = self.link.take() {
                    self.end_link(&address, from);
                }
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    /// The address follows the words, unless they are the address.
    fn end_link(&mut self, address: &str, from: usize) {
        let words = self.run.iter().skip(from).map(|(word, _)| word.as_str());
        if words.collect::<String>() != address {
            self.words(&format!(" ({address})"));
        }
    }

    fn push_modifier(&mut self, modifier: Modifier) {
        self.styles.push(Style::new().add_modifier(modifier));
    }

    fn words(&mut self, text: &str) {
        let style = self.styles.iter().fold(Style::new(), |all, style| all.patch(*style));
        let text = text.replace('\n', " ");
        for word in text.split_inclusive(' ') {
            self.run.push((word.to_owned(), style));
        }
    }

    fn code_lines(&mut self, text: &str) {
        for code in text.lines() {
            let code = clip(code, self.cells.saturating_sub(4), self.theme.ellipsis());
            self.lines.push(Line::styled(format!("    {code}"), self.theme.dim()));
        }
    }

    /// A blank line between blocks, never two and never first.
    fn gap(&mut self) {
        self.end_block();
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    fn end_block(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let (first, rest) = self.margins();
        let room = self.cells.saturating_sub(width(&first)).max(4);
        let run = std::mem::take(&mut self.run);
        for (at, spans) in break_lines(run, room).into_iter().enumerate() {
            let margin = if at == 0 { first.clone() } else { rest.clone() };
            let mut line = Line::from(Span::styled(margin, self.theme.dim()));
            line.spans.extend(spans);
            self.lines.push(line);
        }
        // Later paragraphs of the same list item stand under its text.
        if let Some(marker) = &mut self.marker {
            *marker = " ".repeat(usize::from(width(marker)));
        }
    }

    fn margins(&self) -> (String, String) {
        let bar = format!("{} ", self.theme.quote());
        let quote = bar.repeat(self.quotes);
        let indent = "  ".repeat(self.lists.len().saturating_sub(1));
        let marker = self.marker.clone().unwrap_or_default();
        let under = " ".repeat(usize::from(width(&marker)));
        (format!("{quote}{indent}{marker}"), format!("{quote}{indent}{under}"))
    }

    fn end_cell(&mut self) {
        let text: String = self.run.drain(..).map(|(word, _)| word).collect();
        if let Some(row) = self.grid.as_mut().and_then(|grid| grid.rows.last_mut()) {
            row.push(text.trim().to_owned());
        }
    }

    fn end_table(&mut self) {
        let Some(grid) = self.grid.take() else { return };
        self.gap();
        let columns = grid.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths = column_widths(&grid.rows, columns, self.cells);
        for (at, row) in grid.rows.iter().enumerate() {
            let mut text = String::new();
            for (cell, wide) in row.iter().zip(&widths) {
                let cell = clip(cell, *wide, self.theme.ellipsis());
                let pad = wide - width(&cell);
                text.push_str(&cell);
                text.push_str(&" ".repeat(usize::from(pad) + 2));
            }
            let style = if at == 0 { self.theme.strong() } else { Style::new() };
            self.lines.push(Line::styled(text.trim_end().to_owned(), style));
        }
    }

    fn finish(mut self) -> Vec<Line<'static>> {
        self.end_block();
        self.lines
    }
}

/// Natural widths, cut to an equal share when they do not fit.
fn column_widths(rows: &[Vec<String>], columns: usize, cells: u16) -> Vec<u16> {
    let natural: Vec<u16> = (0..columns)
        .map(|c| rows.iter().filter_map(|row| row.get(c)).map(|cell| width(cell)).max())
        .map(Option::unwrap_or_default)
        .collect();
    let gaps = 2 * u16::try_from(columns.saturating_sub(1)).unwrap_or(0);
    let room = cells.saturating_sub(gaps);
    let total: u32 = natural.iter().map(|w| u32::from(*w)).sum();
    if total <= u32::from(room) {
        return natural;
    }
    let share = |w: u16| u32::from(w) * u32::from(room) / total.max(1);
    natural.iter().map(|w| u16::try_from(share(*w)).unwrap_or(room).max(1)).collect()
}

/// Fills lines of `room` cells with words.
fn break_lines(run: Vec<(String, Style)>, room: u16) -> Vec<Vec<Span<'static>>> {
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for (word, style) in run {
        let mut rest = word.as_str();
        if used > 0 && used + width(rest.trim_end()) > room {
            lines.push(Vec::new());
            used = 0;
        }
        if used == 0 {
            rest = rest.trim_start();
        }
        while width(rest.trim_end()) > room {
            let part = super::text::head(rest, room);
            if part.is_empty() {
                break;
            }
            if let Some(line) = lines.last_mut() {
                line.push(Span::styled(part.to_owned(), style));
            }
            lines.push(Vec::new());
            rest = &rest[part.len()..];
        }
        if rest.is_empty() {
            continue;
        }
        used += width(rest);
        if let Some(line) = lines.last_mut() {
            line.push(Span::styled(rest.to_owned(), style));
        }
    }
    lines
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
