//! Bringing updates to the webhook, by way of the proxy in front of it that ends TLS.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};

use super::FakeTelegram;

/// The header that tells the secret.
pub const SECRET: &str = "X-Telegram-Bot-Api-Secret-Token";

impl FakeTelegram {
    /// Brings the updates that wait, the oldest first, until one is not taken. Answers how many were.
    ///
    /// # Errors
    /// When there is no webhook, or nobody answers at `proxied`, the address behind the proxy.
    pub async fn bring(&self, proxied: SocketAddr) -> Result<usize> {
        let hook = self.state.read(|state| state.webhook.clone());
        ensure!(!hook.url.is_empty(), "no webhook is set");
        let path = hook.url.strip_prefix("https://").and_then(|rest| rest.split_once('/')).map_or("", |(_, path)| path);
        let client = reqwest::Client::new();
        let mut taken = 0;
        while let Some(update) = self.state.read(|state| state.intake.batch(1).pop()) {
            let mut request = client.post(format!("http://{proxied}/{path}")).json(&update);
            if let Some(secret) = &hook.secret {
                request = request.header(SECRET, secret);
            }
            if !request.send().await?.status().is_success() {
                break;
            }
            let id = update["update_id"].as_i64().context("an update's number")?;
            self.state.change(|state| state.intake.confirm(id));
            taken += 1;
        }
        Ok(taken)
    }
}
