//! Intents: what a session asked to hear, what it may, and what stays hidden without them.

use serde_json::{Value, json};

use crate::discord::PrivilegedIntents;

const GUILDS: u64 = 1;
const GUILD_MEMBERS: u64 = 1 << 1;
const GUILD_PRESENCES: u64 = 1 << 8;
const GUILD_MESSAGES: u64 = 1 << 9;
const GUILD_TYPING: u64 = 1 << 11;
const DIRECT_MESSAGES: u64 = 1 << 12;
const DIRECT_TYPING: u64 = 1 << 14;
const MESSAGE_CONTENT: u64 = 1 << 15;
/// Bits 0 to 16, 20, 21, 24 and 25.
const KNOWN: u64 = 0x0001_FFFF | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;

/// The close code for intents that cannot be had, if there is one.
pub fn objection(intents: Option<u64>, granted: PrivilegedIntents) -> Option<u16> {
    let Some(intents) = intents.filter(|intents| intents & !KNOWN == 0) else { return Some(4013) };
    let privileged = [
        (GUILD_MEMBERS, granted.members),
        (GUILD_PRESENCES, granted.presences),
        (MESSAGE_CONTENT, granted.message_content),
    ];
    privileged.iter().any(|(bit, granted)| intents & bit != 0 && !granted).then_some(4014)
}

/// Whether a session with these intents hears such an event.
pub fn allows(intents: u64, kind: &str, in_guild: bool) -> bool {
    let needed = match kind {
        "MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE" => {
            if in_guild {
                GUILD_MESSAGES
            } else {
                DIRECT_MESSAGES
            }
        }
        "TYPING_START" => {
            if in_guild {
                GUILD_TYPING
            } else {
                DIRECT_TYPING
            }
        }
        "GUILD_MEMBER_ADD" | "GUILD_MEMBER_REMOVE" | "GUILD_MEMBER_UPDATE" => GUILD_MEMBERS,
        "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "CHANNEL_DELETE" | "GUILD_ROLE_CREATE" => GUILDS,
        _ => 0,
    };
    intents & needed == needed
}

/// The event without what these intents hide: the content of other people's messages in guilds.
pub fn trimmed(intents: u64, kind: &str, data: &Value, application: u64) -> Value {
    let application = application.to_string();
    let is_message = matches!(kind, "MESSAGE_CREATE" | "MESSAGE_UPDATE");
    let is_own = data["author"]["id"] == json!(application);
    let is_mentioned = data["content"].as_str().is_some_and(|content| content.contains(&format!("<@{application}>")));
    if !is_message || intents & MESSAGE_CONTENT != 0 || data.get("guild_id").is_none() || is_own || is_mentioned {
        return data.clone();
    }
    let mut hidden = data.clone();
    hidden["content"] = json!("");
    for list in ["embeds", "attachments", "components"] {
        hidden[list] = json!([]);
    }
    hidden
}
