//! One stored update: what it says, what comes of it, and the answer.
//!
//! New messages leave through the outbox, in one transaction with the update's end. What changes a
//! message that is there already (an edit, the acknowledgement of a press, a coach's growing answer)
//! goes straight, before that: doing it twice after a crash changes nothing.

use serde_json::Value;
use teloxide::payloads::{AnswerCallbackQuery, AnswerCallbackQuerySetters};
use teloxide::types::{CallbackQueryId, InlineKeyboardMarkup};
use wavelaunch_shared::delivery::{self, Channel, InboxRow};
use wavelaunch_shared::text::{Reply, Rich};
use wavelaunch_shared::{Result, portal};

use super::Telegram;
use super::api::Failure;
use super::parse::{self, Event, Pressed};
use super::render::{self, Part};
use crate::streaming::{EVERY, follow};
use crate::talk::{self, CoachTurn, Input, Output, Person};
use crate::words;
use crate::workers::Dealt;

/// The longest notice at a button, in characters.
const TOAST_LIMIT: usize = 200;

impl Telegram {
    /// Deals with one update.
    pub async fn deal(&self, row: &InboxRow) -> Dealt {
        let event = match parse::event(&row.payload) {
            Ok(event) => event,
            Err(why) => return Dealt::Unusable(why),
        };
        let dealt = match event {
            Event::Nothing => Ok(Dealt::Done),
            Event::Blocked(person) => {
                let why = "the person blocked the bot";
                portal::blocked(&self.studio, Channel::Telegram, &person.external_user_id, why)
                    .await
                    .map(|()| Dealt::Done)
            }
            Event::Unblocked(person) => {
                portal::unblocked(&self.studio, Channel::Telegram, &person.external_user_id).await.map(|()| Dealt::Done)
            }
            Event::Said { person, input, pressed } => self.answer(row, &person, input, pressed.as_ref()).await,
        };
        dealt.unwrap_or_else(|error| Dealt::Failed(error.to_string()))
    }

    async fn answer(&self, row: &InboxRow, person: &Person, input: Input, pressed: Option<&Pressed>) -> Result<Dealt> {
        let Ok(chat) = person.chat_id.parse::<i64>() else {
            return Ok(Dealt::Unusable("a chat without a number".into()));
        };
        let outputs = talk::respond(&self.studio, person, input).await;
        if let Some(pressed) = pressed {
            self.acknowledge(pressed, &outputs).await;
        }
        let mut said = Vec::new();
        let mut replaceable = pressed.and_then(|pressed| pressed.message);
        for output in outputs {
            match output {
                Output::Say(reply) => said.push(reply),
                Output::Replace(reply) => {
                    let replaced = match replaceable.take() {
                        Some(message) => self.replace(chat, message, &reply).await,
                        None => false,
                    };
                    if !replaced {
                        said.push(reply);
                    }
                }
                // A toast is shown with the acknowledgement; without a button there is none.
                Output::Toast(text) if pressed.is_none() => said.push(Reply::plain(&text)),
                Output::Toast(_) => {}
                Output::Coach(turn) => said.extend(self.stream(chat, turn).await),
            }
        }
        let from = &person.external_user_id;
        delivery::answered(&self.studio, row, Channel::Telegram, from, &person.chat_id, &said).await?;
        Ok(Dealt::Recorded)
    }

    /// Ends the button's waiting. A press that is too old to be acknowledged is of no consequence.
    async fn acknowledge(&self, pressed: &Pressed, outputs: &[Output]) {
        let toast = outputs.iter().find_map(|output| match output {
            Output::Toast(text) => Some(text.chars().take(TOAST_LIMIT).collect::<String>()),
            _ => None,
        });
        let mut payload = AnswerCallbackQuery::new(CallbackQueryId(pressed.query.clone()));
        if let Some(toast) = toast {
            payload = payload.text(toast);
        }
        if let Err(failure) = self.api.call::<_, Value>(&payload).await {
            tracing::debug!(%failure, "a press was not acknowledged");
        }
    }

    /// Puts a reply in the place of a message. False when it does not fit there or Telegram does not
    /// let it: then it is sent as a message of its own.
    async fn replace(&self, chat: i64, message: i32, reply: &Reply) -> bool {
        let parts = render::parts(&reply.text);
        let ([part], true) = (parts.as_slice(), reply.files.is_empty()) else { return false };
        match self.edit(chat, message, part, render::keyboard(&reply.buttons)).await {
            Ok(()) => true,
            Err(failure) => {
                tracing::debug!(%failure, "a message could not be replaced; its successor is sent instead");
                false
            }
        }
    }

    /// Shows a coach's answer while it is written. What could not be shown in the message that grew is
    /// handed back, to be sent like every other.
    async fn stream(&self, chat: i64, turn: CoachTurn) -> Option<Reply> {
        let growing = self.begin(chat).await;
        let reply = follow(turn, EVERY, |so_far| async move {
            let text = words::growing(&so_far);
            if let (Some(message), Some(part)) = (growing, render::parts(&text).first())
                && let Err(failure) = self.edit(chat, message, part, None).await
            {
                tracing::debug!(%failure, "a preview of an answer was left out");
            }
        })
        .await;
        let reply = reply.unwrap_or_else(|| words::broken_off(&self.studio));
        let Some(message) = growing else { return Some(reply) };
        self.end(chat, message, reply).await
    }

    /// The message in which the answer will grow.
    async fn begin(&self, chat: i64) -> Option<i32> {
        let text = words::thinking(&self.studio);
        let part = render::parts(&text).into_iter().next()?;
        match self.send_text(chat, &part, None).await {
            Ok(sent) => Some(sent.message_id),
            Err(failure) => {
                tracing::debug!(%failure, "an answer cannot grow before the person's eyes");
                None
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
                Err(Failure::Slow(_) | Failure::NotSent(_) | Failure::Unknown(_) | Failure::Server(_)) if tries < 4 => {
                }
                result => return result,
            }
        }
    }
}
