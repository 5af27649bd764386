//! From a key to a verb.

use super::{Scope, VERBS, Verb};
use crate::term::Key;

/// What a key means in some scopes.
pub enum Found {
    /// A verb.
    Verb(&'static Verb),
    /// The first key of a chord: these verbs may follow.
    Prefix(Vec<&'static Verb>),
    /// Nothing.
    Nothing,
}

/// Looks up a key, after `prefix` when a chord has begun. Scopes are searched
/// in order, so that a screen's own verb comes before a general one.
#[must_use]
pub fn look_up(scopes: &[Scope], prefix: Option<Key>, key: Key) -> Found {
    let chord = prefix.map_or_else(|| key.to_string(), |first| format!("{first} {key}"));
    let in_scopes = || scopes.iter().flat_map(|scope| live(*scope));
    if let Some(verb) = in_scopes().find(|verb| verb.keys.contains(&chord.as_str())) {
        return Found::Verb(verb);
    }
    let begins = format!("{chord} ");
    let follow: Vec<_> = in_scopes().filter(|verb| verb.keys.iter().any(|k| k.starts_with(&begins))).collect();
    if follow.is_empty() { Found::Nothing } else { Found::Prefix(follow) }
}

/// The verbs of one scope, in the order of help.
pub fn live(scope: Scope) -> impl Iterator<Item = &'static Verb> {
    VERBS.iter().filter(move |verb| verb.scope == scope)
}
