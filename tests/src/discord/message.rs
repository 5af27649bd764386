//! A message: what is in it, how it changed, whom it pings.

use serde_json::{Value, json};

use super::state::State;

/// Only the addressee of an interaction sees it.
pub const EPHEMERAL: u64 = 1 << 6;
/// A deferred answer that still "thinks".
pub const LOADING: u64 = 1 << 7;

/// A file in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: u64,
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Alternative text.
    pub description: Option<String>,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What a message says at one time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Version {
    /// The words.
    pub content: String,
    /// The embeds as they were sent.
    pub embeds: Vec<Value>,
    /// The component rows as they were sent.
    pub components: Vec<Value>,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// `allowed_mentions` as it was sent; absent means Discord's generous default.
    pub allowed_mentions: Option<Value>,
}

/// A button that a person can press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What the bot gets.
    pub custom_id: Option<String>,
    /// Where it leads instead.
    pub url: Option<String>,
    /// It is greyed out.
    pub disabled: bool,
}

impl Version {
    /// The buttons, row by row.
    #[must_use]
    pub fn buttons(&self) -> Vec<Vec<Button>> {
        let word = |component: &Value, name: &str| component[name].as_str().map(str::to_owned);
        let button = |component: &Value| Button {
            label: word(component, "label").unwrap_or_default(),
            custom_id: word(component, "custom_id"),
            url: word(component, "url"),
            disabled: component["disabled"].as_bool().unwrap_or(false),
        };
        let is_button = |component: &&Value| component["type"] == json!(2);
        let row = |row: &Value| {
            row["components"]
                .as_array()
                .map(|components| components.iter().filter(is_button).map(button).collect())
                .unwrap_or_default()
        };
        self.components.iter().map(row).collect()
    }

    /// Everything a person can read in it: content, embeds, labels, line by line.
    #[must_use]
    pub fn words(&self) -> String {
        let mut lines = vec![self.content.clone()];
        for embed in &self.embeds {
            let fields =
                embed["fields"].as_array().into_iter().flatten().flat_map(|field| [&field["name"], &field["value"]]);
            let parts = [&embed["author"]["name"], &embed["title"], &embed["description"]]
                .into_iter()
                .chain(fields)
                .chain([&embed["footer"]["text"]]);
            lines.extend(parts.filter_map(Value::as_str).map(str::to_owned));
        }
        lines.extend(self.buttons().into_iter().flatten().map(|button| format!("[{}]", button.label)));
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }
}

/// A message as the stand-in remembers it.
#[derive(Debug, Clone)]
pub struct SeenMessage {
    /// Message id.
    pub id: u64,
    /// The channel.
    pub channel: u64,
    /// Who wrote it.
    pub author: u64,
    /// What it says now.
    pub now: Version,
    /// What it said before each edit, oldest first; an empty first one is a deferral.
    pub before: Vec<Version>,
    /// `flags`.
    pub flags: u64,
    /// It is gone.
    pub deleted: bool,
    /// The interaction that it answers.
    pub interaction: Option<u64>,
    /// The message that it replies to.
    pub reply_to: Option<u64>,
    /// `nonce` as it was sent.
    pub nonce: Option<Value>,
    /// RFC 3339.
    pub sent_at: String,
}

impl SeenMessage {
    /// Only one person sees it.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.flags & EPHEMERAL != 0
    }

    /// It is a deferred answer without content yet.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.flags & LOADING != 0
    }

    /// The words.
    #[must_use]
    pub fn content(&self) -> &str {
        &self.now.content
    }

    /// Every state of it in order, the newest last.
    #[must_use]
    pub fn versions(&self) -> Vec<Version> {
        self.before.iter().cloned().chain([self.now.clone()]).collect()
    }

    /// The mentions that would really ping, in any of its versions: `everyone`, or an id.
    #[must_use]
    pub fn pings(&self) -> Vec<String> {
        let default = if self.interaction.is_some() {
            json!({ "parse": ["users"] })
        } else {
            json!({ "parse": ["users", "roles", "everyone"] })
        };
        self.versions()
            .iter()
            .flat_map(|version| live_mentions(&version.content, version.allowed_mentions.as_ref().unwrap_or(&default)))
            .collect()
    }
}

