//! What the coach's buttons do.

use std::fmt;

use wavelaunch_shared::coach::{Change, ExportFormat, Fact, Rating};
use wavelaunch_shared::id::{CoachMessageId, ConversationId};

/// What a button of the coach's does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoachAction {
    /// Talk to the coach.
    Open,
    /// Ask one of the questions that were offered for a month; month 0 has the general ones.
    Starter {
        /// 0 to 8.
        month: u8,
        /// Its place in the list.
        index: usize,
    },
    /// Ask one of the questions that were offered below an answer, by its place there.
    FollowUp(CoachMessageId, usize),
    /// Say what an answer was worth.
    Rate(CoachMessageId, Rating),
    /// Put a question again that stayed without an answer.
    Again(CoachMessageId),
    /// Ask for a person, about an answer or in general.
    Person(Option<CoachMessageId>),
    /// End the answer that is being written.
    Stop,
    /// The conversations.
    Chats,
    /// Begin a new conversation.
    New,
    /// One conversation.
    Chat(ConversationId),
    /// Do something with a conversation.
    Change(ConversationId, Change),
    /// Ask whether to do something that cannot be taken back.
    Confirm(ConversationId, Change),
    /// A conversation as a file.
    Export(ConversationId, ExportFormat),
    /// Put the question that was held to the last conversation.
    HeldGoOn,
    /// Put it to a new one.
    HeldNew,
    /// Tell the coach about oneself.
    Facts,
    /// Never be asked this.
    SkipFact(Fact),
    /// Be asked another time.
    FactsLater,
}

/// Words for changes of a conversation.
const CHANGES: [(&str, Change); 4] =
    [("go", Change::GoOn), ("away", Change::Archive), ("clear", Change::Clear), ("delete", Change::Delete)];

/// Words for the forms of a file.
const FORMATS: [(&str, ExportFormat); 2] = [("txt", ExportFormat::Text), ("md", ExportFormat::Markdown)];

fn word_of<T: PartialEq>(words: &[(&'static str, T)], meant: &T) -> &'static str {
    words.iter().find(|(_, value)| value == meant).map_or("", |(word, _)| word)
}

fn meant_by<T: Copy>(words: &[(&'static str, T)], typed: &str) -> Option<T> {
    words.iter().find(|(word, _)| *word == typed).map(|(_, value)| *value)
}

impl fmt::Display for CoachAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("coach"),
            Self::Starter { month, index } => write!(f, "starter:{month}:{index}"),
            Self::FollowUp(id, index) => write!(f, "follow:{id}:{index}"),
            Self::Rate(id, Rating::Up) => write!(f, "rate:{id}:up"),
            Self::Rate(id, Rating::Down) => write!(f, "rate:{id}:down"),
            Self::Again(id) => write!(f, "again:{id}"),
            Self::Person(Some(id)) => write!(f, "human:{id}"),
            Self::Person(None) => f.write_str("human"),
            Self::Stop => f.write_str("halt"),
            Self::Chats => f.write_str("chats"),
            Self::New => f.write_str("chat_new"),
            Self::Chat(id) => write!(f, "chat:{id}"),
            Self::Change(id, change) => write!(f, "chat:{id}:{}", word_of(&CHANGES, change)),
            Self::Confirm(id, change) => write!(f, "chat_ask:{id}:{}", word_of(&CHANGES, change)),
            Self::Export(id, format) => write!(f, "export:{id}:{}", word_of(&FORMATS, format)),
            Self::HeldGoOn => f.write_str("held:go"),
            Self::HeldNew => f.write_str("held:new"),
            Self::Facts => f.write_str("facts"),
            Self::SkipFact(fact) => write!(f, "skip_fact:{}", fact.key()),
            Self::FactsLater => f.write_str("facts_later"),
        }
    }
}

impl CoachAction {
    /// Reads what was pressed; `None` when it is no action of the coach's.
    #[must_use]
    pub fn read(verb: &str, rest: &str) -> Option<Self> {
        let message = |text: &str| (!text.is_empty()).then(|| CoachMessageId::from_input(text));
        let chat = |text: &str| (!text.is_empty()).then(|| ConversationId::from_input(text));
        match verb {
            "coach" => Some(Self::Open),
            "starter" => {
                let (month, index) = rest.split_once(':')?;
                Some(Self::Starter { month: month.parse().ok()?, index: index.parse().ok()? })
            }
            "follow" => {
                let (answer, index) = rest.split_once(':')?;
                Some(Self::FollowUp(message(answer)?, index.parse().ok()?))
            }
            "rate" => {
                let (answer, word) = rest.split_once(':')?;
                let rating = match word {
                    "up" => Rating::Up,
                    "down" => Rating::Down,
                    _ => return None,
                };
                Some(Self::Rate(message(answer)?, rating))
            }
            "again" => message(rest).map(Self::Again),
            "human" => Some(Self::Person(message(rest))),
            "halt" => Some(Self::Stop),
            "chats" => Some(Self::Chats),
            "chat_new" => Some(Self::New),
            "chat" => match rest.split_once(':') {
                None => chat(rest).map(Self::Chat),
                Some((id, word)) => Some(Self::Change(chat(id)?, meant_by(&CHANGES, word)?)),
            },
            "chat_ask" => {
                let (id, word) = rest.split_once(':')?;
                Some(Self::Confirm(chat(id)?, meant_by(&CHANGES, word)?))
            }
            "export" => {
                let (id, word) = rest.split_once(':')?;
                Some(Self::Export(chat(id)?, meant_by(&FORMATS, word)?))
            }
            "held" if rest == "go" => Some(Self::HeldGoOn),
            "held" if rest == "new" => Some(Self::HeldNew),
            "facts" => Some(Self::Facts),
            "skip_fact" => Fact::named(rest).map(Self::SkipFact),
            "facts_later" => Some(Self::FactsLater),
            _ => None,
        }
    }

    /// One of each, for the test that all fit a button.
    #[cfg(test)]
    pub(in crate::talk) fn every() -> Vec<Self> {
        let id = CoachMessageId::from_input("cabcdefghijklmnopqrstuvwx");
        let chat = ConversationId::from_input("cabcdefghijklmnopqrstuvwx");
        let mut all = vec![
            Self::Open,
            Self::Starter { month: 8, index: 2 },
            Self::FollowUp(id.clone(), 1),
            Self::Rate(id.clone(), Rating::Up),
            Self::Rate(id.clone(), Rating::Down),
            Self::Again(id.clone()),
            Self::Person(None),
            Self::Person(Some(id)),
            Self::Stop,
            Self::Chats,
            Self::New,
            Self::Chat(chat.clone()),
            Self::HeldGoOn,
            Self::HeldNew,
            Self::Facts,
            Self::FactsLater,
        ];
        all.extend(CHANGES.map(|(_, change)| Self::Change(chat.clone(), change)));
        all.extend(CHANGES.map(|(_, change)| Self::Confirm(chat.clone(), change)));
        all.extend(FORMATS.map(|(_, format)| Self::Export(chat.clone(), format)));
        all.extend(Fact::ALL.map(Self::SkipFact));
        all
    }
}
