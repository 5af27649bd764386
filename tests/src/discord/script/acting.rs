//! Acting as a person: commands, presses, modals, messages; and upsetting the gateway.

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use super::options::{self, Typing};
use crate::discord::FakeDiscord;
use crate::discord::answer::InteractionHandle;
use crate::discord::gateway::Out;
use crate::discord::interaction::{Interaction, Kind};
use crate::discord::limits::list;
use crate::discord::message::{Attachment, SeenMessage, Version};
use crate::discord::people::Channel;
use crate::discord::state::State;
use crate::incoming::Upload;

/// The kinds of commands: typed with a slash, or chosen from a message's menu.
const CHAT_INPUT: u64 = 1;
const MESSAGE_MENU: u64 = 3;

#[expect(clippy::must_use_candidate, reason = "called for what they do; the ids are a convenience")]
impl FakeDiscord {
    /// Uses a slash command, for instance `slash(ana, channel, "coach ask", json!({"question": "…"}))`. Fails as Discord's client would:
    /// for a command that is not registered, an unknown option, a missing one, a value that does not fit.
    pub fn slash(&self, user: u64, channel: u64, words: &str, options: Value) -> Result<InteractionHandle> {
        self.use_command(user, channel, words, options, Typing::Finished)
    }

    /// Types in an option that completes itself; the answer holds the choices.
    pub fn autocomplete(
        &self,
        user: u64,
        channel: u64,
        words: &str,
        options: Value,
        focused: &str,
    ) -> Result<InteractionHandle> {
        self.use_command(user, channel, words, options, Typing::At(focused))
    }

    fn use_command(
        &self,
        user: u64,
        channel: u64,
        words: &str,
        options: Value,
        typing: Typing<'_>,
    ) -> Result<InteractionHandle> {
        let given: Map<String, Value> = serde_json::from_value(options).context("options are an object")?;
        let path: Vec<&str> = words.trim_start_matches('/').split_whitespace().collect();
        let (name, rest) = path.split_first().context("a command has a name")?;
        self.interact(|state| {
            let place = state.channels.get(&channel).context("no such channel")?.clone();
            let command = offered(state, place.guild(), name, CHAT_INPUT)?;
            let options = options::fill(&command, rest, &given, typing)?;
            let resolved = options::resolved(state, place.guild(), &options);
            let mut data = json!({ "id": command["id"], "name": command["name"], "type": 1, "options": options, "resolved": resolved });
            if let Some(guild) = command.get("guild_id") {
                data["guild_id"] = guild.clone();
            }
            let kind = if typing == Typing::Finished { Kind::Command } else { Kind::Autocomplete };
            Ok(begin(state, user, &place, kind, &data))
        })
    }

    /// Chooses an entry of a message's own menu, for instance "Ask the coach about this".
    pub fn message_command(&self, user: u64, message: u64, name: &str) -> Result<InteractionHandle> {
        self.interact(|state| {
            let (found, place) = reachable(state, user, message)?;
            let command = offered(state, place.guild(), name, MESSAGE_MENU)?;
            let target = message.to_string();
            let mut shown = Map::new();
            shown.insert(target.clone(), state.message_json(&found));
            let mut data = json!({
                "id": command["id"], "name": command["name"], "type": MESSAGE_MENU, "target_id": target,
                "resolved": { "messages": shown },
            });
            if let Some(guild) = command.get("guild_id") {
                data["guild_id"] = guild.clone();
            }
            Ok(begin(state, user, &place, Kind::Command, &data))
        })
    }

    /// Presses the button with this label or custom id under a message.
    pub fn press(&self, user: u64, message: u64, button: &str) -> Result<InteractionHandle> {
        self.interact(|state| {
            let (found, place) = reachable(state, user, message)?;
            let buttons: Vec<_> = found.now.buttons().into_iter().flatten().collect();
            let pressed = buttons
                .iter()
                .find(|candidate| candidate.label == button || candidate.custom_id.as_deref() == Some(button));
            let Some(pressed) = pressed else {
                bail!(
                    "no button {button:?} under that message; there are {:?}",
                    buttons.iter().map(|button| &button.label).collect::<Vec<_>>()
                )
            };
            ensure!(!pressed.disabled, "the button {button:?} is greyed out");
            let custom_id = pressed.custom_id.as_ref().with_context(|| format!("{button:?} is a link"))?;
            Ok(begin(
                state,
                user,
                &place,
                Kind::Component { message },
                &json!({ "custom_id": custom_id, "component_type": 2 }),
            ))
        })
    }

    /// A press with a custom id that no button has, as from an old or forged message.
    pub fn forge_press(&self, user: u64, message: u64, custom_id: &str) -> Result<InteractionHandle> {
        self.interact(|state| {
            let (_, place) = reachable(state, user, message)?;
            Ok(begin(
                state,
                user,
                &place,
                Kind::Component { message },
                &json!({ "custom_id": custom_id, "component_type": 2 }),
            ))
        })
    }

