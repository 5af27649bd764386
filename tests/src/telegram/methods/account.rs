//! The bot's own account: who it is, its menus, its webhook.

use serde_json::{Value, json};

use crate::telegram::call::Call;
use crate::telegram::error::ApiError;
use crate::telegram::overlay;
use crate::telegram::state::{State, Webhook};

pub fn get_me(state: &State) -> Value {
    let mut me = state.bot_json();
    for (field, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[field] = json!(value);
    }
    me
}

pub fn get_chat(state: &State, call: &Call) -> Result<Value, ApiError> {
    let id = super::messages::known_chat(state, call)?;
    let mut chat = state.chat_json(id);
    chat["accent_color_id"] = json!(0);
    chat["max_reaction_count"] = json!(11);
    chat["accepted_gift_types"] = json!({ "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false, "gifts_from_channels": false });
    Ok(chat)
}

pub fn set_commands(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let commands = call.nested("commands")?.unwrap_or(json!([]));
    overlay::commands(&commands)?;
    let key = menu_key(call)?;
    state.menus.insert(key, commands);
    Ok(json!(true))
}

pub fn get_commands(state: &State, call: &Call) -> Result<Value, ApiError> {
    Ok(state.menus.get(&menu_key(call)?).cloned().unwrap_or(json!([])))
}

pub fn delete_commands(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    state.menus.remove(&menu_key(call)?);
    Ok(json!(true))
}

fn menu_key(call: &Call) -> Result<String, ApiError> {
    let scope = call.nested("scope")?.unwrap_or(json!({ "type": "default" }));
    let kind = scope["type"].as_str().unwrap_or_default();
    if ![
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
    .contains(&kind)
    {
        return Err(ApiError::bad("can't parse BotCommandScope: Unsupported type specified"));
    }
    let language = call.text("language_code").unwrap_or_default();
    if !language.is_empty() && language.len() != 2 {
        return Err(ApiError::bad("invalid language code specified"));
    }
    Ok(format!("{kind}:{}:{language}", scope.get("chat_id").map(ToString::to_string).unwrap_or_default()))
}

pub fn describe(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    for (field, most) in [("description", 512), ("short_description", 120), ("name", 64)] {
        if let Some(text) = call.text(field) {
            if text.chars().count() > most {
                return Err(ApiError::bad(format!("{field} is too long")));
            }
            state.descriptions.insert(field.to_owned(), text.to_owned());
        }
    }
    Ok(json!(true))
}

pub fn set_webhook(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let url = call.text("url").unwrap_or_default();
    let secret = call.text("secret_token").map(str::to_owned);
    if !url.is_empty() && !url.starts_with("https://") {
        return Err(ApiError::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    if secret.as_ref().is_some_and(|secret| {
        secret.is_empty()
            || secret.len() > 256
            || !secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    }) {
        return Err(ApiError::bad("secret token contains unallowed characters"));
    }
    if let Some(connections) = call.int("max_connections")
        && !(1..=100).contains(&connections)
    {
        return Err(ApiError::bad("max_connections must be between 1 and 100"));
    }
    if let Some(kinds) = call.nested("allowed_updates")? {
        state.intake.allow(serde_json::from_value(kinds).map_err(|_| ApiError::bad("can't parse allowed_updates"))?);
    }
    if call.flag("drop_pending_updates") {
        state.intake.drop_all();
    }
    state.webhook = Webhook { url: url.to_owned(), secret };
    if !state.webhook.url.is_empty() {
        state.intake.interrupt();
    }
    Ok(json!(true))
}

pub fn delete_webhook(state: &mut State, call: &Call) -> Value {
    state.webhook = Webhook::default();
    if call.flag("drop_pending_updates") {
        state.intake.drop_all();
    }
    json!(true)
}

pub fn webhook_info(state: &State) -> Value {
    json!({ "url": state.webhook.url, "has_custom_certificate": false, "pending_update_count": state.intake.waiting() })
}
