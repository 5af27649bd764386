//! Why something was not found or not done, for the person at the screen.

use std::fmt;

use wavelaunch_shared::Error;
use wavelaunch_shared::text::terminal_safe;

use crate::editor::Trouble;

/// One line: what happened and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    text: String,
}

impl Problem {
    /// A job ended without a word. Details are in the log.
    #[must_use]
    pub fn crashed() -> Self {
        Self { text: "This failed inside Wavelaunch; the log says where. Press ctrl-r to try again.".into() }
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        let text = terminal_safe(&trouble.to_string());
        Self { text: format!("Nothing is changed: {text}.") }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let mut text = error.to_string();
        if error.is_transient() {
            text.push_str("; press ctrl-r to try again");
        }
        // An error may quote what somebody typed.
        Self { text: terminal_safe(&text).replace('\n', " ") }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
