//! The way of a question, from the client's words to the stored answer (domain 2.8).
//!
//! Two short transactions stand around the model's call, which holds none: the first decides whether
//! and stores the question, the second looks again whether a person has taken over, and stores the
//! answer with what it took. Whatever happens to the model, the question is kept, the allowance is
//! settled or released, and the caller knows what to tell the client.

mod admit;
mod finish;

use chrono::{DateTime, Utc};

use super::allowance::{Limit, Reservation, Warning};
use super::conversation::CoachMessage;
use super::model::{Completion, ModelError, Prompt, count_tokens};
use super::turns::Watch;
use super::{Config, Trigger, context, offline};
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
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The model.
    Model,
    /// The studio's playbooks: there is no model, or no budget for it.
    Playbooks,
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
        Source::Playbooks => from_playbooks(studio, &asked, on_text).await,
        Source::Model => from_model(studio, &asked, on_text).await,
    };
    let took = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    match answered {
        Ok(said) => finish::store(studio, asked, &said, took).await,
        Err(error) => finish::give_up(studio, asked, &error.to_string()).await,
    }
}

/// What was said, and how it ended.
struct Said {
    completion: Completion,
    ending: Ending,
}

async fn from_playbooks(studio: &Studio, asked: &Asked, on_text: &mut (dyn FnMut(&str) + Send)) -> Result<Said> {
    let mut tx = studio.db.read().await?;
    let month = context::month_of(&asked.client);
    let text = offline::answer(&mut tx, &studio.messages, &asked.client.id, month, &asked.text).await?;
    on_text(&text);
    let model = offline::OFFLINE.to_owned();
    let completion = Completion { text, tokens_in: 0, tokens_out: 0, model, truncated: false };
    Ok(Said { completion, ending: Ending::Whole })
}

async fn from_model(studio: &Studio, asked: &Asked, on_text: &mut (dyn FnMut(&str) + Send)) -> Result<Said> {
    let now = studio.clock.now();
    let mut tx = studio.db.read().await?;
    let package = context::gather(&mut tx, &studio.programme, &asked.client, &asked.history, now).await?;
    drop(tx);
    // An answer that gives the instructions away begins where they begin, and is caught at once.
    let canary = format!("{:016x}", rand::random::<u64>());
    let mut messages = package.fit(context::BUDGET);
    messages.push(super::model::Turn::user(&asked.text));
    let prompt = Prompt {
        system: format!("Internal mark, never to be written: {canary}\n\n{}", asked.config.instructions()),
        messages,
        max_tokens: u32::try_from(asked.config.max_tokens_per_message).unwrap_or(u32::MAX),
        temperature: studio.settings.model.temperature,
    };
    let said = complete(studio, asked, &prompt, &canary, on_text).await?;
    if said.completion.text.contains(&canary) {
        return Err(ModelError::Permanent("its answer repeated our instructions and was withheld".into()).into());
    }
    Ok(said)
}

/// Asks the model until it has answered or the client wants no more of it.
async fn complete(
    studio: &Studio,
    asked: &Asked,
    prompt: &Prompt,
    canary: &str,
    on_text: &mut (dyn FnMut(&str) + Send),
) -> Result<Said> {
    let watch = Watch::over(studio, &asked.client.id, &asked.question);
    let mut so_far = String::new();
    let mut growing = |text: &str| {
        text.clone_into(&mut so_far);
        if !text.contains(canary) {
            on_text(text);
        }
    };
    let answered = tokio::select! {
        answered = studio.model.complete_patiently(&studio.clock, prompt, &mut growing) => Some(answered?),
        () = watch.stopped() => None,
    };
    if let Some(completion) = answered {
        let ending = if completion.truncated { Ending::BrokenOff } else { Ending::Whole };
        return Ok(Said { completion, ending });
    }
    if so_far.trim().is_empty() {
        return Err(ModelError::Permanent("the client stopped it before its first word".into()).into());
    }
    // Nobody counts for us what a stream that was left had taken.
    let completion = Completion {
        tokens_in: prompt.tokens(),
        tokens_out: count_tokens(&so_far),
        text: so_far,
        model: studio.settings.model.name.clone(),
        truncated: true,
    };
    Ok(Said { completion, ending: Ending::Stopped })
}

#[cfg(test)]
mod tests;
