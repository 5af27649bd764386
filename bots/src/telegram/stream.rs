//! A coach's answer, growing in a message before the person's eyes.
//!
//! Telegram counts edits as messages. A preview is shown only when one can go at once and enough is
//! left for the ends of other answers; the end waits for its turn and is repeated until it is there.

use std::time::Duration;

use serde_json::Value;
use teloxide::payloads::SendChatAction;
use teloxide::types::{ChatAction, ChatId, InlineKeyboardMarkup};
use tokio::sync::watch;
use wavelaunch_shared::delivery::{self, Channel};
use wavelaunch_shared::text::{Reply, Rich};

use super::Telegram;
use super::api::Failure;
use super::render::{self, Part};
use crate::streaming::{Preview, RHYTHM, follow};
use crate::talk::{CoachReply, CoachTurn, Person};
use crate::words;

/// How often "typing" is said; Telegram shows it for five seconds.
const TYPING: Duration = Duration::from_secs(4);
/// How often the end of an answer is tried.
const TRIES: u32 = 4;

impl Telegram {
    /// Shows an answer while it is written. What could not be shown in the message that grew is sent
    /// like every other message. `occasion` names what the person did.
    pub(super) async fn stream(&self, chat: i64, person: &Person, occasion: &str, turn: CoachTurn) {
        let stop = render::keyboard(&[vec![turn.stop.clone()]]);
        self.say_typing(chat).await;
        let growing = self.begin(chat, stop.clone()).await;
        let typing = self.keep_typing(chat, turn.text.clone());
        let previews = follow(turn, RHYTHM, |so_far| {
            let stop = stop.clone();
            async move { self.preview(chat, growing, &so_far, stop).await }
        });
        let ended = tokio::select! {
            ended = previews => ended,
            never = typing => match never {},
        };
        let CoachReply { reply, beside } = ended.unwrap_or_else(|| words::broken_off(&self.studio).into());
        let left = match growing {
            Some(message) => self.end(chat, message, reply).await,
            None => Some(reply),
        };
        for (number, reply) in left.into_iter().chain(beside).enumerate() {
            let dedupe = format!("answer:{occasion}:coach:{number}");
            let (from, to) = (&person.external_user_id, &person.chat_id);
            if let Err(error) = delivery::answer(&self.studio, Channel::Telegram, from, to, &reply, &dedupe).await {
                tracing::error!(%error, "an answer of the coach could neither be shown nor stored for sending");
            }
        }
    }

    /// The message in which the answer will grow.
    async fn begin(&self, chat: i64, stop: Option<InlineKeyboardMarkup>) -> Option<i32> {
        let part = render::parts(&words::thinking(&self.studio)).into_iter().next()?;
        match self.send_text(chat, &part, stop).await {
            Ok(sent) => Some(sent.message_id),
            Err(failure) => {
                tracing::debug!(%failure, "an answer cannot grow before the person's eyes");
                None
            }
        }
    }

    /// Says at once that something is coming: it needs no turn among the messages.
    async fn say_typing(&self, chat: i64) {
        let typing = SendChatAction::new(ChatId(chat), ChatAction::Typing);
        if let Err(failure) = self.api.call::<_, Value>(&typing).await {
            tracing::debug!(%failure, "typing was not shown");
        }
    }

    /// Goes on saying it until there is something to read.
    async fn keep_typing(&self, chat: i64, mut text: watch::Receiver<String>) -> std::convert::Infallible {
        while text.borrow_and_update().is_empty() {
            tokio::select! {
                changed = text.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(TYPING) => self.say_typing(chat).await,
            }
        }
        std::future::pending().await
    }

    async fn preview(
        &self,
        chat: i64,
        growing: Option<i32>,
        so_far: &str,
        stop: Option<InlineKeyboardMarkup>,
    ) -> Preview {
        let (Some(message), true) = (growing, self.api.pace.spare(chat)) else { return Preview::Going };
        let parts = render::parts(&words::growing(so_far));
        let Some(part) = parts.first() else { return Preview::Going };
        match self.edit_at_once(chat, message, part, stop).await {
            Ok(()) => Preview::Going,
            Err(failure) => {
                tracing::debug!(%failure, "a preview of an answer was left out");
                if matches!(failure, Failure::Slow(_)) { Preview::Frozen } else { Preview::Going }
            }
        }
    }

    /// Puts the whole answer in its place, what does not fit there below it. Hands it back when
    /// Telegram does not take it.
    async fn end(&self, chat: i64, message: i32, reply: Reply) -> Option<Reply> {
        let parts = render::parts(&reply.text);
        let last = parts.len().saturating_sub(1);
        let buttons = |number: usize| if number == last { render::keyboard(&reply.buttons) } else { None };
        let mut placed = Err(Failure::Refused("there is nothing to show in it".into()));
        for (number, part) in parts.iter().enumerate() {
            placed = if number == 0 {
                self.edit_surely(chat, message, part, buttons(number)).await
            } else {
                self.send_text(chat, part, buttons(number)).await.map(drop)
            };
            if placed.is_err() {
                break;
            }
        }
        match placed {
            Ok(()) if reply.files.is_empty() => None,
            Ok(()) => Some(Reply { text: Rich::default(), buttons: Vec::new(), ..reply }),
            Err(failure) => {
                tracing::warn!(%failure, "an answer could not take its place; it is sent as a message of its own");
                Some(reply)
            }
        }
    }

    /// Edits until it is done: an edit is safe to repeat, and the pace waits for as long as Telegram
    /// asks.
    async fn edit_surely(
        &self,
        chat: i64,
        message: i32,
        part: &Part,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), Failure> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.edit(chat, message, part, keyboard.clone()).await {
                Err(Failure::Slow(_) | Failure::NotSent(_) | Failure::Unknown(_) | Failure::Server(_))
                    if tries < TRIES => {}
                result => return result,
            }
        }
    }
}
