//! What `check` asks Telegram.

use serde::Deserialize;
use teloxide::payloads::GetWebhookInfo;
use wavelaunch_shared::config::TelegramSettings;

use super::api::{Api, Failure};
use crate::check::Finding;

#[derive(Deserialize)]
struct Webhook {
    url: String,
}

/// Whether the token works, and whether anything keeps updates from coming.
pub async fn check(settings: &TelegramSettings) -> anyhow::Result<Finding> {
    let mut finding = Finding::unset("telegram", "no token");
    if settings.token.is_empty() {
        return Ok(finding);
    }
    finding.configured = true;
    let api = Api::new(settings)?;
    match api.me().await {
        Ok(me) => {
            let configured = settings.bot_username.trim_start_matches('@');
            if !configured.eq_ignore_ascii_case(&me.username) {
                finding.missing.push(format!(
                    "telegram.bot_username must be {:?}, or the links of invitations lead nowhere",
                    me.username
                ));
            }
            finding.bot = Some(format!("@{}", me.username));
            finding.missing.extend(webhook(&api).await.err());
        }
        Err(failure) => finding.missing.push(failure.to_string()),
    }
    Ok(finding)
}

async fn webhook(api: &Api) -> Result<(), String> {
    let set: Webhook = api.call(&GetWebhookInfo::new()).await.map_err(|failure: Failure| failure.to_string())?;
    if set.url.is_empty() {
        return Ok(());
    }
    Err("a webhook is set, so that no updates come to us; remove it with Telegram's deleteWebhook".into())
}