    /// Chooses values from a select under a message.
    pub fn select(&self, user: u64, message: u64, custom_id: &str, values: &[&str]) -> Result<InteractionHandle> {
        self.interact(|state| {
            let (found, place) = reachable(state, user, message)?;
            let selects = found.now.components.iter().flat_map(|row| list(row, "components"));
            let select = selects
                .filter(|component| component["type"] != 2)
                .find(|component| component["custom_id"] == json!(custom_id))
                .context("no such select under that message")?;
            for value in values {
                ensure!(
                    select["type"] != 3 || list(select, "options").iter().any(|option| option["value"] == json!(value)),
                    "{value:?} is not offered"
                );
            }
            Ok(begin(
                state,
                user,
                &place,
                Kind::Component { message },
                &json!({ "custom_id": custom_id, "component_type": select["type"], "values": values }),
            ))
        })
    }

    /// Fills in and sends off the modal that an interaction has opened; inputs without a value keep what stands in them.
    pub fn submit_modal(&self, opened: &InteractionHandle, values: Value) -> Result<InteractionHandle> {
        let given: Map<String, Value> = serde_json::from_value(values).context("values are an object")?;
        self.interact(|state| {
            let interaction = state.interactions.get(&opened.id).context("no such interaction")?.clone();
            let modal = interaction.modal.context("no modal was opened")?;
            let rows =
                list(&modal, "components").iter().map(|row| filled_row(row, &given)).collect::<Result<Vec<_>>>()?;
            let place = state.channels.get(&interaction.channel).context("no such channel")?.clone();
            let message = if let Kind::Component { message } = interaction.kind { Some(message) } else { None };
            Ok(begin(
                state,
                interaction.person,
                &place,
                Kind::Modal { message },
                &json!({ "custom_id": modal["custom_id"], "components": rows }),
            ))
        })
    }

    fn interact(&self, act: impl FnOnce(&mut State) -> Result<u64>) -> Result<InteractionHandle> {
        self.state.change(act).map(|id| InteractionHandle { id, state: Arc::clone(&self.state) })
    }

    /// Writes to the bot directly. Gives the message's id.
    pub fn dm(&self, user: u64, text: &str) -> u64 {
        let channel = self.direct_channel(user);
        self.says(user, channel, text)
    }

    /// Writes in a channel. Gives the message's id.
    pub fn says(&self, user: u64, channel: u64, text: &str) -> u64 {
        self.says_with(user, channel, text, None)
    }

    /// Writes in a channel, with a file. Gives the message's id.
    pub fn says_with(&self, user: u64, channel: u64, text: &str, file: Option<Upload>) -> u64 {
        self.state.change(|state| {
            let attachments = file
                .into_iter()
                .map(|file| Attachment {
                    id: state.fresh_id(),
                    name: file.name,
                    media_type: file.media_type,
                    description: None,
                    bytes: file.bytes,
                })
                .collect();
            let now = Version { content: text.to_owned(), attachments, ..Version::default() };
            let id = state.fresh_id();
            let sent_at = state.timestamp();
            let message = SeenMessage {
                id,
                channel,
                author: user,
                now,
                before: Vec::new(),
                flags: 0,
                deleted: false,
                interaction: None,
                reply_to: None,
                nonce: None,
                sent_at,
            };
            state.post(message);
            id
        })
    }

    /// Changes a message of one's own.
    pub fn edits(&self, message: u64, text: &str) {
        self.state.change(|state| {
            if let Some(found) = state.messages.get_mut(&message) {
                let before = found.now.clone();
                found.before.push(before);
                text.clone_into(&mut found.now.content);
            }
            state.announce_edit(message);
        });
    }

    /// Deletes a message.
    pub fn deletes(&self, message: u64) {
        self.state.change(|state| state.remove_message(message));
    }

    /// Asks every session to reconnect and resume (op 7).
    pub fn ask_reconnect(&self) {
        self.state.change(|state| {
            state.gateway.broadcast(&Out::Text(json!({ "op": 7, "t": null, "s": null, "d": null }).to_string()));
        });
    }

    /// Declares every session invalid (op 9): a new one must be identified.
    pub fn invalidate_sessions(&self) {
        self.state.change(|state| {
            state.gateway.broadcast(&Out::Text(json!({ "op": 9, "t": null, "s": null, "d": false }).to_string()));
            state.gateway.forget();
        });
    }

    /// Closes every gateway connection with this code.
    pub fn close_gateway(&self, code: u16) {
        self.state.change(|state| state.gateway.broadcast(&Out::Close(code)));
    }

