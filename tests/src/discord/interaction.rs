//! One interaction: what a person did, and what became of it.

use std::time::Duration;

use serde_json::Value;

/// The initial answer must come within this time.
pub const ANSWER_WINDOW: Duration = Duration::from_secs(3);
/// The token is good for this time.
pub const TOKEN_LIFE: Duration = Duration::from_mins(15);

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Used a slash command.
    Command,
    /// Is typing an option that completes itself.
    Autocomplete,
    /// Pressed a button or chose from a select under a message.
    Component {
        /// That message.
        message: u64,
    },
    /// Sent a modal off.
    Modal {
        /// The message under which the modal was opened, if any.
        message: Option<u64>,
    },
}

/// How the bot acknowledged it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ack {
    /// 4: with a message.
    Message,
    /// 5: "thinking", the message follows.
    Deferred,
    /// 6: the message under which it happened will change, perhaps.
    DeferredUpdate,
    /// 7: that message has changed.
    Update,
    /// 8: with choices.
    Choices,
    /// 9: with a modal.
    Modal,
}

impl Ack {
    /// The callback type, if it is one.
    #[must_use]
    pub fn of(kind: u64) -> Option<Self> {
        Some(match kind {
            4 => Self::Message,
            5 => Self::Deferred,
            6 => Self::DeferredUpdate,
            7 => Self::Update,
            8 => Self::Choices,
            9 => Self::Modal,
            _ => return None,
        })
    }

    /// Whether Discord takes it for this kind of interaction.
    #[must_use]
    pub fn suits(self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Choices, Kind::Autocomplete) => true,
            (Self::Choices, _) | (_, Kind::Autocomplete) | (Self::Modal, Kind::Modal { .. }) => false,
            (Self::DeferredUpdate | Self::Update, kind) => {
                matches!(kind, Kind::Component { .. } | Kind::Modal { message: Some(_) })
            }
            _ => true,
        }
    }
}

/// Its whole life.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// Interaction id.
    pub id: u64,
    /// The continuation token.
    pub token: String,
    /// What happened.
    pub kind: Kind,
    /// Who did it.
    pub person: u64,
    /// Where.
    pub channel: u64,
    /// Vendor time of it.
    pub at: Duration,
    /// How it was acknowledged, if it was.
    pub ack: Option<Ack>,
    /// The message that is its answer.
    pub original: Option<u64>,
    /// Further messages.
    pub followups: Vec<u64>,
    /// The modal that was opened.
    pub modal: Option<Value>,
    /// The choices that were offered.
    pub choices: Option<Value>,
}
