//! Private threads: made beside a channel, seen by whoever is let in.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Reply;
use super::messages::readable;
use crate::discord::error::ApiError;
use crate::discord::people::{Access, Channel, ChannelKind};
use crate::discord::state::State;

/// The only kind that the stand-in knows.
const PRIVATE_THREAD: u64 = 12;
/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

pub fn create(state: &mut State, parent: u64, body: &Value) -> Result<Reply, ApiError> {
    let channel = readable(state, parent)?;
    if channel.access != Access::Full {
        return Err(ApiError::new(403, 50013, "Missing Permissions"));
    }
    let ChannelKind::Text { guild, .. } = channel.kind else {
        return Err(ApiError::new(400, 50024, "Cannot execute action on this channel type"));
    };
    let name = body["name"].as_str().unwrap_or_default();
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
        return Err(ApiError::form("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."));
    }
    if body["type"].as_u64() != Some(PRIVATE_THREAD) {
        return Err(ApiError::form("type", "BASE_TYPE_CHOICES", "the stand-in makes private threads alone"));
    }
    let id = state.fresh_id();
    let kind = ChannelKind::PrivateThread { guild, parent, name: name.to_owned(), members: BTreeSet::new() };
    let thread = Channel { id, kind, access: Access::Full };
    let shown = state.channel_json(&thread);
    state.channels.insert(id, thread);
    Ok(Reply::Created(shown))
}

pub fn add(state: &mut State, thread: u64, user: u64) -> Result<Reply, ApiError> {
    let known = state.people.contains_key(&user);
    let unknown = || ApiError::unknown(10003, "Channel");
    let ChannelKind::PrivateThread { members, .. } = &mut state.channels.get_mut(&thread).ok_or_else(unknown)?.kind
    else {
        return Err(unknown());
    };
    if !known {
        return Err(ApiError::unknown(10013, "User"));
    }
    members.insert(user);
    Ok(Reply::Done)
}
