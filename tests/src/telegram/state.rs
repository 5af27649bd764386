//! Everything that Telegram remembers about one bot: people, messages, updates, files, menus.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::entities::Entity;
use super::overlay::Shown;
use super::rates::{RateLimits, Rates};
use super::updates::Intake;
use crate::clock::Clock;
use crate::faults::FaultScript;
use crate::journal::Journal;

/// 2026-01-05 09:00 UTC: the stand-in's clock starts here, so that dates repeat from run to run.
const EPOCH: u64 = 1_767_603_600;

/// The bot's own id.
pub const BOT_ID: i64 = 7_000_000_001;

/// How a person stands to the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Never wrote to it: the bot may not write either.
    Stranger,
    /// Has started it.
    Started,
    /// Has blocked it.
    Blocked,
    /// Closed the account.
    Deactivated,
}

/// A person with a Telegram account; the private chat has the same id.
#[derive(Debug, Clone)]
pub struct Person {
    /// User and chat id.
    pub id: i64,
    /// `first_name`.
    pub first_name: String,
    /// `username`, without `@`.
    pub username: Option<String>,
    /// `language_code`.
    pub language: String,
    /// How the person stands to the bot.
    pub standing: Standing,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The bot.
    Bot,
    /// The person whose chat it is.
    Person,
}

/// A file in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The id under which the bot may send or fetch it again.
    pub file_id: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// One button under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What the bot gets when it is pressed.
    pub callback_data: Option<String>,
    /// Where it leads instead.
    pub url: Option<String>,
}

/// A message as a person sees it.
#[derive(Debug, Clone)]
pub struct SeenMessage {
    /// `message_id`.
    pub id: i64,
    /// The chat.
    pub chat: i64,
    /// Who wrote it.
    pub author: Author,
    /// Text or caption with its marks.
    pub shown: Shown,
    /// `reply_markup` as it was sent.
    pub markup: Option<Value>,
    /// The file, if it carries one.
    pub document: Option<Document>,
    /// What it said before each edit, oldest first.
    pub edits: Vec<Shown>,
    /// The bot deleted it.
    pub deleted: bool,
    /// The message that it answers.
    pub reply_to: Option<i64>,
    /// Unix time in seconds.
    pub date: u64,
}

impl SeenMessage {
    /// The words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.shown.text
    }

    /// The marks.
    #[must_use]
    pub fn entities(&self) -> &[Entity] {
        &self.shown.entities
    }

    /// The inline buttons, row by row.
    #[must_use]
    pub fn buttons(&self) -> Vec<Vec<Button>> {
        let rows = self.markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array());
        let word = |button: &Value, name: &str| button[name].as_str().map(str::to_owned);
        let button = |button: &Value| Button {
            label: word(button, "text").unwrap_or_default(),
            callback_data: word(button, "callback_data"),
            url: word(button, "url"),
        };
        rows.map(|rows| {
            rows.iter()
                .map(|row| row.as_array().map(|row| row.iter().map(button).collect()).unwrap_or_default())
                .collect()
        })
        .unwrap_or_default()
    }
}

/// A press of a button that the bot should acknowledge.
#[derive(Debug, Clone)]
pub struct Press {
    /// `callback_query.id`.
    pub id: String,
    /// Who pressed.
    pub person: i64,
    /// Vendor time of the press.
    pub at: std::time::Duration,
    /// What `answerCallbackQuery` said, if it was called.
    pub answer: Option<Value>,
}

/// The webhook, when there is one.
#[derive(Debug, Clone, Default)]
pub struct Webhook {
    /// Where updates would go; empty when there is none.
    pub url: String,
    /// The secret for the header.
    pub secret: Option<String>,
}

/// All of it.
#[derive(Debug)]
pub struct State {
    pub(super) token: String,
    pub(super) clock: Clock,
    pub(super) username: String,
    pub(super) people: BTreeMap<i64, Person>,
    pub(super) messages: Vec<SeenMessage>,
    pub(super) intake: Intake,
    pub(super) presses: Vec<Press>,
    pub(super) files: BTreeMap<String, Document>,
    pub(super) menus: BTreeMap<String, Value>,
    pub(super) descriptions: BTreeMap<String, String>,
    pub(super) actions: Vec<(i64, String)>,
    pub(super) webhook: Webhook,
    pub(super) rates: Rates,
    pub(super) journal: Journal,
    pub(super) faults: FaultScript,
    next_id: i64,
}

