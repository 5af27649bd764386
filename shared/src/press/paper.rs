//! What is put on paper, as the templates in `config/documents/` receive it.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::block::{Block, Direction};
use super::markdown::{self, printable};

/// A line of plain text, with the way it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    text: String,
    direction: Direction,
}

impl Words {
    /// Takes text as people wrote it, and leaves out what cannot be printed.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = printable(text).replace('\n', " ").trim().to_owned();
        Self { direction: markdown::direction(&text), text }
    }
}

/// A day; the file says that it was made on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Date {
    year: i32,
    month: u32,
    day: u32,
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self { year: date.year(), month: date.month(), day: date.day() }
    }
}

/// What the file says of itself, and of nothing else: the same words make the same file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    title: Words,
    author: Words,
    date: Date,
}

impl About {
    /// A file of this title, from this studio, made on this day.
    #[must_use]
    pub fn new(title: &str, author: &str, date: NaiveDate) -> Self {
        Self { title: Words::new(title), author: Words::new(author), date: date.into() }
    }
}

/// A document of several pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    about: About,
    above: Words,
    below: Vec<Words>,
    footer: Words,
    contents: Words,
    /// What stands before, between and after the two numbers of "3 of 18".
    page: [String; 3],
    blocks: Vec<Block>,
}

/// The words around a document's text.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The line above the title.
    pub above: &'a str,
    /// The lines below the title.
    pub below: &'a [String],
    /// The line at the foot of each page.
    pub footer: &'a str,
    /// The heading of the table of contents.
    pub contents: &'a str,
    /// What stands before, between and after the two numbers of "3 of 18".
    pub page: [&'a str; 3],
}

impl Document {
    /// A document of Markdown.
    #[must_use]
    pub fn new(about: About, frame: &Frame<'_>, markdown: &str) -> Self {
        let blocks = markdown::blocks(markdown, &about.title.text);
        Self {
            above: Words::new(frame.above),
            below: frame.below.iter().map(|line| Words::new(line)).collect(),
            footer: Words::new(frame.footer),
            contents: Words::new(frame.contents),
            page: frame.page.map(str::to_owned),
            about,
            blocks,
        }
    }
}

/// A certificate: one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// What the file says of itself.
    pub about: About,
    /// The line above the heading.
    pub above: Words,
    /// The heading.
    pub heading: Words,
    /// What leads to the name.
    pub lead: Words,
    /// Who is honoured.
    pub name: Words,
    /// What for; the brand and the dates.
    pub lines: Vec<Words>,
    /// The studio's signature, and what stands below it.
    pub signature: [Words; 2],
    /// The day, and what stands below it.
    pub date: [Words; 2],
}

/// What can be put on paper. Each has its own template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paper {
    /// Month documents, plans, extras.
    Document(Document),
    /// What a client is given at the end.
    Certificate(Certificate),
}

impl Paper {
    /// The template that sets it.
    pub(super) fn template(&self) -> &'static str {
        match self {
            Self::Document(_) => include_str!("../../../config/documents/document.typ"),
            Self::Certificate(_) => include_str!("../../../config/documents/certificate.typ"),
        }
    }

    /// What the template is given, as JSON.
    pub(super) fn data(&self) -> serde_json::Result<Vec<u8>> {
        match self {
            Self::Document(document) => serde_json::to_vec(document),
            Self::Certificate(certificate) => serde_json::to_vec(certificate),
        }
    }
}
