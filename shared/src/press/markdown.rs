//! Markdown in, blocks for the paper out.
//!
//! HTML is shown as the text that it is, pictures as their description, and only web and mail
//! addresses become links. Controls and marks that turn a line around unseen are left out.

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};
use unicode_bidi::{BidiClass, bidi_class};

use super::block::{Align, Block, Direction, Inline, Item, Line, Mark, Run, Table, Task};

/// How deep lists and quotes may stand in each other; what is deeper stands at this depth.
const DEEPEST: usize = 8;

/// Reads a text. A first heading that only repeats `title` is left out.
pub(super) fn blocks(markdown: &str, title: &str) -> Vec<Block> {
    let safe = printable(markdown);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut reader = Reader::new();
    for event in Parser::new_ext(&safe, options) {
        reader.take(event);
    }
    let mut blocks = reader.finish();
    if let Some(Block::Heading { line, .. }) = blocks.first()
        && plain(line).trim().eq_ignore_ascii_case(title.trim())
    {
        blocks.remove(0);
    }
    level(&mut blocks);
    blocks
}

/// Text without what cannot be printed or deceives its reader: controls (tabs become spaces),
/// bidirectional controls, and unseen marks except the two joiners that scripts and emoji need.
pub(super) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => safe.push_str("    "),
            '\n' => safe.push('\n'),
            c if c.is_control() || is_unseen(c) => {}
            c => safe.push(c),
        }
    }
    safe
}

fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e001f}')
}

/// The way of a line: that of its first letter which has one.
pub(super) fn direction(text: &str) -> Direction {
    let first = text.chars().map(bidi_class).find(|class| matches!(class, BidiClass::L | BidiClass::R | BidiClass::AL));
    match first {
        Some(BidiClass::R | BidiClass::AL) => Direction::Rtl,
        _ => Direction::Ltr,
    }
}

/// Gives the headings levels from 1 without a gap on the way down.
fn level(blocks: &mut [Block]) {
    let mut open: Vec<u8> = Vec::new();
    for block in blocks {
        let Block::Heading { level, .. } = block else { continue };
        while open.last().is_some_and(|last| last >= level) {
            open.pop();
        }
        open.push(*level);
        *level = u8::try_from(open.len()).unwrap_or(6);
    }
}

fn plain(line: &Line) -> String {
    line.inlines.iter().fold(String::new(), |text, inline| match inline {
        Inline::Text(run) => text + &run.text,
        Inline::Break => text + " ",
    })
}

/// Something that is open and will hold what comes.
enum Frame {
    Page(Vec<Block>),
    Quote(Vec<Block>),
    /// The first number of an ordered list, and the entries so far.
    List(Option<u64>, Vec<Item>),
    Item(Item),
    /// Deeper than anybody reads: its content goes to what is around it.
    Through,
}

/// A link whose words are being read.
struct Open {
    shown: String,
    /// `None` when it leads nowhere that may be gone to.
    address: Option<String>,
}

/// Puts blocks together from events.
struct Reader {
    frames: Vec<Frame>,
    line: Vec<Inline>,
    marks: Vec<Mark>,
    links: Vec<Open>,
    heading: Option<u8>,
    code: Option<String>,
    table: Option<Table>,
    in_head: bool,
}

