//! `parse_mode`: turns marked-up text into plain text and entities, or refuses it in Telegram's words.

mod html;
mod markdown;

use super::entities::{Entity, utf16_len};
use super::error::ApiError;

/// What is left of marked-up text.
#[derive(Debug, Default, PartialEq)]
pub struct Parsed {
    /// The text without its marks.
    pub text: String,
    /// What the marks meant.
    pub entities: Vec<Entity>,
}

impl Parsed {
    fn open(&self) -> usize {
        utf16_len(&self.text)
    }

    fn close(&mut self, mut entity: Entity) {
        entity.length = utf16_len(&self.text) - entity.offset;
        // Telegram drops empty entities without a word.
        if entity.length > 0 {
            self.entities.push(entity);
        }
    }

    fn sorted(mut self) -> Self {
        self.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
        self
    }
}

/// Parses `text` in the given mode; `Markdown` of old is not supported by the stand-in on purpose.
pub fn parse(mode: &str, text: &str) -> Result<Parsed, ApiError> {
    match mode.to_ascii_lowercase().as_str() {
        "html" => html::parse(text).map(Parsed::sorted),
        "markdownv2" => markdown::parse(text).map(Parsed::sorted),
        _ => Err(ApiError::bad("unsupported parse_mode")),
    }
    .map_err(|error| {
        if error.description.contains("parse_mode") {
            error
        } else {
            ApiError::bad(format!("can't parse entities: {}", error.description))
        }
    })
}

fn complaint(text: impl Into<String>) -> ApiError {
    ApiError::new(400, text)
}
