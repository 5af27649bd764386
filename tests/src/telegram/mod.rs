//! A strict Telegram Bot API on loopback.
//!
//! It takes `{base}/bot{token}/{method}` and `{base}/file/bot{token}/{path}` as the real one does, refuses what the real one refuses, and
//! lets a test play the people. It never reaches out: no request leaves it.

mod call;
mod entities;
mod error;
mod http;
mod methods;
mod overlay;
mod parse;
mod rates;
mod schema;
mod script;
mod state;
mod updates;
pub mod webhook;

use std::sync::Arc;
use std::time::Duration;

pub use entities::Entity;
pub use error::ApiError;
pub use overlay::Shown;
pub use rates::RateLimits;
pub use state::{Author, BOT_ID, Button, Document, Person, Press, SeenMessage, Standing, State, Webhook};
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, TimeScale};
use crate::faults::{Fault, Times};
use crate::journal::Entry;
use crate::server::Server;
use crate::wait::{TimedOut, Watched};

/// The token that the stand-in accepts unless told otherwise.
pub const TOKEN: &str = "7000000001:AAF4ke-Telegram-Token-For-Tests-Only";

/// How the stand-in behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The only token that is accepted.
    pub token: String,
    /// How its time passes.
    pub time: TimeScale,
    /// Sending rates; `None` switches them off.
    pub rates: Option<RateLimits>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { token: TOKEN.to_owned(), time: TimeScale::Real, rates: Some(RateLimits::default()) }
    }
}

/// A running stand-in; it ends when dropped.
#[derive(Debug)]
pub struct FakeTelegram {
    state: Arc<Watched<State>>,
    clock: Clock,
    server: Server,
}

impl FakeTelegram {
    /// Starts one with every strictness on.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Settings::default()).await
    }

    /// Starts one with these settings.
    pub async fn start_with(settings: Settings) -> std::io::Result<Self> {
        let clock = Clock::new(settings.time);
        let state = Arc::new(Watched::new(State::new(&settings.token, clock.clone(), settings.rates)));
        let server = Server::start(http::router(Arc::clone(&state)), CancellationToken::new()).await?;
        Ok(Self { state, clock, server })
    }

    /// What belongs into `TELEGRAM_API_BASE`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.http()
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

    /// Lets `fault` strike calls whose method matches `pattern` (`*` for any run of characters).
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

    /// The requests that Telegram would have refused; empty for a bot that keeps the rules.
    #[must_use]
    pub fn refused(&self) -> Vec<Entry> {
        self.state.read(|state| state.journal.refused())
    }

    /// How often one poll ended another.
    #[must_use]
    pub fn conflicts(&self) -> u32 {
        self.state.read(|state| state.intake.conflicts)
    }

    /// Looks at everything that Telegram remembers.
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

    /// Waits until the bot has written a message to `user` that `wanted` accepts.
    pub async fn wait_message(
        &self,
        user: i64,
        cap: Duration,
        mut wanted: impl FnMut(&SeenMessage) -> bool,
    ) -> Result<SeenMessage, TimedOut> {
        self.wait_for(cap, &format!("a message of the bot to {user}"), |state| {
            state.from_bot(user).into_iter().find(&mut wanted)
        })
        .await
    }
}
