//! What a person can say or press, and what comes back: once for every platform.
//!
//! A platform turns what it received into a [`Person`] and an [`Input`], and renders the
//! [`Output`]s. Nothing here knows a platform's limits or markup; who may see a thing is asked of
//! the database each time, never taken from a button. Every text comes from the catalogue, and what
//! people wrote is put into it as a value, which can never become markup.

mod action;
mod channels;
mod coach;
mod confirm;
mod documents;
mod form;
mod help;
mod home;
mod link;
mod messages;
mod news;
mod onboarding;
mod pause;
mod profile;
mod progress;
pub mod registry;
mod settings;
mod staff;
mod state;
mod stop;
mod tour;
mod turn;
mod words;
mod zones;

use serde::{Deserialize, Serialize};
use tokio::sync::{oneshot, watch};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal::Account;
use wavelaunch_shared::text::{Button, Foreign, Reply};

pub use form::form;
pub use turn::respond;

/// Where a person writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Platform {
    /// A private chat with the Telegram bot.
    Telegram,
    /// The Discord bot.
    Discord,
    /// A terminal that behaves like one of the two.
    Console(Manner),
}

/// How a conversation is held: which commands there are, and which words they are introduced with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Manner {
    /// As on Telegram.
    Telegram,
    /// As on Discord.
    Discord,
}

impl Platform {
    /// The channel whose accounts it knows.
    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::Telegram => Channel::Telegram,
            Self::Discord => Channel::Discord,
            Self::Console(_) => Channel::Console,
        }
    }

    /// How it is talked on.
    #[must_use]
    pub fn manner(self) -> Manner {
        match self {
            Self::Telegram | Self::Console(Manner::Telegram) => Manner::Telegram,
            Self::Discord | Self::Console(Manner::Discord) => Manner::Discord,
        }
    }
}

/// Who else is where a person writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Nobody: what they write is read, and an exchange goes on from message to message.
    Private,
    /// Others: only commands and buttons are answered, for the asker's eyes alone.
    Shared,
}

/// Who writes, as the platform presents them. Only the number is believed.
#[derive(Clone, Debug)]
pub struct Person {
    /// Where.
    pub platform: Platform,
    /// Among whom.
    pub place: Place,
    /// The platform's number of the account.
    pub external_user_id: String,
    /// The private chat with them.
    pub chat_id: String,
    /// Shown, never believed.
    pub username: Option<Foreign>,
    /// Shown, never believed.
    pub display_name: Option<Foreign>,
}

impl Person {
    fn account(&self) -> Account {
        Account {
            platform: self.platform.channel(),
            external_user_id: self.external_user_id.clone(),
            chat_id: self.chat_id.clone(),
            username: self.username.clone(),
            display_name: self.display_name.clone(),
        }
    }
}

/// What tells one turn from another: the platform's number of what the person did. A turn that is run
/// again after a crash has the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion(String);

impl Occasion {
    /// The occasion with this number.
    pub fn new(number: impl Into<String>) -> Self {
        Self(number.into())
    }
}

/// What a person did.
#[derive(Clone, Debug)]
pub enum Input {
    /// Wrote.
    Text(Foreign),
    /// Called a command.
    Command {
        /// Its name, without the slash.
        name: String,
        /// What followed it.
        args: Foreign,
    },
    /// Pressed a button.
    Press {
        /// The button's action.
        action: String,
    },
    /// Filled in a [`Form`].
    Form {
        /// The form's action.
        action: String,
        /// What was written into each field, by its key.
        fields: Vec<(String, Foreign)>,
    },
    /// Pointed at somebody's message and wants the coach's opinion of it.
    About(Foreign),
    /// Sent something that is no text, of this kind.
    Unsupported(&'static str),
}

/// Something to be filled in, on platforms that have such a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What sending it off does.
    pub action: String,
    /// Its heading.
    pub title: String,
    /// At most five.
    pub fields: Vec<Field>,
    /// What the press that opens it does besides.
    pub besides: Besides,
}

/// What a press that opens a form does besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Besides {
    /// What it would do without a form.
    Acts,
    /// Nothing: the form stands in its place.
    Nothing,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Names it in what comes back.
    pub key: String,
    /// What the person reads.
    pub label: String,
    /// What the field says while it is empty.
    pub hint: Option<String>,
    /// What stands in it already.
    pub value: Option<Foreign>,
    /// How much room there is.
    pub room: Room,
    /// The fewest characters; none where it may stay empty.
    pub least: Option<usize>,
    /// The most characters.
    pub most: usize,
}

/// How much room a field gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// One line.
    Line,
    /// Several.
    Paragraphs,
}

impl Field {
    /// A field that may stay empty.
    #[must_use]
    pub fn new(key: impl Into<String>, label: impl Into<String>, most: usize) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            hint: None,
            value: None,
            room: Room::Paragraphs,
            least: None,
            most,
        }
    }

    /// A field of one line.
    #[must_use]
    pub fn line(key: impl Into<String>, label: impl Into<String>, most: usize) -> Self {
        Self { room: Room::Line, ..Self::new(key, label, most) }
    }
}

/// What comes back.
#[derive(Debug)]
pub enum Output {
    /// A new message.
    Say(Reply),
    /// In place of the message whose button was pressed; a new message where there was none.
    Replace(Reply),
    /// A short notice at the button that was pressed; may be left out.
    Toast(String),
    /// An answer of the coach, as it grows.
    Coach(CoachTurn),
}

/// An answer that is being written.
#[derive(Debug)]
pub struct CoachTurn {
    /// What there is so far.
    pub text: watch::Receiver<String>,
    /// The whole of it, which is right even if the pieces were not shown.
    pub done: oneshot::Receiver<CoachReply>,
    /// A button that ends it early, shown below what has grown.
    pub stop: Button,
}

/// How an answer of the coach's ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoachReply {
    /// Takes the place of what has grown. An answer is here to the letter as it is stored.
    pub reply: Reply,
    /// What has to be said beside it, as a message of its own.
    pub beside: Option<Reply>,
}

impl From<Reply> for CoachReply {
    fn from(reply: Reply) -> Self {
        Self { reply, beside: None }
    }
}

#[cfg(test)]
mod news_tests;
#[cfg(test)]
pub(crate) mod tests;
