//! `parse_mode=HTML`.

use serde_json::json;

use super::{Parsed, complaint};
use crate::telegram::entities::Entity;
use crate::telegram::error::ApiError;

struct Open {
    tag: String,
    entity: Entity,
}

/// Parses Telegram's HTML subset.
pub fn parse(source: &str) -> Result<Parsed, ApiError> {
    let mut parsed = Parsed::default();
    let mut stack: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(character) = source[at..].chars().next() {
        match character {
            '<' => at = tag(source, at, &mut parsed, &mut stack)?,
            '&' => at = reference(source, at, &mut parsed),
            other => {
                parsed.text.push(other);
                at += other.len_utf8();
            }
        }
    }
    match stack.pop() {
        Some(open) => Err(complaint(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag))),
        None => Ok(parsed),
    }
}

fn tag(source: &str, at: usize, parsed: &mut Parsed, stack: &mut Vec<Open>) -> Result<usize, ApiError> {
    let Some(length) = source[at..].find('>') else {
        return Err(complaint(format!("Unclosed start tag at byte offset {at}")));
    };
    let (inside, next) = (&source[at + 1..at + length], at + length + 1);
    if let Some(name) = inside.strip_prefix('/') {
        let name = name.trim().to_ascii_lowercase();
        let open = stack.pop().ok_or_else(|| complaint(format!("Unexpected end tag at byte offset {at}")))?;
        if !name.is_empty() && open.tag != name {
            return Err(complaint(format!(
                "Unmatched end tag at byte offset {at}, expected \"</{}>\", found \"</{name}>\"",
                open.tag
            )));
        }
        parsed.close(open.entity);
        return Ok(next);
    }
    let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let name = name.to_ascii_lowercase();
    let mut entity = Entity::new(
        kind_of(&name, attributes)
            .ok_or_else(|| complaint(format!("Unsupported start tag \"{name}\" at byte offset {at}")))?,
        parsed.open(),
        0,
    );
    if name == "a" {
        let url = attribute(attributes, "href").unwrap_or_default();
        entity.extra.insert("url".to_owned(), json!(url));
    }
    stack.push(Open { tag: name, entity });
    Ok(next)
}

fn kind_of(tag: &str, attributes: &str) -> Option<&'static str> {
    Some(match tag {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "tg-spoiler" => "spoiler",
        "span" if attributes.contains("tg-spoiler") => "spoiler",
        "a" => "text_link",
        "code" => "code",
        "pre" => "pre",
        "blockquote" if attributes.contains("expandable") => "expandable_blockquote",
        "blockquote" => "blockquote",
        "tg-emoji" => "custom_emoji",
        _ => return None,
    })
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let rest = attributes.split_once(&format!("{name}="))?.1;
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let value = rest[1..].split(quote).next()?;
    let mut decoded = Parsed::default();
    let mut at = 0;
    while let Some(character) = value[at..].chars().next() {
        if character == '&' {
            at = reference(value, at, &mut decoded);
        } else {
            decoded.text.push(character);
            at += character.len_utf8();
        }
    }
    Some(decoded.text)
}

fn reference(source: &str, at: usize, parsed: &mut Parsed) -> usize {
    for (written, meant) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
        if source[at..].starts_with(written) {
            parsed.text.push(meant);
            return at + written.len();
        }
    }
    if let Some((number, end)) =
        source[at..].strip_prefix("&#").and_then(|rest| rest.find(';').map(|end| (&rest[..end], at + 2 + end + 1)))
        && let Some(character) = number
            .strip_prefix(['x', 'X'])
            .map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32)
    {
        parsed.text.push(character);
        return end;
    }
    parsed.text.push('&');
    at + 1
}
