//! The bounds of messages, as Discord's prose has them: they hold without the published document, and beyond it.

use serde_json::Value;

use super::error::ApiError;

const CONTENT: usize = 2000;
const EMBEDS: usize = 10;
const EMBED_SUM: usize = 6000;
const ROWS: usize = 5;
const BUTTONS: usize = 5;
const CUSTOM_ID: usize = 100;
const NONCE: usize = 25;
const ATTACHMENTS: usize = 10;
const FILE_BYTES: usize = 10 * 1024 * 1024;

type Checked = Result<(), ApiError>;

/// Checks everything in a message body.
pub fn message(body: &Value, uploads: &[crate::incoming::Upload]) -> Checked {
    text(&body["content"], "content", CONTENT)?;
    embeds(list(body, "embeds"))?;
    components(list(body, "components"))?;
    allowed_mentions(&body["allowed_mentions"])?;
    nonce(&body["nonce"])?;
    if list(body, "attachments").len().max(uploads.len()) > ATTACHMENTS {
        return Err(ApiError::form("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."));
    }
    if uploads.iter().any(|upload| upload.bytes.len() > FILE_BYTES) {
        return Err(ApiError::new(413, 40005, "Request entity too large"));
    }
    Ok(())
}

/// Checks a modal: title, up to five text inputs.
pub fn modal(data: &Value) -> Checked {
    text(&data["title"], "data.title", 45)?;
    required(&data["title"], "data.title")?;
    custom_id(&data["custom_id"], "data.custom_id")?;
    let rows = list(data, "components");
    if rows.is_empty() || rows.len() > ROWS {
        return Err(ApiError::form("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."));
    }
    Ok(())
}

/// The choices of an autocomplete: at most 25 of at most 100 characters.
pub fn choices(data: &Value) -> Checked {
    let choices = list(data, "choices");
    if choices.len() > 25 {
        return Err(ApiError::form("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."));
    }
    for (index, choice) in choices.iter().enumerate() {
        let path = format!("data.choices.{index}.name");
        required(&choice["name"], &path)?;
        text(&choice["name"], &path, 100)?;
        text(&choice["value"], &format!("data.choices.{index}.value"), 100)?;
    }
    Ok(())
}

