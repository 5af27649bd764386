//! Which endpoint a request means.

use std::time::Duration;

use axum::http::Method;

use super::rates::Rule;

/// Whose commands.
pub type CommandScope = Option<u64>;

/// The message of an interaction's answer that a webhook route names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerRef {
    /// `@original`.
    Original,
    /// A follow-up by id.
    Message(u64),
}

/// The endpoints that the stand-in knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    Gateway,
    GatewayBot,
    Me,
    MyGuilds,
    User(u64),
    Application,
    OpenDirect,
    ListCommands(CommandScope),
    SetCommands(CommandScope),
    AddCommand(CommandScope),
    ChangeCommand(CommandScope, u64),
    DropCommand(CommandScope, u64),
    Channel(u64),
    Typing(u64),
    CreateThread(u64),
    AddToThread(u64, u64),
    ListMessages(u64),
    CreateMessage(u64),
    GetMessage(u64, u64),
    EditMessage(u64, u64),
    DeleteMessage(u64, u64),
    Callback { interaction: u64, token: String },
    Followup { application: u64, token: String },
    GetAnswer { token: String, which: AnswerRef },
    EditAnswer { token: String, which: AnswerRef },
    DeleteAnswer { token: String, which: AnswerRef },
    Guild(u64),
    GuildChannels(u64),
    GuildRoles(u64),
    Members(u64),
    Member(u64, u64),
    AddRole { guild: u64, user: u64, role: u64 },
    RemoveRole { guild: u64, user: u64, role: u64 },
}

impl Route {
    /// Reads a method and a path below `/api/v10`.
    pub fn parse(method: &Method, path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let id = |text: &str| text.parse::<u64>().ok();
        Some(match (method.as_str(), segments.as_slice()) {
            ("GET", ["gateway"]) => Self::Gateway,
            ("GET", ["gateway", "bot"]) => Self::GatewayBot,
            ("GET", ["users", "@me"]) => Self::Me,
            ("GET", ["users", "@me", "guilds"]) => Self::MyGuilds,
            ("POST", ["users", "@me", "channels"]) => Self::OpenDirect,
            ("GET", ["users", user]) => Self::User(id(user)?),
            ("GET", ["oauth2", "applications", "@me"] | ["applications", "@me"]) => Self::Application,
            (_, ["applications", _, "commands", rest @ ..]) => Self::commands(method, None, rest)?,
            (_, ["applications", _, "guilds", guild, "commands", rest @ ..]) => {
                Self::commands(method, Some(id(guild)?), rest)?
            }
            ("GET", ["channels", channel]) => Self::Channel(id(channel)?),
            ("POST", ["channels", channel, "typing"]) => Self::Typing(id(channel)?),
            ("POST", ["channels", channel, "threads"]) => Self::CreateThread(id(channel)?),
            ("PUT", ["channels", channel, "thread-members", user]) => Self::AddToThread(id(channel)?, id(user)?),
            ("GET", ["channels", channel, "messages"]) => Self::ListMessages(id(channel)?),
            ("POST", ["channels", channel, "messages"]) => Self::CreateMessage(id(channel)?),
            ("GET", ["channels", channel, "messages", message]) => Self::GetMessage(id(channel)?, id(message)?),
            ("PATCH", ["channels", channel, "messages", message]) => Self::EditMessage(id(channel)?, id(message)?),
            ("DELETE", ["channels", channel, "messages", message]) => Self::DeleteMessage(id(channel)?, id(message)?),
            ("POST", ["interactions", interaction, token, "callback"]) => {
                Self::Callback { interaction: id(interaction)?, token: (*token).to_owned() }
            }
            ("POST", ["webhooks", application, token]) => {
                Self::Followup { application: id(application)?, token: (*token).to_owned() }
            }
            (_, ["webhooks", _, token, "messages", message]) => Self::answer(method, token, message)?,
            ("GET", ["guilds", guild]) => Self::Guild(id(guild)?),
            ("GET", ["guilds", guild, "channels"]) => Self::GuildChannels(id(guild)?),
            ("GET", ["guilds", guild, "roles"]) => Self::GuildRoles(id(guild)?),
            ("GET", ["guilds", guild, "members"]) => Self::Members(id(guild)?),
            ("GET", ["guilds", guild, "members", user]) => Self::Member(id(guild)?, id(user)?),
            ("PUT", ["guilds", guild, "members", user, "roles", role]) => {
                Self::AddRole { guild: id(guild)?, user: id(user)?, role: id(role)? }
            }
            ("DELETE", ["guilds", guild, "members", user, "roles", role]) => {
                Self::RemoveRole { guild: id(guild)?, user: id(user)?, role: id(role)? }
            }
            _ => return None,
        })
    }

    fn commands(method: &Method, scope: CommandScope, rest: &[&str]) -> Option<Self> {
        Some(match (method.as_str(), rest) {
            ("GET", []) => Self::ListCommands(scope),
            ("PUT", []) => Self::SetCommands(scope),
            ("POST", []) => Self::AddCommand(scope),
            ("PATCH", [command]) => Self::ChangeCommand(scope, command.parse().ok()?),
            ("DELETE", [command]) => Self::DropCommand(scope, command.parse().ok()?),
            _ => return None,
        })
    }

    fn answer(method: &Method, token: &str, message: &str) -> Option<Self> {
        let which =
            if message == "@original" { AnswerRef::Original } else { AnswerRef::Message(message.parse().ok()?) };
        let token = token.to_owned();
        Some(match method.as_str() {
            "GET" => Self::GetAnswer { token, which },
            "PATCH" => Self::EditAnswer { token, which },
            "DELETE" => Self::DeleteAnswer { token, which },
            _ => return None,
        })
    }

    /// Whether the path itself carries the right to call it, so that no bot token is needed.
    pub fn carries_its_token(&self) -> bool {
        matches!(
            self,
            Self::Gateway
                | Self::Callback { .. }
                | Self::Followup { .. }
                | Self::GetAnswer { .. }
                | Self::EditAnswer { .. }
                | Self::DeleteAnswer { .. }
        )
    }

    /// The limit that applies, and its major parameter.
    pub fn bucket(&self) -> (Rule, u64) {
        let rule = |name, limit, seconds| Rule { name, limit, window: Duration::from_secs(seconds) };
        match self {
            Self::CreateMessage(channel) => (rule("create-message", 5, 5), *channel),
            Self::EditMessage(channel, _) => (rule("edit-message", 5, 5), *channel),
            Self::DeleteMessage(channel, _) => (rule("delete-message", 5, 1), *channel),
            Self::Typing(channel) => (rule("typing", 5, 5), *channel),
            Self::OpenDirect => (rule("open-direct", 10, 10), 0),
            Self::Callback { interaction, .. } => (rule("callback", 50, 1), *interaction),
            Self::Followup { token, .. }
            | Self::GetAnswer { token, .. }
            | Self::EditAnswer { token, .. }
            | Self::DeleteAnswer { token, .. } => (
                rule("webhook", 5, 2),
                token.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))),
            ),
            _ => (rule("other", 30, 10), 0),
        }
    }
}
