//! One stored update: what it says, what comes of it, and the answer.
//!
//! New messages leave through the outbox, in one transaction with the update's end. What changes a
//! message that is there already (an edit, the acknowledgement of a press) goes straight, before that:
//! doing it twice after a crash changes nothing. A coach's answer grows beside the update, so that the
//! chat goes on meanwhile.

use std::sync::Arc;

use serde_json::Value;
use teloxide::payloads::{AnswerCallbackQuery, AnswerCallbackQuerySetters};
use teloxide::types::CallbackQueryId;
use wavelaunch_shared::delivery::{self, Channel, InboxRow};
use wavelaunch_shared::text::Reply;
use wavelaunch_shared::{Result, portal, staff};

use super::Telegram;
use super::parse::{self, Event, Pressed};
use super::render;
use crate::talk::{self, Input, Occasion, Output, Person};
use crate::workers::Dealt;

/// The longest notice at a button, in characters.
const TOAST_LIMIT: usize = 200;

impl Telegram {
    /// Deals with one update.
    pub async fn deal(self: &Arc<Self>, row: &InboxRow) -> Dealt {
        let event = match parse::event(&row.payload) {
            Ok(event) => event,
            Err(why) => return Dealt::Unusable(why),
        };
        let dealt = match event {
            Event::Nothing => Ok(Dealt::Done),
            Event::Blocked(person) => self.closed(&person.external_user_id).await.map(|()| Dealt::Done),
            Event::Unblocked(person) => self.opened(&person.external_user_id).await.map(|()| Dealt::Done),
            Event::Said { person, input, pressed } => self.answer(row, &person, input, pressed.as_ref()).await,
        };
        dealt.unwrap_or_else(|error| Dealt::Failed(error.to_string()))
    }

    /// Somebody closed the chat to the bot: a client, or one of the staff.
    async fn closed(&self, account: &str) -> Result<()> {
        let why = "the person blocked the bot";
        portal::blocked(&self.studio, Channel::Telegram, account, why).await?;
        staff::chat::blocked(&self.studio, Channel::Telegram, account, why).await
    }

    /// They opened it again.
    async fn opened(&self, account: &str) -> Result<()> {
        portal::unblocked(&self.studio, Channel::Telegram, account).await?;
        staff::chat::unblocked(&self.studio, Channel::Telegram, account).await
    }

    async fn answer(
        self: &Arc<Self>,
        row: &InboxRow,
        person: &Person,
        input: Input,
        pressed: Option<&Pressed>,
    ) -> Result<Dealt> {
        let Ok(chat) = person.chat_id.parse::<i64>() else {
            return Ok(Dealt::Unusable("a chat without a number".into()));
        };
        let occasion = Occasion::new(format!("{}:{}", row.source, row.external_id));
        let outputs = talk::respond(&self.studio, person, &occasion, input).await;
        if let Some(pressed) = pressed {
            self.acknowledge(pressed, &outputs).await;
        }
        let mut said = Vec::new();
        let mut growing = Vec::new();
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
                Output::Coach(turn) => growing.push(turn),
            }
        }
        let from = &person.external_user_id;
        delivery::answered(&self.studio, row, Channel::Telegram, from, &person.chat_id, &said).await?;
        for turn in growing {
            let occasion = format!("{}:{}", row.source, row.external_id);
            let (telegram, person) = (Arc::clone(self), person.clone());
            self.tracker.spawn(async move { telegram.stream(chat, &person, &occasion, turn).await });
        }
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
}
