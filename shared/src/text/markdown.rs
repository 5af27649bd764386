//! Markdown in, neutral blocks out.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Block, Rich, Span, Style};

pub(super) fn parse(text: &str) -> Rich {
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        reader.take(event);
    }
    reader.finish()
}

/// Collects spans until a block ends.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    style: Vec<Style>,
    lists: Vec<Option<u64>>,
    quoted: usize,
    code: Option<String>,
    heading: Option<u8>,
    rows: Option<Vec<Vec<Vec<Span>>>>,
    link: Option<(String, usize)>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.push(&text, None),
            },
            Event::Code(text) => self.push(&text, Some(Style::Code)),
            Event::SoftBreak => self.push(" ", None),
            Event::HardBreak => self.push("\n", None),
            Event::Rule => self.blocks.push(Block::Rule),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.style.push(Style::Bold),
            Tag::Emphasis => self.style.push(Style::Italic),
            Tag::Heading { level, .. } => self.heading = Some(level as u8),
            Tag::List(first) => {
                self.end_block();
                self.lists.push(first);
            }
            Tag::BlockQuote(_) => self.quoted += 1,
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::Table(_) => self.rows = Some(Vec::new()),
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.rows {
                    rows.push(Vec::new());
                }
            }
            Tag::Link { dest_url, .. } => self.link = Some((dest_url.to_string(), self.shown())),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Emphasis => {
                self.style.pop();
            }
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item => self.end_block(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => self.quoted = self.quoted.saturating_sub(1),
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.blocks.push(Block::Code(code));
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.spans);
                if let Some(row) = self.rows.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                if let Some(rows) = self.rows.take() {
                    self.blocks.push(Block::Table(rows));
                }
            }
            TagEnd::Link => self.end_link(),
            _ => {}
        }
    }

    /// Shows where a link leads, unless its text already does.
    fn end_link(&mut self) {
        if let Some((address, from)) = self.link.take() {
            let text: String = self.spans.iter().map(|span| span.text.as_str()).collect();
            if text.get(from..).is_none_or(|shown| shown != address) {
                self.push(&format!(" ({address})"), Some(Style::Plain));
            }
        }
    }

    fn shown(&self) -> usize {
        self.spans.iter().map(|span| span.text.len()).sum()
    }

    fn push(&mut self, text: &str, style: Option<Style>) {
        let style = style.or_else(|| self.style.last().copied()).unwrap_or_default();
        match self.spans.last_mut() {
            Some(last) if last.style == style => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), style }),
        }
    }

    fn end_block(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        let heading = self.heading.take();
        if spans.is_empty() {
            return;
        }
        let block = if let Some(level) = heading {
            Block::Heading(level, spans)
        } else if let Some(number) = self.lists.last_mut() {
            let shown = *number;
            if let Some(number) = number {
                *number += 1;
            }
            let depth = u8::try_from(self.lists.len() - 1).unwrap_or(u8::MAX);
            Block::Item(depth, shown, spans)
        } else if self.quoted > 0 {
            Block::Quote(spans)
        } else {
            Block::Paragraph(spans)
        };
        self.blocks.push(block);
    }

    fn finish(mut self) -> Rich {
        self.end_block();
        Rich(self.blocks)
    }
}
