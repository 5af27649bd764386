//! Everything that Discord remembers about one application.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

use super::gateway::Gateway;
use super::interaction::Interaction;
use super::message::SeenMessage;
use super::people::{Access, Channel, ChannelKind, Guild, Person};
use super::rates::Rates;
use super::{PrivilegedIntents, Settings};
use crate::clock::Clock;
use crate::faults::FaultScript;
use crate::journal::Journal;

/// 2026-01-05 09:00 UTC in milliseconds: the stand-in's clock starts here, so that dates repeat from run to run.
const EPOCH_MS: u64 = 1_767_603_600_000;
/// Discord counts from the first second of 2015.
const DISCORD_EPOCH_MS: u64 = 1_420_070_400_000;

/// All of it.
#[derive(Debug)]
pub struct State {
    pub(super) token: String,
    pub(super) application: u64,
    pub(super) granted: PrivilegedIntents,
    pub(super) clock: Clock,
    pub(super) base: String,
    pub(super) people: BTreeMap<u64, Person>,
    pub(super) guilds: BTreeMap<u64, Guild>,
    pub(super) channels: BTreeMap<u64, Channel>,
    pub(super) messages: BTreeMap<u64, SeenMessage>,
    pub(super) nonces: BTreeMap<(u64, String), (Duration, u64)>,
    pub(super) commands: BTreeMap<Option<u64>, Vec<Value>>,
    pub(super) interactions: BTreeMap<u64, Interaction>,
    pub(super) typing: Vec<u64>,
    pub(super) gateway: Gateway,
    pub(super) rates: Rates,
    pub(super) journal: Journal,
    pub(super) faults: FaultScript,
    /// Answers with 401, 403 or 429, of which 10,000 in ten minutes would ban the bot.
    pub(super) invalid_requests: u32,
    next_id: u64,
}

impl State {
    pub(super) fn new(settings: &Settings, clock: Clock) -> Self {
        Self {
            token: settings.token.clone(),
            application: super::APPLICATION,
            granted: settings.intents,
            clock,
            base: String::new(),
            people: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            nonces: BTreeMap::new(),
            commands: BTreeMap::new(),
            interactions: BTreeMap::new(),
            typing: Vec::new(),
            gateway: Gateway::new(settings.heartbeat),
            rates: Rates::new(settings.rates),
            journal: Journal::default(),
            faults: FaultScript::default(),
            invalid_requests: 0,
            next_id: 0,
        }
    }

    /// A snowflake: sorted by id is sorted by time.
    pub(super) fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        ((self.unix_ms() - DISCORD_EPOCH_MS) << 22) + self.next_id
    }

    /// Now, as RFC 3339.
    pub(super) fn timestamp(&self) -> String {
        let ms = i64::try_from(self.unix_ms()).unwrap_or(i64::MAX);
        DateTime::from_timestamp_millis(ms)
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Micros, false))
            .unwrap_or_default()
    }

    fn unix_ms(&self) -> u64 {
        EPOCH_MS + u64::try_from(self.clock.now().as_millis()).unwrap_or(0)
    }

    /// The direct channel with a person, opened on first use.
    pub(super) fn direct_channel(&mut self, person: u64) -> u64 {
        let found = self.channels.values().find(|channel| channel.kind == ChannelKind::Direct { person });
        if let Some(found) = found {
            return found.id;
        }
        let id = self.fresh_id();
        self.channels.insert(id, Channel { id, kind: ChannelKind::Direct { person }, access: Access::Full });
        id
    }

    /// Remembers a message and tells the gateway, unless it is for one pair of eyes.
    pub(super) fn post(&mut self, message: SeenMessage) -> Value {
        let body = self.message_json(&message);
        let event = self.message_event(&message);
        let (id, quiet) = (message.id, message.is_ephemeral());
        self.messages.insert(id, message);
        if !quiet {
            self.dispatch("MESSAGE_CREATE", &event);
        }
        body
    }

    /// Tells the gateway that a message changed; gives its new shape.
    pub(super) fn announce_edit(&mut self, id: u64) -> Value {
        let Some(message) = self.messages.get(&id) else { return Value::Null };
        let (body, event, quiet) = (self.message_json(message), self.message_event(message), message.is_ephemeral());
        if !quiet {
            self.dispatch("MESSAGE_UPDATE", &event);
        }
        body
    }

    /// Removes a message and tells the gateway.
    pub(super) fn remove_message(&mut self, id: u64) {
        let Some(message) = self.messages.get_mut(&id) else { return };
        message.deleted = true;
        let (channel, quiet) = (message.channel, message.is_ephemeral());
        let mut event = json!({ "id": id.to_string(), "channel_id": channel.to_string() });
        if let Some(guild) = self.channels.get(&channel).and_then(Channel::guild) {
            event["guild_id"] = json!(guild.to_string());
        }
        if !quiet {
            self.dispatch("MESSAGE_DELETE", &event);
        }
    }

    /// A message that is there.
    pub(super) fn message(&self, id: u64) -> Option<&SeenMessage> {
        self.messages.get(&id).filter(|message| !message.deleted)
    }

    /// The messages of a channel that everyone there sees, oldest first.
    #[must_use]
    pub fn seen_in(&self, channel: u64) -> Vec<SeenMessage> {
        self.messages
            .values()
            .filter(|message| message.channel == channel && !message.deleted && !message.is_ephemeral())
            .cloned()
            .collect()
    }

    /// What the bot wrote in direct messages to a person, oldest first.
    #[must_use]
    pub fn direct_from_bot(&self, person: u64) -> Vec<SeenMessage> {
        let channel = self.channels.values().find(|channel| channel.kind == ChannelKind::Direct { person });
        channel
            .map(|channel| {
                self.seen_in(channel.id).into_iter().filter(|message| message.author == self.application).collect()
            })
            .unwrap_or_default()
    }

    /// The registered commands, of a guild or global ones.
    #[must_use]
    pub fn commands(&self, guild: Option<u64>) -> &[Value] {
        self.commands.get(&guild).map_or(&[], Vec::as_slice)
    }

    /// The channels in which the bot showed that it types, in order.
    #[must_use]
    pub fn typing(&self) -> &[u64] {
        &self.typing
    }

    /// Every request so far.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Whether a gateway session is ready and connected.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.gateway.is_online()
    }

    /// How many sessions have identified so far.
    #[must_use]
    pub fn identifies(&self) -> u32 {
        self.gateway.identifies
    }

    /// How many sessions have resumed so far.
    #[must_use]
    pub fn resumes(&self) -> u32 {
        self.gateway.resumes
    }

    pub(super) fn application_flags(&self) -> u64 {
        // The "limited" flags of applications in fewer than 100 guilds.
        u64::from(self.granted.members) << 15
            | u64::from(self.granted.presences) << 13
            | u64::from(self.granted.message_content) << 19
    }
}