impl State {
    pub(super) fn new(token: &str, clock: Clock, limits: Option<RateLimits>) -> Self {
        Self {
            token: token.to_owned(),
            clock,
            username: "wavelaunch_test_bot".to_owned(),
            people: BTreeMap::new(),
            messages: Vec::new(),
            intake: Intake::default(),
            presses: Vec::new(),
            files: BTreeMap::new(),
            menus: BTreeMap::new(),
            descriptions: BTreeMap::new(),
            actions: Vec::new(),
            webhook: Webhook::default(),
            rates: Rates::new(limits),
            journal: Journal::default(),
            faults: FaultScript::default(),
            next_id: 0,
        }
    }

    /// A number that was not given out before.
    pub(super) fn fresh_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    /// Unix time in seconds.
    pub(super) fn date(&self) -> u64 {
        EPOCH + self.clock.now().as_secs()
    }

    pub(super) fn message(&self, chat: i64, id: i64) -> Option<&SeenMessage> {
        self.messages.iter().find(|message| message.chat == chat && message.id == id && !message.deleted)
    }

    pub(super) fn message_mut(&mut self, chat: i64, id: i64) -> Option<&mut SeenMessage> {
        self.messages.iter_mut().find(|message| message.chat == chat && message.id == id && !message.deleted)
    }

    /// Keeps a file and gives it an id.
    pub(super) fn keep_file(&mut self, name: &str, media_type: &str, bytes: Vec<u8>) -> Document {
        let document = Document {
            file_id: format!("BQACAgIAAxkD{:06}", self.fresh_id()),
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes,
        };
        self.files.insert(document.file_id.clone(), document.clone());
        document
    }

    /// `User` of the bot.
    pub(super) fn bot_json(&self) -> Value {
        json!({ "id": BOT_ID, "is_bot": true, "first_name": "Wavelaunch Test", "username": self.username })
    }

    /// `User` of a person.
    pub(super) fn person_json(&self, id: i64) -> Value {
        let Some(person) = self.people.get(&id) else { return Value::Null };
        let mut user =
            json!({ "id": id, "is_bot": false, "first_name": person.first_name, "language_code": person.language });
        if let Some(username) = &person.username {
            user["username"] = json!(username);
        }
        user
    }

    /// `Chat` of a person.
    pub(super) fn chat_json(&self, id: i64) -> Value {
        let Some(person) = self.people.get(&id) else { return Value::Null };
        let mut chat = json!({ "id": id, "type": "private", "first_name": person.first_name });
        if let Some(username) = &person.username {
            chat["username"] = json!(username);
        }
        chat
    }

    /// `Message`.
    pub(super) fn message_json(&self, message: &SeenMessage) -> Value {
        let from = if message.author == Author::Bot { self.bot_json() } else { self.person_json(message.chat) };
        let mut body = json!({ "message_id": message.id, "date": message.date, "chat": self.chat_json(message.chat), "from": from });
        let (words, marks) =
            if message.document.is_some() { ("caption", "caption_entities") } else { ("text", "entities") };
        if !message.shown.text.is_empty() {
            body[words] = json!(message.shown.text);
        }
        if !message.shown.entities.is_empty() {
            body[marks] = json!(message.shown.entities);
        }
        if let Some(document) = &message.document {
            body["document"] = json!({
                "file_id": document.file_id, "file_unique_id": format!("AgAD{}", document.file_id), "file_name": document.name,
                "mime_type": document.media_type, "file_size": document.bytes.len(),
            });
        }
        if let Some(markup) = message.markup.as_ref().filter(|markup| markup.get("inline_keyboard").is_some()) {
            body["reply_markup"] = markup.clone();
        }
        if !message.edits.is_empty() {
            body["edit_date"] = json!(message.date);
        }
        if let Some(original) = message.reply_to.and_then(|id| self.message(message.chat, id)) {
            body["reply_to_message"] = self.message_json(&SeenMessage { reply_to: None, ..original.clone() });
        }
        body
    }
}
