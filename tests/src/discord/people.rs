//! People, guilds and channels, and how Discord spells them in JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::state::State;

/// Whether someone takes direct messages of the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DmDoor {
    /// Messages arrive.
    Open,
    /// Every message is refused with 50007.
    Closed,
}

/// A person with a Discord account.
#[derive(Debug, Clone)]
pub struct Person {
    /// User id.
    pub id: u64,
    /// `username`.
    pub username: String,
    /// Whether direct messages arrive.
    pub door: DmDoor,
}

/// A server.
#[derive(Debug, Clone)]
pub struct Guild {
    /// Guild id, which is the id of `@everyone` too.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Who is in it, and with which roles.
    pub members: BTreeMap<u64, Vec<u64>>,
    /// Its roles besides `@everyone`.
    pub roles: BTreeMap<u64, String>,
}

/// What the bot may do in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// See and write.
    Full,
    /// See only: writing is refused with 50013.
    ReadOnly,
    /// Nothing: refused with 50001.
    Hidden,
}

/// Where messages are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelKind {
    /// A direct conversation of the bot with a person.
    Direct {
        /// The other side.
        person: u64,
    },
    /// A text channel of a guild.
    Text {
        /// The guild.
        guild: u64,
        /// The channel's name.
        name: String,
    },
    /// A private thread beside a text channel.
    PrivateThread {
        /// The guild.
        guild: u64,
        /// The channel beside which it is.
        parent: u64,
        /// The thread's name.
        name: String,
        /// Who was let in, besides the bot.
        members: BTreeSet<u64>,
    },
}

/// A channel.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Channel id.
    pub id: u64,
    /// Where it is.
    pub kind: ChannelKind,
    /// What the bot may do there.
    pub access: Access,
}

impl Channel {
    /// The guild, if it is in one.
    #[must_use]
    pub fn guild(&self) -> Option<u64> {
        match self.kind {
            ChannelKind::Direct { .. } => None,
            ChannelKind::Text { guild, .. } | ChannelKind::PrivateThread { guild, .. } => Some(guild),
        }
    }
}

const EVERYTHING: &str = "2251799813685247";

impl State {
    pub(super) fn user_json(&self, id: u64) -> Value {
        if id == self.application {
            return self.bot_json();
        }
        let username = self.people.get(&id).map_or("deleted_user", |person| person.username.as_str());
        json!({ "id": id.to_string(), "username": username, "global_name": null, "discriminator": "0", "avatar": null, "bot": false, "public_flags": 0 })
    }

    pub(super) fn bot_json(&self) -> Value {
        json!({
            "id": self.application.to_string(), "username": "wavelaunch-test", "global_name": null, "discriminator": "4242", "avatar": null, "bot": true, "system": false,
            "mfa_enabled": true, "verified": true, "email": null, "locale": "en-GB", "flags": 0, "public_flags": 0, "premium_type": 0, "banner": null, "accent_color": null,
        })
    }

    pub(super) fn application_json(&self) -> Value {
        json!({
            "id": self.application.to_string(), "name": "Wavelaunch Test", "icon": null, "description": "", "rpc_origins": [], "bot_public": false, "bot_require_code_grant": false,
            "owner": self.user_json(1), "summary": "", "verify_key": "0".repeat(64), "team": null, "flags": self.application_flags(), "hook": true, "type": null, "tags": [],
            "bot": self.bot_json(), "redirect_uris": [], "interactions_endpoint_url": null, "approximate_guild_count": self.guilds.len(),
        })
    }

    pub(super) fn member_json(&self, guild: u64, user: u64) -> Value {
        let roles = self.guilds.get(&guild).and_then(|guild| guild.members.get(&user)).cloned().unwrap_or_default();
        json!({
            "user": self.user_json(user), "nick": null, "avatar": null, "banner": null, "roles": roles.iter().map(u64::to_string).collect::<Vec<_>>(),
            "joined_at": self.timestamp(), "premium_since": null, "deaf": false, "mute": false, "flags": 0, "pending": false, "communication_disabled_until": null,
        })
    }

