//! The catalogue of everything that a client reads, from `config/messages/en.toml`.
//!
//! Templates are strict: the placeholders in the text and the `vars` beside it must be the same,
//! and rendering needs exactly those values, so that no raw brace ever reaches a person. A value is
//! put in after the markup was read and therefore can never become markup itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::text::{Block, Rich, Span};
use crate::{Error, Result};

const ENGLISH: &str = include_str!("../../config/messages/en.toml");
const ENGLISH_NAME: &str = "config/messages/en.toml";

/// All messages of one language.
#[derive(Clone, Debug)]
pub struct Catalogue(BTreeMap<String, Message>);

/// One message, ready to be filled.
#[derive(Clone, Debug)]
pub struct Message {
    subject: Option<String>,
    body: Rich,
    /// The labels of its buttons, in order.
    pub buttons: Vec<String>,
    /// The preference that lets a client turn it off; `always` when none does.
    pub preference: String,
    vars: Vec<String>,
}

/// A message with its values in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The first line of a notice, or a mail's subject.
    pub subject: Option<String>,
    /// The text.
    pub body: Rich,
    /// The labels of its buttons.
    pub buttons: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    body: String,
    subject: Option<String>,
    #[serde(default)]
    buttons: Vec<String>,
    #[serde(default)]
    vars: Vec<String>,
    #[serde(default = "always")]
    preference: String,
    #[serde(default, rename = "audience")]
    _audience: Option<String>,
}

fn always() -> String {
    "always".into()
}

impl Catalogue {
    /// The built-in English catalogue.
    pub fn load() -> Result<Self> {
        Self::parse(ENGLISH_NAME, ENGLISH)
    }

    /// Reads a catalogue; an error names the file and the line.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let entries: BTreeMap<String, toml::Spanned<Entry>> = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(1, |span| line_of(text, span.start));
            Error::Setting(format!("{name}, line {line}: {}", e.message()))
        })?;
        entries
            .into_iter()
            .map(|(key, entry)| {
                let line = line_of(text, entry.span().start);
                let message = Message::new(entry.into_inner())
                    .map_err(|what| Error::Setting(format!("{name}, line {line}: [{key}] {what}")))?;
                Ok((key, message))
            })
            .collect::<Result<_>>()
            .map(Self)
    }

    /// The message with this key.
    pub fn get(&self, key: &str) -> Result<&Message> {
        self.0.get(key).ok_or_else(|| Error::Setting(format!("{ENGLISH_NAME}: there is no message [{key}]")))
    }

    /// Every key, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The message with its values in place; it needs exactly the values that its text names.
    /// A value of several lines that begin with `- ` becomes a list.
    pub fn render(&self, key: &str, values: &[(&str, String)]) -> Result<Rendered> {
        let message = self.get(key)?;
        let given: BTreeSet<&str> = values.iter().map(|(name, _)| *name).collect();
        let wanted: BTreeSet<&str> = message.vars.iter().map(String::as_str).collect();
        if given != wanted {
            return Err(Error::Setting(format!(
                "{ENGLISH_NAME}: [{key}] wants the values {wanted:?} and was given {given:?}"
            )));
        }
        Ok(Rendered {
            subject: message.subject.as_deref().map(|subject| fill(subject, values)),
            body: Rich(message.body.0.iter().flat_map(|block| fill_block(block, values)).collect()),
            buttons: message.buttons.clone(),
        })
    }

    /// The body as plain text, for words that stand in something else.
    pub fn plain(&self, key: &str, values: &[(&str, String)]) -> Result<String> {
        Ok(self.body(key, values)?.to_plain())
    }

    /// The body alone, for the many short answers that are nothing else.
    pub fn body(&self, key: &str, values: &[(&str, String)]) -> Result<Rich> {
        self.render(key, values).map(|rendered| rendered.body)
    }
}