impl Reader {
    fn new() -> Self {
        Self {
            frames: vec![Frame::Page(Vec::new())],
            line: Vec::new(),
            marks: Vec::new(),
            links: Vec::new(),
            heading: None,
            code: None,
            table: None,
            in_head: false,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.push(&text, None),
            },
            Event::Code(text) => self.push(&text, Some(Mark::Code)),
            Event::SoftBreak => self.push(" ", None),
            Event::HardBreak => self.line.push(Inline::Break),
            Event::Rule => self.add(Block::Rule),
            Event::TaskListMarker(done) => {
                if let Some(Frame::Item(item)) = self.frames.last_mut() {
                    item.task = Some(if done { Task::Done } else { Task::Open });
                }
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.marks.push(Mark::Bold),
            Tag::Emphasis => self.marks.push(Mark::Italic),
            Tag::Strikethrough => self.marks.push(Mark::Struck),
            Tag::Link { dest_url, .. } => {
                let address = leads_out(&dest_url).then(|| dest_url.into_string());
                self.links.push(Open { shown: String::new(), address });
            }
            Tag::Heading { level, .. } => self.heading = Some(level as u8),
            Tag::CodeBlock(_) => {
                self.end_line();
                self.code = Some(String::new());
            }
            Tag::BlockQuote(_) => {
                self.end_line();
                self.descend(Frame::Quote(Vec::new()));
            }
            Tag::List(first) => {
                self.end_line();
                self.descend(Frame::List(first, Vec::new()));
            }
            Tag::Item => self.descend_into_item(),
            Tag::Table(columns) => {
                let columns = columns.into_iter().map(align).collect();
                self.table = Some(Table { columns, ..Table::default() });
            }
            Tag::TableHead => self.in_head = true,
            Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough => {
                self.marks.pop();
            }
            TagEnd::Link => {
                if let Some(Open { shown, address: Some(address) }) = self.links.pop()
                    && let Some(place) = place_behind(&shown, &address)
                {
                    self.push(&format!(" ({place})"), None);
                }
            }
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::HtmlBlock => self.end_line(),
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.add(Block::Code(code.trim_end_matches('\n').to_owned()));
                }
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.end_line();
                self.ascend();
            }
            TagEnd::TableHead => self.in_head = false,
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.add(Block::Table(table));
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str, mark: Option<Mark>) {
        if text.is_empty() {
            return;
        }
        let mut marks: Vec<Mark> = self.marks.iter().copied().chain(mark).collect();
        marks.sort_unstable();
        marks.dedup();
        let link = self.links.last_mut().and_then(|link| {
            link.shown.push_str(text);
            link.address.clone()
        });
        match self.line.last_mut() {
            Some(Inline::Text(last)) if last.marks == marks && last.link == link => last.text.push_str(text),
            _ => self.line.push(Inline::Text(Run { text: text.to_owned(), marks, link })),
        }
    }

    fn taken_line(&mut self) -> Line {
        let mut line = Line { direction: Direction::Ltr, inlines: std::mem::take(&mut self.line) };
        if let Some(Inline::Text(last)) = line.inlines.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        line.direction = direction(&plain(&line));
        line
    }

    fn end_line(&mut self) {
        let heading = self.heading.take();
        if self.line.is_empty() {
            return;
        }
        let line = self.taken_line();
        let within = self.frames.iter().any(|frame| !matches!(frame, Frame::Page(_)));
        self.add(match heading {
            // In a list or a quote it leads nowhere: it is a strong line there.
            Some(_) if within => Block::Paragraph(strong(line)),
            Some(level) => Block::Heading { level, line },
            None => Block::Paragraph(line),
        });
    }

    fn end_cell(&mut self) {
        let line = self.taken_line();
        let Some(table) = &mut self.table else { return };
        let row = if self.in_head { Some(&mut table.head) } else { table.rows.last_mut() };
        if let Some(row) = row {
            row.push(line);
        }
    }

    fn descend(&mut self, frame: Frame) {
        let deep = self.frames.iter().filter(|frame| matches!(frame, Frame::Quote(_) | Frame::List(..))).count();
        self.frames.push(if deep < DEEPEST { frame } else { Frame::Through });
    }

    fn descend_into_item(&mut self) {
        let within_list = matches!(self.frames.last(), Some(Frame::List(..)));
        self.frames.push(if within_list { Frame::Item(Item::default()) } else { Frame::Through });
    }

    fn ascend(&mut self) {
        match self.frames.pop() {
            Some(Frame::Quote(blocks)) if !blocks.is_empty() => self.add(Block::Quote(blocks)),
            Some(Frame::List(None, items)) if !items.is_empty() => self.add(Block::Bullets(items)),
            Some(Frame::List(Some(first), items)) if !items.is_empty() => self.add(Block::Numbers { first, items }),
            Some(Frame::Item(item)) => {
                if let Some(Frame::List(_, items)) = self.frames.last_mut() {
                    items.push(item);
                }
            }
            _ => {}
        }
    }

    /// Adds a block to the innermost thing that holds blocks.
    fn add(&mut self, block: Block) {
        for frame in self.frames.iter_mut().rev() {
            match frame {
                Frame::Page(blocks) | Frame::Quote(blocks) => return blocks.push(block),
                Frame::Item(item) => return item.blocks.push(block),
                Frame::List(..) | Frame::Through => {}
            }
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.end_line();
        while self.frames.len() > 1 {
            self.ascend();
        }
        match self.frames.pop() {
            Some(Frame::Page(blocks)) => blocks,
            _ => Vec::new(),
        }
    }
}

fn strong(mut line: Line) -> Line {
    for inline in &mut line.inlines {
        if let Inline::Text(run) = inline
            && !run.marks.contains(&Mark::Bold)
        {
            run.marks.insert(0, Mark::Bold);
        }
    }
    line
}

fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None | Alignment::Left => Align::Start,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::End,
    }
}

fn leads_out(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

/// Where a link leads, unless its words say just that: nobody follows one blindly, and paper cannot be pressed.
fn place_behind(shown: &str, address: &str) -> Option<String> {
    let bare = |text: &str| {
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let schemes = ["https://", "http://", "mailto:"];
        schemes.iter().find_map(|scheme| text.strip_prefix(scheme).map(str::to_owned)).unwrap_or(text)
    };
    if bare(shown) == bare(address) {
        return None;
    }
    let host = url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    Some(host.unwrap_or_else(|| bare(address)))
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