    /// A member as an interaction shows it.
    pub(super) fn acting_member_json(&self, guild: u64, user: u64) -> Value {
        let mut member = self.member_json(guild, user);
        member["permissions"] = json!(EVERYTHING);
        member
    }

    pub(super) fn channel_json(&self, channel: &Channel) -> Value {
        match &channel.kind {
            ChannelKind::Direct { person } => {
                json!({ "id": channel.id.to_string(), "type": 1, "last_message_id": null, "flags": 0, "recipients": [self.user_json(*person)] })
            }
            ChannelKind::Text { guild, name } => json!({
                "id": channel.id.to_string(), "type": 0, "guild_id": guild.to_string(), "name": name, "position": 0, "permission_overwrites": [], "nsfw": false, "topic": null,
                "last_message_id": null, "rate_limit_per_user": 0, "parent_id": null, "flags": 0,
            }),
            ChannelKind::PrivateThread { guild, parent, name, members } => json!({
                "id": channel.id.to_string(), "type": 12, "guild_id": guild.to_string(), "parent_id": parent.to_string(), "name": name,
                "owner_id": self.application.to_string(), "last_message_id": null, "rate_limit_per_user": 0, "flags": 0, "message_count": 0,
                "member_count": members.len() + 1, "total_message_sent": 0,
                "thread_metadata": { "archived": false, "auto_archive_duration": 10080, "archive_timestamp": "2026-01-01T00:00:00+00:00", "locked": false, "invitable": false },
            }),
        }
    }

    pub(super) fn acting_channel_json(&self, channel: &Channel) -> Value {
        let mut body = self.channel_json(channel);
        body["permissions"] = json!(EVERYTHING);
        body
    }

    pub(super) fn roles_json(guild: &Guild) -> Vec<Value> {
        let everyone = std::iter::once((guild.id, "@everyone"));
        let role = |(id, name): (u64, &str)| {
            json!({
                "id": id.to_string(), "name": name, "color": 0, "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null }, "hoist": false, "icon": null,
                "unicode_emoji": null, "position": i32::from(id != guild.id), "permissions": EVERYTHING, "managed": false, "mentionable": false, "flags": 0,
            })
        };
        everyone.chain(guild.roles.iter().map(|(id, name)| (*id, name.as_str()))).map(role).collect()
    }

    pub(super) fn guild_json(guild: &Guild) -> Value {
        json!({
            "id": guild.id.to_string(), "name": guild.name, "icon": null, "icon_hash": null, "splash": null, "discovery_splash": null, "owner_id": "1", "region": null,
            "afk_channel_id": null, "afk_timeout": 300, "widget_enabled": false, "widget_channel_id": null, "verification_level": 0, "default_message_notifications": 0,
            "explicit_content_filter": 0, "roles": Self::roles_json(guild), "emojis": [], "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
            "system_channel_flags": 0, "rules_channel_id": null, "max_presences": null, "max_members": 500_000, "vanity_url_code": null, "description": null, "banner": null,
            "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-GB", "public_updates_channel_id": null, "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50, "nsfw_level": 0, "nsfw": false, "stickers": [], "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null,
            "incidents_data": null,
        })
    }

    /// The guild as `GUILD_CREATE` shows it.
    pub(super) fn joined_guild_json(&self, guild: &Guild) -> Value {
        let mut body = Self::guild_json(guild);
        let channels: Vec<_> = self
            .channels
            .values()
            .filter(|channel| channel.guild() == Some(guild.id) && channel.access != Access::Hidden)
            .map(|channel| self.channel_json(channel))
            .collect();
        let members: Vec<_> = guild.members.keys().map(|user| self.member_json(guild.id, *user)).collect();
        body["joined_at"] = json!(self.timestamp());
        body["large"] = json!(false);
        body["unavailable"] = json!(false);
        body["member_count"] = json!(members.len());
        body["members"] = json!(members);
        body["channels"] = json!(channels);
        for empty in
            ["voice_states", "threads", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"]
        {
            body[empty] = json!([]);
        }
        body
    }
}
