//! Slash commands and buttons: acknowledged at once, answered in place.
//!
//! An interaction lives on its own token for a quarter of an hour. Its answers go straight, since
//! they can go nowhere else; if the process dies, the person sees that nothing came and asks again.
//! A button needs no memory here: what it does travels in it, and whether the presser may is asked of
//! the database.

use std::time::Duration;

use serenity::all::{
    Builder, CommandInteraction, ComponentInteraction, CreateInteractionResponse, CreateInteractionResponseFollowup,
    CreateInteractionResponseMessage, EditInteractionResponse, MessageId, User,
};
use tokio::time::Instant;
use wavelaunch_shared::delivery::{self, Channel};
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::portal;
use wavelaunch_shared::text::{Foreign, Reply};

use super::outbox::{is_too_fast, told};
use super::{Discord, render};
use crate::streaming::{Preview, RHYTHM, follow};
use crate::talk::{self, CoachReply, CoachTurn, Input, Occasion, Output, Person, Platform};
use crate::words;

/// Apart from the numbers of an interaction's answers: what stands beside one of them.
const BESIDE: usize = 1000;

/// When an interaction's token is no longer relied on; Discord takes it for fifteen minutes.
const TOKEN_LIFE: Duration = Duration::from_mins(14);

/// Who sees an answer that is not for the asker's eyes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// The asker: it is their own direct messages.
    Direct,
    /// The asker and the staff: it is their own private thread.
    Room,
    /// Everybody: so the answer is for the asker's eyes alone.
    Guild,
}

impl Audience {
    /// Whether the answer is hidden from all others.
    pub(super) fn is_hidden(self) -> bool {
        self == Self::Guild
    }
}

/// Who acts, as Discord presents them. What is written freely is read in direct messages alone.
pub(super) fn person(user: &User, audience: Audience) -> Person {
    Person {
        platform: Platform::Discord,
        place: match audience {
            Audience::Direct => talk::Place::Private,
            Audience::Room | Audience::Guild => talk::Place::Shared,
        },
        external_user_id: user.id.to_string(),
        // Whatever we write unasked goes to the person's own direct messages.
        chat_id: user.id.to_string(),
        username: Some(Foreign::from(user.name.as_str())),
        display_name: user.global_name.as_deref().map(Foreign::from),
    }
}

/// The message that an answer may take the place of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// "Thinking …", which waits for the first answer.
    Waiting,
    /// The message whose button was pressed.
    Pressed,
    /// It has been taken.
    Taken,
}

/// One interaction, until its answers are given.
struct Exchange<'a> {
    discord: &'a Discord,
    token: &'a str,
    id: String,
    person: Person,
    client: Option<ClientId>,
    audience: Audience,
    place: Place,
    until: Instant,
}

impl Discord {
    /// Answers a slash command.
    pub(super) async fn called(&self, call: &CommandInteraction, input: Input) {
        let audience = self.audience(call.guild_id.is_some(), call.channel_id, call.user.id).await;
        if self.acknowledge(call, audience).await {
            let id = call.id.to_string();
            self.exchange(&call.token, id, &call.user, audience, Place::Waiting, input).await;
        }
    }

    /// Says at once that something is coming. False when Discord no longer waits for it.
    pub(super) async fn acknowledge(&self, call: &CommandInteraction, audience: Audience) -> bool {
        let wait =
            CreateInteractionResponse::Defer(CreateInteractionResponseMessage::new().ephemeral(audience.is_hidden()));
        if let Err(error) = call.create_response(&self.http, wait).await {
            tracing::warn!(
                command = call.data.name,
                error = told(&error),
                "a command could not be acknowledged in time"
            );
            return false;
        }
        true
    }

    /// Answers the press of a button: with a form where it opens one, which has to come at once.
    pub(super) async fn pressed(&self, press: &ComponentInteraction) {
        let person = person(&press.user, Audience::of(press.guild_id.is_some()));
        match talk::form(&self.studio, &person, &press.data.custom_id).await {
            Ok(Some(form)) => return self.open_form(press, &form).await,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a form could not be made; the press is answered in words"),
        }
        if let Err(error) = press.create_response(&self.http, CreateInteractionResponse::Acknowledge).await {
            tracing::warn!(error = told(&error), "a press could not be acknowledged in time");
            return;
        }
        let input = Input::Press { action: press.data.custom_id.clone() };
        let id = press.id.to_string();
        let audience = self.audience(press.guild_id.is_some(), press.channel_id, press.user.id).await;
        self.exchange(&press.token, id, &press.user, audience, Place::Pressed, input).await;
    }

