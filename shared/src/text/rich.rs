//! The neutral form of what we send.

use serde::{Deserialize, Serialize};

/// How a span looks. Markup of a platform is made from this and from nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// As the surrounding text.
    #[default]
    Plain,
    /// Strong.
    Bold,
    /// Emphasis.
    Italic,
    /// Fixed width, verbatim.
    Code,
}

/// A run of text in one style. The text is shown to the letter: a surface escapes all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// What is shown.
    pub text: String,
    /// How.
    #[serde(default)]
    pub style: Style,
}

/// A paragraph or another piece that stands on its own lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Span>),
    /// A heading, level 1 to 6.
    Heading(u8, Vec<Span>),
    /// A list item: its depth from 0, its number in an ordered list, its text.
    Item(u8, Option<u64>, Vec<Span>),
    /// Somebody else's words.
    Quote(Vec<Span>),
    /// Verbatim lines.
    Code(String),
    /// Rows of cells; the first row is the heading.
    Table(Vec<Vec<Vec<Span>>>),
    /// A line across.
    Rule,
}

/// A text for a person, without any platform's markup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rich(pub Vec<Block>);

impl Span {
    /// A plain span.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Plain }
    }

    /// A strong span.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Bold }
    }
}

impl Rich {
    /// Plain paragraphs, one for each blank-line separated part of `text`.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self(
            text.split("\n\n")
                .map(str::trim_end)
                .filter(|part| !part.trim().is_empty())
                .map(|part| Block::Paragraph(vec![Span::plain(part)]))
                .collect(),
        )
    }

    /// Reads Markdown. Links become their text followed by the address in plain sight, images
    /// their description, HTML nothing: text from outside cannot hide where a link leads.
    #[must_use]
    pub fn from_markdown(text: &str) -> Self {
        super::markdown::parse(text)
    }

    /// Adds a block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.0.push(block);
        self
    }

    /// Adds another text below.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Everything as plain text: what a log, a search or a very plain surface shows.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let mut out = String::new();
        let mut previous: Option<&Block> = None;
        for block in &self.0 {
            if let Some(previous) = previous {
                let tight = matches!((previous, block), (Block::Item(..), Block::Item(..)));
                out.push_str(if tight { "\n" } else { "\n\n" });
            }
            out.push_str(&plain_block(block));
            previous = Some(block);
        }
        out
    }

    /// True when there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn plain_block(block: &Block) -> String {
    match block {
        Block::Paragraph(spans) | Block::Heading(_, spans) => joined(spans),
        Block::Item(depth, number, spans) => {
            let mark = number.map_or_else(|| "-".to_owned(), |n| format!("{n}."));
            format!("{}{mark} {}", "  ".repeat(usize::from(*depth)), joined(spans))
        }
        Block::Quote(spans) => joined(spans).lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n"),
        Block::Code(text) => text.trim_end().to_owned(),
        Block::Table(rows) => rows
            .iter()
            .map(|row| row.iter().map(|cell| joined(cell)).collect::<Vec<_>>().join(" | "))
            .collect::<Vec<_>>()
            .join("\n"),
        Block::Rule => "———".to_owned(),
    }
}

fn joined(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}
