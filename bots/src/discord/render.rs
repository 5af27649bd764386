//! What of a reply Discord takes besides its text: buttons, and a lock on mentions.

use serenity::all::{
    ButtonStyle, CreateActionRow, CreateAllowedMentions, CreateButton, CreateInputText, CreateModal, InputTextStyle,
};
use wavelaunch_shared::text::Button;

use crate::talk::{Field, Form, Room};
pub use wavelaunch_shared::text::layout::discord::parts;

/// The longest `custom_id`, in characters.
pub const ACTION_LIMIT: usize = 100;
/// Rows of buttons in a message, and buttons in a row.
const ROW_LIMIT: usize = 5;
/// The longest label, in characters.
const LABEL_LIMIT: usize = 80;
/// The longest title and label of a form, in characters.
const FORM_LABEL_LIMIT: usize = 45;
/// The longest hint in an empty field.
const FORM_HINT_LIMIT: usize = 100;
/// The longest text that a field takes.
const FORM_LIMIT: usize = 4000;

/// No mention of anybody, in no message: the second lock behind the escaping.
pub fn no_mentions() -> CreateAllowedMentions {
    CreateAllowedMentions::new()
        .empty_users()
        .empty_roles()
        .all_users(false)
        .all_roles(false)
        .everyone(false)
        .replied_user(false)
}

/// The rows of buttons, five by five at most; more rows than that are packed tighter. What Discord would
/// refuse even so is left out and logged.
#[must_use]
pub fn rows(rows: &[Vec<Button>]) -> Vec<CreateActionRow> {
    let mut seen = std::collections::BTreeSet::new();
    let rows: Vec<Vec<CreateButton>> = rows
        .iter()
        .flat_map(|row| row.chunks(ROW_LIMIT))
        .map(|row| {
            row.iter().filter(|button| seen.insert(button.action.as_str())).filter_map(button).collect::<Vec<_>>()
        })
        .filter(|row| !row.is_empty())
        .collect();
    let rows = if rows.len() > ROW_LIMIT { packed(rows) } else { rows };
    if rows.len() > ROW_LIMIT {
        tracing::error!(rows = rows.len(), "a reply has more rows of buttons than Discord shows; the rest is left out");
    }
    rows.into_iter().take(ROW_LIMIT).map(CreateActionRow::Buttons).collect()
}

/// The same buttons in full rows.
fn packed(rows: Vec<Vec<CreateButton>>) -> Vec<Vec<CreateButton>> {
    let all: Vec<CreateButton> = rows.into_iter().flatten().collect();
    all.chunks(ROW_LIMIT).map(<[CreateButton]>::to_vec).collect()
}

/// A form as Discord opens it.
pub fn modal(form: &Form) -> CreateModal {
    let rows = form.fields.iter().map(|field| CreateActionRow::InputText(input(field))).collect();
    CreateModal::new(&form.action, cut(&form.title, FORM_LABEL_LIMIT)).components(rows)
}

fn input(field: &Field) -> CreateInputText {
    let style = match field.room {
        Room::Line => InputTextStyle::Short,
        Room::Paragraphs => InputTextStyle::Paragraph,
    };
    let most = field.most.min(FORM_LIMIT);
    let mut input = CreateInputText::new(style, cut(&field.label, FORM_LABEL_LIMIT), &field.key)
        .required(field.least.is_some())
        .min_length(u16::try_from(field.least.unwrap_or(0)).unwrap_or(u16::MAX))
        .max_length(u16::try_from(most).unwrap_or(u16::MAX));
    if let Some(hint) = &field.hint {
        input = input.placeholder(cut(hint, FORM_HINT_LIMIT));
    }
    if let Some(value) = &field.value {
        input = input.value(cut(value.raw(), most));
    }
    input
}

/// At most so many characters, the last one saying that there are more.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

fn button(button: &Button) -> Option<CreateButton> {
    let label: String = button.label.chars().filter(|c| !c.is_control()).take(LABEL_LIMIT).collect();
    if (1..=ACTION_LIMIT).contains(&button.action.chars().count()) && !label.trim().is_empty() {
        return Some(CreateButton::new(button.action.clone()).label(label).style(ButtonStyle::Secondary));
    }
    tracing::error!(bytes = button.action.len(), "a button has no label, or an action that is not 1 to 100 characters");
    None
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
