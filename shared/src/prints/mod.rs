//! Prints: the PDF of a thing, made once and kept until the thing, its template or its fonts change.
//!
//! A print is made outside any transaction, where it may block. What could not be made leaves its
//! reason, which the studio sees and which holds a delivery back; another try makes the PDF alone.
//! A file that the store has lost is made anew.

mod store;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::task::spawn_blocking;

pub use store::{forget, of};

use crate::files::{self, Kept, Label, StoredFile};
use crate::id::{ClientId, DocumentId, FileId};
use crate::press::{Job, Paper, Printed};
use crate::text::terminal_safe;
use crate::{Error, Result, Studio};

/// What a print shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A business plan, a month's document, or an extra.
    Document(DocumentId),
    /// A client's certificate.
    Certificate(ClientId),
}

/// How the PDF of a thing stands.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Print {
    /// Names text, template and fonts.
    pub key: String,
    /// The PDF, unless it could not be made.
    pub file_id: Option<FileId>,
    /// How many pages it has.
    pub pages: Option<i64>,
    /// Characters that no font of the machine has; boxes stand in their place.
    pub lacking: String,
    /// Why there is no PDF.
    pub error: Option<String>,
    /// When it was made, or tried.
    pub made_at: DateTime<Utc>,
}

/// What is to be printed, and how the file is called.
#[derive(Clone, Debug)]
pub struct Order {
    /// What it shows.
    pub subject: Subject,
    /// Whose.
    pub client: ClientId,
    /// The file's name.
    pub name: String,
    /// The paper.
    pub paper: Paper,
}

/// A file to hand over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// A name that every system takes.
    pub name: String,
    /// Its MIME type.
    pub mime: &'static str,
    /// The SHA-256 of its content.
    pub sha256: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The MIME type of every print.
const PDF: &str = "application/pdf";

impl Subject {
    fn kind(&self) -> &'static str {
        match self {
            Self::Document(_) => "DOCUMENT",
            Self::Certificate(_) => "CERTIFICATE",
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Document(id) => id.as_str(),
            Self::Certificate(id) => id.as_str(),
        }
    }
}

impl Print {
    /// What is wrong with it, for the studio, in a sentence.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        if let Some(error) = &self.error {
            return Some(format!("There is no PDF, for {error}."));
        }
        if self.lacking.is_empty() {
            return None;
        }
        let lacking: Vec<String> = self.lacking.chars().map(String::from).collect();
        Some(format!(
            "No font of this machine has {}; boxes stand in their place, and `wavelaunch doctor` tells what to install.",
            terminal_safe(&lacking.join(" "))
        ))
    }

    /// `1 page`, `18 pages`.
    #[must_use]
    pub fn length(&self) -> String {
        match self.pages.unwrap_or_default() {
            1 => "1 page".into(),
            pages => format!("{pages} pages"),
        }
    }
}

/// Makes sure that there is a PDF, and says how it stands. When it cannot be made, that is kept and is the error.
pub async fn ready(studio: &Studio, order: &Order) -> Result<Print> {
    let key = key_of(studio, &order.paper).await?;
    match kept(studio, order, &key).await? {
        Some((print, _)) => Ok(print),
        None => Ok(make(studio, order, key).await?.0),
    }
}

/// The PDF itself, made now if there is none.
pub async fn file(studio: &Studio, order: &Order) -> Result<File> {
    let key = key_of(studio, &order.paper).await?;
    if let Some((_, stored)) = kept(studio, order, &key).await?
        && let Some(bytes) = files::read(studio, &stored).await?
    {
        return Ok(File { name: order.name.clone(), mime: PDF, sha256: stored.sha256, bytes });
    }
    let (_, bytes) = make(studio, order, key).await?;
    Ok(File { name: order.name.clone(), mime: PDF, sha256: files::digest(&bytes), bytes })
}

async fn key_of(studio: &Studio, paper: &Paper) -> Result<String> {
    let (paper, fonts) = (paper.clone(), studio.fonts.clone());
    // It may look through the machine's fonts.
    at_the_press(move || Job::new(&paper, &fonts).map(|job| job.key)).await
}

/// The print that is there, if it is of what the thing is now.
async fn kept(studio: &Studio, order: &Order, key: &str) -> Result<Option<(Print, StoredFile)>> {
    let mut tx = studio.db.read().await?;
    let Some(print) = of(&mut tx, &order.subject).await?.filter(|print| print.key == key) else { return Ok(None) };
    let Some(id) = &print.file_id else { return Ok(None) };
    Ok(files::get(&mut tx, id).await?.map(|file| (print, file)))
}

async fn make(studio: &Studio, order: &Order, key: String) -> Result<(Print, Vec<u8>)> {
    let now = studio.clock.now();
    match print_and_keep(studio, &order.paper).await {
        Ok((printed, kept)) => {
            let mut tx = studio.db.write().await?;
            let label = Label { client: Some(&order.client), name: &order.name, mime: PDF };
            let file = files::record(&mut tx, now, &kept, label).await?;
            let print = Print {
                key,
                file_id: Some(file.id),
                pages: Some(printed.pages),
                lacking: printed.lacking.into_iter().collect(),
                error: None,
                made_at: now,
            };
            store::put(&mut tx, order, &print).await?;
            tx.commit().await?;
            Ok((print, printed.bytes))
        }
        Err(error) => {
            let why = error.to_string();
            let print =
                Print { key, file_id: None, pages: None, lacking: String::new(), error: Some(why), made_at: now };
            let mut tx = studio.db.write().await?;
            store::put(&mut tx, order, &print).await?;
            tx.commit().await?;
            Err(error)
        }
    }
}

async fn print_and_keep(studio: &Studio, paper: &Paper) -> Result<(Printed, Kept)> {
    let (paper, fonts) = (paper.clone(), studio.fonts.clone());
    let printed = at_the_press(move || Job::new(&paper, &fonts)?.run()).await?;
    let kept = files::keep(studio, printed.bytes.clone()).await?;
    Ok((printed, kept))
}

/// Runs where blocking is allowed. A template that panics is an error like any other.
async fn at_the_press<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(|_| Error::refused("the PDF cannot be made: the typesetter broke off"))?
}

#[cfg(test)]
mod tests;
