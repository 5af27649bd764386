//! What each endpoint does.

mod account;
mod answers;
mod bodies;
mod commands;
mod guilds;
mod messages;
mod threads;

use std::collections::HashMap;

use serde_json::Value;

use super::error::ApiError;
use super::route::Route;
use super::schema;
use super::state::State;
use crate::incoming::Upload;

/// A request, read.
#[derive(Debug)]
pub struct Call {
    /// The endpoint.
    pub route: Route,
    /// The query.
    pub query: HashMap<String, String>,
    /// The JSON body.
    pub body: Value,
    /// The files.
    pub uploads: Vec<Upload>,
}

/// An answer: 200 with a body, 201, or 204 without.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// 200.
    Found(Value),
    /// 201.
    Created(Value),
    /// 204.
    Done,
}

/// Checks a request against the published document and does it.
pub fn perform(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    schema::check(&call.route, &call.body)?;
    match &call.route {
        Route::Gateway => Ok(account::gateway(state)),
        Route::GatewayBot => Ok(account::gateway_bot(state)),
        Route::Me => Ok(Reply::Found(state.bot_json())),
        Route::MyGuilds => Ok(guilds::mine(state)),
        Route::User(user) => account::user(state, *user),
        Route::Application => Ok(Reply::Found(state.application_json())),
        Route::OpenDirect => account::open_direct(state, call),
        Route::ListCommands(scope) => Ok(commands::listed(state, *scope)),
        Route::SetCommands(scope) => commands::replace(state, *scope, &call.body),
        Route::AddCommand(scope) => commands::add(state, *scope, &call.body),
        Route::ChangeCommand(scope, command) => commands::change(state, *scope, *command, &call.body),
        Route::DropCommand(scope, command) => commands::remove(state, *scope, *command),
        Route::Channel(channel) => messages::channel(state, *channel),
        Route::Typing(channel) => messages::typing(state, *channel),
        Route::CreateThread(parent) => threads::create(state, *parent, &call.body),
        Route::AddToThread(thread, user) => threads::add(state, *thread, *user),
        Route::ListMessages(channel) => messages::list(state, *channel, &call.query),
        Route::CreateMessage(channel) => messages::create(state, *channel, call),
        Route::GetMessage(channel, message) => messages::get(state, *channel, *message),
        Route::EditMessage(channel, message) => messages::edit(state, *channel, *message, call),
        Route::DeleteMessage(channel, message) => messages::delete(state, *channel, *message),
        Route::Callback { interaction, token } => answers::callback(state, *interaction, token, call),
        Route::Followup { application, token } => answers::followup(state, *application, token, call),
        Route::GetAnswer { token, which } => answers::get(state, token, *which),
        Route::EditAnswer { token, which } => answers::edit(state, token, *which, call),
        Route::DeleteAnswer { token, which } => answers::delete(state, token, *which),
        Route::Guild(guild) => guilds::get(state, *guild),
        Route::GuildChannels(guild) => guilds::channels(state, *guild),
        Route::GuildRoles(guild) => guilds::roles(state, *guild),
        Route::Members(guild) => guilds::members(state, *guild),
        Route::Member(guild, user) => guilds::member(state, *guild, *user),
        Route::AddRole { guild, user, role } => guilds::set_role(state, *guild, *user, *role, guilds::RoleChange::Give),
        Route::RemoveRole { guild, user, role } => {
            guilds::set_role(state, *guild, *user, *role, guilds::RoleChange::Take)
        }
    }
}
