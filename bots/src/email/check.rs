//! What `check` asks the mail server.

use wavelaunch_shared::config::EmailSettings;

use super::line::Line;
use super::set_up;
use crate::check::Finding;

/// Whether the server answers, is who it says, and lets us in. Nothing is sent.
pub async fn check(settings: &EmailSettings) -> Finding {
    let mut finding = Finding::unset("email", "no SMTP_URL");
    if !settings.is_set() {
        return finding;
    }
    finding.configured = true;
    match reach(settings).await {
        Ok(name) => finding.bot = Some(name),
        Err(why) => finding.missing.push(why),
    }
    finding
}

async fn reach(settings: &EmailSettings) -> Result<String, String> {
    let (server, sender) = set_up(settings)?.ok_or("no mail server is set")?;
    let line = Line::new(server, settings)?;
    line.try_out().await.map_err(|failure| failure.to_string())?;
    line.hang_up().await;
    Ok(format!("{} by {}", sender.email, line.host()))
}
