//! From a message body to a [`Version`], and from one version to the next.

use serde_json::Value;

use super::Call;
use crate::discord::error::ApiError;
use crate::discord::limits::{self, list};
use crate::discord::message::{Attachment, SeenMessage, Version};
use crate::discord::state::State;
use crate::incoming::Upload;

/// A new message's content; empty ones are refused.
pub fn fresh(state: &mut State, body: &Value, uploads: &[Upload]) -> Result<Version, ApiError> {
    changed(state, &Version::default(), body, uploads)
}

/// The content after an edit: what the body does not name stays.
pub fn changed(state: &mut State, before: &Version, body: &Value, uploads: &[Upload]) -> Result<Version, ApiError> {
    limits::message(body, uploads)?;
    let mut after = before.clone();
    if let Some(content) = body.get("content") {
        content.as_str().unwrap_or_default().clone_into(&mut after.content);
    }
    if body.get("embeds").is_some() {
        after.embeds = list(body, "embeds").to_vec();
    }
    if body.get("components").is_some() {
        after.components = list(body, "components").to_vec();
    }
    after.allowed_mentions = body.get("allowed_mentions").filter(|allowed| !allowed.is_null()).cloned();
    after.attachments = attachments(state, &before.attachments, body, uploads)?;
    let is_empty = after.content.trim().is_empty()
        && after.embeds.is_empty()
        && after.attachments.is_empty()
        && after.components.is_empty();
    if is_empty && body.get("poll").is_none_or(Value::is_null) && list(body, "sticker_ids").is_empty() {
        return Err(ApiError::new(400, 50006, "Cannot send an empty message"));
    }
    Ok(after)
}

fn attachments(
    state: &mut State,
    before: &[Attachment],
    body: &Value,
    uploads: &[Upload],
) -> Result<Vec<Attachment>, ApiError> {
    let listed = body.get("attachments").and_then(Value::as_array);
    let id_of = |entry: &Value| entry["id"].as_u64().or_else(|| entry["id"].as_str().and_then(|id| id.parse().ok()));
    let mut after: Vec<Attachment> = match listed {
        None => before.to_vec(),
        Some(listed) => {
            before.iter().filter(|kept| listed.iter().any(|entry| id_of(entry) == Some(kept.id))).cloned().collect()
        }
    };
    for upload in uploads {
        let number = upload
            .field
            .strip_prefix("files[")
            .and_then(|rest| rest.strip_suffix(']'))
            .and_then(|number| number.parse::<u64>().ok());
        let entry = listed.and_then(|listed| listed.iter().find(|entry| number.is_some() && id_of(entry) == number));
        let description = entry.and_then(|entry| entry["description"].as_str()).map(str::to_owned);
        after.push(Attachment {
            id: state.fresh_id(),
            name: upload.name.clone(),
            media_type: upload.media_type.clone(),
            description,
            bytes: upload.bytes.clone(),
        });
    }
    if let Some(lost) = listed.into_iter().flatten().find(|entry| {
        let id = id_of(entry);
        let named = |upload: &Upload| id.is_some_and(|id| upload.field == format!("files[{id}]"));
        !before.iter().any(|kept| id == Some(kept.id)) && !uploads.iter().any(named)
    }) {
        return Err(ApiError::form(
            "attachments",
            "ATTACHMENT_NOT_FOUND",
            format!("Referenced attachment {} has no file", lost["id"]),
        ));
    }
    Ok(after)
}

/// Puts a new version on a message.
pub fn revise(message: &mut SeenMessage, after: Version) {
    let before = std::mem::replace(&mut message.now, after);
    message.before.push(before);
}

/// A message by the bot that is not sent yet.
pub fn by_bot(state: &mut State, channel: u64, now: Version, flags: u64) -> SeenMessage {
    SeenMessage {
        id: state.fresh_id(),
        channel,
        author: state.application,
        now,
        before: Vec::new(),
        flags,
        deleted: false,
        interaction: None,
        reply_to: None,
        nonce: None,
        sent_at: state.timestamp(),
    }
}

/// The flags that a bot may set: suppressed embeds, ephemeral, silent.
pub fn flags(call: &Value) -> u64 {
    call["flags"].as_u64().unwrap_or(0) & (1 << 2 | 1 << 6 | 1 << 12)
}

/// Edits a message that is there.
pub fn edit_message(state: &mut State, id: u64, body: &Value, call: &Call) -> Result<Value, ApiError> {
    let before =
        state.message(id).map(|message| message.now.clone()).ok_or_else(|| ApiError::unknown(10008, "Message"))?;
    let after = changed(state, &before, body, &call.uploads)?;
    if let Some(message) = state.messages.get_mut(&id) {
        revise(message, after);
        message.flags &= !crate::discord::message::LOADING;
    }
    Ok(state.announce_edit(id))
}
