//! A private thread of one creator with the coach, beside the channel in which they asked for it.
//!
//! Only its creator and the staff who moderate the guild see it, so that answers stand there for good
//! instead of for the asker's eyes alone. Whose it is, is remembered when it is made: in anybody else's
//! hands, and in every other channel, an answer is as private as ever.

use serenity::all::{
    AutoArchiveDuration, Builder, ChannelId, ChannelType, CommandInteraction, CreateMessage, CreateThread,
    EditInteractionResponse, UserId,
};
use wavelaunch_shared::text::Reply;
use wavelaunch_shared::{Result, delivery};

use super::interaction::{Audience, person};
use super::outbox::told;
use super::{Discord, render};
use crate::talk::{self, Input, Occasion, Output};

/// The longest name of a thread, in characters.
const NAME: usize = 100;

impl Discord {
    /// Who sees what is answered to this person in this channel.
    pub(super) async fn audience(&self, in_guild: bool, channel: ChannelId, user: UserId) -> Audience {
        if !in_guild {
            return Audience::Direct;
        }
        match self.owner_of(channel).await {
            Ok(Some(owner)) if owner == user.to_string() => Audience::Room,
            Ok(_) => Audience::Guild,
            Err(error) => {
                tracing::warn!(%error, "whose thread this is cannot be looked up; the answer is for the asker alone");
                Audience::Guild
            }
        }
    }

    async fn owner_of(&self, channel: ChannelId) -> Result<Option<String>> {
        delivery::cursor(&mut self.studio.db.read().await?, &self.room(channel)).await
    }

    /// The name under which the owner of a thread is remembered.
    fn room(&self, channel: ChannelId) -> String {
        format!("{}:room:{channel}", self.source)
    }

    /// Answers the command that asks for such a thread. In direct messages, which are private already,
    /// it opens the coach; so it does for somebody who is not linked, and is told how to be.
    pub(super) async fn open_room(&self, call: &CommandInteraction) {
        let open = Input::Command { name: "coach".into(), args: String::new().into() };
        let person = person(&call.user, Audience::of(call.guild_id.is_some()));
        if call.guild_id.is_none() || self.client_of(&person).await.is_none() {
            return self.called(call, open).await;
        }
        let audience = Audience::Guild;
        if !self.acknowledge(call, audience).await {
            return;
        }
        let reply = match self.make_room(call).await {
            Ok(thread) => {
                let occasion = Occasion::new(format!("{}:{}", self.source, call.id));
                let outputs = talk::respond(&self.studio, &person, &occasion, open).await;
                self.greet_in(thread, outputs).await;
                self.phrase("coach_room_open")
            }
            Err(error) => {
                tracing::warn!(error = told(&error), "a private thread could not be made");
                self.phrase("coach_room_failed")
            }
        };
        let text = render::parts(&reply.text).into_iter().next().unwrap_or_default();
        let edit = EditInteractionResponse::new()
            .content(text)
            .components(render::rows(&reply.buttons))
            .allowed_mentions(render::no_mentions());
        if let Err(error) = edit.execute(&self.http, &call.token).await {
            tracing::warn!(error = told(&error), "what became of a private thread could not be told");
        }
    }

    /// Makes the thread, remembers whose it is, and lets its owner in.
    async fn make_room(&self, call: &CommandInteraction) -> serenity::Result<ChannelId> {
        let name = self.phrase("coach_room_name").text.to_plain();
        let thread = CreateThread::new(name.chars().take(NAME).collect::<String>())
            .kind(ChannelType::PrivateThread)
            .invitable(false)
            .auto_archive_duration(AutoArchiveDuration::OneWeek);
        let made = call.channel_id.create_thread(&self.http, thread).await?.id;
        let owner = call.user.id.to_string();
        if let Err(error) = delivery::move_cursor(&self.studio, &self.room(made), &owner).await {
            tracing::error!(%error, "whose thread it is could not be kept; answers in it are for the asker alone");
        }
        made.add_thread_member(&self.http, call.user.id).await?;
        Ok(made)
    }

    async fn greet_in(&self, thread: ChannelId, outputs: Vec<Output>) {
        for output in outputs {
            let (Output::Say(reply) | Output::Replace(reply)) = output else { continue };
            for text in render::parts(&reply.text) {
                let message = CreateMessage::new()
                    .content(text)
                    .components(render::rows(&reply.buttons))
                    .allowed_mentions(render::no_mentions());
                if let Err(error) = thread.send_message(&self.http, message).await {
                    tracing::warn!(error = told(&error), "a private thread begins without a greeting");
                }
            }
        }
    }

    /// A message of the catalogue that names nothing.
    fn phrase(&self, key: &str) -> Reply {
        let body = self.studio.messages.body(key, &[]);
        Reply::new(body.unwrap_or_else(|error| {
            tracing::error!(%error, key, "the catalogue has no such message");
            wavelaunch_shared::text::Rich::plain("…")
        }))
    }
}

impl Audience {
    /// As it is where no thread is known.
    pub(super) fn of(in_guild: bool) -> Self {
        if in_guild { Self::Guild } else { Self::Direct }
    }
}
