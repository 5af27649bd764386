//! Discord, Telegram, e-mail, the console chat and the background workers of Wavelaunch.
//!
//! What a person can say or press, and what comes back, is written once in [`talk`]; the platforms
//! only parse and render. Everything that enters is stored before it is acknowledged, and
//! everything that leaves unasked goes through the outbox, so that a kill at any point loses
//! nothing.

mod backoff;
pub mod check;
pub mod cli;
pub mod console;
pub mod discord;
pub mod email;
mod files;
pub mod health;
mod http;
pub mod run;
mod streaming;
pub mod talk;
pub mod telegram;
mod unsubscribe;
mod words;
pub mod workers;

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

/// Waits for a while, or for less when the run ends.
async fn pause(wait: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(wait) => {}
    }
}

/// A short name of what was told to a platform, by which a change is recognised.
fn digest(told: &impl serde::Serialize) -> String {
    let text = serde_json::to_vec(told).unwrap_or_default();
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}