fn live_mentions(content: &str, allowed: &Value) -> Vec<String> {
    let parses = |kind: &str| allowed["parse"].as_array().is_some_and(|kinds| kinds.iter().any(|given| given == kind));
    let lists = |kind: &str, id: &str| {
        allowed[kind].as_array().is_some_and(|ids| ids.iter().any(|given| given.as_str() == Some(id)))
    };
    let mut live = Vec::new();
    if parses("everyone") && (content.contains("@everyone") || content.contains("@here")) {
        live.push("everyone".to_owned());
    }
    for piece in content.split("<@").skip(1) {
        let Some((inside, _)) = piece.split_once('>') else { continue };
        let (kind, id) =
            inside.strip_prefix('&').map_or(("users", inside.trim_start_matches('!')), |role| ("roles", role));
        if id.bytes().all(|byte| byte.is_ascii_digit()) && !id.is_empty() && (parses(kind) || lists(kind, id)) {
            live.push(id.to_owned());
        }
    }
    live
}

impl State {
    /// `Message` as REST shows it.
    pub(super) fn message_json(&self, message: &SeenMessage) -> Value {
        let embeds: Vec<Value> = message.now.embeds.iter().map(with_rich_type).collect();
        let attachments: Vec<Value> = message
            .now
            .attachments
            .iter()
            .map(|attachment| self.attachment_json(message.channel, attachment))
            .collect();
        let kind = if message.reply_to.is_some() {
            19
        } else if message.interaction.is_some() {
            20
        } else {
            0
        };
        let mut body = json!({
            "id": message.id.to_string(), "type": kind, "channel_id": message.channel.to_string(), "author": self.user_json(message.author), "content": message.now.content,
            "timestamp": message.sent_at, "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": attachments,
            "embeds": embeds, "pinned": false, "flags": message.flags, "components": message.now.components,
        });
        if message.before.iter().any(|version| *version != Version::default()) {
            body["edited_timestamp"] = json!(self.timestamp());
        }
        if let Some(nonce) = &message.nonce {
            body["nonce"] = nonce.clone();
        }
        if message.interaction.is_some() {
            body["webhook_id"] = json!(self.application.to_string());
            body["application_id"] = json!(self.application.to_string());
        }
        if let Some(original) = message.reply_to {
            body["message_reference"] =
                json!({ "type": 0, "channel_id": message.channel.to_string(), "message_id": original.to_string() });
            body["referenced_message"] = self
                .messages
                .get(&original)
                .map_or(Value::Null, |original| self.message_json(&SeenMessage { reply_to: None, ..original.clone() }));
        }
        body
    }

    /// `Message` as an event shows it, with where it happened.
    pub(super) fn message_event(&self, message: &SeenMessage) -> Value {
        let mut body = self.message_json(message);
        let channel = self.channels.get(&message.channel);
        body["channel_type"] = json!(u8::from(channel.is_some_and(|channel| channel.guild().is_none())));
        if let Some(guild) = channel.and_then(super::people::Channel::guild) {
            body["guild_id"] = json!(guild.to_string());
            let mut member = self.member_json(guild, message.author);
            if let Some(fields) = member.as_object_mut() {
                fields.remove("user");
            }
            body["member"] = member;
        }
        body
    }

    fn attachment_json(&self, channel: u64, attachment: &Attachment) -> Value {
        let url = format!("{}/attachments/{channel}/{}/{}", self.base, attachment.id, attachment.name);
        json!({
            "id": attachment.id.to_string(), "filename": attachment.name, "size": attachment.bytes.len(), "url": url, "proxy_url": url, "content_type": attachment.media_type,
            "description": attachment.description, "flags": 0,
        })
    }
}

fn with_rich_type(embed: &Value) -> Value {
    let mut embed = embed.clone();
    embed["type"] = json!("rich");
    embed
}
