//! Sending one reply to one chat, and editing one message.

use std::time::Duration;

use reqwest::multipart;
use serde_json::Value;
use teloxide::payloads::{EditMessageText, EditMessageTextSetters, SendMessage, SendMessageSetters};
use teloxide::types::{ChatId, InlineKeyboardMarkup, LinkPreviewOptions, MessageId};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::files as stored;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::text::{Attachment, Reply};

use super::Telegram;
use super::api::{Failure, Sent};
use super::render::{self, Part};
use crate::files::{self, Upload};

/// The longest that the middle of a reply waits when Telegram asks for it.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Why a reply did not arrive as a whole.
#[derive(Debug)]
pub struct Stopped {
    /// What stopped it.
    pub failure: Failure,
    /// Messages of it that did arrive.
    pub arrived: Vec<i32>,
}

/// One message of a reply.
enum Piece<'a> {
    Text(Part),
    File(&'a Attachment),
}

impl Telegram {
    /// Sends a reply: its text, cut where needed, then its files; the buttons are under the last text.
    pub async fn send(&self, client: Option<&ClientId>, chat: i64, reply: &Reply) -> Result<Vec<i32>, Stopped> {
        let mut arrived = Vec::new();
        for (piece, keyboard) in pieces(reply) {
            match self.send_piece(client, chat, &piece, keyboard, !arrived.is_empty()).await {
                Ok(id) => arrived.push(id),
                Err(failure) => return Err(Stopped { failure, arrived }),
            }
        }
        if arrived.is_empty() {
            return Err(Stopped { failure: Failure::Refused("there is nothing to send in it".into()), arrived });
        }
        Ok(arrived)
    }

    /// Replaces the text and the buttons of a message. One that says so already is as good.
    pub async fn edit(
        &self,
        chat: i64,
        message: i32,
        part: &Part,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), Failure> {
        self.api.pace.turn(chat).await;
        self.edit_at_once(chat, message, part, keyboard).await
    }

    /// The same without waiting for a turn, for whoever has one.
    pub(super) async fn edit_at_once(
        &self,
        chat: i64,
        message: i32,
        part: &Part,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), Failure> {
        let mut payload = EditMessageText::new(ChatId(chat), MessageId(message), part.text.clone())
            .entities(part.entities.clone())
            .link_preview_options(no_preview());
        payload.reply_markup = keyboard;
        match self.api.call::<_, Value>(&payload).await {
            Err(failure) if failure.is_unchanged() => Ok(()),
            Err(failure) => Err(self.heed(chat, failure)),
            Ok(_) => Ok(()),
        }
    }

    /// Sends one piece. Once the reader has seen the first one, a short wait is waited here, so that
    /// the rest follows.
    async fn send_piece(
        &self,
        client: Option<&ClientId>,
        chat: i64,
        piece: &Piece<'_>,
        keyboard: Option<InlineKeyboardMarkup>,
        following: bool,
    ) -> Result<i32, Failure> {
        let mut tries = 0;
        loop {
            tries += 1;
            let sent = match piece {
                Piece::Text(part) => self.send_text(chat, part, keyboard.clone()).await,
                Piece::File(file) => self.send_file(client, chat, file, keyboard.as_ref()).await,
            };
            match sent {
                Ok(sent) => return Ok(sent.message_id),
                Err(Failure::Slow(wait)) if following && tries < 3 && wait <= LONGEST_WAIT => {
                    self.api.pace.hold(chat, wait);
                }
                Err(Failure::NotSent(_) | Failure::Server(_)) if following && tries < 3 => {
                    self.studio.clock.rest(Duration::from_secs(tries)).await;
                }
                Err(failure) => return Err(self.heed(chat, failure)),
            }
        }
    }

    /// Sends one message of text.
    pub async fn send_text(
        &self,
        chat: i64,
        part: &Part,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<Sent, Failure> {
        self.api.pace.turn(chat).await;
        let mut payload = SendMessage::new(ChatId(chat), part.text.clone())
            .entities(part.entities.clone())
            .link_preview_options(no_preview());
        payload.reply_markup = keyboard.map(Into::into);
        self.api.call(&payload).await
    }

    /// Sends a file; a document that Telegram has already is sent by its name there.
    async fn send_file(
        &self,
        client: Option<&ClientId>,
        chat: i64,
        attachment: &Attachment,
        keyboard: Option<&InlineKeyboardMarkup>,
    ) -> Result<Sent, Failure> {
        let upload = files::load(&self.studio, client, attachment).await.map_err(|error| {
            if error.is_transient() { Failure::NotSent(error.to_string()) } else { Failure::Refused(error.to_string()) }
        })?;
        if let Some(file_id) = self.known_file(&upload).await {
            self.api.pace.turn(chat).await;
            let form = form(chat, keyboard).text("document", file_id);
            match self.api.upload("sendDocument", form).await {
                // Telegram may forget a file: then it gets it once more.
                Err(Failure::Refused(_)) => {}
                result => return result,
            }
        }
        self.api.pace.turn(chat).await;
        let file = multipart::Part::bytes(upload.bytes.clone()).file_name(upload.name.clone());
        let file = file.mime_str(&upload.mime).map_err(|error| Failure::Refused(error.to_string()))?;
        let sent: Sent = self.api.upload("sendDocument", form(chat, keyboard).part("document", file)).await?;
        self.remember_file(&upload, &sent).await;
        Ok(sent)
    }

    async fn known_file(&self, upload: &Upload) -> Option<String> {
        let sha256 = upload.sha256.as_ref()?;
        let mut tx = self.studio.db.read().await.ok()?;
        stored::copy(&mut tx, sha256, Channel::Telegram).await.ok()?
    }

    /// Only saves an upload: when it fails, the file is uploaded again the next time.
    async fn remember_file(&self, upload: &Upload, sent: &Sent) {
        let (Some(sha256), Some(file)) = (&upload.sha256, &sent.document) else { return };
        if let Err(error) = stored::remember_copy(&self.studio, sha256, Channel::Telegram, &file.file_id).await {
            tracing::warn!(sha256, %error, "the file's name at Telegram was not kept");
        }
    }

    /// Lets everything else in the chat wait too when Telegram asks for it.
    fn heed(&self, chat: i64, failure: Failure) -> Failure {
        if let Failure::Slow(wait) = failure {
            self.api.pace.hold(chat, wait);
        }
        failure
    }
}

/// The messages of a reply in order, each with the buttons that belong under it.
fn pieces(reply: &Reply) -> Vec<(Piece<'_>, Option<InlineKeyboardMarkup>)> {
    let mut pieces: Vec<(Piece<'_>, Option<InlineKeyboardMarkup>)> =
        render::parts(&reply.text).into_iter().map(|part| (Piece::Text(part), None)).collect();
    let texts = pieces.len();
    pieces.extend(reply.files.iter().map(|file| (Piece::File(file), None)));
    let bearer = if texts > 0 { texts - 1 } else { pieces.len().saturating_sub(1) };
    if let Some((_, keyboard)) = pieces.get_mut(bearer) {
        *keyboard = render::keyboard(&reply.buttons);
    }
    pieces
}

fn form(chat: i64, keyboard: Option<&InlineKeyboardMarkup>) -> multipart::Form {
    let form = multipart::Form::new().text("chat_id", chat.to_string());
    match keyboard.map(serde_json::to_string) {
        Some(Ok(json)) => form.text("reply_markup", json),
        _ => form,
    }
}

/// Private addresses must not be fetched for a preview.
fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}
