//! Message entities: offsets and lengths count UTF-16 units, as Telegram does.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::ApiError;

const KINDS: [&str; 22] = [
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
    "quote",
    "media_timestamp",
];

/// A stretch of a message with a meaning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// For instance `bold` or `bot_command`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins, in UTF-16 units.
    pub offset: usize,
    /// How long it is, in UTF-16 units.
    pub length: usize,
    /// Whatever else belongs to it, for instance `url` or `language`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Entity {
    /// A plain entity.
    #[must_use]
    pub fn new(kind: &str, offset: usize, length: usize) -> Self {
        Self { kind: kind.to_owned(), offset, length, extra: Map::new() }
    }

    /// The words that it covers, or nothing if it lies outside `text`.
    #[must_use]
    pub fn of(&self, text: &str) -> Option<String> {
        let units: Vec<u16> = text.encode_utf16().collect();
        String::from_utf16(units.get(self.offset..self.offset.checked_add(self.length)?)?).ok()
    }
}

/// The length that Telegram counts.
#[must_use]
pub fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Reads entities and holds them against the text.
pub fn read(text: &str, given: Value) -> Result<Vec<Entity>, ApiError> {
    let entities: Vec<Entity> =
        serde_json::from_value(given).map_err(|error| ApiError::bad(format!("can't parse entities: {error}")))?;
    entities.iter().try_for_each(|entity| check(text, entity))?;
    Ok(entities)
}

fn check(text: &str, entity: &Entity) -> Result<(), ApiError> {
    let total = utf16_len(text);
    let end = entity.offset.saturating_add(entity.length);
    if !KINDS.contains(&entity.kind.as_str()) {
        return Err(ApiError::bad(format!("can't parse entities: unsupported type {:?} of an entity", entity.kind)));
    }
    if entity.length == 0 {
        return Err(ApiError::bad("can't parse entities: an entity of length 0"));
    }
    if end > total {
        return Err(ApiError::bad(format!(
            "entity beginning at UTF-16 offset {} ends after the end of the text at UTF-16 offset {end}",
            entity.offset
        )));
    }
    for edge in [entity.offset, end] {
        if splits_a_character(text, edge) {
            return Err(ApiError::bad(format!(
                "entity beginning at UTF-16 offset {} begins or ends in a middle of a UTF-16 symbol",
                entity.offset
            )));
        }
    }
    if entity.kind == "text_link" && !entity.extra.get("url").is_some_and(Value::is_string) {
        return Err(ApiError::bad("can't parse entities: a text_link without url"));
    }
    Ok(())
}

fn splits_a_character(text: &str, edge: usize) -> bool {
    let mut at = 0;
    for character in text.chars() {
        if at == edge {
            return false;
        }
        at += character.len_utf16();
        if at > edge {
            return true;
        }
    }
    false
}
