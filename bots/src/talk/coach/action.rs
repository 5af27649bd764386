//! What the coach's buttons do.

use std::fmt;

use wavelaunch_shared::coach::Rating;
use wavelaunch_shared::id::CoachMessageId;

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
    /// Say what an answer was worth.
    Rate(CoachMessageId, Rating),
    /// Put a question again that stayed without an answer.
    Again(CoachMessageId),
    /// Ask for a person, about an answer or in general.
    Person(Option<CoachMessageId>),
}

impl fmt::Display for CoachAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("coach"),
            Self::Starter { month, index } => write!(f, "starter:{month}:{index}"),
            Self::Rate(id, Rating::Up) => write!(f, "rate:{id}:up"),
            Self::Rate(id, Rating::Down) => write!(f, "rate:{id}:down"),
            Self::Again(id) => write!(f, "again:{id}"),
            Self::Person(Some(id)) => write!(f, "human:{id}"),
            Self::Person(None) => f.write_str("human"),
        }
    }
}

impl CoachAction {
    /// Reads what was pressed; `None` when it is no action of the coach's.
    #[must_use]
    pub fn read(verb: &str, rest: &str) -> Option<Self> {
        let id = |text: &str| (!text.is_empty()).then(|| CoachMessageId::from_input(text));
        match verb {
            "coach" => Some(Self::Open),
            "starter" => {
                let (month, index) = rest.split_once(':')?;
                Some(Self::Starter { month: month.parse().ok()?, index: index.parse().ok()? })
            }
            "rate" => {
                let (answer, word) = rest.split_once(':')?;
                let rating = match word {
                    "up" => Rating::Up,
                    "down" => Rating::Down,
                    _ => return None,
                };
                Some(Self::Rate(id(answer)?, rating))
            }
            "again" => id(rest).map(Self::Again),
            "human" => Some(Self::Person(id(rest))),
            _ => None,
        }
    }

    /// One of each, for the test that all fit a button.
    #[cfg(test)]
    pub(in crate::talk) fn every() -> Vec<Self> {
        let id = CoachMessageId::from_input("cabcdefghijklmnopqrstuvwx");
        vec![
            Self::Open,
            Self::Starter { month: 8, index: 2 },
            Self::Rate(id.clone(), Rating::Up),
            Self::Rate(id.clone(), Rating::Down),
            Self::Again(id.clone()),
            Self::Person(None),
            Self::Person(Some(id)),
        ]
    }
}
