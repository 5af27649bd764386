//! The files that go with a reply: made when they are sent, and only for their owner.

use wavelaunch_shared::id::{ClientId, DocumentId};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::text::Attachment;
use wavelaunch_shared::{Error, Result, Studio, clients, documents};

/// A file, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// A name that every system takes.
    pub name: String,
    /// Its MIME type.
    pub mime: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The version of a document that it is, so that a platform's copy can be used again.
    pub document: Option<(DocumentId, i64)>,
}

/// Makes a file for `client`. A document that is not theirs, or not delivered, is not found.
pub async fn load(studio: &Studio, client: Option<&ClientId>, attachment: &Attachment) -> Result<Upload> {
    match attachment {
        Attachment::Text { name, mime, content } => {
            Ok(Upload { name: name.clone(), mime: mime.clone(), bytes: content.clone().into_bytes(), document: None })
        }
        Attachment::Document(id) => {
            let owner = client.ok_or(Error::NotFound("document"))?;
            let mut tx = studio.db.read().await?;
            let document = documents::get(&mut tx, &Actor::Client(owner.clone()), id).await?;
            let client = clients::get(&mut tx, owner).await?.ok_or(Error::NotFound("client"))?;
            let file = documents::file_of(&document, studio, &client);
            Ok(Upload {
                name: file.name,
                mime: file.mime.to_owned(),
                bytes: file.bytes,
                document: Some((document.id.clone(), document.version)),
            })
        }
    }
}
