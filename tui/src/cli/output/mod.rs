//! How answers are printed: a calm table for people, tabs for pipes, one JSON value for programs.
//!
//! Answers go to standard output and everything said about them to standard error. Text that
//! people wrote comes in here only through its terminal encoder, except into JSON, where
//! [`json`] escapes whatever could steer a terminal.

pub mod csv;
pub mod json;
mod table;
mod words;

use std::io::{self, Write};

use serde::Serialize;

use super::exit::Outcome;

pub use table::{Column, left, right};
pub use words::{ago, dash, date, day, moment, name, preview, word};

/// What the caller asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns.
    Human,
    /// Tabs, no headings.
    Plain,
    /// One JSON value.
    Json,
}

/// Where answers go.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    format: Format,
}

impl Out {
    /// Answers in this form.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self { format }
    }

    /// True when the answer is JSON, so that nothing has to be worded.
    #[must_use]
    pub fn is_json(self) -> bool {
        self.format == Format::Json
    }

    /// Many things of one kind. `none` is said when there are none.
    pub fn list<R: Serialize, const N: usize>(
        self,
        rows: &[R],
        columns: [Column; N],
        cells: impl Fn(&R) -> [String; N],
        none: &str,
    ) -> Outcome {
        if self.is_json() {
            return print_json(rows);
        }
        if rows.is_empty() {
            say(none);
            return Ok(());
        }
        let rows: Vec<[String; N]> = rows.iter().map(cells).collect();
        print(&match self.format {
            Format::Plain => table::tabs(&rows),
            _ => table::aligned(&columns, &rows),
        })
    }

    /// One thing, field by field.
    pub fn one<R: Serialize>(self, thing: &R, fields: &[(&str, String)]) -> Outcome {
        match self.format {
            Format::Json => print_json(thing),
            Format::Plain => print(&table::tabs(&pairs(fields))),
            Format::Human => print(&table::aligned_bare(&pairs(fields))),
        }
    }

    /// One thing that is best read as text, such as a document or a conversation.
    pub fn text<R: Serialize>(self, thing: &R, text: &str) -> Outcome {
        if self.is_json() {
            return print_json(thing);
        }
        print(&format!("{}\n", text.trim_end_matches('\n')))
    }

    /// A change was made: the thing itself for programs, a sentence for people.
    pub fn done<R: Serialize>(self, thing: &R, sentence: &str) -> Outcome {
        if self.is_json() {
            return print_json(thing);
        }
        say(sentence);
        Ok(())
    }
}

/// The one JSON value of an answer.
fn print_json<R: Serialize + ?Sized>(value: &R) -> Outcome {
    print(&json::text(value)?)
}

fn pairs(fields: &[(&str, String)]) -> Vec<[String; 2]> {
    fields.iter().map(|(name, value)| [(*name).to_owned(), value.clone()]).collect()
}

/// Writes to standard output; a reader that has gone is an error of kind `BrokenPipe`.
pub fn print(text: &str) -> Outcome {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Says a line on standard error. If nobody can hear it there is nobody left to tell.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests;
