//! `parse_mode=MarkdownV2`.

use serde_json::json;

use super::{Parsed, complaint};
use crate::telegram::entities::Entity;
use crate::telegram::error::ApiError;

const RESERVED: &str = "_*[]()~`>#+-=|{}.!";

struct Open {
    mark: &'static str,
    entity: Entity,
    at: usize,
}

/// Parses `MarkdownV2`; block quotations are read as plain lines.
pub fn parse(source: &str) -> Result<Parsed, ApiError> {
    let mut parsed = Parsed::default();
    let mut stack: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(character) = source[at..].chars().next() {
        let rest = &source[at..];
        if character == '\\' {
            let escaped = rest[1..].chars().next().filter(char::is_ascii);
            parsed.text.push(escaped.unwrap_or('\\'));
            at += 1 + usize::from(escaped.is_some());
        } else if character == '`' {
            at = code(source, at, &mut parsed)?;
        } else if let Some((mark, kind)) = mark_at(rest, &stack) {
            at += mark.len();
            match stack.pop_if(|open| open.mark == mark) {
                Some(open) => parsed.close(open.entity),
                None => stack.push(Open { mark, entity: Entity::new(kind, parsed.open(), 0), at: at - mark.len() }),
            }
        } else if character == ']' && stack.last().is_some_and(|open| open.mark == "[") {
            at = link(source, at, &mut parsed, &mut stack)?;
        } else if character == '>' && (at == 0 || source[..at].ends_with('\n')) {
            at += 1;
        } else if RESERVED.contains(character) {
            return Err(complaint(format!(
                "Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )));
        } else {
            parsed.text.push(character);
            at += character.len_utf8();
        }
    }
    match stack.pop() {
        Some(open) => {
            Err(complaint(format!("Can't find end of {} entity at byte offset {}", title(&open.entity.kind), open.at)))
        }
        None => Ok(parsed),
    }
}

fn mark_at(rest: &str, stack: &[Open]) -> Option<(&'static str, &'static str)> {
    // A lone underscore closes an italic before a double one opens an underline, as Telegram reads it.
    let italic_is_open = stack.last().is_some_and(|open| open.mark == "_");
    let marks = [
        ("__", "underline"),
        ("||", "spoiler"),
        ("*", "bold"),
        ("_", "italic"),
        ("~", "strikethrough"),
        ("[", "text_link"),
    ];
    marks.into_iter().find(|(mark, _)| rest.starts_with(mark) && !(*mark == "__" && italic_is_open))
}

fn code(source: &str, at: usize, parsed: &mut Parsed) -> Result<usize, ApiError> {
    let (fence, kind) = if source[at..].starts_with("```") { ("```", "pre") } else { ("`", "code") };
    let mut entity = Entity::new(kind, parsed.open(), 0);
    let mut cursor = at + fence.len();
    if kind == "pre"
        && let Some((language, _)) = source[cursor..].split_once('\n')
        && !language.is_empty()
        && language.chars().all(|character| character.is_ascii_alphanumeric() || "+-#".contains(character))
    {
        entity.extra.insert("language".to_owned(), json!(language));
        cursor += language.len() + 1;
    }
    while let Some(character) = source[cursor..].chars().next() {
        if source[cursor..].starts_with(fence) {
            parsed.close(entity);
            return Ok(cursor + fence.len());
        }
        if character == '\\'
            && let Some(escaped) = source[cursor + 1..].chars().next().filter(|next| matches!(next, '`' | '\\'))
        {
            parsed.text.push(escaped);
            cursor += 2;
            continue;
        }
        parsed.text.push(character);
        cursor += character.len_utf8();
    }
    Err(complaint(format!("Can't find end of {} entity at byte offset {at}", title(kind))))
}

fn link(source: &str, at: usize, parsed: &mut Parsed, stack: &mut Vec<Open>) -> Result<usize, ApiError> {
    let Some(mut open) = stack.pop() else { return Ok(at + 1) };
    if !source[at + 1..].starts_with('(') {
        // Without an address Telegram leaves the words and drops the link.
        return Ok(at + 1);
    }
    let mut url = String::new();
    let mut characters = source[at + 2..].char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            ')' => {
                open.entity.extra.insert("url".to_owned(), json!(url));
                parsed.close(open.entity);
                return Ok(at + 2 + index + 1);
            }
            '\\' => url.extend(characters.next().map(|(_, escaped)| escaped)),
            other => url.push(other),
        }
    }
    Err(complaint(format!("Can't find end of a URL at byte offset {}", at + 1)))
}

fn title(kind: &str) -> String {
    match kind {
        "text_link" => "TextUrl".to_owned(),
        "pre" => "PreCode".to_owned(),
        _ => kind.split('_').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect(),
    }
}
