//! What `check` asks Discord.

use serenity::all::{GuildId, Http, Permissions};
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::config::DiscordSettings;

use super::connect::{TOKEN_REFUSED, client};
use super::egress::{Egress, Patience};
use super::outbox::told;
use crate::check::Finding;

/// What the bot must be allowed to do in the community's guild.
const NEEDED: [(Permissions, &str); 4] = [
    (Permissions::VIEW_CHANNEL, "View Channels"),
    (Permissions::SEND_MESSAGES, "Send Messages"),
    (Permissions::EMBED_LINKS, "Embed Links"),
    (Permissions::ATTACH_FILES, "Attach Files"),
];

/// Whether the token works, and whether the bot is in its guild and may do there what it must.
pub async fn check(settings: &DiscordSettings) -> anyhow::Result<Finding> {
    let mut finding = Finding::unset("discord", "no token");
    if settings.token.is_empty() {
        return Ok(finding);
    }
    finding.configured = true;
    let done = CancellationToken::new();
    let _end = done.clone().drop_guard();
    let egress = Egress::start(&settings.api_base, Patience { tries: 2, ..Patience::default() }, done).await?;
    let http = client(settings.token.expose(), &egress);
    match http.get_current_user().await {
        Ok(user) => {
            finding.bot = Some(user.name.clone());
            finding.missing.extend(guild(&http, &settings.guild_id).await);
        }
        Err(_) if egress.is_token_refused() => finding.missing.push(TOKEN_REFUSED.to_owned()),
        Err(error) => finding.missing.push(format!("Discord cannot be asked who the bot is: {}", told(&error))),
    }
    Ok(finding)
}

/// What is missing in the guild. The intents that we use need no permission of anybody.
async fn guild(http: &Http, wanted: &str) -> Vec<String> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let Some(wanted) = wanted.parse().ok().filter(|id| *id > 0).map(GuildId::new) else {
        return vec![format!("discord.guild_id must be the guild's number, not {wanted:?}")];
    };
    let guilds = match http.get_guilds(None, None).await {
        Ok(guilds) => guilds,
        Err(error) => return vec![format!("Discord cannot be asked for the bot's guilds: {}", told(&error))],
    };
    let Some(guild) = guilds.iter().find(|guild| guild.id == wanted) else {
        return vec![format!(
            "the bot is not in the guild {wanted}; invite it with the scopes bot and applications.commands"
        )];
    };
    let may = |permission| guild.permissions.administrator() || guild.permissions.contains(permission);
    NEEDED
        .iter()
        .filter(|(permission, _)| !may(*permission))
        .map(|(_, name)| format!("the bot lacks the permission {name:?} in {:?}", guild.name))
        .collect()
}