    /// Breaks every gateway connection without a word; sessions can be resumed.
    pub fn break_gateway(&self) {
        self.state.change(|state| state.gateway.broadcast(&Out::Break));
    }
}

/// The command that a person is offered in that place: the guild's own first, then the global one.
fn offered(state: &State, guild: Option<u64>, name: &str, kind: u64) -> Result<Value> {
    let local = guild.map(|guild| state.commands(Some(guild))).unwrap_or_default();
    let all: Vec<&Value> = local.iter().chain(state.commands(None)).filter(|command| command["type"] == kind).collect();
    let Some(command) = all.iter().find(|command| command["name"] == json!(name)) else {
        bail!(
            "no command /{name} is registered; there are {:?}",
            all.iter().filter_map(|command| command["name"].as_str()).collect::<Vec<_>>()
        );
    };
    let contexts = command["contexts"].as_array();
    let here = u8::from(guild.is_none());
    let hidden = contexts.is_some_and(|contexts| !contexts.contains(&json!(here)))
        || (guild.is_none() && command["dm_permission"] == json!(false));
    ensure!(!hidden, "the command /{name} is not offered here");
    Ok((*command).clone())
}

/// A message that this person can see, and where it is.
fn reachable(state: &State, user: u64, message: u64) -> Result<(SeenMessage, Channel)> {
    let found = state.message(message).with_context(|| format!("there is no message {message}"))?;
    let asker = found.interaction.and_then(|id| state.interactions.get(&id)).map(|interaction| interaction.person);
    ensure!(!found.is_ephemeral() || asker == Some(user), "only the one who asked sees that message");
    let place = state.channels.get(&found.channel).context("no such channel")?;
    Ok((found.clone(), place.clone()))
}

fn begin(state: &mut State, user: u64, place: &Channel, kind: Kind, data: &Value) -> u64 {
    let id = state.fresh_id();
    let token = format!("aW50ZXJhY3Rpb246{id:020}");
    let number = match kind {
        Kind::Command => 2,
        Kind::Component { .. } => 3,
        Kind::Autocomplete => 4,
        Kind::Modal { .. } => 5,
    };
    let mut event = json!({
        "id": id.to_string(), "application_id": state.application.to_string(), "type": number, "token": token, "version": 1, "data": data, "channel_id": place.id.to_string(),
        "channel": state.acting_channel_json(place), "app_permissions": "2251799813685247", "locale": "en-GB", "entitlements": [], "attachment_size_limit": 10_485_760,
    });
    if let Some(guild) = place.guild() {
        event["guild_id"] = json!(guild.to_string());
        event["guild"] = json!({ "id": guild.to_string(), "locale": "en-GB", "features": [] });
        event["guild_locale"] = json!("en-GB");
        event["member"] = state.acting_member_json(guild, user);
        event["context"] = json!(0);
        event["authorizing_integration_owners"] = json!({ "0": guild.to_string() });
    } else {
        event["user"] = state.user_json(user);
        event["context"] = json!(1);
        event["authorizing_integration_owners"] = json!({ "0": "0" });
    }
    if let Kind::Component { message } | Kind::Modal { message: Some(message) } = kind {
        event["message"] = state.message(message).map(|message| state.message_json(message)).unwrap_or_default();
    }
    let at = state.clock.now();
    let interaction = Interaction {
        id,
        token,
        kind,
        person: user,
        channel: place.id,
        at,
        ack: None,
        original: None,
        followups: Vec::new(),
        modal: None,
        choices: None,
    };
    state.interactions.insert(id, interaction);
    state.dispatch("INTERACTION_CREATE", &event);
    id
}

fn filled_row(row: &Value, given: &Map<String, Value>) -> Result<Value> {
    if row["type"] == 18 {
        return Ok(json!({ "type": 18, "id": 1, "component": filled_input(&row["component"], given)? }));
    }
    let inputs = list(row, "components").iter().map(|input| filled_input(input, given)).collect::<Result<Vec<_>>>()?;
    Ok(json!({ "type": 1, "id": 1, "components": inputs }))
}

fn filled_input(input: &Value, given: &Map<String, Value>) -> Result<Value> {
    let id = input["custom_id"].as_str().unwrap_or_default();
    let value = given.get(id).unwrap_or(&input["value"]).as_str().unwrap_or_default();
    let length = value.chars().count() as u64;
    ensure!(length > 0 || input["required"] == json!(false), "the input {id:?} is required");
    ensure!(length <= input["max_length"].as_u64().unwrap_or(4000), "the input {id:?} is too long");
    ensure!(length >= input["min_length"].as_u64().unwrap_or(0) || length == 0, "the input {id:?} is too short");
    Ok(json!({ "type": input["type"], "id": 2, "custom_id": id, "value": value }))
}
