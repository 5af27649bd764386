//! What a person is shown on any surface: text, buttons, files.

use serde::{Deserialize, Serialize};

use super::Rich;
use crate::id::DocumentId;

/// A button. Its action is at most 64 bytes, the tightest platform's limit, and means the same on
/// every surface; who may press it is checked when it is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does: `verb` or `verb:argument`.
    pub action: String,
}

/// A file that goes with a reply, by reference: the bytes are made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
    /// A delivered document.
    Document(DocumentId),
    /// The certificate of whoever receives the reply.
    Certificate,
    /// A small text file made for this reply, such as an export.
    Text {
        /// The file's name.
        name: String,
        /// Its MIME type.
        mime: String,
        /// Its content.
        content: String,
    },
}

/// One message to one person, in neutral form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What it says.
    pub text: Rich,
    /// Rows of buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// Only the person who asked may see it, on surfaces where others are present.
    #[serde(default)]
    pub private: bool,
}

impl Button {
    /// A button that says `label` and does `action`.
    pub fn new(label: impl Into<String>, action: impl Into<String>) -> Self {
        Self { label: label.into(), action: action.into() }
    }
}

impl Reply {
    /// A private reply.
    #[must_use]
    pub fn new(text: Rich) -> Self {
        Self { text, private: true, ..Self::default() }
    }

    /// A private reply of plain paragraphs.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::new(Rich::plain(text))
    }

    /// Adds a row of buttons.
    #[must_use]
    pub fn row(mut self, buttons: Vec<Button>) -> Self {
        self.buttons.push(buttons);
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, file: Attachment) -> Self {
        self.files.push(file);
        self
    }
}
