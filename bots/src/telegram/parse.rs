//! What a Telegram update says, in the words of [`talk`](crate::talk).
//!
//! Nobody's name is believed here: the account is its number.

use serde::de::DeserializeOwned;
use serde_json::Value;
use teloxide::types::{CallbackQuery, ChatKind, ChatMemberUpdated, Message, User};
use wavelaunch_shared::text::{Foreign, terminal_safe};

use crate::talk::{Input, Person, Place, Platform};

/// What an update means to us.
#[derive(Clone, Debug)]
pub enum Event {
    /// Somebody said or pressed something in their private chat.
    Said {
        /// Who and where.
        person: Person,
        /// What.
        input: Input,
        /// The button press that waits to be acknowledged.
        pressed: Option<Pressed>,
    },
    /// Somebody closed the chat to the bot.
    Blocked(Person),
    /// Somebody opened it again.
    Unblocked(Person),
    /// Nothing that concerns us: a group, an edit, another bot.
    Nothing,
}

/// A press of a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// What to acknowledge.
    pub query: String,
    /// The message that holds the button, unless it is too old.
    pub message: Option<i32>,
}

/// Reads an update as it was stored; `Err` says why it cannot be understood. The kinds are told apart
/// here, since the library's own reader swallows what is wrong with an update.
pub fn event(update: &Value) -> Result<Event, String> {
    if let Some(message) = update.get("message") {
        return read(message, "message").map(|message| said(&message));
    }
    if let Some(query) = update.get("callback_query") {
        return read(query, "press").map(|query| pressed(&query));
    }
    if let Some(change) = update.get("my_chat_member") {
        return read(change, "change of membership").map(|change| membership(&change));
    }
    let kinds: Vec<&str> = update.as_object().into_iter().flatten().map(|(kind, _)| kind.as_str()).collect();
    Err(format!("a Telegram update of unknown shape: {}", terminal_safe(&kinds.join(", "))))
}

fn read<T: DeserializeOwned>(part: &Value, what: &str) -> Result<T, String> {
    // From text: some of the library's readers take borrowed keys alone.
    serde_json::from_str(&part.to_string()).map_err(|error| format!("a Telegram {what} of unknown shape: {error}"))
}

/// Updates with the same key are dealt with in order: those of one chat.
#[must_use]
pub fn chat_key(update: &Value) -> String {
    let places =
        ["/message/chat/id", "/callback_query/message/chat/id", "/callback_query/from/id", "/my_chat_member/chat/id"];
    let id = places.iter().find_map(|place| update.pointer(place)).and_then(Value::as_i64);
    id.map_or_else(|| "unknown".to_owned(), |id| id.to_string())
}

fn said(message: &Message) -> Event {
    match &message.from {
        Some(from) if message.chat.is_private() && !from.is_bot => {
            Event::Said { person: person(from, message.chat.id.0), input: input(message), pressed: None }
        }
        _ => Event::Nothing,
    }
}

fn input(message: &Message) -> Input {
    let Some(text) = message.text() else { return Input::Unsupported(kind(message)) };
    command(text).unwrap_or_else(|| Input::Text(Foreign::from(text)))
}

/// `/name`, `/name@bot` and what follows.
fn command(text: &str) -> Option<Input> {
    let (word, args) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let name = word.strip_prefix('/')?.split('@').next()?.to_lowercase();
    let named = (1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    named.then(|| Input::Command { name, args: Foreign::from(args.trim()) })
}

/// What somebody sent that is no text.
fn kind(message: &Message) -> &'static str {
    let kinds = [
        ("photo", message.photo().is_some()),
        ("video", message.video().is_some() || message.video_note().is_some()),
        ("voice message", message.voice().is_some()),
        ("audio", message.audio().is_some()),
        ("sticker", message.sticker().is_some()),
        ("animation", message.animation().is_some()),
        ("file", message.document().is_some()),
        ("location", message.location().is_some()),
        ("contact", message.contact().is_some()),
    ];
    kinds.iter().find(|(_, is)| *is).map_or("message", |(name, _)| name)
}

fn pressed(query: &CallbackQuery) -> Event {
    let chat = query.message.as_ref().map(teloxide::types::MaybeInaccessibleMessage::chat);
    if query.from.is_bot || chat.is_some_and(|chat| !chat.is_private()) {
        return Event::Nothing;
    }
    // A private chat has its person's number, also when the message is too old to be told.
    let chat_id = chat.map_or_else(|| i64::try_from(query.from.id.0).unwrap_or_default(), |chat| chat.id.0);
    let message = query.regular_message().map(|message| message.id.0);
    Event::Said {
        person: person(&query.from, chat_id),
        input: Input::Press { action: query.data.clone().unwrap_or_default() },
        pressed: Some(Pressed { query: query.id.0.clone(), message }),
    }
}

fn membership(change: &ChatMemberUpdated) -> Event {
    if !matches!(change.chat.kind, ChatKind::Private(_)) {
        return Event::Nothing;
    }
    let person = person(&change.from, change.chat.id.0);
    match (change.old_chat_member.is_present(), change.new_chat_member.is_present()) {
        (_, false) => Event::Blocked(person),
        (false, true) => Event::Unblocked(person),
        (true, true) => Event::Nothing,
    }
}

fn person(user: &User, chat: i64) -> Person {
    Person {
        platform: Platform::Telegram,
        place: Place::Private,
        external_user_id: user.id.0.to_string(),
        chat_id: chat.to_string(),
        username: user.username.as_deref().map(Foreign::from),
        display_name: Some(Foreign::from(user.full_name())),
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
