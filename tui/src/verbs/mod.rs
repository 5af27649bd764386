//! The registry of verbs: everything that a key can do, said once.
//!
//! Footer, `?` help and `:` palette are drawn from it, and a key press is looked
//! up in it, so that none of them can promise what another does not know. A verb
//! that cannot be used now stays visible and says why.

mod keymap;
mod reasons;
mod table;

#[cfg(test)]
mod tests;

pub use keymap::{Found, live, look_up};
pub use table::VERBS;

use crate::screens::Subject;

/// Where a verb lives. A screen names its scopes; [`Scope::Everywhere`] is
/// always among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the screens' own")]
pub enum Scope {
    Everywhere,
    List,
    Rows,
    Paper,
    Tabs,
    Today,
    Clients,
    Portfolio,
    Log,
    Attention,
    Access,
    Answers,
    Person,
    Client,
    Journey,
    Moves,
    Preview,
    Review,
    Document,
    Months,
    Talk,
    Coach,
    Calls,
    CoachTalks,
    Costs,
    Setup,
    Inbox,
    Outbox,
    ToClient,
    Notices,
    Preferences,
}

/// What a verb does; the screens and the app act on these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table beside it describes each")]
pub enum VerbId {
    Quit,
    Back,
    Help,
    Palette,
    Notes,
    Refresh,
    GoToday,
    GoAttention,
    GoClients,
    GoReview,
    GoInbox,
    GoMachine,
    GoPortfolio,
    GoAccess,
    GoCoach,
    GoDigest,
    GoTexts,
    GoNotices,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Open,
    OpenClient,
    Left,
    Right,
    Filter,
    Sort,
    NextShow,
    NextTab,
    Tab(u8),
    Submit,
    WriteAnew,
    WritePlan,
    WriteExtra,
    Highlights,
    Approve,
    ApproveDeliver,
    Reject,
    Deliver,
    TakeBack,
    Delete,
    SavePdf,
    PrintAgain,
    SaveCertificate,
    Reply,
    CloseThread,
    TakeOver,
    HandBack,
    Correct,
    ResolveCall,
    ChangeSetting,
    RestoreDefault,
    TryCoach,
    Message,
    Invite,
    Unlink,
    SwitchOff,
    SwitchOn,
    ShowAnswers,
    ShowPreferences,
    TryFirst,
    AskAgain,
    WriteAnswer,
    FinishAnswers,
    ApproveEmail,
    StartJourney,
    Archive,
    Churn,
    Restore,
    Why,
    Pause,
    Resume,
    Extend,
    AdjustStart,
    SkipMonth,
    Replan,
    MakeMove,
    MarkSeen,
    Decline,
    RunNow,
    RetryRow,
    CancelRow,
    SettleSent,
    SettleNotSent,
    CopyId,
    Milestone,
    TurnOver,
    LinkChat,
    UnlinkChat,
}

/// How much a verb can break, and so how it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// Changes nothing, or what it changes is changed back as easily.
    None,
    /// Asks y/N first: somebody outside will notice.
    Asks,
}

/// What a person must be allowed to do to use a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Look at clients, documents and the journey.
    Look,
    /// Edit clients, reply, approve, deliver, pause.
    Edit,
}

/// What the session's person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Look only: a viewer, or a session started read-only.
    Look,
    /// Look and edit.
    Edit,
}

/// What the reasons of disabled verbs are judged by.
pub struct Facts {
    /// What the person may do.
    pub rights: Rights,
    /// What is under the cursor.
    pub subject: Subject,
    /// The client whose page this is, where it is one's.
    pub client: Option<Subject>,
}

/// One verb.
pub struct Verb {
    /// What it does.
    pub id: VerbId,
    /// Where it lives.
    pub scope: Scope,
    /// Its name in the palette: `approve and deliver`.
    pub name: &'static str,
    /// Its keys, first one shown; a chord is written `g t`.
    pub keys: &'static [&'static str],
    /// Its label in the footer; empty for one that is only in help.
    pub short: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// How much it can break.
    pub danger: Danger,
    /// Who may.
    pub needs: Need,
    /// Why it cannot be used on what is under the cursor, if it cannot.
    pub refuse: fn(Subject) -> Option<&'static str>,
}

impl Verb {
    /// Why it cannot be used now; `None` when it can.
    #[must_use]
    pub fn disabled(&self, facts: &Facts) -> Option<&'static str> {
        if self.needs == Need::Edit && facts.rights == Rights::Look {
            return Some("You may look here, not change anything; an owner can give you a role.");
        }
        match (self.scope, facts.client) {
            (Scope::Person | Scope::Moves, Some(client)) => (self.refuse)(client),
            _ => (self.refuse)(facts.subject),
        }
    }
}
