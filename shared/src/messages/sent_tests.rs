//! The code and the catalogue agree: every message that the code sends is there, and every message
//! that is there is sent. Both are read from the sources, where a key is a literal.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Catalogue;

/// What stands before a key where one is sent.
const SENDS: &[&str] = &[
    "messages.body(",
    "messages.render(",
    "messages.buttons(",
    "messages.get(",
    "messages.plain(",
    "words.plain(",
    ".say(",
    "turn.replace(",
    "say(studio, ",
    "say(turn.studio, ",
    "replace(studio, ",
    "reply(studio, ",
    "phrase(studio, ",
    "phrase(turn.studio, ",
];

/// What stands before a key in a notice.
const NOTICES: &str = "key: ";

/// The sources of everything that sends, without their tests.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders: Vec<PathBuf> = ["shared/src", "bots/src"].map(|folder| root.join(folder)).into();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_code = path.extension().is_some_and(|ending| ending == "rs")
                && !path.file_stem().unwrap().to_string_lossy().ends_with("tests")
                && !path.ends_with("messages/sample.rs");
            if path.is_dir() {
                folders.push(path);
            } else if is_code {
                let text = std::fs::read_to_string(&path).unwrap();
                sources.push(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("").to_owned());
            }
        }
    }
    sources
}

/// The text of a literal that `code` begins with, if it looks like a key.
fn key(code: &str) -> Option<&str> {
    let (key, _) = code.trim_start().strip_prefix('"')?.split_once('"')?;
    (key.len() > 2 && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')).then_some(key)
}

/// The keys that follow on `before`.
fn keys_after<'a>(source: &'a str, before: &str) -> Vec<&'a str> {
    source.split(before).skip(1).filter_map(key).collect()
}

#[test]
fn every_message_that_the_code_sends_is_in_the_catalogue() {
    let catalogue = Catalogue::built_in().unwrap();
    let sources = sources();
    let mut sent = BTreeSet::new();
    for source in &sources {
        sent.extend(SENDS.iter().flat_map(|before| keys_after(source, before)));
        if source.contains("Notice {") {
            sent.extend(keys_after(source, NOTICES));
        }
    }
    assert!(sent.len() > 100, "the sources are read: {sent:?}");
    let missing: Vec<&&str> = sent.iter().filter(|key| catalogue.get(key).is_err()).collect();
    assert!(missing.is_empty(), "sent, and not in the catalogue: {missing:?}");
}

#[test]
fn every_message_in_the_catalogue_is_sent() {
    let catalogue = Catalogue::built_in().unwrap();
    let sources = sources();
    // A key may be put together from a beginning and a word: `format!("coach_fact_{about}")`.
    let beginnings: BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| source.split("format!(\"").skip(1))
        .filter_map(|code| code.split_once('{').map(|(beginning, _)| beginning))
        .filter(|beginning| beginning.ends_with('_') && beginning.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    let put_together = |key: &str| beginnings.iter().any(|beginning| key.starts_with(beginning));
    let named = |key: &str| sources.iter().any(|source| source.contains(&format!("\"{key}\"")));
    let unsent = |key: &str| !named(key) && !put_together(key);
    let idle: Vec<&str> = catalogue.iter().map(|(key, _)| key).filter(|key| unsent(key)).collect();
    assert!(idle.is_empty(), "in the catalogue, and never sent: {idle:?}");
}
