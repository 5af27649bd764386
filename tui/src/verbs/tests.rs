//! That keys, help, palette and footer cannot disagree.

use std::collections::HashMap;

use super::*;
use crate::app::overlay::{Help, Palette};
use crate::screens::{self, Place};
use crate::term::Key;

/// The scopes of every screen, with those that are everywhere.
fn screens() -> Vec<(String, Vec<Scope>)> {
    Place::samples()
        .iter()
        .map(|place| {
            let mut scopes = screens::build(place).scopes();
            scopes.push(Scope::Everywhere);
            (format!("{place:?}"), scopes)
        })
        .collect()
}

#[test]
fn no_key_means_two_things_on_one_screen() {
    for (screen, scopes) in screens() {
        let mut known: HashMap<&str, &str> = HashMap::new();
        for verb in scopes.iter().flat_map(|scope| live(*scope)) {
            for key in verb.keys {
                if let Some(other) = known.insert(key, verb.name) {
                    panic!("{screen}: {key} is both {other:?} and {:?}", verb.name);
                }
                let first = key.split(' ').next().unwrap();
                assert!(first == *key || !known.contains_key(first), "{screen}: {first} is a verb and begins {key}");
            }
        }
    }
}

#[test]
fn every_verb_is_reached_by_a_key_of_some_screen() {
    let screens = screens();
    for verb in VERBS {
        assert!(!verb.keys.is_empty() && !verb.name.is_empty() && !verb.help.is_empty(), "{}", verb.name);
        let found = screens.iter().filter(|(_, scopes)| scopes.contains(&verb.scope)).any(|(_, scopes)| {
            let mut keys = verb.keys[0].split(' ').map(|key| Key::parse(key).expect("a key"));
            let (first, second) = (keys.next().unwrap(), keys.next());
            let (prefix, key) = second.map_or((None, first), |second| (Some(first), second));
            matches!(look_up(scopes, prefix, key), Found::Verb(found) if found.id == verb.id)
        });
        assert!(found, "{} is never reached by {:?}", verb.name, verb.keys);
    }
}

#[test]
fn help_and_palette_hold_what_the_keys_do() {
    for (screen, scopes) in screens() {
        let facts = Facts { rights: Rights::Edit, subject: Subject::Nothing, client: None };
        let verbs: Vec<_> = scopes.iter().flat_map(|scope| live(*scope)).map(|verb| verb.name).collect();
        assert_eq!(Help::new(&scopes, &facts).names(), verbs, "{screen}");
        assert_eq!(Palette::new(&scopes, &facts).names(), verbs, "{screen}");
    }
}

#[test]
fn who_may_only_look_is_told_so_by_every_verb_that_changes_something() {
    let facts = Facts { rights: Rights::Look, subject: Subject::Link, client: None };
    for verb in VERBS.iter().filter(|verb| verb.needs == Need::Edit) {
        assert!(verb.disabled(&facts).is_some_and(|why| why.contains("look")), "{}", verb.name);
    }
}
