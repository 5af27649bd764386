//! What is under the cursor, as far as verbs care.

use wavelaunch_shared::clients::questions::Standing;
use wavelaunch_shared::clients::{Client, Status};
use wavelaunch_shared::coach::Mode;
use wavelaunch_shared::delivery::State;
use wavelaunch_shared::desk::AttentionKind;
use wavelaunch_shared::documents::DocumentStatus;
use wavelaunch_shared::journey::AutomationStatus;

/// Judged by verbs when they say why they cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nothing: an empty list, or a screen without a cursor.
    Nothing,
    /// A line that leads somewhere.
    Link,
    /// A document.
    Document(DocumentStatus),
    /// A client, and whether the journey was started.
    Client(Status, Started),
    /// A month without a document.
    EmptyMonth,
    /// A planned step.
    Automation(AutomationStatus),
    /// A conversation.
    Thread(Talk),
    /// A conversation with the coach.
    Coach(Mode),
    /// Something on the list of what waits for a person.
    Waiting(AttentionKind),
    /// A client's access, and whether a chat account is linked.
    Access(Door, Linked),
    /// A question of a client's questionnaire.
    Questionnaire(Standing),
    /// A change that was worked out and may be made.
    Preview,
    /// A message on its way.
    Delivery(State),
}

/// Whether a client could come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// They were never invited.
    NotMade,
    /// They could, or they are in.
    Open,
    /// The studio has switched it off.
    SwitchedOff,
}

/// Whether a chat account stands for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// One or two do.
    Yes,
    /// None does.
    No,
}

/// Whether a client's journey was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It has a first day.
    Yes,
    /// Not yet.
    No,
}

/// Whether a conversation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    /// Both sides may write.
    Open,
    /// It was closed.
    Closed,
}

impl Subject {
    /// A client.
    #[must_use]
    pub fn of_client(client: &Client) -> Self {
        let started = if client.program_start_date.is_some() { Started::Yes } else { Started::No };
        Self::Client(client.status, started)
    }
}
