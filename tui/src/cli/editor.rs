//! A text in the person's own editor.

use std::io::Write;
use std::process::Command;

use super::exit::{Failure, Outcome};

/// Lets the person change a text in `$VISUAL` or `$EDITOR`. `None` when they left it as it was.
pub fn edit(text: &str) -> Outcome<Option<String>> {
    let editor =
        ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|set| !set.trim().is_empty()));
    let Some(editor) = editor else {
        return Err(Failure::Refused("no editor is known; set EDITOR, or give the new text with --file".into()));
    };
    let mut file = tempfile::Builder::new().prefix("wavelaunch-").suffix(".md").tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or_default();
    let status = Command::new(program).args(words).arg(file.path()).status();
    let ended = status.map_err(|error| Failure::Refused(format!("the editor {program} cannot be started: {error}")))?;
    if !ended.success() {
        return Err(Failure::Refused(format!("the editor {program} ended with {ended}; nothing is changed")));
    }
    // Many editors put another file in the place of the first.
    let changed = std::fs::read_to_string(file.path())?;
    Ok((changed != text).then_some(changed))
}
