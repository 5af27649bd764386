//! A strict Discord on loopback: REST and gateway.
//!
//! Good enough for serenity and discord.js to log in and work, strict enough to refuse what the real one refuses. A test plays the people.
//! It never reaches out, and it has no threads, voice or channel webhooks.

mod answer;
mod error;
mod gateway;
mod http;
mod interaction;
mod limits;
mod message;
mod people;
mod rates;
mod rest;
mod route;
mod schema;
mod script;
mod state;

use std::sync::Arc;
use std::time::Duration;

pub use answer::{Answer, InteractionHandle};
pub use interaction::{ANSWER_WINDOW, Ack, Interaction, Kind, TOKEN_LIFE};
pub use message::{Attachment, Button, EPHEMERAL, LOADING, SeenMessage, Version};
pub use people::{Access, Channel, ChannelKind, DmDoor, Guild, Person};
pub use rates::RateSwitch;
pub use state::State;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, TimeScale};
use crate::faults::{Fault, Times};
use crate::journal::Entry;
use crate::server::Server;
use crate::wait::{TimedOut, Watched};

/// The application's id, which is the bot user's too.
pub const APPLICATION: u64 = 1_100_000_000_000_000_001;
/// The token that the stand-in accepts unless told otherwise; its first part is the application's id, as Discord has it.
pub const TOKEN: &str = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.GtEsTs.Discord-Token-For-Tests-Only-0000000000";

/// Which privileged intents were granted to the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivilegedIntents {
    /// `GUILD_MEMBERS`.
    pub members: bool,
    /// `GUILD_PRESENCES`.
    pub presences: bool,
    /// `MESSAGE_CONTENT`.
    pub message_content: bool,
}

/// How the stand-in behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The only token that is accepted.
    pub token: String,
    /// How its time passes: the three seconds, the quarter of an hour, the rate windows.
    pub time: TimeScale,
    /// Which privileged intents were granted.
    pub intents: PrivilegedIntents,
    /// Whether request limits are enforced.
    pub rates: RateSwitch,
    /// `heartbeat_interval`.
    pub heartbeat: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: TOKEN.to_owned(),
            time: TimeScale::Real,
            intents: PrivilegedIntents { members: true, presences: false, message_content: true },
            rates: RateSwitch::Enforced,
            heartbeat: Duration::from_millis(41_250),
        }
    }
}

/// A running stand-in; it ends when dropped.
#[derive(Debug)]
pub struct FakeDiscord {
    state: Arc<Watched<State>>,
    clock: Clock,
    server: Server,
}

impl FakeDiscord {
    /// Starts one with every strictness on.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Settings::default()).await
    }

    /// Starts one with these settings.
    pub async fn start_with(settings: Settings) -> std::io::Result<Self> {
        let clock = Clock::new(settings.time);
        let state = Arc::new(Watched::new(State::new(&settings, clock.clone())));
        let server = Server::start(http::router(Arc::clone(&state)), CancellationToken::new()).await?;
        state.change(|state| state.base = server.http());
        Ok(Self { state, clock, server })
    }

    /// What stands for `https://discord.com`: belongs into `DISCORD_API_BASE`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.http()
    }

    /// Where `GET /gateway` points.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        format!("{}/gateway", self.server.ws())
    }

    /// The token that is accepted.
    #[must_use]
    pub fn token(&self) -> String {
        self.state.read(|state| state.token.clone())
    }

    /// The stand-in's clock, to jump ahead.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Lets `fault` strike calls such as `POST /channels/*/messages`; `*` stands for any run of characters.
    pub fn fault(&self, pattern: &str, fault: Fault, times: Times) {
        self.state.change(|state| state.faults.add(pattern, fault, times));
    }

    /// Ends all scripted trouble.
    pub fn clear_faults(&self) {
        self.state.change(|state| state.faults.clear());
    }

    /// Every request so far.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        self.state.read(|state| state.journal.entries().to_vec())
    }

    /// The requests that Discord would have refused; empty for a bot that keeps the rules.
    #[must_use]
    pub fn refused(&self) -> Vec<Entry> {
        self.state.read(|state| state.journal.refused())
    }

    /// How many answers counted towards the ban for invalid requests.
    #[must_use]
    pub fn invalid_requests(&self) -> u32 {
        self.state.read(|state| state.invalid_requests)
    }

    /// The codes with which gateway connections were closed, by either side.
    #[must_use]
    pub fn gateway_closes(&self) -> Vec<u16> {
        self.state.read(|state| state.gateway.closes.clone())
    }

    /// The messages of a channel that everyone there sees, oldest first.
    #[must_use]
    pub fn messages(&self, channel: u64) -> Vec<SeenMessage> {
        self.state.read(|state| state.seen_in(channel))
    }

    /// What the bot wrote to a person directly, oldest first.
    #[must_use]
    pub fn direct_from_bot(&self, user: u64) -> Vec<SeenMessage> {
        self.state.read(|state| state.direct_from_bot(user))
    }

    /// Looks at everything that Discord remembers.
    pub fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        self.state.read(look)
    }

    /// Waits until `look` finds something, at most for `cap`; `what` names it in the error.
    pub async fn wait_for<R>(
        &self,
        cap: Duration,
        what: &str,
        look: impl FnMut(&State) -> Option<R>,
    ) -> Result<R, TimedOut> {
        self.state
            .until(cap, what, look)
            .await
            .map_err(|error| error.having_seen(self.state.read(|state| state.journal.tail())))
    }

    /// Waits until the bot is connected to the gateway.
    pub async fn wait_online(&self, cap: Duration) -> Result<(), TimedOut> {
        self.wait_for(cap, "the bot on the gateway", |state| state.is_online().then_some(())).await
    }

    /// Waits until a command of this name is registered, globally or in a guild.
    pub async fn wait_command(&self, cap: Duration, name: &str) -> Result<(), TimedOut> {
        self.wait_for(cap, &format!("the command /{name}"), |state| {
            state.commands.values().flatten().any(|command| command["name"] == name).then_some(())
        })
        .await
    }

    /// Waits until the bot has written a message in `channel` that `wanted` accepts.
    pub async fn wait_message(
        &self,
        channel: u64,
        cap: Duration,
        mut wanted: impl FnMut(&SeenMessage) -> bool,
    ) -> Result<SeenMessage, TimedOut> {
        let look = |state: &State| {
            state.seen_in(channel).into_iter().find(|message| message.author == state.application && wanted(message))
        };
        self.wait_for(cap, "a message of the bot", look).await
    }

    /// Waits until the bot has written to a person directly what `wanted` accepts.
    pub async fn wait_direct(
        &self,
        user: u64,
        cap: Duration,
        mut wanted: impl FnMut(&SeenMessage) -> bool,
    ) -> Result<SeenMessage, TimedOut> {
        self.wait_for(cap, &format!("a direct message to {user}"), |state| {
            state.direct_from_bot(user).into_iter().find(&mut wanted)
        })
        .await
    }
}
