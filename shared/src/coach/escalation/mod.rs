//! When a person is needed, and the open hand-offs to the studio.
//!
//! What calls for a person is found by plain rules over folded whole words, before any model is
//! asked: "issue" holds no "sue", and no wording can talk the model out of it. A conversation has at
//! most one open hand-off; what comes later is added to it, and may make it more urgent.

mod clock;
mod repeats;
mod store;
mod words;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::conversation::may_read_of;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{ClientId, CoachMessageId, ConversationId, EscalationId};
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, Studio};

pub use clock::watch_clock;
pub(super) use repeats::{PATIENCE, is_repeated};
pub use store::{Call, Escalation};
pub use words::{asks_for_a_person, shows_distress};
pub(super) use words::{find_keyword, insults};

/// How long the studio has to answer, in hours.
pub const ANSWER_HOURS: i64 = 24;

/// Under which tag the record has hand-offs.
const TAG: &str = "AI_ESCALATION";

/// Why a person is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trigger {
    /// The client asked for one.
    Request,
    /// A word that the studio listed.
    Keyword,
    /// Three answers in a row were rated down.
    Ratings,
    /// Somebody may be in danger.
    Distress,
    /// The model says that it is a question of law.
    Legal,
    /// The model says that it is a question of tax.
    Tax,
    /// The model says that it is a question of health.
    Medical,
    /// The model says that a promise of income or results is asked for.
    Guarantee,
    /// The model says that something of the programme does not work for the client.
    Technical,
    /// The client asked nearly the same again and again.
    Frustration,
    /// The model would not answer.
    Declined,
    /// An answer gave away what it must not, and was withheld.
    Withheld,
}

/// How soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as they are stored")]
pub enum Priority {
    Low,
    Medium,
    High,
    Urgent,
}

/// What became of a hand-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It is new, and due then.
    New(EscalationId, DateTime<Utc>),
    /// One was open already; this was added.
    Added(EscalationId),
}

impl Trigger {
    /// How soon a person is needed.
    #[must_use]
    pub fn priority(self) -> Priority {
        match self {
            Self::Distress | Self::Medical => Priority::Urgent,
            Self::Ratings | Self::Frustration => Priority::High,
            _ => Priority::Medium,
        }
    }

    /// Why, for the studio.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Request => "asked for a person",
            Self::Keyword => "a word on your list",
            Self::Ratings => "three answers in a row rated down",
            Self::Distress => "seems to be in distress",
            Self::Legal => "a question of law",
            Self::Tax => "a question of tax",
            Self::Medical => "a question of health",
            Self::Guarantee => "wants a promise of income or results",
            Self::Technical => "something does not work for them",
            Self::Frustration => "asked the same three times",
            Self::Declined => "the model would not answer",
            Self::Withheld => "an answer was withheld",
        }
    }
}

/// What in a question calls for a person, if anything does; the gravest first.
#[must_use]
pub fn trigger_in(question: &str, keywords: &[String]) -> Option<Trigger> {
    if shows_distress(question) {
        Some(Trigger::Distress)
    } else if asks_for_a_person(question) {
        Some(Trigger::Request)
    } else {
        find_keyword(question, keywords).map(|_| Trigger::Keyword)
    }
}

/// Hands a conversation over to the studio, or adds to the hand-off that is open.
pub(super) async fn open(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    client: &ClientId,
    conversation: &ConversationId,
    trigger: Trigger,
    message: Option<&CoachMessageId>,
) -> Result<Opened> {
    let due = now + TimeDelta::hours(ANSWER_HOURS);
    let opened = store::open(tx, now, due, client, conversation, trigger, message).await?;
    let (what, id) = match &opened {
        Opened::New(id, _) => (format!("The coach handed over to the studio: {}", trigger.reason()), id),
        Opened::Added(id) => (format!("Added to an open hand-off: {}", trigger.reason()), id),
    };
    let metadata = serde_json::json!({
        "tag": TAG, "escalation": id, "conversation": conversation, "trigger": trigger, "priority": trigger.priority(),
    });
    events::record(tx, now, actor, EventKind::CoachEscalated, Some(client), &what, Some(metadata)).await?;
    Ok(opened)
}

/// The open hand-offs, the one due first on top. What was asked is left out for those who may not
/// read transcripts.
pub async fn open_escalations(tx: &mut Tx, actor: &Actor) -> Result<Vec<Escalation>> {
    actor.require(Capability::View)?;
    let mut open = store::list_open(tx).await?;
    for escalation in &mut open {
        if !may_read_of(actor, escalation.assigned_admin_id.as_ref()) {
            escalation.question = None;
        }
    }
    Ok(open)
}

/// Everything that led to the open hand-off of a conversation, the first one first.
pub async fn calls(tx: &mut Tx, actor: &Actor, conversation: &ConversationId) -> Result<Vec<Call>> {
    actor.require(Capability::View)?;
    store::calls(tx, conversation).await
}

/// Closes the open hand-off of a conversation, if there is one.
pub(super) async fn resolve_open(
    tx: &mut Tx,
    conversation: &ConversationId,
    now: DateTime<Utc>,
    actor: &Actor,
) -> Result<()> {
    match store::open_of(tx, conversation).await? {
        Some(id) => store::resolve(tx, &id, now, actor.admin_id()).await.map(|_| ()),
        None => Ok(()),
    }
}

/// Closes a hand-off: the studio has dealt with it.
pub async fn resolve(studio: &Studio, actor: &Actor, id: &EscalationId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let escalation = store::get(&mut tx, id).await?.ok_or(Error::NotFound("hand-off"))?;
    if store::resolve(&mut tx, id, now, actor.admin_id()).await? == 0 {
        return Err(Error::refused("this hand-off is closed already"));
    }
    let what = "Closed a hand-off from the coach";
    events::record(&mut tx, now, actor, EventKind::CoachEscalated, Some(&escalation.client_id), what, None).await?;
    tx.commit().await
}

/// The question that a hand-off began with, for a table: one line of at most `width` characters.
#[must_use]
pub fn in_short(question: &Foreign, width: usize) -> String {
    let line = question.line();
    if line.chars().count() <= width {
        return line;
    }
    line.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
