//! The words of delivery: channels, urgency, states.

use crate::id::OutboxId;

/// A way to reach a client. Stored by its `SCREAMING_SNAKE_CASE` name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Channel {
    /// A private chat with the Telegram bot.
    Telegram,
    /// A direct message from the Discord bot.
    Discord,
    /// E-mail.
    Email,
    /// A terminal in which somebody tries the bots out.
    Console,
}

impl Channel {
    /// The order in which channels are tried.
    pub const PREFERRED: [Self; 4] = [Self::Telegram, Self::Discord, Self::Email, Self::Console];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telegram => "TELEGRAM",
            Self::Discord => "DISCORD",
            Self::Email => "EMAIL",
            Self::Console => "CONSOLE",
        }
    }

    /// The channel with this stored word.
    #[must_use]
    pub fn stored(word: &str) -> Option<Self> {
        Self::PREFERRED.into_iter().find(|channel| channel.as_str() == word)
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Telegram => "Telegram",
            Self::Discord => "Discord",
            Self::Email => "e-mail",
            Self::Console => "the console",
        }
    }

    /// How something comes to its reader there: "sent on Telegram".
    #[must_use]
    pub fn way(self) -> &'static str {
        match self {
            Self::Telegram => "on Telegram",
            Self::Discord => "on Discord",
            Self::Email => "by e-mail",
            Self::Console => "on the console",
        }
    }

    /// Whether a message that may have left can be sent again without reaching the person twice:
    /// Discord knows the nonce again, and the console is only looked at. A repeated e-mail has the same
    /// Message-ID, by which many mailboxes show it once; those that do not make it a doubt.
    #[must_use]
    pub fn repeats_safely(self) -> bool {
        matches!(self, Self::Discord | Self::Console)
    }
}

/// How soon a message must go. The number is its place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// An answer to what the person has just done.
    Answer = 0,
    /// About their account, or an answer that they wait for.
    Transactional = 1,
    /// News of their journey.
    Notice = 3,
    /// Summaries.
    Digest = 4,
}

impl Urgency {
    /// Its place in the queue.
    #[must_use]
    pub fn priority(self) -> i64 {
        self as i64
    }

    /// Whether it waits for the end of the quiet hours.
    #[must_use]
    pub fn respects_quiet_hours(self) -> bool {
        self >= Self::Notice
    }
}

/// Where an outgoing message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Waits for its time or for a sender.
    Queued,
    /// A sender has it.
    Leased,
    /// The platform confirmed it.
    Sent,
    /// It may have arrived; an admin settles it.
    InDoubt,
    /// It cannot be delivered.
    Dead,
    /// Withdrawn.
    Cancelled,
}

impl State {
    /// Every state, in the order of a message's life.
    pub const ALL: [Self; 6] = [Self::Queued, Self::Leased, Self::Sent, Self::InDoubt, Self::Dead, Self::Cancelled];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Leased => "LEASED",
            Self::Sent => "SENT",
            Self::InDoubt => "IN_DOUBT",
            Self::Dead => "DEAD",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl std::str::FromStr for State {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        let word = text.trim().replace(['-', ' '], "_");
        Self::ALL.into_iter().find(|state| state.as_str().eq_ignore_ascii_case(&word)).ok_or_else(|| {
            crate::Error::invalid(format!(
                "there is no state {:?}; choose queued, leased, sent, in_doubt, dead or cancelled",
                crate::text::terminal_safe(text)
            ))
        })
    }
}

/// What became of the wish to send something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It is in the outbox.
    Queued(OutboxId),
    /// The same message is there already.
    Duplicate,
    /// The client has turned this kind off.
    PreferenceOff,
    /// The client has no chat account linked that can be reached.
    NoChannel,
}
