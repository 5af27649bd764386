//! Finding out who the bot is.

use std::sync::Arc;
use std::time::Duration;

use serenity::all::{Http, HttpBuilder};
use tokio_util::sync::CancellationToken;

use super::Discord;
use super::egress::{Egress, Patience};
use crate::backoff::Backoff;
use crate::health::Part;
use crate::pause;
use crate::workers::Ground;

/// What somebody must do about a refused token.
pub(super) const TOKEN_REFUSED: &str =
    "Discord refuses the token; set DISCORD_TOKEN to the one on the application's Bot page";

impl Discord {
    /// Asks Discord who the bot is, for as long as that takes; `None` when it is not allowed to work
    /// or the run ends first.
    pub async fn connect(ground: &Ground, health: &Part, open_doors: CancellationToken) -> Option<Arc<Self>> {
        let settings = &ground.studio.settings.discord;
        let egress = match Egress::start(&settings.api_base, Patience::default(), open_doors).await {
            Ok(egress) => egress,
            Err(error) => {
                health.stopped(&format!("discord.api_base: {error}"));
                return None;
            }
        };
        let http = client(settings.token.expose(), &egress);
        let mut backoff = Backoff::new(Duration::from_millis(500));
        loop {
            let asked = tokio::select! {
                () = ground.stop.cancelled() => return None,
                () = egress.token_refused() => {
                    health.stopped(TOKEN_REFUSED);
                    return None;
                }
                asked = http.get_current_application_info() => asked,
            };
            match asked {
                Ok(application) => {
                    http.set_application_id(application.id);
                    return Some(Arc::new(Self {
                        studio: ground.studio.clone(),
                        http,
                        egress,
                        application: application.id,
                        name: application.name,
                        source: format!("discord:{}", application.id),
                        directs: std::sync::Mutex::default(),
                        tracker: ground.tracker.clone(),
                    }));
                }
                Err(error) => {
                    health
                        .troubled(&format!("Discord cannot be asked who the bot is: {}", super::outbox::told(&error)));
                }
            }
            pause(backoff.failed(), &ground.stop).await;
        }
    }

    /// Lifts our own limits, for a rehearsal on a simulated clock. Discord's stay what they are.
    pub fn lift_limits(&self) {
        self.egress.lift_limits();
    }

    /// A client of its own for the gateway's library, which wants to own one.
    pub(super) fn another_client(&self) -> Http {
        let http = client(self.studio.settings.discord.token.expose(), &self.egress);
        http.set_application_id(self.application);
        http
    }
}

/// A client whose every request goes through the egress.
pub(super) fn client(token: &str, egress: &Egress) -> Http {
    HttpBuilder::new(token)
        .proxy(egress.url())
        .ratelimiter_disabled(true)
        .default_allowed_mentions(super::render::no_mentions())
        .build()
}
