//! Where one can be.

use wavelaunch_shared::id::{AutomationId, ClientId, ConversationId, DocumentId, ThreadId};
use wavelaunch_shared::journey::Move;

use crate::verbs::VerbId;

/// A place in the dashboard: enough to build its screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What waits, what is late, what the machine did.
    Today,
    /// Escalations, alerts and requests that name one client each.
    Attention,
    /// The list of clients, narrowed by these words.
    Clients(String),
    /// One client.
    Client(ClientId, ClientTab),
    /// One client's journey, at a month from 1 to 8.
    Month(ClientId, i64),
    /// What a change of a client's journey would do.
    Move(ClientId, Box<Move>),
    /// Why an automation stands as it does.
    Why(AutomationId),
    /// Documents that wait for review.
    Review,
    /// One document.
    Document(DocumentId),
    /// Conversations with clients.
    Inbox,
    /// One conversation.
    Thread(ThreadId),
    /// A client's conversation with the coach.
    Transcript(ClientId, ConversationId),
    /// The coach at large.
    Coach(CoachPart),
    /// What the machine did, and what it could not do.
    Machine(MachinePart),
    /// Everybody by month.
    Portfolio,
    /// Who was invited, who is in.
    Access,
    /// What one client answered about their brand.
    Answers(ClientId),
    /// What one client is told, and by which channel.
    Preferences(ClientId),
    /// The week in short.
    Digest,
    /// The words of every message.
    Texts,
    /// What the person here is told in their chats.
    Notices,
}

/// A part of a client's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the tabs' own")]
pub enum ClientTab {
    Journey,
    Documents,
    Messages,
    Coach,
    Social,
    Community,
    Activity,
}

/// A part of the machine's screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachinePart {
    /// What the engine did.
    Log,
    /// Messages of which nobody knows whether they arrived.
    Doubt,
    /// Messages that could not be delivered.
    Dead,
    /// Every message.
    Outbox,
    /// How the engine does.
    Health,
}

/// A part of the coach's screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoachPart {
    /// Who waits for a person.
    Waiting,
    /// What is said.
    Talks,
    /// How good it is.
    Quality,
    /// What it costs.
    Costs,
    /// How it is set.
    Setup,
}

impl CoachPart {
    /// The parts in the order of their digits.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Talks, Self::Quality, Self::Costs, Self::Setup];

    /// What stands on the tab.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Talks => "Conversations",
            Self::Quality => "Quality",
            Self::Costs => "Costs",
            Self::Setup => "Settings",
        }
    }
}

impl MachinePart {
    /// The parts in the order of their digits.
    pub const ALL: [Self; 5] = [Self::Log, Self::Doubt, Self::Dead, Self::Outbox, Self::Health];
}

impl ClientTab {
    /// The tabs in the order of their digits.
    pub const ALL: [Self; 7] =
        [Self::Journey, Self::Documents, Self::Messages, Self::Coach, Self::Social, Self::Community, Self::Activity];

    /// What stands on the tab.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Journey => "Journey",
            Self::Documents => "Documents",
            Self::Messages => "Messages",
            Self::Coach => "Coach",
            Self::Social => "Social",
            Self::Community => "Community",
            Self::Activity => "Activity",
        }
    }
}

impl Place {
    /// A client's page, at its beginning.
    #[must_use]
    pub fn client(id: &ClientId) -> Self {
        Self::Client(id.clone(), ClientTab::Journey)
    }

    /// One place of each kind, and a client's page on each of its tabs.
    #[cfg(test)]
    pub(crate) fn samples() -> Vec<Self> {
        let mut all = vec![
            Self::Today,
            Self::Attention,
            Self::Clients(String::new()),
            Self::Review,
            Self::Document(DocumentId::from_input("d")),
            Self::Inbox,
            Self::Thread(ThreadId::from_input("t")),
            Self::Transcript(ClientId::from_input("c"), ConversationId::from_input("v")),
            Self::Portfolio,
            Self::Access,
            Self::Answers(ClientId::from_input("c")),
            Self::Preferences(ClientId::from_input("c")),
            Self::Digest,
            Self::Texts,
            Self::Notices,
            Self::Month(ClientId::from_input("c"), 3),
            Self::Move(ClientId::from_input("c"), Box::new(Move::Resume)),
            Self::Why(AutomationId::from_input("a")),
        ];
        all.extend(MachinePart::ALL.map(Self::Machine));
        all.extend(CoachPart::ALL.map(Self::Coach));
        all.extend(ClientTab::ALL.map(|tab| Self::Client(ClientId::from_input("c"), tab)));
        all
    }

    /// The place that a verb goes to, if it is one of those.
    #[must_use]
    pub fn of_verb(verb: VerbId) -> Option<Self> {
        Some(match verb {
            VerbId::GoToday => Self::Today,
            VerbId::GoAttention => Self::Attention,
            VerbId::GoClients => Self::Clients(String::new()),
            VerbId::GoReview => Self::Review,
            VerbId::GoInbox => Self::Inbox,
            VerbId::GoMachine => Self::Machine(MachinePart::Log),
            VerbId::GoPortfolio => Self::Portfolio,
            VerbId::GoAccess => Self::Access,
            VerbId::GoCoach => Self::Coach(CoachPart::Waiting),
            VerbId::GoDigest => Self::Digest,
            VerbId::GoTexts => Self::Texts,
            VerbId::GoNotices => Self::Notices,
            _ => return None,
        })
    }
}
