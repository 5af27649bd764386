//! The files that go with a reply: made when they are sent, and only for their owner.

use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::prints::File;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::text::Attachment;
use wavelaunch_shared::{Error, Result, Studio, documents, journey};

/// A file, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// A name that every system takes.
    pub name: String,
    /// Its MIME type.
    pub mime: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The SHA-256 of a content that may be sent again, so that a platform's copy of it can be used.
    pub sha256: Option<String>,
}

/// Makes a file for `client`. A document that is not theirs, or not delivered, is not found.
pub async fn load(studio: &Studio, client: Option<&ClientId>, attachment: &Attachment) -> Result<Upload> {
    match attachment {
        Attachment::Text { name, mime, content } => {
            Ok(Upload { name: name.clone(), mime: mime.clone(), bytes: content.clone().into_bytes(), sha256: None })
        }
        Attachment::Document(id) => {
            let owner = client.ok_or(Error::NotFound("document"))?;
            Ok(documents::pdf(studio, &Actor::Client(owner.clone()), id).await?.into())
        }
        Attachment::Certificate => {
            let owner = client.ok_or(Error::NotFound("client"))?;
            Ok(journey::certificate(studio, &Actor::Client(owner.clone()), owner).await?.into())
        }
    }
}

impl From<File> for Upload {
    fn from(file: File) -> Self {
        Self { name: file.name, mime: file.mime.to_owned(), bytes: file.bytes, sha256: Some(file.sha256) }
    }
}
