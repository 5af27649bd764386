//! Sending, editing and deleting messages, and fetching files.

use serde_json::{Value, json};

use crate::telegram::call::Call;
use crate::telegram::error::ApiError;
use crate::telegram::overlay::{self, Shown};
use crate::telegram::state::{Author, Document, SeenMessage, Standing, State};

/// Two days, after which a bot may no longer delete.
const DELETABLE_SECONDS: u64 = 48 * 3600;
const LARGEST_DOWNLOAD: usize = 20 * 1024 * 1024;
const LARGEST_UPLOAD: usize = 50 * 1024 * 1024;
const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// The chat that the call speaks of, whoever is in it.
pub fn known_chat(state: &State, call: &Call) -> Result<i64, ApiError> {
    let not_found = || ApiError::bad("chat not found");
    let id = call.int("chat_id").ok_or_else(|| {
        if call.params.contains_key("chat_id") { not_found() } else { ApiError::bad("chat_id is empty") }
    })?;
    match state.people.get(&id).map(|person| person.standing) {
        None | Some(Standing::Stranger) => Err(not_found()),
        Some(_) => Ok(id),
    }
}

/// The chat, if the bot may write there now.
fn open_chat(state: &State, call: &Call) -> Result<i64, ApiError> {
    let id = known_chat(state, call)?;
    match state.people.get(&id).map(|person| person.standing) {
        Some(Standing::Blocked) => Err(ApiError::new(403, "Forbidden: bot was blocked by the user")),
        Some(Standing::Deactivated) => Err(ApiError::new(403, "Forbidden: user is deactivated")),
        _ => Ok(id),
    }
}

fn take_rate(state: &mut State, chat: i64) -> Result<(), ApiError> {
    let now = state.clock.now();
    state.rates.take(chat, now).map_err(ApiError::too_many)
}

pub fn send_text(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let chat = open_chat(state, call)?;
    let shown = overlay::message_text(call)?;
    send(state, call, chat, shown, None)
}

pub fn send_document(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let chat = open_chat(state, call)?;
    let shown = overlay::caption(call)?;
    let document = match call.upload("document") {
        Some(upload) if upload.bytes.is_empty() => return Err(ApiError::bad("file must be non-empty")),
        Some(upload) if upload.bytes.len() > LARGEST_UPLOAD => {
            return Err(ApiError::new(413, "Request Entity Too Large"));
        }
        Some(upload) => state.keep_file(&upload.name, &upload.media_type, upload.bytes.clone()),
        None => known_file(state, call.text("document"))?,
    };
    send(state, call, chat, shown, Some(document))
}

fn known_file(state: &State, given: Option<&str>) -> Result<Document, ApiError> {
    let id = given.ok_or_else(|| ApiError::bad("there is no document in the request"))?;
    let wrong = "wrong file identifier/HTTP URL specified";
    state.files.get(id).cloned().ok_or_else(|| ApiError::bad(wrong))
}

fn send(
    state: &mut State,
    call: &Call,
    chat: i64,
    shown: Shown,
    document: Option<Document>,
) -> Result<Value, ApiError> {
    let markup = overlay::keyboard(call)?;
    let reply_to = reply_target(state, call, chat)?;
    take_rate(state, chat)?;
    let message = SeenMessage {
        id: state.fresh_id(),
        chat,
        author: Author::Bot,
        shown,
        markup,
        document,
        edits: Vec::new(),
        deleted: false,
        reply_to,
        date: state.date(),
    };
    let body = state.message_json(&message);
    state.messages.push(message);
    Ok(body)
}

fn reply_target(state: &State, call: &Call, chat: i64) -> Result<Option<i64>, ApiError> {
    let Some(reply) = call.nested("reply_parameters")? else { return Ok(None) };
    let target = reply["message_id"].as_i64().filter(|id| state.message(chat, *id).is_some());
    if target.is_none() && reply["allow_sending_without_reply"] != json!(true) {
        return Err(ApiError::bad("message to be replied not found"));
    }
    Ok(target)
}

pub fn edit_text(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let shown = overlay::message_text(call)?;
    edit(state, call, |message| {
        if message.document.is_some() {
            Err(ApiError::bad("there is no text in the message to edit"))
        } else {
            Ok(shown)
        }
    })
}

pub fn edit_caption(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let shown = overlay::caption(call)?;
    edit(state, call, |message| {
        if message.document.is_none() {
            Err(ApiError::bad("there is no caption in the message to edit"))
        } else {
            Ok(shown)
        }
    })
}

pub fn edit_markup(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    edit(state, call, |message| Ok(message.shown.clone()))
}

fn edit(
    state: &mut State,
    call: &Call,
    new: impl FnOnce(&SeenMessage) -> Result<Shown, ApiError>,
) -> Result<Value, ApiError> {
    let chat = open_chat(state, call)?;
    let markup = overlay::keyboard(call)?;
    let id = call.int("message_id").ok_or_else(|| ApiError::bad("message identifier is not specified"))?;
    let message = state.message(chat, id).ok_or_else(|| ApiError::bad("message to edit not found"))?;
    if message.author != Author::Bot {
        return Err(ApiError::bad("message can't be edited"));
    }
    let shown = new(message)?;
    if message.shown == shown && inline_rows(message.markup.as_ref()) == inline_rows(markup.as_ref()) {
        return Err(ApiError::bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
        ));
    }
    take_rate(state, chat)?;
    if let Some(message) = state.message_mut(chat, id) {
        let before = std::mem::replace(&mut message.shown, shown);
        message.edits.push(before);
        // An edit without a keyboard takes the old one away.
        message.markup = markup;
    }
    Ok(state.message(chat, id).map(|message| state.message_json(message)).unwrap_or_default())
}

fn inline_rows(markup: Option<&Value>) -> Option<&Vec<Value>> {
    markup?.get("inline_keyboard")?.as_array().filter(|rows| !rows.is_empty())
}

pub fn delete(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let chat = known_chat(state, call)?;
    let now = state.date();
    let id = call.int("message_id").ok_or_else(|| ApiError::bad("message identifier is not specified"))?;
    let message = state.message_mut(chat, id).ok_or_else(|| ApiError::bad("message to delete not found"))?;
    if now - message.date > DELETABLE_SECONDS {
        return Err(ApiError::bad("message can't be deleted for everyone"));
    }
    message.deleted = true;
    Ok(json!(true))
}

pub fn chat_action(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let chat = open_chat(state, call)?;
    let action = call.text("action").unwrap_or_default();
    if !ACTIONS.contains(&action) {
        return Err(ApiError::bad("wrong parameter action in request"));
    }
    state.actions.push((chat, action.to_owned()));
    Ok(json!(true))
}

pub fn get_file(state: &State, call: &Call) -> Result<Value, ApiError> {
    let id = call.text("file_id").unwrap_or_default();
    let file =
        state.files.get(id).ok_or_else(|| ApiError::bad("wrong file_id or the file is temporarily unavailable"))?;
    if file.bytes.len() > LARGEST_DOWNLOAD {
        return Err(ApiError::bad("file is too big"));
    }
    Ok(
        json!({ "file_id": id, "file_unique_id": format!("AgAD{id}"), "file_size": file.bytes.len(), "file_path": format!("documents/{id}") }),
    )
}
