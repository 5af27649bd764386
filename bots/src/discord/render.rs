//! Our neutral text as Discord messages: every character of it escaped, so that it can neither
//! become markup nor mention anybody. Markup comes from looks alone.

mod escape;

use std::ops::Range;

use serenity::all::{
    ButtonStyle, CreateActionRow, CreateAllowedMentions, CreateButton, CreateInputText, CreateModal, InputTextStyle,
};
use wavelaunch_shared::text::{Button, Rich};

use crate::render::{BlockLook, Flow, Look, split};
use crate::talk::{Field, Form, Room};

/// The longest message of a bot, in characters.
pub const TEXT_LIMIT: usize = 2000;
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
/// Cutting a text may need a few more marks than the uncut text: room for them.
const ROOM: usize = 20;

/// Keeps two marked runs apart, and a mention from being one.
const GAP: char = '\u{200b}';

/// The messages that a text becomes, each within Discord's limit. None for a text of nothing.
#[must_use]
pub fn parts(text: &Rich) -> Vec<String> {
    let flow = Flow::of(text);
    split(&flow.text, TEXT_LIMIT - ROOM, |range| written(&flow, &range).chars().count())
        .into_iter()
        .map(|range| written(&flow, &range))
        .collect()
}

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

/// A part of the text as Discord takes it.
fn written(flow: &Flow, range: &Range<usize>) -> String {
    let text = &flow.text[range.clone()];
    let looks = flow.within(&flow.looks, range);
    let blocks = flow.within(&flow.blocks, range);
    let mut out = String::with_capacity(text.len() + 16);
    let mut verbatim = false;
    let mut at = 0;
    for line in text.split('\n') {
        let here = at..at + line.len();
        let block =
            blocks.iter().find(|(range, _)| here.start < range.end && range.start <= here.end).map(|(_, look)| *look);
        fence(&mut out, &mut verbatim, block == Some(BlockLook::Verbatim));
        match block {
            Some(BlockLook::Verbatim) => out.push_str(&escape::verbatim(line)),
            Some(BlockLook::Quote) => {
                out.push_str("> ");
                line_with_looks(&mut out, text, &here, &looks);
            }
            None => line_with_looks(&mut out, text, &here, &looks),
        }
        out.push('\n');
        at = here.end + 1;
    }
    out.pop();
    if verbatim {
        out.push_str("\n```");
    }
    out
}

/// Opens or closes the fence around verbatim lines.
fn fence(out: &mut String, verbatim: &mut bool, wanted: bool) {
    if *verbatim != wanted {
        out.push_str("```\n");
        *verbatim = wanted;
    }
}

fn line_with_looks(out: &mut String, text: &str, line: &Range<usize>, looks: &[(Range<usize>, Look)]) {
    let mut at = line.start;
    let mut marked = false;
    for (range, look) in looks {
        let cut = range.start.max(line.start)..range.end.min(line.end);
        let shown = text.get(cut.clone()).unwrap_or("").trim();
        if shown.is_empty() {
            continue;
        }
        let start = cut.start + text[cut.clone()].find(shown).unwrap_or(0);
        let before = escape::plain(&text[at..start], at == line.start);
        // Two runs of markers side by side would be read as one longer marker.
        if marked && before.is_empty() {
            out.push(GAP);
        }
        out.push_str(&before);
        let first = start == line.start;
        match look {
            Look::Bold => out.extend(["**", &escape::plain(shown, first), "**"]),
            Look::Italic => out.extend(["*", &escape::plain(shown, first), "*"]),
            // Nothing can be escaped between backticks: with one inside, it is shown as text.
            // Its neighbours must not complete a mention with it either.
            Look::Code if shown.contains('`') => {
                out.push(GAP);
                out.push_str(&escape::plain(shown, first));
                out.push(GAP);
            }
            Look::Code => out.extend(["`", &escape::verbatim(shown), "`"]),
        }
        marked = true;
        at = start + shown.len();
    }
    let after = &text[at..line.end];
    out.push_str(&escape::plain(after, at == line.start));
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
