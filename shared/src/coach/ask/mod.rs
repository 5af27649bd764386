//! The way of a question, from the client's words to the stored answer (domain 2.8).
//!
//! Two short transactions stand around the model's call, which holds none: the first decides whether
//! and stores the question, the second looks again whether a person has taken over, and stores the
//! answer with what it took. Whatever happens to the model, the question is kept, the allowance is
//! settled or released, and the caller knows what to tell the client.

mod admit;
mod finish;
mod write;

pub(super) use write::prompt;

use chrono::{DateTime, Utc};

use super::allowance::{Limit, Reservation, Warning};
use super::conversation::CoachMessage;
use super::flagged::{Flag, Proposal};
use super::guard::Leak;
use super::model::{Completion, ModelError};
use super::{Config, Trigger, offline};
use crate::clients::Client;
use crate::id::{ClientId, CoachMessageId, ConversationId};
use crate::text::Foreign;
use crate::{Result, Studio};

/// The longest question, in characters; the rest is cut off, and the client is told.
pub const LONGEST_QUESTION: usize = 4000;

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answer(Answer),
    /// It was not put to the coach.
    Refused(Refusal),
    /// It calls for a person, and the studio has it now.
    Escalated {
        /// Where the conversation goes on.
        conversation: ConversationId,
        /// Why.
        trigger: Trigger,
        /// The studio had this conversation already.
        again: bool,
    },
    /// No answer came. The question is kept and took nothing from the allowance.
    Failed {
        /// Where the conversation goes on.
        conversation: ConversationId,
        /// The question, for another try.
        question: CoachMessageId,
    },
}

/// An answer, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where the conversation goes on.
    pub conversation: ConversationId,
    /// The question's row, for another try.
    pub question: CoachMessageId,
    /// The answer's row, for rating.
    pub message_id: CoachMessageId,
    /// The answer, Markdown, to the byte as it is stored.
    pub text: String,
    /// Where it comes from; what comes from the playbooks says so.
    pub source: Source,
    /// How it ended.
    pub ending: Ending,
    /// The question was too long and only its beginning was read.
    pub question_cut: bool,
    /// Little is left of today's allowance.
    pub warning: Option<Warning>,
    /// Questions that may come next.
    pub follow_ups: Vec<String>,
    /// The studio was called because of the exchange, and why.
    pub called: Option<Call>,
    /// Something that the client may want to do now, with a button that confirms it.
    pub proposal: Option<Proposal>,
}

/// A person was called for beside an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Why.
    pub trigger: Trigger,
    /// The studio had this conversation already.
    pub again: bool,
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The model.
    Model,
    /// The studio's playbooks: there is no model, or no budget for it.
    Playbooks,
    /// The studio's playbooks, in the place of a model that failed.
    Instead,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As it should.
    Whole,
    /// Before its end: the connection broke, or it became too long.
    BrokenOff,
    /// When the client had enough.
    Stopped,
}

/// Why a question was not put to the coach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Today's allowance is used up.
    LimitHit {
        /// When it is free again.
        resets_at: DateTime<Utc>,
    },
    /// The studio has switched the coach off.
    Disabled,
    /// A person is in the conversation; the message is kept for them.
    Human,
    /// The studio answers that kind of question itself.
    Reserved,
    /// The client has left the programme.
    NotActive,
    /// There was no question.
    Empty,
}

/// What the first transaction decided.
enum Admission {
    Settled(Outcome),
    Admitted(Box<Asked>),
}

/// A question that is on its way to an answer.
struct Asked {
    client: Client,
    config: Config,
    source: Source,
    limit: Limit,
    reservation: Reservation,
    conversation: ConversationId,
    history: Vec<CoachMessage>,
    question: CoachMessageId,
    text: String,
    cut: bool,
}

/// Puts a question to the coach. `conversation` is the one to go on with; without it, the newest one
/// of the last 24 hours is, or a new one begins. `surface` is where the question was typed.
/// `on_text` is given the answer so far, whole, each time that it grows.
pub async fn ask(
    studio: &Studio,
    client: &ClientId,
    conversation: Option<&ConversationId>,
    question: &Foreign,
    surface: &str,
    on_text: &mut (dyn FnMut(&str) + Send),
) -> Result<Outcome> {
    let asked = match admit::admit(studio, client, conversation, question, surface).await? {
        Admission::Settled(outcome) => return Ok(outcome),
        Admission::Admitted(asked) => *asked,
    };
    let started = std::time::Instant::now();
    let answered = match asked.source {
        Source::Playbooks | Source::Instead => from_playbooks(studio, &asked, on_text).await,
        Source::Model => write::answer(studio, &asked, on_text).await,
    };
    let took = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    match answered {
        Ok(said) => finish::store(studio, asked, &said, took).await,
        Err(Unsaid::Withheld(leak, completion)) => finish::withhold(studio, asked, leak, &completion).await,
        Err(Unsaid::Stopped) => finish::give_up(studio, asked, "the client stopped it before its first word").await,
        Err(Unsaid::Failed(why)) => finish::instead(studio, asked, &why).await,
    }
}

/// What was said, and how it ended.
struct Said {
    completion: Completion,
    /// False where the text only says that there is no answer.
    is_answer: bool,
    flag: Option<Flag>,
    ending: Ending,
}

/// Why nothing was said that may be shown.
enum Unsaid {
    /// The model failed for good, and so did every repeat.
    Failed(String),
    /// The client wanted no more of it before its first word.
    Stopped,
    /// What was said gave something away.
    Withheld(Leak, Completion),
}

impl From<crate::Error> for Unsaid {
    fn from(error: crate::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ModelError> for Unsaid {
    fn from(error: ModelError) -> Self {
        Self::Failed(error.to_string())
    }
}

async fn from_playbooks(
    studio: &Studio,
    asked: &Asked,
    on_text: &mut (dyn FnMut(&str) + Send),
) -> Result<Said, Unsaid> {
    let mut tx = studio.db.read().await?;
    let found = offline::answer(&mut tx, &studio.messages, Some(&asked.client), &asked.text).await?;
    on_text(&found.text);
    Ok(said_offline(found))
}

fn said_offline(found: offline::Found) -> Said {
    let completion = Completion {
        text: found.text,
        tokens_in: 0,
        tokens_out: 0,
        model: offline::OFFLINE.to_owned(),
        truncated: false,
        refused: false,
    };
    Said { completion, is_answer: found.is_answer, flag: found.flag, ending: Ending::Whole }
}

#[cfg(test)]
mod tests;
