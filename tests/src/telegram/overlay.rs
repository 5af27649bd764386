//! The limits that stand only in Telegram's prose: lengths after parsing, keyboards, command menus.

use serde_json::Value;

use super::call::Call;
use super::entities::{self, Entity, utf16_len};
use super::error::ApiError;
use super::parse;

const LONGEST_TEXT: usize = 4096;
const LONGEST_CAPTION: usize = 1024;
const LONGEST_CALLBACK_DATA: usize = 64;
const MOST_BUTTONS: usize = 100;
const MOST_COMMANDS: usize = 100;

/// Text as it will be shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// The words.
    pub text: String,
    /// Their marks.
    pub entities: Vec<Entity>,
}

/// The text of a message: 1 to 4096 units after parsing.
pub fn message_text(call: &Call) -> Result<Shown, ApiError> {
    let shown = marked_text(call, "text", "entities")?;
    match utf16_len(&shown.text) {
        _ if shown.text.trim().is_empty() => Err(ApiError::bad("message text is empty")),
        length if length > LONGEST_TEXT => Err(ApiError::bad("message is too long")),
        _ => Ok(shown),
    }
}

/// The caption of a file: up to 1024 units after parsing.
pub fn caption(call: &Call) -> Result<Shown, ApiError> {
    let shown = marked_text(call, "caption", "caption_entities")?;
    if utf16_len(&shown.text) > LONGEST_CAPTION { Err(ApiError::bad("message caption is too long")) } else { Ok(shown) }
}

fn marked_text(call: &Call, text: &str, marks: &str) -> Result<Shown, ApiError> {
    let words = call.text(text).unwrap_or_default();
    if words.contains('\0') {
        return Err(ApiError::bad("strings must not contain NUL"));
    }
    let given = call.nested(marks)?.filter(|list| list.as_array().is_none_or(|items| !items.is_empty()));
    match (call.text("parse_mode").filter(|mode| !mode.is_empty()), given) {
        (Some(_), Some(_)) => Err(ApiError::bad(format!("parse_mode and {marks} exclude each other"))),
        (Some(mode), None) => {
            parse::parse(mode, words).map(|parsed| Shown { text: parsed.text, entities: parsed.entities })
        }
        (None, Some(given)) => entities::read(words, given).map(|entities| Shown { text: words.to_owned(), entities }),
        (None, None) => Ok(Shown { text: words.to_owned(), entities: Vec::new() }),
    }
}

/// The keyboard under a message, if it has one.
pub fn keyboard(call: &Call) -> Result<Option<Value>, ApiError> {
    let Some(markup) = call.nested("reply_markup")? else { return Ok(None) };
    if let Some(rows) = markup.get("inline_keyboard") {
        let rows = rows
            .as_array()
            .ok_or_else(|| ApiError::bad("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array"))?;
        let mut count = 0;
        for row in rows {
            for button in row.as_array().ok_or_else(|| ApiError::bad("inline keyboard row must be an Array"))? {
                inline_button(button)?;
                count += 1;
            }
        }
        if count > MOST_BUTTONS {
            return Err(ApiError::bad("reply markup is too long"));
        }
    }
    Ok(Some(markup))
}

fn inline_button(button: &Value) -> Result<(), ApiError> {
    const ACTIONS: [&str; 10] = [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ];
    if button.get("text").and_then(Value::as_str).is_none_or(|text| text.trim().is_empty()) {
        return Err(ApiError::bad("inline keyboard button text must be non-empty"));
    }
    match ACTIONS.iter().filter(|action| button.get(**action).is_some()).count() {
        0 => return Err(ApiError::bad("text buttons are unallowed in the inline keyboard")),
        1 => {}
        _ => return Err(ApiError::bad("inline keyboard button must have exactly one action")),
    }
    if let Some(data) = button.get("callback_data") {
        let length = data.as_str().map_or(0, str::len);
        if length == 0 || length > LONGEST_CALLBACK_DATA {
            return Err(ApiError::bad("BUTTON_DATA_INVALID"));
        }
    }
    if let Some(url) = button.get("url").and_then(Value::as_str)
        && !["http://", "https://", "tg://"].iter().any(|scheme| url.starts_with(scheme) && url.len() > scheme.len())
    {
        return Err(ApiError::bad(format!("inline keyboard button URL '{url}' is invalid")));
    }
    Ok(())
}

/// The commands of a menu: at most 100, names of `[a-z0-9_]`.
pub fn commands(given: &Value) -> Result<(), ApiError> {
    let commands = given.as_array().ok_or_else(|| ApiError::bad("expected an Array of BotCommand"))?;
    if commands.len() > MOST_COMMANDS {
        return Err(ApiError::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for command in commands {
        let name = command.get("command").and_then(Value::as_str).unwrap_or_default();
        let name = name.strip_prefix('/').unwrap_or(name);
        if name.is_empty()
            || name.len() > 32
            || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            return Err(ApiError::bad("BOT_COMMAND_INVALID"));
        }
        let description = command.get("description").and_then(Value::as_str).unwrap_or_default();
        if description.is_empty() || utf16_len(description) > 256 {
            return Err(ApiError::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    Ok(())
}
