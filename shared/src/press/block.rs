//! What a text is made of on paper: the data that a template sets.
//!
//! Text travels to the template as data and is never part of its code, so nothing that somebody
//! wrote can act, whatever it looks like.

use serde::Serialize;

/// How a run of text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Strong.
    Bold,
    /// Emphasis.
    Italic,
    /// Fixed width, verbatim.
    Code,
    /// Crossed out.
    Struck,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// Text to the letter.
    Text(Run),
    /// A new line within the paragraph.
    Break,
}

/// Text in one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// What is shown.
    pub text: String,
    /// How, each mark once.
    pub marks: Vec<Mark>,
    /// Where it leads: a web or mail address.
    pub link: Option<String>,
}

/// Which way a line runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// As Latin.
    #[default]
    Ltr,
    /// As Arabic and Hebrew.
    Rtl,
}

/// A line or a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The way of its first letter.
    pub direction: Direction,
    /// Its pieces.
    pub inlines: Vec<Inline>,
}

/// Where a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Where a line begins.
    Start,
    /// In the middle.
    Center,
    /// Where a line ends.
    End,
}

/// Whether a task of a list is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Still to do.
    Open,
    /// Done.
    Done,
}

/// An entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The box before it, if it is a task.
    pub task: Option<Task>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// How each column stands; as many as the heading has cells.
    pub columns: Vec<Align>,
    /// The heading.
    pub head: Vec<Line>,
    /// The rows below.
    pub rows: Vec<Vec<Line>>,
}

/// Something that stands on its own lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading. Levels begin at 1 and no level is left out on the way down.
    Heading {
        /// From 1 to 6.
        level: u8,
        /// What it says.
        line: Line,
    },
    /// Running text.
    Paragraph(Line),
    /// Entries with a bullet.
    Bullets(Vec<Item>),
    /// Numbered entries.
    Numbers {
        /// The first number.
        first: u64,
        /// The entries.
        items: Vec<Item>,
    },
    /// Somebody else's words.
    Quote(Vec<Block>),
    /// Verbatim lines.
    Code(String),
    /// Rows and columns.
    Table(Table),
    /// A line across.
    Rule,
}
