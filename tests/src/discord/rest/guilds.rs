//! Guilds, their channels, roles and members.

use serde_json::{Value, json};

use super::Reply;
use crate::discord::error::ApiError;
use crate::discord::people::{ChannelKind, Guild};
use crate::discord::state::State;

/// What to do with a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleChange {
    Give,
    Take,
}

fn known(state: &State, guild: u64) -> Result<&Guild, ApiError> {
    state.guilds.get(&guild).ok_or_else(|| ApiError::unknown(10004, "Guild"))
}

pub fn mine(state: &State) -> Reply {
    let partial = |guild: &Guild| json!({ "id": guild.id.to_string(), "name": guild.name, "icon": null, "banner": null, "owner": false, "permissions": "2251799813685247", "features": [] });
    Reply::Found(state.guilds.values().map(partial).collect())
}

pub fn get(state: &State, guild: u64) -> Result<Reply, ApiError> {
    known(state, guild).map(|guild| Reply::Found(State::guild_json(guild)))
}

pub fn channels(state: &State, guild: u64) -> Result<Reply, ApiError> {
    known(state, guild)?;
    // Threads are not among them.
    let channels = state.channels.values();
    let channels =
        channels.filter(|channel| matches!(channel.kind, ChannelKind::Text { guild: of, .. } if of == guild));
    Ok(Reply::Found(channels.map(|channel| state.channel_json(channel)).collect()))
}

pub fn roles(state: &State, guild: u64) -> Result<Reply, ApiError> {
    known(state, guild).map(|guild| Reply::Found(Value::Array(State::roles_json(guild))))
}

pub fn members(state: &State, guild: u64) -> Result<Reply, ApiError> {
    let found = known(state, guild)?;
    if !state.granted.members {
        return Err(ApiError::new(403, 50001, "Missing Access"));
    }
    Ok(Reply::Found(found.members.keys().map(|user| state.member_json(guild, *user)).collect()))
}

pub fn member(state: &State, guild: u64, user: u64) -> Result<Reply, ApiError> {
    if !known(state, guild)?.members.contains_key(&user) {
        return Err(ApiError::unknown(10007, "Member"));
    }
    Ok(Reply::Found(state.member_json(guild, user)))
}

pub fn set_role(state: &mut State, guild: u64, user: u64, role: u64, change: RoleChange) -> Result<Reply, ApiError> {
    if !known(state, guild)?.roles.contains_key(&role) {
        return Err(ApiError::unknown(10011, "Role"));
    }
    let roles = state
        .guilds
        .get_mut(&guild)
        .and_then(|guild| guild.members.get_mut(&user))
        .ok_or_else(|| ApiError::unknown(10007, "Member"))?;
    roles.retain(|held| *held != role);
    if change == RoleChange::Give {
        roles.push(role);
    }
    let mut event = state.member_json(guild, user);
    event["guild_id"] = json!(guild.to_string());
    state.dispatch("GUILD_MEMBER_UPDATE", &event);
    Ok(Reply::Done)
}
