//! Direct messages: stored when they come, dealt with like Telegram's updates.

use serde::{Deserialize, Serialize};
use serenity::all::{ChannelId, CreateMessage, EditMessage, Message, MessageId, UserId};
use wavelaunch_shared::Result;
use wavelaunch_shared::delivery::{self, Channel, InboxRow};
use wavelaunch_shared::text::{Foreign, Reply};

use super::outbox::told;
use super::{Discord, render};
use crate::streaming::{EVERY, follow};
use crate::talk::{self, CoachTurn, Input, Output, Person, Platform};
use crate::words;
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
    pub async fn deal(&self, row: &InboxRow) -> Dealt {
        let kept: Kept = match serde_json::from_value(row.payload.clone()) {
            Ok(kept) => kept,
            Err(error) => return Dealt::Unusable(format!("a stored message of unknown shape: {error}")),
        };
        self.answer(row, kept).await.unwrap_or_else(|error| Dealt::Failed(error.to_string()))
    }

    async fn answer(&self, row: &InboxRow, kept: Kept) -> Result<Dealt> {
        let person = Person {
            platform: Platform::Discord,
            external_user_id: kept.user.clone(),
            // Whatever we write unasked goes to the person's own direct messages.
            chat_id: kept.user.clone(),
            username: Some(Foreign::new(kept.username)),
            display_name: kept.display_name.map(Foreign::new),
        };
        let input = if kept.content.trim().is_empty() && kept.attachments > 0 {
            Input::Unsupported("file")
        } else {
            Input::Text(Foreign::new(kept.content))
        };
        let mut said = Vec::new();
        for output in talk::respond(&self.studio, &person, input).await {
            match output {
                Output::Say(reply) | Output::Replace(reply) => said.push(reply),
                Output::Toast(text) => said.push(Reply::plain(&text)),
                Output::Coach(turn) => said.extend(self.stream(&kept.user, turn).await),
            }
        }
        delivery::answered(&self.studio, row, Channel::Discord, &kept.user, &kept.user, &said).await?;
        Ok(Dealt::Recorded)
    }

    /// Shows a coach's answer while it is written. What could not be shown in the message that grew is
    /// handed back, to be sent like every other.
    async fn stream(&self, user: &str, turn: CoachTurn) -> Option<Reply> {
        let growing = match user.parse().ok().filter(|id| *id > 0) {
            Some(id) => self.begin(UserId::new(id)).await,
            None => None,
        };
        let reply = follow(turn, EVERY, |so_far| async move {
            if let (Some((channel, message)), Some(text)) = (growing, render::parts(&words::growing(&so_far)).first()) {
                let edit = EditMessage::new().content(text).allowed_mentions(render::no_mentions());
                if let Err(error) = channel.edit_message(&self.http, message, edit).await {
                    tracing::debug!(error = told(&error), "a preview of an answer was left out");
                }
            }
        })
        .await
        .unwrap_or_else(|| words::broken_off(&self.studio));
        let Some((channel, message)) = growing else { return Some(reply) };
        let parts = render::parts(&reply.text);
        let ([text], true) = (parts.as_slice(), reply.files.is_empty()) else {
            self.remove(channel, message).await;
            return Some(reply);
        };
        let edit = EditMessage::new()
            .content(text)
            .components(render::rows(&reply.buttons))
            .allowed_mentions(render::no_mentions());
        match channel.edit_message(&self.http, message, edit).await {
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(
                    error = told(&error),
                    "an answer could not take its place; it is sent as a message of its own"
                );
                Some(reply)
            }
        }
    }

    /// The message in which the answer will grow.
    async fn begin(&self, user: UserId) -> Option<(ChannelId, MessageId)> {
        let text = render::parts(&words::thinking(&self.studio)).into_iter().next()?;
        let channel = self.direct(user).await.ok()?;
        let message = CreateMessage::new().content(text).allowed_mentions(render::no_mentions());
        channel.send_message(&self.http, message).await.ok().map(|sent| (channel, sent.id))
    }

    /// Takes the growing message away, in whose place longer ones are sent.
    async fn remove(&self, channel: ChannelId, message: MessageId) {
        if let Err(error) = channel.delete_message(&self.http, message).await {
            tracing::debug!(error = told(&error), "a growing message was left behind");
        }
    }
}
