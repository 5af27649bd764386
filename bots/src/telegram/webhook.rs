//! Updates that Telegram brings, instead of our asking for them.
//!
//! They go through the same inbox: an update is stored before it is answered with 200, and Telegram brings one again
//! that was answered otherwise. The webhook stays when the process ends, so that another one takes over; a process that
//! is set to ask removes it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::config::TelegramSettings;

use super::Telegram;
use super::api::Failure;
use super::intake::FIRST_PAUSE;
use crate::backoff::Backoff;
use crate::health::Part;
use crate::pause;

/// The header in which Telegram says the secret.
const SECRET: &str = "x-telegram-bot-api-secret-token";
/// How often Telegram is asked whether it still brings updates here.
const LOOK_AGAIN: Duration = Duration::from_mins(5);

/// The door that Telegram knocks at; shut until the bot has connected.
#[derive(Clone, Debug, Default)]
pub struct Door(Arc<OnceLock<Arc<Telegram>>>);

impl Door {
    /// Lets updates in.
    pub fn open(&self, telegram: &Arc<Telegram>) {
        // It is opened once a run.
        let _ = self.0.set(Arc::clone(telegram));
    }
}

/// The path of the webhook's address.
///
/// # Errors
/// When it is no address, or one to which Telegram would not come.
pub fn path(settings: &TelegramSettings) -> anyhow::Result<String> {
    let address: reqwest::Url =
        settings.webhook_url.parse().map_err(|_| anyhow::anyhow!("telegram.webhook_url is no web address"))?;
    anyhow::ensure!(address.scheme() == "https", "telegram.webhook_url must begin with https://");
    anyhow::ensure!(address.path() != "/", "telegram.webhook_url needs a path, such as /telegram");
    Ok(address.path().to_owned())
}

/// Takes one update: 200 once it is stored, 401 for a stranger, 503 while it cannot be stored.
pub async fn knock(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let Some(telegram) = door.0.get() else { return StatusCode::SERVICE_UNAVAILABLE };
    let said = headers.get(SECRET).map(HeaderValue::as_bytes).unwrap_or_default();
    if !bool::from(said.ct_eq(telegram.webhook_secret().as_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(update) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    match telegram.receive(&update).await {
        Ok(Some(_)) => StatusCode::OK,
        Ok(None) => StatusCode::BAD_REQUEST,
        Err(error) => {
            tracing::error!(%error, "an update could not be stored; Telegram brings it again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Whose webhook it is at Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It may be none, or one with another secret.
    Unknown,
    /// This run has set it.
    Ours,
}

impl Telegram {
    /// Has Telegram bring updates to `address` until `stop`, or until Telegram refuses the token.
    pub async fn be_visited(&self, address: &str, health: &Part, stop: &CancellationToken) {
        let mut backoff = Backoff::new(FIRST_PAUSE);
        let mut standing = Standing::Unknown;
        while !stop.is_cancelled() {
            let set = tokio::select! {
                () = stop.cancelled() => return,
                set = self.set_webhook(address, standing) => set,
            };
            let wait = match set {
                Ok(trouble) => {
                    match trouble {
                        Some(trouble) => health.troubled(&format!("Telegram cannot bring updates: {trouble}")),
                        None => health.ready(&format!("@{} (webhook)", self.username)),
                    }
                    standing = Standing::Ours;
                    backoff.worked();
                    LOOK_AGAIN
                }
                Err(Failure::Token) => return health.stopped(&Failure::Token.to_string()),
                Err(Failure::Slow(wait)) => wait,
                Err(failure) => {
                    health.troubled(&failure.to_string());
                    backoff.failed()
                }
            };
            pause(wait, stop).await;
        }
    }

    /// Sets the webhook unless this run's stands; answers what keeps Telegram from bringing updates.
    async fn set_webhook(&self, address: &str, standing: Standing) -> Result<Option<String>, Failure> {
        let stands = self.api.webhook().await?;
        if standing == Standing::Unknown || stands.url != address {
            self.api.set_webhook(address, &self.webhook_secret()).await?;
        }
        Ok(stands.last_error_message.filter(|_| stands.pending_update_count > 0))
    }

    /// What Telegram says with each update: nobody knows it who does not know the token.
    pub(super) fn webhook_secret(&self) -> String {
        crate::digest(&("wavelaunch webhook", self.studio.settings.telegram.token.expose()))
    }
}
