//! Building the world: people, guilds, channels, roles, and what is closed.

use std::collections::BTreeMap;

use serde_json::json;

use crate::discord::FakeDiscord;
use crate::discord::people::{Access, Channel, ChannelKind, DmDoor, Guild, Person};

impl FakeDiscord {
    /// Creates a person whose direct messages are open.
    #[expect(clippy::must_use_candidate, reason = "called for what it does; the id is the one that was given")]
    pub fn user(&self, id: u64, username: &str) -> u64 {
        self.state
            .change(|state| state.people.insert(id, Person { id, username: username.to_owned(), door: DmDoor::Open }));
        id
    }

    /// Creates a guild with the bot in it; make it before the bot connects.
    #[must_use]
    pub fn guild(&self, name: &str) -> u64 {
        self.state.change(|state| {
            let id = state.fresh_id();
            let members = BTreeMap::from([(state.application, Vec::new())]);
            state.guilds.insert(id, Guild { id, name: name.to_owned(), members, roles: BTreeMap::new() });
            id
        })
    }

    /// Creates a text channel.
    #[must_use]
    pub fn channel(&self, guild: u64, name: &str) -> u64 {
        self.state.change(|state| {
            let id = state.fresh_id();
            let channel =
                Channel { id, kind: ChannelKind::Text { guild, name: name.to_owned() }, access: Access::Full };
            let event = state.channel_json(&channel);
            state.channels.insert(id, channel);
            state.dispatch("CHANNEL_CREATE", &event);
            id
        })
    }

    /// Creates a role.
    #[must_use]
    pub fn role(&self, guild: u64, name: &str) -> u64 {
        self.state.change(|state| {
            let id = state.fresh_id();
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.roles.insert(id, name.to_owned());
            }
            id
        })
    }

    /// Lets a person join a guild; the bot hears of it with the members intent.
    pub fn joins(&self, guild: u64, user: u64) {
        self.state.change(|state| {
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.members.insert(user, Vec::new());
            }
            let mut event = state.member_json(guild, user);
            event["guild_id"] = json!(guild.to_string());
            state.dispatch("GUILD_MEMBER_ADD", &event);
        });
    }

    /// Lets a person leave a guild.
    pub fn leaves(&self, guild: u64, user: u64) {
        self.state.change(|state| {
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.members.remove(&user);
            }
            let event = json!({ "guild_id": guild.to_string(), "user": state.user_json(user) });
            state.dispatch("GUILD_MEMBER_REMOVE", &event);
        });
    }

    /// The roles of a member.
    #[must_use]
    pub fn roles_of(&self, guild: u64, user: u64) -> Vec<u64> {
        self.state.read(|state| {
            state.guilds.get(&guild).and_then(|guild| guild.members.get(&user)).cloned().unwrap_or_default()
        })
    }

    /// Opens or closes a person's direct messages.
    pub fn set_door(&self, user: u64, door: DmDoor) {
        self.state.change(|state| {
            if let Some(person) = state.people.get_mut(&user) {
                person.door = door;
            }
        });
    }

    /// Changes what the bot may do in a channel.
    pub fn set_access(&self, channel: u64, access: Access) {
        self.state.change(|state| {
            if let Some(channel) = state.channels.get_mut(&channel) {
                channel.access = access;
            }
        });
    }

    /// The private thread into which a person was let last.
    #[must_use]
    pub fn thread_of(&self, user: u64) -> Option<u64> {
        self.state.read(|state| {
            let lets_in = |channel: &&Channel| {
                matches!(&channel.kind, ChannelKind::PrivateThread { members, .. } if members.contains(&user))
            };
            state.channels.values().filter(lets_in).map(|channel| channel.id).max()
        })
    }

    /// The direct channel of the bot with a person.
    #[must_use]
    pub fn direct_channel(&self, user: u64) -> u64 {
        self.state.change(|state| state.direct_channel(user))
    }
}
