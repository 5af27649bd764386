//! The files of a reply as Discord's attachments.

use serenity::all::CreateAttachment;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::text::Attachment;
use wavelaunch_shared::{Error, Result};

use super::Discord;
use crate::files;

/// Files that go with one message.
const MOST: usize = 10;

impl Discord {
    /// Makes the files for `client`; one that is not theirs is not found.
    pub(super) async fn attachments(
        &self,
        client: Option<&ClientId>,
        list: &[Attachment],
    ) -> Result<Vec<CreateAttachment>> {
        if list.len() > MOST {
            return Err(Error::invalid(format!("a message takes {MOST} files")));
        }
        let mut made = Vec::with_capacity(list.len());
        for attachment in list {
            let upload = files::load(&self.studio, client, attachment).await?;
            made.push(CreateAttachment::bytes(upload.bytes, upload.name));
        }
        Ok(made)
    }
}
