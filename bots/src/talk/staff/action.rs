//! What the buttons of the staff do. They travel as `staff:verb:argument`.

use std::fmt;

use wavelaunch_shared::id::{AutomationId, ClientId, ConversationId, DocumentId, ThreadId};
use wavelaunch_shared::staff::notices::NoticeKind;

/// What a button under a notice to the staff does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaffAction {
    /// Link this account with this code.
    Link(String),
    /// Show where a client stands.
    Client(ClientId),
    /// Write to a client.
    Write(ClientId),
    /// Propose a call to a client.
    Call(ClientId),
    /// Give a failed step its tries back.
    Retry(AutomationId),
    /// Draft a month although the one before is not done.
    Force(AutomationId),
    /// Draft a rejected document again.
    Rewrite(DocumentId),
    /// Reply in a conversation.
    Reply(ThreadId),
    /// Answer in the coach's place.
    Answer(ConversationId),
    /// Silence the coach in a conversation.
    TakeOver(ConversationId),
    /// Make an invitation for a client.
    Invite(ClientId),
    /// Choose what comes.
    Settings,
    /// Turn a kind of notice on or off.
    Switch(NoticeKind, bool),
    /// End what was begun.
    Cancel,
    /// End the notices.
    Stop,
    /// Keep them.
    Stay,
}

impl fmt::Display for StaffAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("staff:")?;
        match self {
            Self::Link(code) => write!(f, "link:{code}"),
            Self::Client(id) => write!(f, "client:{id}"),
            Self::Write(id) => write!(f, "write:{id}"),
            Self::Call(id) => write!(f, "call:{id}"),
            Self::Retry(id) => write!(f, "retry:{id}"),
            Self::Force(id) => write!(f, "force:{id}"),
            Self::Rewrite(id) => write!(f, "rewrite:{id}"),
            Self::Reply(id) => write!(f, "reply:{id}"),
            Self::Answer(id) => write!(f, "answer:{id}"),
            Self::TakeOver(id) => write!(f, "take:{id}"),
            Self::Invite(id) => write!(f, "invite:{id}"),
            Self::Settings => f.write_str("settings"),
            Self::Switch(kind, true) => write!(f, "on:{}", kind.as_str()),
            Self::Switch(kind, false) => write!(f, "off:{}", kind.as_str()),
            Self::Cancel => f.write_str("cancel"),
            Self::Stop => f.write_str("stop"),
            Self::Stay => f.write_str("stay"),
        }
    }
}

impl StaffAction {
    /// Reads what follows `staff:`; `None` when this version knows no such action.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (verb, rest) = text.split_once(':').unwrap_or((text, ""));
        if rest.is_empty() {
            return match verb {
                "settings" => Some(Self::Settings),
                "cancel" => Some(Self::Cancel),
                "stop" => Some(Self::Stop),
                "stay" => Some(Self::Stay),
                _ => None,
            };
        }
        Some(match verb {
            "link" => Self::Link(rest.to_owned()),
            "client" => Self::Client(ClientId::from_input(rest)),
            "write" => Self::Write(ClientId::from_input(rest)),
            "call" => Self::Call(ClientId::from_input(rest)),
            "retry" => Self::Retry(AutomationId::from_input(rest)),
            "force" => Self::Force(AutomationId::from_input(rest)),
            "rewrite" => Self::Rewrite(DocumentId::from_input(rest)),
            "reply" => Self::Reply(ThreadId::from_input(rest)),
            "answer" => Self::Answer(ConversationId::from_input(rest)),
            "take" => Self::TakeOver(ConversationId::from_input(rest)),
            "invite" => Self::Invite(ClientId::from_input(rest)),
            "on" => Self::Switch(rest.parse().ok()?, true),
            "off" => Self::Switch(rest.parse().ok()?, false),
            _ => return None,
        })
    }

    /// One of each kind, for the tests of what travels.
    #[cfg(test)]
    pub(crate) fn every() -> Vec<Self> {
        let id = "cabcdefghijklmnopqrstuvwx";
        let client = || ClientId::from_input(id);
        let mut all = vec![
            Self::Link("A".repeat(43)),
            Self::Client(client()),
            Self::Write(client()),
            Self::Call(client()),
            Self::Retry(AutomationId::from_input(id)),
            Self::Force(AutomationId::from_input(id)),
            Self::Rewrite(DocumentId::from_input(id)),
            Self::Reply(ThreadId::from_input(id)),
            Self::Answer(ConversationId::from_input(id)),
            Self::TakeOver(ConversationId::from_input(id)),
            Self::Invite(client()),
            Self::Settings,
            Self::Cancel,
            Self::Stop,
            Self::Stay,
        ];
        all.extend(NoticeKind::ALL.map(|kind| Self::Switch(kind, false)));
        all
    }
}
