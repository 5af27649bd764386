//! A coach's answer in direct messages, growing before the person's eyes.

use serenity::all::{ChannelId, CreateMessage, EditMessage, MessageId, UserId};
use wavelaunch_shared::delivery::{self, Channel};
use wavelaunch_shared::text::{Button, Reply};

use super::outbox::{is_too_fast, told};
use super::{Discord, render};
use crate::streaming::{Preview, RHYTHM, follow};
use crate::talk::{CoachReply, CoachTurn};
use crate::words;

/// The message in which an answer grows.
type Growing = (ChannelId, MessageId);

impl Discord {
    /// Shows an answer while it is written. What could not be shown in the message that grew is sent
    /// like every other message. `occasion` names what the person did.
    pub(super) async fn stream(&self, user: &str, occasion: &str, turn: CoachTurn) {
        let stop = turn.stop.clone();
        let growing = match user.parse().ok().filter(|id| *id > 0) {
            Some(id) => self.begin(UserId::new(id), &stop).await,
            None => None,
        };
        let ended = follow(turn, RHYTHM, |so_far| {
            let stop = stop.clone();
            async move { self.preview(growing, &so_far, stop).await }
        })
        .await;
        let CoachReply { reply, beside } = ended.unwrap_or_else(|| words::broken_off(&self.studio).into());
        let left = match growing {
            Some(growing) => self.end(growing, reply).await,
            None => Some(reply),
        };
        for (number, reply) in left.into_iter().chain(beside).enumerate() {
            let dedupe = format!("answer:{occasion}:coach:{number}");
            if let Err(error) = delivery::answer(&self.studio, Channel::Discord, user, user, &reply, &dedupe).await {
                tracing::error!(%error, "an answer of the coach could neither be shown nor stored for sending");
            }
        }
    }

    /// The message in which the answer will grow.
    async fn begin(&self, user: UserId, stop: &Button) -> Option<Growing> {
        let text = render::parts(&words::thinking(&self.studio)).into_iter().next()?;
        let channel = self.direct(user).await.ok()?;
        let message = CreateMessage::new()
            .content(text)
            .components(render::rows(&[vec![stop.clone()]]))
            .allowed_mentions(render::no_mentions());
        channel.send_message(&self.http, message).await.ok().map(|sent| (channel, sent.id))
    }

    async fn preview(&self, growing: Option<Growing>, so_far: &str, stop: Button) -> Preview {
        let parts = render::parts(&words::growing(so_far));
        let (Some((channel, message)), Some(text)) = (growing, parts.first()) else { return Preview::Going };
        let edit = EditMessage::new()
            .content(text)
            .components(render::rows(&[vec![stop]]))
            .allowed_mentions(render::no_mentions());
        match channel.edit_message(&self.http, message, edit).await {
            Ok(_) => Preview::Going,
            Err(error) => {
                tracing::debug!(error = told(&error), "a preview of an answer was left out");
                if is_too_fast(&error) { Preview::Frozen } else { Preview::Going }
            }
        }
    }

    /// Puts the whole answer in its place. Hands it back when it does not fit there or Discord does not
    /// take it.
    async fn end(&self, (channel, message): Growing, reply: Reply) -> Option<Reply> {
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

    /// Takes the growing message away, in whose place longer ones are sent.
    async fn remove(&self, channel: ChannelId, message: MessageId) {
        if let Err(error) = channel.delete_message(&self.http, message).await {
            tracing::debug!(error = told(&error), "a growing message was left behind");
        }
    }
}
