//! Fills in a registered command as Discord's client would: known options only, required ones present, values that fit.

use anyhow::{Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::discord::limits::list;
use crate::discord::state::State;

const SUBCOMMAND: u64 = 1;
const SUBCOMMAND_GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;
const BOOLEAN: u64 = 5;
const USER: u64 = 6;
const CHANNEL: u64 = 7;
const ROLE: u64 = 8;
const NUMBER: u64 = 10;

/// Whether the command is being sent, or one option is still being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing<'a> {
    /// It is sent.
    Finished,
    /// This option has the cursor.
    At(&'a str),
}

/// The option list of a command for the words after its name.
pub fn fill(definition: &Value, path: &[&str], given: &Map<String, Value>, typing: Typing<'_>) -> Result<Vec<Value>> {
    let offered = list(definition, "options");
    let has_subcommands =
        offered.iter().any(|option| matches!(option["type"].as_u64(), Some(SUBCOMMAND | SUBCOMMAND_GROUP)));
    match path {
        [] if has_subcommands => bail!("/{} needs a subcommand: {:?}", definition["name"], names(offered)),
        [] => leaves(offered, given, typing),
        [word, rest @ ..] => {
            let found = offered.iter().find(|option| {
                option["name"] == json!(word) && matches!(option["type"].as_u64(), Some(SUBCOMMAND | SUBCOMMAND_GROUP))
            });
            let Some(found) = found else {
                bail!("no subcommand {word:?} is registered; there are {:?}", names(offered))
            };
            Ok(vec![json!({ "name": word, "type": found["type"], "options": fill(found, rest, given, typing)? })])
        }
    }
}

fn names(options: &[Value]) -> Vec<&str> {
    options.iter().filter_map(|option| option["name"].as_str()).collect()
}

fn leaves(offered: &[Value], given: &Map<String, Value>, typing: Typing<'_>) -> Result<Vec<Value>> {
    if let Some(stray) = given.keys().find(|name| !names(offered).contains(&name.as_str())) {
        bail!("no option {stray:?} is registered; there are {:?}", names(offered));
    }
    let mut filled = Vec::new();
    for option in offered {
        let name = option["name"].as_str().unwrap_or_default();
        let focused = typing == Typing::At(name);
        let Some(value) = given.get(name) else {
            ensure!(option["required"] != json!(true) || typing != Typing::Finished, "the option {name:?} is required");
            continue;
        };
        if focused {
            ensure!(option["autocomplete"] == json!(true), "the option {name:?} does not complete itself");
            filled.push(json!({ "name": name, "type": option["type"], "value": value, "focused": true }));
        } else {
            filled.push(json!({ "name": name, "type": option["type"], "value": fitting(option, name, value)? }));
        }
    }
    Ok(filled)
}

fn fitting(option: &Value, name: &str, value: &Value) -> Result<Value> {
    let choices = list(option, "choices");
    if !choices.is_empty() {
        let chosen = choices.iter().find(|choice| choice["value"] == *value || choice["name"] == *value);
        let Some(chosen) = chosen else { bail!("{value} is not among the choices of {name:?}") };
        return Ok(chosen["value"].clone());
    }
    let kind = option["type"].as_u64().unwrap_or_default();
    let fits = match kind {
        STRING => value.is_string(),
        INTEGER => value.is_i64() || value.is_u64(),
        BOOLEAN => value.is_boolean(),
        NUMBER => value.is_number(),
        _ => value.is_string() || value.is_u64(),
    };
    ensure!(fits, "{value} is not of the type {kind} of {name:?}");
    if let Some(number) = value.as_f64() {
        ensure!(
            option["min_value"].as_f64().is_none_or(|least| number >= least),
            "{number} is below the least of {name:?}"
        );
        ensure!(
            option["max_value"].as_f64().is_none_or(|most| number <= most),
            "{number} is above the most of {name:?}"
        );
    }
    if let Some(words) = value.as_str().filter(|_| kind == STRING) {
        let length = words.chars().count() as u64;
        ensure!(option["min_length"].as_u64().is_none_or(|least| length >= least), "{name:?} is too short");
        ensure!(length <= option["max_length"].as_u64().unwrap_or(6000), "{name:?} is too long");
    }
    let is_id = matches!(kind, USER | CHANNEL | ROLE);
    Ok(if is_id {
        json!(value.as_u64().map_or_else(|| value.as_str().unwrap_or_default().to_owned(), |id| id.to_string()))
    } else {
        value.clone()
    })
}

/// `resolved`: the people, channels and roles that the options name.
pub fn resolved(state: &State, guild: Option<u64>, options: &[Value]) -> Value {
    let mut resolved = json!({});
    for option in options {
        let id = option["value"].as_str().unwrap_or_default();
        let number = id.parse::<u64>().unwrap_or_default();
        match option["type"].as_u64() {
            Some(USER) => {
                resolved["users"][id] = state.user_json(number);
                if let Some(guild) = guild {
                    let mut member = state.acting_member_json(guild, number);
                    if let Some(fields) = member.as_object_mut() {
                        fields.retain(|field, _| !matches!(field.as_str(), "user" | "deaf" | "mute"));
                    }
                    resolved["members"][id] = member;
                }
            }
            Some(CHANNEL) => {
                resolved["channels"][id] =
                    state.channels.get(&number).map(|channel| state.acting_channel_json(channel)).unwrap_or_default();
            }
            Some(ROLE) => {
                let roles = guild.and_then(|guild| state.guilds.get(&guild)).map(State::roles_json).unwrap_or_default();
                resolved["roles"][id] = roles.into_iter().find(|role| role["id"] == json!(id)).unwrap_or_default();
            }
            _ => merge(&mut resolved, self::resolved(state, guild, list(option, "options"))),
        }
    }
    resolved
}

fn merge(into: &mut Value, from: Value) {
    let Value::Object(from) = from else { return };
    for (kind, entries) in from {
        let Value::Object(entries) = entries else { continue };
        for (id, entry) in entries {
            into[&kind][&id] = entry;
        }
    }
}
