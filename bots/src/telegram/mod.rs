//! Telegram: the private chats of clients.
//!
//! This folder parses what Telegram sends into [`talk`](crate::talk)'s words and renders what comes
//! back. It decides nothing about the programme, and it is the only place that knows Telegram's
//! limits. The client library's own dispatcher is not used: an update is stored before it is
//! acknowledged, and dealt with by workers that can be killed at any point.

mod answer;
pub mod api;
mod check;
mod intake;
mod menu;
mod outbox;
mod pace;
mod parse;
pub mod render;
mod send;
mod stream;
pub mod webhook;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use teloxide::payloads::GetMe;
use tokio_util::task::TaskTracker;
use wavelaunch_shared::Studio;

use crate::backoff::Backoff;
use crate::health::Part;
use crate::pause;
use crate::workers::Ground;
use api::{Api, Failure};
pub use check::check;

/// One bot at work.
#[derive(Debug)]
pub struct Telegram {
    studio: Studio,
    api: Api,
    /// The name under which its updates are stored: two bots' updates have the same numbers.
    source: String,
    username: String,
    /// What a stop waits for.
    tracker: TaskTracker,
}

/// What Telegram says of the bot itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Me {
    /// Its number.
    pub id: u64,
    /// Its name, without the @.
    pub username: String,
}

impl Telegram {
    /// Finds out who the bot is, for as long as that takes; `None` when it is not allowed to work or
    /// the run ends first.
    pub async fn connect(ground: &Ground, health: &Part) -> Option<Arc<Self>> {
        let (studio, stop) = (&ground.studio, &ground.stop);
        let api = match Api::new(&studio.settings.telegram) {
            Ok(api) => api,
            Err(error) => {
                health.stopped(&error.to_string());
                return None;
            }
        };
        let mut backoff = Backoff::new(Duration::from_millis(500));
        loop {
            let asked = tokio::select! {
                () = stop.cancelled() => return None,
                asked = api.me() => asked,
            };
            match asked {
                Ok(me) => {
                    let studio = studio.clone();
                    return Some(Arc::new(Self {
                        studio,
                        api,
                        source: format!("telegram:{}", me.id),
                        username: me.username,
                        tracker: ground.tracker.clone(),
                    }));
                }
                Err(Failure::Token) => {
                    health.stopped(&Failure::Token.to_string());
                    return None;
                }
                Err(failure) => health.troubled(&failure.to_string()),
            }
            pause(backoff.failed(), stop).await;
        }
    }

    /// The bot's name, without the @.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Lifts our own limits, for a rehearsal on a simulated clock. Telegram's stay what they are.
    pub fn lift_limits(&self) {
        self.api.pace.lift();
    }

    /// The name under which its updates are stored.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl Api {
    /// Who the bot is.
    pub async fn me(&self) -> Result<Me, Failure> {
        self.call(&GetMe::new()).await
    }
}
