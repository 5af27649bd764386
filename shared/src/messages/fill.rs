//! Placeholders: finding them, and putting values in their place.

use std::ops::Range;

use crate::text::{Block, Span};

/// A placeholder, and where it stands.
pub(super) struct Placeholder<'a> {
    pub name: &'a str,
    pub at: usize,
}

/// The placeholders of a text in order; otherwise what is wrong with one of them, and where.
pub(super) fn placeholders(text: &str) -> Result<Vec<Placeholder<'_>>, (String, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(['{', '}']).map(|at| from + at) {
        if text[at..].starts_with('}') {
            return Err(("has a closing brace without an opening one".into(), at));
        }
        let end = text[at..].find('}').map(|end| at + end);
        let end = end.ok_or_else(|| ("has an opening brace without a closing one".to_owned(), at))?;
        let name = &text[at + 1..end];
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err((format!("has {{{name}}}, which is no name of a value"), at));
        }
        found.push(Placeholder { name, at });
        from = end + 1;
    }
    Ok(found)
}

/// A text with its values in place.
pub(super) fn text(text: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// A block with its values in place; one that is nothing but a list's placeholder becomes several.
pub(super) fn block(block: &Block, values: &[(&str, String)]) -> Vec<Block> {
    match block {
        Block::Paragraph(template) => {
            let filled = spans(template, values);
            as_list(template, &filled).unwrap_or_else(|| vec![Block::Paragraph(filled)])
        }
        Block::Heading(level, template) => vec![Block::Heading(*level, spans(template, values))],
        Block::Item(depth, number, template) => vec![Block::Item(*depth, *number, spans(template, values))],
        Block::Quote(template) => vec![Block::Quote(spans(template, values))],
        other => vec![other.clone()],
    }
}

fn spans(spans: &[Span], values: &[(&str, String)]) -> Vec<Span> {
    spans.iter().map(|span| Span { text: text(&span.text, values), style: span.style }).collect()
}

/// A paragraph that is nothing but one placeholder turns into a list when its value is one.
fn as_list(template: &[Span], filled: &[Span]) -> Option<Vec<Block>> {
    let alone = template.len() == 1 && template[0].text.starts_with('{') && template[0].text.ends_with('}');
    let text = &filled.first()?.text;
    (alone && text.lines().next()?.starts_with("- ")).then(|| {
        text.lines().map(|line| Block::Item(0, None, vec![Span::plain(line.trim_start_matches("- "))])).collect()
    })
}

/// The line of an offset, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or("").matches('\n').count() + 1
}

/// What stands at a range; nothing where it lies outside.
pub(super) fn slice<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or("")
}
