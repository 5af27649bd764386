//! The bot's own account, users, and opening direct conversations.

use serde_json::json;

use super::{Call, Reply};
use crate::discord::error::ApiError;
use crate::discord::limits::list;
use crate::discord::state::State;

pub fn gateway(state: &State) -> Reply {
    Reply::Found(json!({ "url": state.gateway_url() }))
}

pub fn gateway_bot(state: &State) -> Reply {
    Reply::Found(json!({
        "url": state.gateway_url(), "shards": 1,
        "session_start_limit": { "total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1 },
    }))
}

pub fn user(state: &State, user: u64) -> Result<Reply, ApiError> {
    if user != state.application && !state.people.contains_key(&user) {
        return Err(ApiError::unknown(10013, "User"));
    }
    Ok(Reply::Found(state.user_json(user)))
}

pub fn open_direct(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let recipient = call.body["recipient_id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .or_else(|| call.body["recipient_id"].as_u64());
    let Some(person) = recipient.filter(|id| state.people.contains_key(id)) else {
        let why = if list(&call.body, "access_tokens").is_empty() {
            "Invalid Recipient(s)"
        } else {
            "Group direct messages are not for bots"
        };
        return Err(ApiError::new(400, 50033, why));
    };
    let id = state.direct_channel(person);
    let channel = &state.channels[&id];
    Ok(Reply::Found(state.channel_json(channel)))
}
