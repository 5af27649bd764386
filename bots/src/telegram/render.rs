//! Our neutral text as Telegram messages: plain text with entities beside it, never a parse mode,
//! so that no text, however hostile, can become markup or be refused as broken markup.

use std::ops::Range;

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, MessageEntityKind};
use wavelaunch_shared::text::layout::telegram::{cuts, utf16};
use wavelaunch_shared::text::layout::{BlockLook, Flow, Look};
use wavelaunch_shared::text::{Button, Rich};

/// The longest `callback_data`, in bytes.
pub const ACTION_LIMIT: usize = 64;
/// More entities than this are ignored by Telegram.
const ENTITY_LIMIT: usize = 100;
/// Buttons in a row and rows in a keyboard beyond which phones cut.
const ROW_LIMIT: usize = 8;
/// The longest label that is still a button.
const LABEL_LIMIT: usize = 64;

/// One Telegram message's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What is shown.
    pub text: String,
    /// How, in UTF-16 offsets.
    pub entities: Vec<MessageEntity>,
}

/// The messages that a text becomes, each within Telegram's limit. None for a text of nothing.
#[must_use]
pub fn parts(text: &Rich) -> Vec<Part> {
    let flow = Flow::of(text);
    cuts(&flow).into_iter().map(|range| part(&flow, &range)).collect()
}

/// The rows of buttons as an inline keyboard; a button whose action is too long for Telegram is left
/// out and logged, since a cut action would do something else.
#[must_use]
pub fn keyboard(rows: &[Vec<Button>]) -> Option<InlineKeyboardMarkup> {
    let rows: Vec<Vec<InlineKeyboardButton>> = rows
        .iter()
        .flat_map(|row| row.chunks(ROW_LIMIT))
        .map(|row| row.iter().filter_map(button).collect::<Vec<_>>())
        .filter(|row| !row.is_empty())
        .collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

fn button(button: &Button) -> Option<InlineKeyboardButton> {
    let label: String = button.label.chars().filter(|c| !c.is_control()).take(LABEL_LIMIT).collect();
    if (1..=ACTION_LIMIT).contains(&button.action.len()) && !label.trim().is_empty() {
        return Some(InlineKeyboardButton::callback(label, button.action.clone()));
    }
    tracing::error!(bytes = button.action.len(), "a button has no label, or an action that is not 1 to 64 bytes");
    None
}

fn part(flow: &Flow, range: &Range<usize>) -> Part {
    let text = flow.text[range.clone()].to_owned();
    let blocks = flow.within(&flow.blocks, range);
    let mut entities: Vec<MessageEntity> = blocks
        .iter()
        .map(|(at, look)| {
            let (offset, length) = units(&text, at);
            match look {
                BlockLook::Quote => MessageEntity::new(MessageEntityKind::Blockquote, offset, length),
                BlockLook::Verbatim => MessageEntity::pre(None, offset, length),
            }
        })
        .collect();
    entities.extend(flow.within(&flow.looks, range).iter().map(|(at, look)| {
        let (offset, length) = units(&text, at);
        match look {
            Look::Bold => MessageEntity::bold(offset, length),
            Look::Italic => MessageEntity::italic(offset, length),
            Look::Code => MessageEntity::code(offset, length),
        }
    }));
    // Outer before inner where two begin together.
    entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
    entities.truncate(ENTITY_LIMIT);
    Part { text, entities }
}

fn units(text: &str, range: &Range<usize>) -> (usize, usize) {
    (utf16(&text[..range.start]), utf16(&text[range.clone()]))
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
