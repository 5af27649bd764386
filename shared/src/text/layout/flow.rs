//! The neutral text laid out in lines.

use std::ops::Range;

use super::table;
use crate::text::{Block, Rich, Span, Style};

/// How a run of text looks. Runs of looks never overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Strong.
    Bold,
    /// Emphasis.
    Italic,
    /// Fixed width, within a line.
    Code,
}

/// How whole lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockLook {
    /// Somebody else's words.
    Quote,
    /// Verbatim lines in fixed width.
    Verbatim,
}

/// A text in lines, with byte ranges of looks beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Everything that is shown, without any markup.
    pub text: String,
    /// Looks within lines, in order.
    pub looks: Vec<(Range<usize>, Look)>,
    /// Looks of whole lines, in order.
    pub blocks: Vec<(Range<usize>, BlockLook)>,
}

impl Flow {
    /// Lays out a text: paragraphs with a blank line between them, list items on adjacent lines,
    /// headings as strong lines, tables aligned where they are narrow and told row by row where not.
    #[must_use]
    pub fn of(text: &Rich) -> Self {
        let mut flow = Self::default();
        let mut previous: Option<&Block> = None;
        for block in &text.0 {
            if !flow.text.is_empty() {
                let tight = matches!((previous, block), (Some(Block::Item(..)), Block::Item(..)));
                flow.text.push_str(if tight { "\n" } else { "\n\n" });
            }
            flow.block(block);
            previous = Some(block);
        }
        flow
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(spans) => self.spans(spans, None),
            Block::Heading(_, spans) => self.spans(spans, Some(Look::Bold)),
            Block::Item(depth, number, spans) => {
                let mark = number.map_or_else(|| "•".to_owned(), |n| format!("{n}."));
                // No-break spaces: platforms drop ordinary ones at the start of a line.
                self.push(&format!("{}{mark} ", "\u{a0}\u{a0}".repeat(usize::from(*depth).min(6))), None);
                self.spans(spans, None);
            }
            Block::Quote(spans) => {
                let from = self.text.len();
                self.spans(spans, None);
                self.mark_block(from, BlockLook::Quote);
            }
            Block::Code(code) => self.verbatim(code),
            Block::Table(rows) => match table::aligned(rows) {
                Some(lines) => self.verbatim(&lines),
                None => table::told(rows).iter().enumerate().for_each(|(index, row)| {
                    self.push(if index == 0 { "" } else { "\n" }, None);
                    self.spans(row, None);
                }),
            },
            Block::Rule => self.push("———", None),
        }
    }

    fn spans(&mut self, spans: &[Span], instead: Option<Look>) {
        for span in spans {
            let own = match span.style {
                Style::Plain => None,
                Style::Bold => Some(Look::Bold),
                Style::Italic => Some(Look::Italic),
                Style::Code => Some(Look::Code),
            };
            self.push(&span.text, instead.or(own));
        }
    }

    fn push(&mut self, text: &str, look: Option<Look>) {
        let from = self.text.len();
        self.text.push_str(&readable(text));
        let range = self.trimmed(from..self.text.len());
        if let Some(look) = look.filter(|_| !range.is_empty()) {
            self.looks.push((range, look));
        }
    }

    fn verbatim(&mut self, text: &str) {
        let from = self.text.len();
        self.text.push_str(readable(text).trim_end());
        self.mark_block(from, BlockLook::Verbatim);
    }

    fn mark_block(&mut self, from: usize, look: BlockLook) {
        let range = self.trimmed(from..self.text.len());
        if !range.is_empty() {
            self.blocks.push((range, look));
        }
    }

    /// A range without white space at either end: platforms refuse looks that begin or end with it.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = self.text.get(range.clone()).unwrap_or("");
        let start = range.start + (text.len() - text.trim_start().len());
        start..(start + text.trim().len())
    }

    /// The looks within `part`, cut to it and counted from its start.
    #[must_use]
    pub fn within<T: Copy>(&self, looks: &[(Range<usize>, T)], part: &Range<usize>) -> Vec<(Range<usize>, T)> {
        looks
            .iter()
            .filter_map(|(range, look)| {
                let cut = self.trimmed(range.start.max(part.start)..range.end.min(part.end).max(range.start));
                let inside = cut.start >= part.start && cut.end <= part.end && !cut.is_empty();
                inside.then(|| ((cut.start - part.start)..(cut.end - part.start), *look))
            })
            .collect()
    }
}

/// Text without what cannot be seen and only deceives: controls and bidirectional overrides. Joiners
/// stay, since scripts and emoji need them.
fn readable(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' => Some(' '),
            '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}