    pub(super) async fn exchange(
        &self,
        token: &str,
        id: String,
        user: &User,
        audience: Audience,
        place: Place,
        input: Input,
    ) {
        let person = person(user, audience);
        let until = Instant::now() + TOKEN_LIFE;
        let occasion = Occasion::new(format!("{}:{id}", self.source));
        let outputs = talk::respond(&self.studio, &person, &occasion, input).await;
        let client = self.client_of(&person).await;
        let mut exchange = Exchange { discord: self, token, id, person, client, audience, place, until };
        for (number, output) in outputs.into_iter().enumerate() {
            exchange.give(number, output).await;
        }
        exchange.end().await;
    }

    pub(super) async fn client_of(&self, person: &Person) -> Option<ClientId> {
        let mut tx = self.studio.db.read().await.ok()?;
        let known = portal::identity(&mut tx, Channel::Discord, &person.external_user_id).await.ok()?;
        known.map(|(client, _)| client.id)
    }
}

impl Exchange<'_> {
    async fn give(&mut self, number: usize, output: Output) {
        let (reply, in_place) = match output {
            Output::Say(reply) => (reply, self.place == Place::Waiting),
            Output::Replace(reply) => (reply, self.place != Place::Taken),
            Output::Toast(text) => (Reply::plain(&text), self.place == Place::Waiting),
            Output::Coach(turn) => {
                self.stream(number, turn).await;
                return;
            }
        };
        if let Err(error) = self.show(&reply, in_place).await {
            tracing::warn!(error = told(&error), "an answer could not be given in its place");
            self.send_later(number, &reply).await;
        }
    }

    /// A command that said nothing must not go on thinking.
    async fn end(&mut self) {
        if self.place == Place::Waiting {
            let done = Reply::plain("✓");
            if let Err(error) = self.show(&done, true).await {
                tracing::debug!(error = told(&error), "a command is left without an answer");
            }
        }
    }

    /// Shows a reply: in the place that waits for it, or as further messages.
    async fn show(&mut self, reply: &Reply, in_place: bool) -> serenity::Result<()> {
        let mut texts = render::parts(&reply.text);
        let files = self.discord.attachments(self.client.as_ref(), &reply.files).await;
        let files = files.map_err(|_| serenity::Error::Other("a file of the answer cannot be made"))?;
        if texts.is_empty() {
            texts.push(String::new());
        }
        let last = texts.len() - 1;
        for (number, text) in texts.into_iter().enumerate() {
            let (rows, files) =
                if number == last { (render::rows(&reply.buttons), files.clone()) } else { Default::default() };
            if number == 0 && in_place {
                let mut edit = EditInteractionResponse::new()
                    .content(text)
                    .components(rows)
                    .allowed_mentions(render::no_mentions());
                for file in files {
                    edit = edit.new_attachment(file);
                }
                self.place = Place::Taken;
                edit.execute(&self.discord.http, self.token).await?;
            } else {
                let message = self.further(text).components(rows).add_files(files);
                message.execute(&self.discord.http, (None, self.token)).await?;
            }
        }
        Ok(())
    }

    fn further(&self, text: String) -> CreateInteractionResponseFollowup {
        CreateInteractionResponseFollowup::new()
            .content(text)
            .ephemeral(self.audience.is_hidden())
            .allowed_mentions(render::no_mentions())
    }

    /// Shows a coach's answer while it is written, for as long as the token lives; a later one comes as
    /// a direct message.
    async fn stream(&mut self, number: usize, turn: CoachTurn) {
        let stop = Reply::default().row(vec![turn.stop.clone()]);
        let growing = self.begin(&stop).await;
        let (discord, token, until, stop) = (self.discord, self.token, self.until, &stop);
        let ended = follow(turn, RHYTHM, |so_far| async move {
            let parts = render::parts(&words::growing(&so_far));
            let (Some(growing), Some(text), true) = (growing, parts.first(), Instant::now() < until) else {
                return Preview::Going;
            };
            match growing.change(discord, token, text.clone(), stop).await {
                Ok(()) => Preview::Going,
                Err(error) => {
                    tracing::debug!(error = told(&error), "a preview of an answer was left out");
                    if is_too_fast(&error) { Preview::Frozen } else { Preview::Going }
                }
            }
        })
        .await;
        let CoachReply { reply, beside } = ended.unwrap_or_else(|| words::broken_off(&self.discord.studio).into());
        self.finish(number, growing, &reply).await;
        if let Some(beside) = beside
            && let Err(error) = self.show(&beside, false).await
        {
            tracing::warn!(error = told(&error), "what belongs beside an answer could not be shown there");
            self.send_later(number + BESIDE, &beside).await;
        }
    }

    /// Puts the whole answer in the place in which it grew, what does not fit there below it.
    async fn finish(&mut self, number: usize, growing: Option<Growing>, reply: &Reply) {
        let shown = match growing {
            Some(growing) if Instant::now() < self.until && reply.files.is_empty() => self.put(growing, reply).await,
            _ => false,
        };
        if !shown {
            self.send_later(number, reply).await;
        }
    }

    async fn put(&self, growing: Growing, reply: &Reply) -> bool {
        let parts = render::parts(&reply.text);
        let last = parts.len().saturating_sub(1);
        let bare = Reply::default();
        for (number, text) in parts.into_iter().enumerate() {
            let under = if number == last { reply } else { &bare };
            let put = if number == 0 {
                growing.change(self.discord, self.token, text, under).await
            } else {
                let further = self.further(text).components(render::rows(&under.buttons));
                further.execute(&self.discord.http, (None, self.token)).await.map(drop)
            };
            if let Err(error) = put {
                tracing::warn!(error = told(&error), "an answer could not take its place; it is sent directly");
                return false;
            }
        }
        true
    }

    /// The message in which the answer will grow.
    async fn begin(&mut self, stop: &Reply) -> Option<Growing> {
        let text = render::parts(&words::thinking(&self.discord.studio)).into_iter().next()?;
        if self.place == Place::Waiting {
            self.place = Place::Taken;
            // The deferral says already that something is coming; the words bring the button.
            if let Err(error) = Growing::Original.change(self.discord, self.token, text, stop).await {
                tracing::debug!(error = told(&error), "an answer begins without a word");
            }
            return Some(Growing::Original);
        }
        let further = self.further(text).components(render::rows(&stop.buttons));
        let sent = further.execute(&self.discord.http, (None, self.token)).await;
        sent.ok().map(|message| Growing::Further(message.id))
    }

    /// What cannot be shown here goes to the person's direct messages.
    async fn send_later(&self, number: usize, reply: &Reply) {
        let to = &self.person.external_user_id;
        let dedupe = format!("answer:{}:{}:{number}", self.discord.source, self.id);
        if let Err(error) = delivery::answer(&self.discord.studio, Channel::Discord, to, to, reply, &dedupe).await {
            tracing::error!(%error, "an answer is lost: it could neither be shown nor stored");
        }
    }
}

/// The message in which an answer grows.
#[derive(Clone, Copy)]
enum Growing {
    Original,
    Further(MessageId),
}

impl Growing {
    async fn change(self, discord: &Discord, token: &str, text: String, reply: &Reply) -> serenity::Result<()> {
        let rows = render::rows(&reply.buttons);
        match self {
            Self::Original => {
                let edit = EditInteractionResponse::new()
                    .content(text)
                    .components(rows)
                    .allowed_mentions(render::no_mentions());
                edit.execute(&discord.http, token).await.map(drop)
            }
            Self::Further(id) => {
                let edit = CreateInteractionResponseFollowup::new()
                    .content(text)
                    .components(rows)
                    .allowed_mentions(render::no_mentions());
                edit.execute(&discord.http, (Some(id), token)).await.map(drop)
            }
        }
    }
}