/// A list in a body; absent and null count as empty.
pub fn list<'a>(body: &'a Value, field: &str) -> &'a [Value] {
    body[field].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value, path: &str, most: usize) -> Checked {
    match value.as_str() {
        Some(words) if words.chars().count() > most => {
            Err(ApiError::form(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length.")))
        }
        _ => Ok(()),
    }
}

fn required(value: &Value, path: &str) -> Checked {
    match value.as_str() {
        Some(words) if !words.is_empty() => Ok(()),
        _ => Err(ApiError::form(path, "BASE_TYPE_REQUIRED", "This field is required")),
    }
}

fn custom_id(value: &Value, path: &str) -> Checked {
    required(value, path)?;
    text(value, path, CUSTOM_ID)
}

fn embeds(embeds: &[Value]) -> Checked {
    if embeds.len() > EMBEDS {
        return Err(ApiError::form("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."));
    }
    let mut sum = 0;
    for (index, embed) in embeds.iter().enumerate() {
        let path = |rest: &str| format!("embeds.{index}.{rest}");
        let mut bounded =
            vec![(&embed["title"], path("title"), 256), (&embed["description"], path("description"), 4096)];
        bounded.push((&embed["footer"]["text"], path("footer.text"), 2048));
        bounded.push((&embed["author"]["name"], path("author.name"), 256));
        let fields = list(embed, "fields");
        if fields.len() > 25 {
            return Err(ApiError::form(&path("fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."));
        }
        for (number, field) in fields.iter().enumerate() {
            required(&field["name"], &path(&format!("fields.{number}.name")))?;
            required(&field["value"], &path(&format!("fields.{number}.value")))?;
            bounded.push((&field["name"], path(&format!("fields.{number}.name")), 256));
            bounded.push((&field["value"], path(&format!("fields.{number}.value")), 1024));
        }
        for (value, path, most) in bounded {
            text(value, &path, most)?;
            sum += value.as_str().map_or(0, |words| words.chars().count());
        }
    }
    if sum > EMBED_SUM {
        Err(ApiError::form("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"))
    } else {
        Ok(())
    }
}

fn components(rows: &[Value]) -> Checked {
    if rows.len() > ROWS {
        return Err(ApiError::form("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."));
    }
    let mut ids = Vec::new();
    for (row, body) in rows.iter().enumerate() {
        let path = format!("components.{row}.components");
        let inside = list(body, "components");
        let lone_select = inside.len() == 1;
        if body["type"] != 1
            || inside.is_empty()
            || inside.len() > BUTTONS
            || (!lone_select && inside.iter().any(|component| component["type"] != 2))
        {
            return Err(ApiError::form(
                &path,
                "BASE_TYPE_BAD_LENGTH",
                "Must be an action row of 1 to 5 buttons, or one select.",
            ));
        }
        for (index, component) in inside.iter().enumerate() {
            let path = format!("{path}.{index}");
            if component["type"] == 2 {
                button(component, &path)?;
            } else {
                select(component, &path)?;
            }
            if let Some(id) = component["custom_id"].as_str() {
                if ids.contains(&id) {
                    return Err(ApiError::form(
                        &format!("{path}.custom_id"),
                        "COMPONENT_CUSTOM_ID_DUPLICATED",
                        "Component custom id cannot be duplicated",
                    ));
                }
                ids.push(id);
            }
        }
    }
    Ok(())
}

fn button(component: &Value, path: &str) -> Checked {
    text(&component["label"], &format!("{path}.label"), 80)?;
    if component["label"].as_str().is_none_or(str::is_empty) && component["emoji"].is_null() {
        return Err(ApiError::form(
            &format!("{path}.label"),
            "BUTTON_COMPONENT_LABEL_REQUIRED",
            "A button must have a label or an emoji",
        ));
    }
    if component["style"] == 5 {
        if !component["custom_id"].is_null() {
            return Err(ApiError::form(
                &format!("{path}.custom_id"),
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            ));
        }
        required(&component["url"], &format!("{path}.url"))?;
        let url = component["url"].as_str().unwrap_or_default();
        if !["http://", "https://", "discord://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(ApiError::form(
                &format!("{path}.url"),
                "URL_TYPE_INVALID_SCHEME",
                "Scheme must be one of ('http', 'https', 'discord').",
            ));
        }
        return text(&component["url"], &format!("{path}.url"), 512);
    }
    custom_id(&component["custom_id"], &format!("{path}.custom_id"))
}

fn select(component: &Value, path: &str) -> Checked {
    custom_id(&component["custom_id"], &format!("{path}.custom_id"))?;
    text(&component["placeholder"], &format!("{path}.placeholder"), 150)?;
    let options = list(component, "options");
    if component["type"] == 3 && (options.is_empty() || options.len() > 25) {
        return Err(ApiError::form(
            &format!("{path}.options"),
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 25 in length.",
        ));
    }
    for (index, option) in options.iter().enumerate() {
        for field in ["label", "value"] {
            required(&option[field], &format!("{path}.options.{index}.{field}"))?;
        }
        for field in ["label", "value", "description"] {
            text(&option[field], &format!("{path}.options.{index}.{field}"), 100)?;
        }
    }
    Ok(())
}

fn allowed_mentions(allowed: &Value) -> Checked {
    for (index, kind) in list(allowed, "parse").iter().enumerate() {
        if !["users", "roles", "everyone"].iter().any(|known| kind == known) {
            return Err(ApiError::form(
                &format!("allowed_mentions.parse.{index}"),
                "BASE_TYPE_CHOICES",
                "Value must be one of ('everyone', 'roles', 'users').",
            ));
        }
    }
    for kind in ["users", "roles"] {
        let ids = list(allowed, kind);
        if ids.len() > 100 {
            return Err(ApiError::form(
                &format!("allowed_mentions.{kind}"),
                "BASE_TYPE_MAX_LENGTH",
                "Must be 100 or fewer in length.",
            ));
        }
        if !ids.is_empty() && list(allowed, "parse").iter().any(|parsed| parsed == kind) {
            return Err(ApiError::form(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive."),
            ));
        }
    }
    Ok(())
}

fn nonce(nonce: &Value) -> Checked {
    match nonce {
        Value::Null => Ok(()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(()),
        Value::String(words) if words.chars().count() <= NONCE => Ok(()),
        _ => Err(ApiError::form(
            "nonce",
            "NONCE_TYPE_TOO_LONG",
            "Nonce must be an integer or a string of 25 or fewer characters.",
        )),
    }
}
