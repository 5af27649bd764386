//! Where a person is in an exchange of several steps.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use wavelaunch_shared::coach::Fact;
use wavelaunch_shared::id::{CoachMessageId, DocumentId, ThreadId};
use wavelaunch_shared::portal::profile::Field;
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Result, portal};

use super::onboarding::Asking;
use super::turn::Turn;

/// What the next words, or the next press, will be about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    /// A text waits for the decision where it goes.
    Draft(Draft),
    /// The next words are the subject of this draft.
    Subject(Draft),
    /// The next words are a message to the studio.
    Writing,
    /// The next words go into this conversation.
    Replying(ThreadId),
    /// The next words say what should change in this document.
    Revising(DocumentId),
    /// The next words say why a break is needed.
    Resting,
    /// The next words name a time zone.
    Timezone,
    /// The next words answer this question of the questionnaire.
    Asking(Asking),
    /// The next words are the new value of this.
    Profile(Field),
    /// The next words are another e-mail address.
    Email,
    /// The next words are the code that was sent to one.
    EmailCode,
    /// The next words are for the coach.
    Coaching,
    /// The next words say what was missing in this answer of the coach.
    Reason(CoachMessageId),
    /// This question waits for the decision whether it goes on with the last conversation.
    Held(Foreign),
    /// The next words tell the coach this about the client.
    Telling(Fact),
}

impl State {
    /// Whether the next words are for the coach.
    pub(super) fn is_with_coach(&self) -> bool {
        matches!(self, Self::Coaching | Self::Reason(_) | Self::Held(_) | Self::Telling(_))
    }
}

/// After this long an exchange is forgotten: nobody remembers what they were about to send.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// A question of the questionnaire stands there for weeks, and so may its answer.
const ASKED: TimeDelta = TimeDelta::days(90);

impl State {
    /// For how long the next words are taken to mean this.
    fn lasts(&self) -> TimeDelta {
        match self {
            Self::Asking(_) | Self::Timezone => ASKED,
            _ => REMEMBERED,
        }
    }
}

/// A text that has not been sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Draft {
    /// Ties the buttons below the question to this text and to no later one.
    pub mark: String,
    /// The text.
    pub text: Foreign,
    /// When its last part came.
    pub at: DateTime<Utc>,
}

/// An app cuts a long text into messages that arrive within moments of each other.
const PARTS_ARRIVE_WITHIN: TimeDelta = TimeDelta::seconds(3);

impl Draft {
    /// A draft of what was just written.
    pub(super) fn new(turn: &Turn<'_>, text: &Foreign) -> Self {
        let now = turn.studio.clock.now();
        let id = wavelaunch_shared::id::cuid(now);
        // The end of an id is random.
        Self { mark: id[id.len() - 6..].to_owned(), text: text.clone(), at: now }
    }

    /// The same draft with a part that belongs to it, if it does.
    pub(super) fn joined(&self, part: &Foreign, now: DateTime<Utc>) -> Option<Self> {
        (now - self.at < PARTS_ARRIVE_WITHIN && self.text.raw().chars().count() > 1000).then(|| Self {
            text: Foreign::new(format!("{}\n{}", self.text.raw(), part.raw())),
            at: now,
            ..self.clone()
        })
    }
}

impl Turn<'_> {
    /// Where the person is, if anywhere.
    pub(super) async fn state(&self) -> Result<Option<State>> {
        let mut tx = self.studio.db.read().await?;
        let now = self.studio.clock.now();
        let kept = portal::chat_state(&mut tx, self.person.platform.channel(), &self.person.external_user_id).await?;
        Ok(kept.filter(|(state, since): &(State, _)| now - *since < state.lasts()).map(|(state, _)| state))
    }

    /// Remembers where the person is.
    pub(super) async fn enter(&self, state: &State) -> Result<()> {
        let channel = self.person.platform.channel();
        portal::set_chat_state(self.studio, channel, &self.person.external_user_id, state).await
    }

    /// Forgets where the person is.
    pub(super) async fn leave(&self) -> Result<()> {
        portal::clear_chat_state(self.studio, self.person.platform.channel(), &self.person.external_user_id).await
    }
}
