//! Registering slash commands.

use serde_json::{Value, json};

use super::Reply;
use crate::discord::error::ApiError;
use crate::discord::limits::list;
use crate::discord::route::CommandScope;
use crate::discord::state::State;

/// Characters of a whole command: names, descriptions and values together.
const WHOLE_COMMAND: usize = 8000;

pub fn list_of(state: &State, scope: CommandScope) -> Vec<Value> {
    state.commands.get(&scope).cloned().unwrap_or_default()
}

pub fn listed(state: &State, scope: CommandScope) -> Reply {
    Reply::Found(Value::Array(list_of(state, scope)))
}

pub fn replace(state: &mut State, scope: CommandScope, body: &Value) -> Result<Reply, ApiError> {
    let given = body.as_array().cloned().unwrap_or_default();
    for (kind, most) in [(1, 100), (2, 15), (3, 15)] {
        if given.iter().filter(|command| kind_of(command) == kind).count() > most {
            return Err(ApiError::new(400, 30032, format!("Maximum number of application commands reached ({most})")));
        }
    }
    for (index, command) in given.iter().enumerate() {
        check(command, &index.to_string())?;
        if given[..index].iter().any(|other| other["name"] == command["name"] && kind_of(other) == kind_of(command)) {
            return Err(ApiError::form(
                &format!("{index}.name"),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            ));
        }
    }
    let before = list_of(state, scope);
    let registered: Vec<Value> = given
        .iter()
        .map(|command| {
            let same = before.iter().find(|old| old["name"] == command["name"] && kind_of(old) == kind_of(command));
            let id =
                same.and_then(|old| old["id"].as_str()).map_or_else(|| state.fresh_id().to_string(), str::to_owned);
            registered(state, scope, command, &id)
        })
        .collect();
    state.commands.insert(scope, registered.clone());
    Ok(Reply::Found(Value::Array(registered)))
}

pub fn add(state: &mut State, scope: CommandScope, body: &Value) -> Result<Reply, ApiError> {
    check(body, "")?;
    let mut commands = list_of(state, scope);
    let is_same = |old: &Value| old["name"] == body["name"] && kind_of(old) == kind_of(body);
    let known = commands.iter().find(|old| is_same(old)).and_then(|old| old["id"].as_str()).map(str::to_owned);
    let is_new = known.is_none();
    let id = known.unwrap_or_else(|| state.fresh_id().to_string());
    let command = registered(state, scope, body, &id);
    commands.retain(|old| !is_same(old));
    commands.push(command.clone());
    state.commands.insert(scope, commands);
    Ok(if is_new { Reply::Created(command) } else { Reply::Found(command) })
}

pub fn change(state: &mut State, scope: CommandScope, id: u64, body: &Value) -> Result<Reply, ApiError> {
    let unknown = || ApiError::unknown(10063, "application command");
    let commands = state.commands.get_mut(&scope).ok_or_else(unknown)?;
    let command = commands.iter_mut().find(|command| command["id"] == json!(id.to_string())).ok_or_else(unknown)?;
    let mut changed = command.clone();
    for (field, value) in body.as_object().into_iter().flatten() {
        changed[field] = value.clone();
    }
    check(&changed, "")?;
    *command = changed.clone();
    Ok(Reply::Found(changed))
}

pub fn remove(state: &mut State, scope: CommandScope, id: u64) -> Result<Reply, ApiError> {
    let mut commands = list_of(state, scope);
    let before = commands.len();
    commands.retain(|command| command["id"] != json!(id.to_string()));
    if commands.len() == before {
        return Err(ApiError::unknown(10063, "application command"));
    }
    state.commands.insert(scope, commands);
    Ok(Reply::Done)
}

fn registered(state: &State, scope: CommandScope, command: &Value, id: &str) -> Value {
    let mut body = json!({
        "type": 1, "description": "", "default_member_permissions": null, "dm_permission": true, "contexts": null, "integration_types": [0], "nsfw": false,
        "name_localizations": null, "description_localizations": null,
    });
    for (field, value) in command.as_object().into_iter().flatten() {
        body[field] = value.clone();
    }
    body["id"] = json!(id);
    body["application_id"] = json!(state.application.to_string());
    body["version"] = json!(id);
    if let Some(guild) = scope {
        body["guild_id"] = json!(guild.to_string());
    }
    body
}

fn kind_of(command: &Value) -> u64 {
    command["type"].as_u64().unwrap_or(1)
}

fn check(command: &Value, path: &str) -> Result<(), ApiError> {
    if kind_of(command) == 1 {
        name(&command["name"], path)?;
        description(&command["description"], path)?;
    }
    options(list(command, "options"), path)?;
    if length(command) > WHOLE_COMMAND {
        return Err(ApiError::form(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)"));
    }
    Ok(())
}

fn name(value: &Value, path: &str) -> Result<(), ApiError> {
    let name = value.as_str().unwrap_or_default();
    let fits = (1..=32).contains(&name.chars().count());
    // Discord's pattern: letters, digits, - _ ' and, where a script has case, lower case only.
    let lawful = name
        .chars()
        .all(|character| (character.is_alphanumeric() || "-_'".contains(character)) && !character.is_uppercase());
    if fits && lawful {
        Ok(())
    } else {
        Err(ApiError::form(&format!("{path}.name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"))
    }
}

fn description(value: &Value, path: &str) -> Result<(), ApiError> {
    let length = value.as_str().unwrap_or_default().chars().count();
    if (1..=100).contains(&length) {
        Ok(())
    } else {
        Err(ApiError::form(
            &format!("{path}.description"),
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 100 in length.",
        ))
    }
}

fn options(options: &[Value], path: &str) -> Result<(), ApiError> {
    let too_many = |path: String| ApiError::form(&path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    if options.len() > 25 {
        return Err(too_many(format!("{path}.options")));
    }
    let mut optional_seen = false;
    for (index, option) in options.iter().enumerate() {
        let path = format!("{path}.options.{index}");
        name(&option["name"], &path)?;
        description(&option["description"], &path)?;
        let required = option["required"] == json!(true);
        if required && optional_seen {
            return Err(ApiError::form(
                &path,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            ));
        }
        optional_seen |= !required;
        if options[..index].iter().any(|other| other["name"] == option["name"]) {
            return Err(ApiError::form(
                &path,
                "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED",
                "Option name is a duplicate",
            ));
        }
        let choices = list(option, "choices");
        if choices.len() > 25 {
            return Err(too_many(format!("{path}.choices")));
        }
        if choices
            .iter()
            .any(|choice| !(1..=100).contains(&choice["name"].as_str().unwrap_or_default().chars().count()))
        {
            return Err(ApiError::form(
                &format!("{path}.choices"),
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 100 in length.",
            ));
        }
        if option["autocomplete"] == json!(true) && !choices.is_empty() {
            return Err(ApiError::form(
                &path,
                "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES",
                "Choices and autocomplete exclude each other",
            ));
        }
        self::options(list(option, "options"), &path)?;
    }
    Ok(())
}

fn length(part: &Value) -> usize {
    let own = ["name", "description", "value"]
        .iter()
        .filter_map(|field| part[*field].as_str())
        .map(|words| words.chars().count())
        .sum::<usize>();
    own + ["options", "choices"].iter().flat_map(|field| list(part, field)).map(length).sum::<usize>()
}
