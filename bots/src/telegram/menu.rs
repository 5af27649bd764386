//! The bot's command menu, from the one list of commands.

use serde_json::Value;
use teloxide::payloads::{SetMyCommands, SetMyCommandsSetters};
use teloxide::types::{BotCommand, BotCommandScope};
use wavelaunch_shared::{Result, delivery};

use super::Telegram;
use crate::digest;
use crate::talk::{Manner, registry};

impl Telegram {
    /// Tells Telegram the menu, if it is not the one that it was told last. The bot works without it,
    /// so that a failure is only logged.
    pub async fn set_menu(&self) {
        if let Err(error) = self.try_set_menu().await {
            tracing::warn!(%error, "the command menu could not be set; it is tried again at the next start");
        }
    }

    async fn try_set_menu(&self) -> Result<()> {
        let commands: Vec<BotCommand> = registry::offered(Manner::Telegram)
            .map(|command| BotCommand::new(command.name, command.description))
            .collect();
        let wanted = digest(&commands);
        let source = format!("{}:menu", self.source);
        let told = delivery::cursor(&mut self.studio.db.read().await?, &source).await?;
        if told.as_deref() == Some(&wanted) {
            return Ok(());
        }
        let menu = SetMyCommands::new(commands).scope(BotCommandScope::AllPrivateChats);
        match self.api.call::<_, Value>(&menu).await {
            Ok(_) => delivery::move_cursor(&self.studio, &source, &wanted).await,
            Err(failure) => Err(wavelaunch_shared::Error::refused(failure.to_string())),
        }
    }
}
