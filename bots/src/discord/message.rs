//! Direct messages: stored when they come, dealt with like Telegram's updates.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serenity::all::Message;
use wavelaunch_shared::Result;
use wavelaunch_shared::delivery::{self, Channel, InboxRow};
use wavelaunch_shared::portal;
use wavelaunch_shared::text::{Foreign, Reply};

use super::Discord;
use crate::talk::{self, Input, Occasion, Output, Person, Place, Platform};
use crate::workers::Dealt;

/// What is kept of a direct message.
#[derive(Serialize, Deserialize)]
struct Kept {
    user: String,
    username: String,
    display_name: Option<String>,
    content: String,
    attachments: usize,
}

impl Discord {
    /// Keeps a direct message. What could not be kept is lost to us, so that is tried for a while.
    pub(super) async fn keep(&self, message: &Message) {
        let user = message.author.id.to_string();
        let kept = Kept {
            user: user.clone(),
            username: message.author.name.clone(),
            display_name: message.author.global_name.clone(),
            content: message.content.clone(),
            attachments: message.attachments.len(),
        };
        let Ok(payload) = serde_json::to_value(&kept) else { return };
        let id = message.id.to_string();
        for pause in [1, 2, 4, 8, 0] {
            match delivery::store(&self.studio, &self.source, &id, &user, &payload).await {
                Ok(_) => return,
                Err(error) => tracing::error!(message = id, %error, "a direct message could not be stored"),
            }
            tokio::time::sleep(std::time::Duration::from_secs(pause)).await;
        }
    }

    /// Deals with one direct message.
    pub async fn deal(self: &Arc<Self>, row: &InboxRow) -> Dealt {
        let kept: Kept = match serde_json::from_value(row.payload.clone()) {
            Ok(kept) => kept,
            Err(error) => return Dealt::Unusable(format!("a stored message of unknown shape: {error}")),
        };
        self.answer(row, kept).await.unwrap_or_else(|error| Dealt::Failed(error.to_string()))
    }

    async fn answer(self: &Arc<Self>, row: &InboxRow, kept: Kept) -> Result<Dealt> {
        let person = Person {
            platform: Platform::Discord,
            place: Place::Private,
            external_user_id: kept.user.clone(),
            // Whatever we write unasked goes to the person's own direct messages.
            chat_id: kept.user.clone(),
            username: Some(Foreign::new(kept.username)),
            display_name: kept.display_name.map(Foreign::new),
        };
        // Whoever writes to us directly can be written to.
        portal::unblocked(&self.studio, Channel::Discord, &kept.user).await?;
        let input = if kept.content.trim().is_empty() && kept.attachments > 0 {
            Input::Unsupported("file")
        } else {
            Input::Text(Foreign::new(kept.content))
        };
        let occasion = Occasion::new(format!("{}:{}", row.source, row.external_id));
        let mut said = Vec::new();
        let mut growing = Vec::new();
        for output in talk::respond(&self.studio, &person, &occasion, input).await {
            match output {
                Output::Say(reply) | Output::Replace(reply) => said.push(reply),
                Output::Toast(text) => said.push(Reply::plain(&text)),
                Output::Coach(turn) => growing.push(turn),
            }
        }
        delivery::answered(&self.studio, row, Channel::Discord, &kept.user, &kept.user, &said).await?;
        // An answer of the coach grows beside the message, so that the chat goes on meanwhile.
        for turn in growing {
            let occasion = format!("{}:{}", row.source, row.external_id);
            let (discord, user) = (Arc::clone(self), kept.user.clone());
            self.tracker.spawn(async move { discord.stream(&user, &occasion, turn).await });
        }
        Ok(Dealt::Recorded)
    }
}