impl Message {
    fn new(entry: Entry) -> Result<Self, String> {
        let mut used = placeholders(&entry.body)?;
        if let Some(subject) = &entry.subject {
            used.extend(placeholders(subject)?);
        }
        let declared: BTreeSet<String> = entry.vars.iter().cloned().collect();
        if let Some(name) = used.difference(&declared).next() {
            return Err(format!("uses {{{name}}}, which is not among its vars"));
        }
        if let Some(name) = declared.difference(&used).next() {
            return Err(format!("lists {name} among its vars but never uses it"));
        }
        Ok(Self {
            subject: entry.subject,
            body: Rich::from_markdown(&entry.body),
            buttons: entry.buttons,
            preference: entry.preference,
            vars: entry.vars,
        })
    }
}

fn placeholders(text: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        if rest[open..].starts_with('}') {
            return Err("has a closing brace without an opening one".into());
        }
        let end = rest[open..].find('}').ok_or("has an opening brace without a closing one")? + open;
        let name = &rest[open + 1..end];
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err(format!("has {{{name}}}, which is no name of a value"));
        }
        names.insert(name.to_owned());
        rest = &rest[end + 1..];
    }
    Ok(names)
}

fn fill(text: &str, values: &[(&str, String)]) -> String {
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

fn fill_spans(spans: &[Span], values: &[(&str, String)]) -> Vec<Span> {
    spans.iter().map(|span| Span { text: fill(&span.text, values), style: span.style }).collect()
}

fn fill_block(block: &Block, values: &[(&str, String)]) -> Vec<Block> {
    match block {
        Block::Paragraph(spans) => {
            let filled = fill_spans(spans, values);
            as_list(spans, &filled).unwrap_or_else(|| vec![Block::Paragraph(filled)])
        }
        Block::Heading(level, spans) => vec![Block::Heading(*level, fill_spans(spans, values))],
        Block::Item(depth, number, spans) => vec![Block::Item(*depth, *number, fill_spans(spans, values))],
        Block::Quote(spans) => vec![Block::Quote(fill_spans(spans, values))],
        other => vec![other.clone()],
    }
}

/// A paragraph that is nothing but one placeholder turns into a list when its value is one.
fn as_list(template: &[Span], filled: &[Span]) -> Option<Vec<Block>> {
    let alone = template.len() == 1 && template[0].text.starts_with('{') && template[0].text.ends_with('}');
    let text = &filled.first()?.text;
    (alone && text.lines().next()?.starts_with("- ")).then(|| {
        text.lines().map(|line| Block::Item(0, None, vec![Span::plain(line.trim_start_matches("- "))])).collect()
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or("").matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn the_built_in_catalogue_is_sound() {
        assert!(Catalogue::load().unwrap().keys().count() > 20);
    }

    #[rstest]
    #[case("[a]\nbody = \"hi {name}\"\n", "line 1: [a] uses {name}, which is not among its vars")]
    #[case("\n[a]\nvars = [\"name\"]\nbody = \"hi\"\n", "line 2: [a] lists name among its vars but never uses it")]
    #[case("[a]\nbody = \"hi {Name}\"\n", "is no name of a value")]
    #[case("[a]\nbody = \"hi }\"\n", "closing brace")]
    #[case("[a]\nbdy = \"hi\"\n", "unknown field `bdy`")]
    fn a_wrong_template_is_refused_with_its_line(#[case] text: &str, #[case] says: &str) {
        let error = Catalogue::parse("en.toml", text).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn a_value_never_becomes_markup() {
        let catalogue =
            Catalogue::parse("t", "[a]\nvars = [\"name\", \"list\"]\nbody = \"Hi **{name}**\\n\\n{list}\"\n").unwrap();
        let body = catalogue.body("a", &[("name", "*x* {list}".into()), ("list", "- one\n- *two*".into())]).unwrap();
        assert_eq!(body.to_plain(), "Hi *x* {list}\n\n- one\n- *two*");
    }

    #[test]
    fn a_missing_value_is_refused() {
        let catalogue = Catalogue::parse("t", "[a]\nvars = [\"name\"]\nbody = \"{name}\"\n").unwrap();
        assert!(catalogue.render("a", &[]).is_err());
        assert!(catalogue.render("b", &[]).is_err());
    }
}
