//! The lines of a backup file, written and read one at a time.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::TableSum;
use crate::{Error, Result};

/// The version of the format that this build writes and reads.
const FORMAT: u32 = 1;
/// The longest line that is read: a long document several times over. It bounds the memory that a
/// foreign file can take.
const LONGEST_LINE: u64 = 256 << 20;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    Header(Header),
    Table(TableLine),
    End(End),
    Row(Vec<Value>),
}

impl Line {
    /// Rows are told by their first sign: to try each kind in turn would cost most of the reading.
    fn read(text: &[u8]) -> serde_json::Result<Self> {
        if text.first() == Some(&b'[') {
            serde_json::from_slice(text).map(Self::Row)
        } else {
            serde_json::from_slice(text)
        }
    }
}

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// The format, by the name that marks the file as ours.
    wavelaunch_backup: u32,
    /// The newest migration of the database that was copied.
    pub schema: i64,
    pub created_at: DateTime<Utc>,
}

/// What stands before a table's rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableLine {
    pub table: String,
    pub columns: Vec<String>,
}

/// The last line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub tables: BTreeMap<String, TableSum>,
    /// Of every line before this one, with its line break.
    pub digest: String,
}

/// Writes a file beside its place and moves it there when it is whole.
pub(super) struct Writer {
    out: BufWriter<File>,
    hash: Sha256,
    partial: Partial,
    place: PathBuf,
}

/// A file that goes away unless it was finished.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        // Nothing is there any more once it was moved to its place.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Writer {
    pub(super) fn create(place: &Path, schema: i64, now: DateTime<Utc>) -> Result<Self> {
        if place.exists() {
            let place = place.display();
            return Err(Error::refused(format!("{place} exists already; choose another name or move it away")));
        }
        let mut name = place.as_os_str().to_owned();
        name.push(".partial");
        let partial = Partial(PathBuf::from(name));
        let file = private().open(&partial.0).map_err(|e| Error::file(&partial.0, e))?;
        let mut writer = Self { out: BufWriter::new(file), hash: Sha256::new(), partial, place: place.to_owned() };
        writer.line(&Line::Header(Header { wavelaunch_backup: FORMAT, schema, created_at: now }))?;
        Ok(writer)
    }

    pub(super) fn line(&mut self, line: &Line) -> Result<()> {
        let mut text = serde_json::to_vec(line)
            .map_err(|e| Error::Corrupt { what: "row", detail: format!("it cannot be written as JSON: {e}") })?;
        text.push(b'\n');
        self.hash.update(&text);
        self.out.write_all(&text).map_err(|e| Error::file(&self.partial.0, e))
    }

    /// Writes the end, makes sure that the disk has it all, and gives the file its name.
    pub(super) fn finish(mut self, tables: BTreeMap<String, TableSum>) -> Result<End> {
        let digest = hexadecimal(&self.hash.clone().finalize());
        let end = End { tables, digest };
        self.line(&Line::End(end.clone()))?;
        self.out.flush().and_then(|()| self.out.get_ref().sync_all()).map_err(|e| Error::file(&self.partial.0, e))?;
        std::fs::rename(&self.partial.0, &self.place).map_err(|e| Error::file(&self.place, e))?;
        Ok(end)
    }
}

/// A new file that only its owner may read: it holds everything about everybody.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Reads a file line by line, and knows at the end whether it was whole.
pub(super) struct Reader {
    lines: BufReader<File>,
    path: PathBuf,
    number: u64,
    hash: Sha256,
    pub header: Header,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::file(path, e))?;
        let header = Header { wavelaunch_backup: FORMAT, schema: 0, created_at: DateTime::default() };
        let mut reader =
            Self { lines: BufReader::new(file), path: path.to_owned(), number: 0, hash: Sha256::new(), header };
        let foreign = || Error::invalid(format!("{} is no Wavelaunch backup", path.display()));
        match reader.next().map_err(|_| foreign())? {
            Some(Line::Header(header)) if header.wavelaunch_backup == FORMAT => reader.header = header,
            Some(Line::Header(header)) => {
                return Err(Error::invalid(format!(
                    "{} has the backup format {}, and this build reads {FORMAT}; use the Wavelaunch that wrote it",
                    path.display(),
                    header.wavelaunch_backup
                )));
            }
            _ => return Err(foreign()),
        }
        Ok(reader)
    }

    /// The next line; `None` after the last. The end line is only given when the digest is right.
    pub(super) fn next(&mut self) -> Result<Option<Line>> {
        let mut text = Vec::new();
        let mut limited = std::io::Read::take(&mut self.lines, LONGEST_LINE);
        limited.read_until(b'\n', &mut text).map_err(|e| Error::file(&self.path, e))?;
        if text.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        if text.last() != Some(&b'\n') {
            return Err(self.damaged("the line is cut off"));
        }
        let line = Line::read(&text).map_err(|_| self.damaged("the line is unreadable"))?;
        if let Line::End(end) = &line
            && end.digest != hexadecimal(&self.hash.clone().finalize())
        {
            return Err(self.damaged("the digest of the lines before is another one"));
        }
        self.hash.update(&text);
        Ok(Some(line))
    }

    /// Reads to the end to be sure that everything is there, and answers what the end line says.
    pub(super) fn check(mut self) -> Result<End> {
        let mut end = None;
        while let Some(line) = self.next()? {
            match line {
                _ if end.is_some() => return Err(self.damaged("something follows the end")),
                Line::End(found) => end = Some(found),
                Line::Header(_) => return Err(self.damaged("a second header")),
                Line::Table(_) | Line::Row(_) => {}
            }
        }
        end.ok_or_else(|| self.damaged("the end is missing"))
    }

    pub(super) fn damaged(&self, what: &str) -> Error {
        let (path, number) = (self.path.display(), self.number);
        Error::invalid(format!("the backup {path} is damaged at line {number}: {what}; use another copy"))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
