//! The catalogue of everything that a person reads in a message: `config/messages/en.toml`, and what a
//! studio words differently in a file of its own (`messages.file`).
//!
//! The built-in file is the contract with the code: its keys, their values, the number and order of
//! their buttons. A test proves that the code sends every message of it and no other. A studio's file
//! may reword any of them and leaves the rest as they are; it can neither add a message nor drop a value.
//!
//! Templates are strict: the placeholders in the text and the `vars` beside it must be the same,
//! and rendering needs exactly those values, so that no raw brace ever reaches a person. Whatever is
//! wrong is named with its file and line when the file is read. A value is put in after the markup was
//! read and therefore can never become markup itself.

mod fill;
mod preview;
mod read;
mod sample;
#[cfg(test)]
mod sent_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::portal::Switch;
use crate::text::{Block, Button, Rich, Span};
use crate::{Error, Result};

pub use preview::{Preview, preview};

const ENGLISH: &str = include_str!("../../../config/messages/en.toml");
const ENGLISH_NAME: &str = "config/messages/en.toml";

/// All messages of one language.
#[derive(Clone, Debug)]
pub struct Catalogue(BTreeMap<String, Message>);

/// One message, ready to be filled.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who is told, of a notice; none for an answer in a conversation.
    pub audience: Option<Audience>,
    /// The switch that lets a client turn it off; none when nothing does.
    pub preference: Option<Switch>,
    /// Where its words stand.
    pub origin: Origin,
    /// The values that it needs.
    pub vars: BTreeSet<String>,
    /// The labels of its buttons, in order.
    pub buttons: Vec<String>,
    subject: Option<String>,
    markdown: String,
    body: Rich,
}

/// Who is told by a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// A client.
    Client,
    /// The studio's staff.
    Admin,
}

/// Whose words a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The product's own.
    BuiltIn,
    /// The studio's file.
    Studio,
}

/// A message with its values in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The first line of a notice, or a mail's subject.
    pub subject: Option<String>,
    /// The text.
    pub body: Rich,
    /// The labels of its buttons.
    pub buttons: Vec<String>,
}

impl Catalogue {
    /// The built-in English catalogue.
    pub fn built_in() -> Result<Self> {
        Self::parse(ENGLISH_NAME, ENGLISH)
    }

    /// The built-in catalogue with the words of a studio's file in the place of its own; an empty path
    /// means none.
    pub fn load(file: &str) -> Result<Self> {
        let built_in = Self::built_in()?;
        if file.is_empty() {
            return Ok(built_in);
        }
        let text = std::fs::read_to_string(file).map_err(|error| Error::file(Path::new(file), error))?;
        built_in.reworded(file, &text)
    }

    /// Reads a whole catalogue; an error names the file and the line.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        read::whole(&read::Source { name, text }).map(Self)
    }

    /// This catalogue with the messages of `text` in the place of its own.
    pub fn reworded(mut self, name: &str, text: &str) -> Result<Self> {
        let reworded = read::reworded(&read::Source { name, text }, &self.0)?;
        self.0.extend(reworded);
        Ok(self)
    }

    /// The message with this key.
    pub fn get(&self, key: &str) -> Result<&Message> {
        self.0.get(key).ok_or(Error::NotFound("message"))
    }

    /// Every message with its key, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Message)> {
        self.0.iter().map(|(key, message)| (key.as_str(), message))
    }

    /// The message with its values in place; it needs exactly the values that its text names.
    /// A value of several lines that begin with `- ` becomes a list.
    pub fn render(&self, key: &str, values: &[(&str, String)]) -> Result<Rendered> {
        let message = self
            .0
            .get(key)
            .ok_or_else(|| Error::Setting(format!("{ENGLISH_NAME}: there is no message [{key}]; this is a bug")))?;
        let given: BTreeSet<&str> = values.iter().map(|(name, _)| *name).collect();
        let wanted: BTreeSet<&str> = message.vars.iter().map(String::as_str).collect();
        if given != wanted {
            return Err(Error::Setting(format!(
                "{ENGLISH_NAME}: [{key}] wants the values {wanted:?} and was given {given:?}"
            )));
        }
        Ok(message.filled(values))
    }

    /// The body as plain text, for words that stand in something else.
    pub fn plain(&self, key: &str, values: &[(&str, String)]) -> Result<String> {
        Ok(self.body(key, values)?.to_plain())
    }

    /// The buttons of a message; what each does stands in the order of their labels.
    pub fn buttons<A: Into<String>>(&self, key: &str, actions: impl IntoIterator<Item = A>) -> Result<Vec<Button>> {
        let labels = &self.get(key)?.buttons;
        let actions: Vec<String> = actions.into_iter().map(Into::into).collect();
        debug_assert_eq!(labels.len(), actions.len(), "the buttons of {key}");
        Ok(labels.iter().zip(actions).map(|(label, action)| Button::new(label, action)).collect())
    }

    /// The body alone, for the many short answers that are nothing else.
    pub fn body(&self, key: &str, values: &[(&str, String)]) -> Result<Rich> {
        self.render(key, values).map(|rendered| rendered.body)
    }
}

impl Message {
    /// With these values in place; one that is not given leaves nothing behind.
    fn filled(&self, values: &[(&str, String)]) -> Rendered {
        Rendered {
            subject: self.subject.as_deref().map(|subject| fill::text(subject, values)),
            body: Rich(self.body.0.iter().flat_map(|block| fill::block(block, values)).collect()),
            buttons: self.buttons.clone(),
        }
    }

    /// The subject as it stands in the file.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The text as it stands in the file.
    #[must_use]
    pub fn markdown(&self) -> &str {
        &self.markdown
    }
}

impl Rendered {
    /// Subject and text as one: the subject stands above the text in bold.
    #[must_use]
    pub fn worded(&self) -> Rich {
        let subject = self.subject.iter().map(|subject| Block::Paragraph(vec![Span::bold(subject)]));
        Rich(subject.chain(self.body.0.iter().cloned()).collect())
    }
}
