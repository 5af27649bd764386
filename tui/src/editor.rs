//! A text in the person's own editor.

use std::io::{self, Write};
use std::process::{Command, ExitStatus};

/// Why a text could not be edited. Nothing is changed then.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The environment names none.
    #[error("no editor is known; set EDITOR")]
    Unknown,
    /// The program is not there, or may not be run.
    #[error("the editor {0} cannot be started: {1}")]
    NotStarted(String, io::Error),
    /// It ended as one that failed.
    #[error("the editor {0} ended with {1}; nothing is changed")]
    Failed(String, ExitStatus),
    /// The text could not be handed to it, or read back.
    #[error("the text could not be handed to the editor: {0}")]
    Io(#[from] io::Error),
}

/// Lets the person change a text in `$VISUAL` or `$EDITOR`, and waits for it. `None` when they left it as it was.
///
/// # Errors
/// When there is no editor, or it fails.
pub fn edit(text: &str) -> Result<Option<String>, Trouble> {
    let named =
        ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|set| !set.trim().is_empty()));
    let editor = named.ok_or(Trouble::Unknown)?;
    let mut file = tempfile::Builder::new().prefix("wavelaunch-").suffix(".md").tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or_default();
    let status = Command::new(program).args(words).arg(file.path()).status();
    let ended = status.map_err(|error| Trouble::NotStarted(program.to_owned(), error))?;
    if !ended.success() {
        return Err(Trouble::Failed(program.to_owned(), ended));
    }
    // Many editors put another file in the place of the first.
    let changed = std::fs::read_to_string(file.path())?;
    Ok((changed != text).then_some(changed))
}
