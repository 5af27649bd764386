//! Channels and the messages in them.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::bodies;
use super::{Call, Reply};
use crate::discord::error::ApiError;
use crate::discord::message::{EPHEMERAL, SeenMessage};
use crate::discord::people::{Access, Channel, ChannelKind, DmDoor};
use crate::discord::state::State;

/// "The past few minutes" in which a nonce is remembered.
const NONCE_LIFE: Duration = Duration::from_mins(5);

pub fn readable(state: &State, id: u64) -> Result<&Channel, ApiError> {
    let channel = state.channels.get(&id).ok_or_else(|| ApiError::unknown(10003, "Channel"))?;
    if channel.access == Access::Hidden { Err(ApiError::new(403, 50001, "Missing Access")) } else { Ok(channel) }
}

fn writable(state: &State, id: u64) -> Result<(), ApiError> {
    let channel = readable(state, id)?;
    if channel.access == Access::ReadOnly {
        return Err(ApiError::new(403, 50013, "Missing Permissions"));
    }
    match channel.kind {
        ChannelKind::Direct { person }
            if state.people.get(&person).is_none_or(|person| person.door == DmDoor::Closed) =>
        {
            Err(ApiError::new(403, 50007, "Cannot send messages to this user"))
        }
        _ => Ok(()),
    }
}

/// A message that the channel's readers see; ephemeral ones cannot be reached this way.
fn visible(state: &State, channel: u64, id: u64) -> Result<&SeenMessage, ApiError> {
    readable(state, channel)?;
    state
        .message(id)
        .filter(|message| message.channel == channel && !message.is_ephemeral())
        .ok_or_else(|| ApiError::unknown(10008, "Message"))
}

pub fn channel(state: &State, id: u64) -> Result<Reply, ApiError> {
    readable(state, id).map(|channel| Reply::Found(state.channel_json(channel)))
}

pub fn typing(state: &mut State, id: u64) -> Result<Reply, ApiError> {
    writable(state, id)?;
    state.typing.push(id);
    Ok(Reply::Done)
}

pub fn list(state: &State, channel: u64, query: &HashMap<String, String>) -> Result<Reply, ApiError> {
    readable(state, channel)?;
    let number = |name: &str| query.get(name).map(|text| text.parse::<u64>());
    let limit = match number("limit") {
        None => 50,
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => return Err(ApiError::form("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")),
    };
    let limit = usize::try_from(limit).unwrap_or(100);
    let all = state.seen_in(channel);
    let found: Vec<&SeenMessage> = match (number("after"), number("before")) {
        (Some(Ok(after)), _) => {
            let mut first: Vec<_> = all.iter().filter(|message| message.id > after).take(limit).collect();
            first.reverse();
            first
        }
        (_, Some(Ok(before))) => all.iter().rev().filter(|message| message.id < before).take(limit).collect(),
        _ => all.iter().rev().take(limit).collect(),
    };
    Ok(Reply::Found(found.into_iter().map(|message| state.message_json(message)).collect()))
}

pub fn get(state: &State, channel: u64, id: u64) -> Result<Reply, ApiError> {
    visible(state, channel, id).map(|message| Reply::Found(state.message_json(message)))
}

pub fn create(state: &mut State, channel: u64, call: &Call) -> Result<Reply, ApiError> {
    writable(state, channel)?;
    let version = bodies::fresh(state, &call.body, &call.uploads)?;
    let reply_to = reply_target(state, channel, &call.body["message_reference"])?;
    if let Some(earlier) = same_nonce(state, channel, &call.body) {
        return Ok(Reply::Found(state.message_json(earlier)));
    }
    let mut message = bodies::by_bot(state, channel, version, bodies::flags(&call.body) & !EPHEMERAL);
    message.reply_to = reply_to;
    message.nonce = call.body.get("nonce").filter(|nonce| !nonce.is_null()).cloned();
    if let Some(nonce) = nonce_key(&call.body) {
        state.nonces.insert((channel, nonce), (state.clock.now(), message.id));
    }
    Ok(Reply::Found(state.post(message)))
}

fn nonce_key(body: &Value) -> Option<String> {
    let nonce = body.get("nonce").filter(|nonce| !nonce.is_null())?;
    Some(nonce.as_str().map_or_else(|| nonce.to_string(), str::to_owned))
}

fn same_nonce<'a>(state: &'a State, channel: u64, body: &Value) -> Option<&'a SeenMessage> {
    if body["enforce_nonce"] != json!(true) {
        return None;
    }
    let (at, id) = state.nonces.get(&(channel, nonce_key(body)?))?;
    let fresh = state.clock.now().saturating_sub(*at) <= NONCE_LIFE;
    fresh.then(|| state.messages.get(id)).flatten()
}

fn reply_target(state: &State, channel: u64, reference: &Value) -> Result<Option<u64>, ApiError> {
    let Some(wanted) =
        reference["message_id"].as_str().and_then(|id| id.parse().ok()).or_else(|| reference["message_id"].as_u64())
    else {
        return Ok(None);
    };
    let there = state.message(wanted).is_some_and(|message| message.channel == channel);
    match (there, reference["fail_if_not_exists"] == json!(false)) {
        (true, _) => Ok(Some(wanted)),
        (false, true) => Ok(None),
        (false, false) => Err(ApiError::form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")),
    }
}

pub fn edit(state: &mut State, channel: u64, id: u64, call: &Call) -> Result<Reply, ApiError> {
    let own = visible(state, channel, id)?.author == state.application;
    if !own {
        return Err(ApiError::new(403, 50005, "Cannot edit a message authored by another user"));
    }
    bodies::edit_message(state, id, &call.body, call).map(Reply::Found)
}

pub fn delete(state: &mut State, channel: u64, id: u64) -> Result<Reply, ApiError> {
    let own = visible(state, channel, id)?.author == state.application;
    if !own && state.channels.get(&channel).is_some_and(|channel| channel.guild().is_none()) {
        return Err(ApiError::new(403, 50003, "Cannot execute action on a DM channel"));
    }
    state.remove_message(id);
    Ok(Reply::Done)
}
