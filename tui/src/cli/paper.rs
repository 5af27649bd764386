//! Writing a PDF to where a person wants it.

use std::path::Path;

use serde::Serialize;
use wavelaunch_shared::Error;
use wavelaunch_shared::prints::File;

use super::context::Context;
use super::exit::Outcome;

#[derive(Serialize)]
struct Written<'a> {
    file: String,
    mime: &'a str,
    bytes: usize,
    sha256: &'a str,
}

/// Writes a file to `to`, or into it under the file's own name if it is a folder.
pub fn write(file: &File, to: &Path, context: &Context) -> Outcome {
    let path = if to.is_dir() { to.join(&file.name) } else { to.to_owned() };
    std::fs::write(&path, &file.bytes).map_err(|error| Error::file(&path, error))?;
    let place = path.display().to_string();
    let sentence = format!("The PDF is in {place}.");
    context
        .out
        .done(&Written { file: place, mime: file.mime, bytes: file.bytes.len(), sha256: &file.sha256 }, &sentence)
}
