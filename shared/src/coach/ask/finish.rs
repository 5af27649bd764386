//! Storing what came of a question: the answer and what it took, or why there is none.

use chrono::{DateTime, Utc};

use super::{Answer, Asked, Call, Ending, Outcome, Refusal, Said, Source, said_offline};
use crate::coach::allowance::Occasion;
use crate::coach::conversation::{Author, Mode, store};
use crate::coach::escalation::{self, Opened};
use crate::coach::flagged::Flag;
use crate::coach::guard::Leak;
use crate::coach::model::{Completion, count_tokens};
use crate::coach::usage::{self, Operation, Use};
use crate::coach::{Trigger, allowance, context, follow_ups, offline, turns};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::staff::Actor;
use crate::{Result, Studio};

/// What is kept on a question whose answer a person forestalled.
const TAKEN_OVER: &str = "a person took over before the answer was there";

/// Stores the answer, unless a person has taken over meanwhile: then the coach keeps silent. An answer
/// that comes after its turn was given up on is dropped, since the client was told that none will.
pub(super) async fn store(studio: &Studio, asked: Asked, said: &Said, took: i64) -> Result<Outcome> {
    let now = studio.clock.now();
    let completion = &said.completion;
    let mut tx = studio.db.write().await?;
    if !turns::end(&mut tx, &asked.question).await? {
        return Ok(Outcome::Failed { conversation: asked.conversation, question: asked.question });
    }
    if store::mode_for_answer(&mut tx, &asked.conversation).await? != Some(Mode::Ai) {
        store::fail(&mut tx, &asked.question, TAKEN_OVER).await?;
        pay_unseen(&mut tx, studio, &asked, completion, now).await?;
        allowance::release(&mut tx, asked.reservation, now).await?;
        tx.commit().await?;
        return Ok(Outcome::Refused(Refusal::Human));
    }
    // What is stored is what is shown: no surface shows the white space around it.
    let text = completion.text.trim();
    let charged = charge(studio, &asked, completion);
    let month = context::month_of(&asked.client);
    let follow_ups = match said.ending {
        Ending::Whole if said.is_answer => follow_ups::after(&studio.programme, month, &asked.text, text),
        Ending::Whole => follow_ups::after(&studio.programme, month, "", ""),
        Ending::BrokenOff | Ending::Stopped => Vec::new(),
    };
    let message_id = store::add_message(&mut tx, &asked.conversation, Author::Assistant, text, now).await?;
    store::account(&mut tx, &asked.conversation, &message_id, completion, charged, took).await?;
    store::set_follow_ups(&mut tx, &message_id, &follow_ups).await?;
    let called = call(&mut tx, &asked, said, now).await?;
    let warning = match asked.source {
        Source::Instead => {
            allowance::release(&mut tx, asked.reservation, now).await?;
            None
        }
        Source::Model | Source::Playbooks => {
            allowance::settle(&mut tx, asked.reservation, now, asked.limit, charged).await?
        }
    };
    if warning.is_some_and(|warning| warning.occasion == Occasion::First) {
        let what = "Used four fifths of today's coach allowance";
        let (kind, client) = (EventKind::CoachLimitWarned, Some(&asked.client.id));
        events::record(&mut tx, now, &Actor::System, kind, client, what, None).await?;
    }
    if asked.source == Source::Model {
        pay(&mut tx, studio, &asked.client.id, completion, now).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Answer(Answer {
        conversation: asked.conversation,
        question: asked.question,
        message_id,
        text: text.to_owned(),
        source: asked.source,
        ending: said.ending,
        question_cut: asked.cut,
        warning,
        follow_ups,
        called,
        proposal: said.flag.and_then(Flag::proposal),
    }))
}

/// Calls for a person where the answer says that one is needed.
async fn call(tx: &mut Tx, asked: &Asked, said: &Said, now: DateTime<Utc>) -> Result<Option<Call>> {
    let declined = said.completion.refused.then_some(Trigger::Declined);
    let Some(trigger) = said.flag.and_then(Flag::trigger).or(declined) else { return Ok(None) };
    let (client, conversation) = (&asked.client.id, &asked.conversation);
    let opened =
        escalation::open(tx, now, &Actor::System, client, conversation, trigger, Some(&asked.question)).await?;
    Ok(Some(Call { trigger, again: matches!(opened, Opened::Added(_)) }))
}

/// What an answer takes from the allowance: question and answer, the context where the studio wants it.
fn charge(studio: &Studio, asked: &Asked, completion: &Completion) -> i64 {
    match asked.source {
        Source::Playbooks | Source::Instead => 0,
        Source::Model if studio.settings.coach.count_context => completion.tokens_in + completion.tokens_out,
        Source::Model => count_tokens(&asked.text) + completion.tokens_out,
    }
}

/// Counts what the model took against the studio's budgets.
async fn pay(
    tx: &mut Tx,
    studio: &Studio,
    client: &crate::id::ClientId,
    completion: &Completion,
    now: DateTime<Utc>,
) -> Result<()> {
    let used = Use {
        client: Some(client),
        operation: Operation::Coach,
        model: &completion.model,
        tokens_in: completion.tokens_in,
        tokens_out: completion.tokens_out,
    };
    usage::record(tx, studio, &used, now).await
}

/// The same for an answer that nobody sees.
async fn pay_unseen(
    tx: &mut Tx,
    studio: &Studio,
    asked: &Asked,
    completion: &Completion,
    now: DateTime<Utc>,
) -> Result<()> {
    match asked.source {
        Source::Model => pay(tx, studio, &asked.client.id, completion, now).await,
        Source::Playbooks | Source::Instead => Ok(()),
    }
}

/// Keeps an answer from the client that gave something away, and has a person look at the conversation.
/// It took what it took: asking for it again and again is no way round the allowance.
pub(super) async fn withhold(studio: &Studio, asked: Asked, leak: Leak, completion: &Completion) -> Result<Outcome> {
    tracing::error!(client = %asked.client.id, question = %asked.question, reason = leak.reason(), "an answer is withheld");
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    if !turns::end(&mut tx, &asked.question).await? {
        return Ok(Outcome::Failed { conversation: asked.conversation, question: asked.question });
    }
    let human = store::mode_for_answer(&mut tx, &asked.conversation).await? != Some(Mode::Ai);
    store::fail(&mut tx, &asked.question, leak.reason()).await?;
    let charged = charge(studio, &asked, completion);
    allowance::settle(&mut tx, asked.reservation, now, asked.limit, charged).await?;
    pay(&mut tx, studio, &asked.client.id, completion, now).await?;
    let (client, conversation, trigger) = (&asked.client.id, asked.conversation, Trigger::Withheld);
    let opened =
        escalation::open(&mut tx, now, &Actor::System, client, &conversation, trigger, Some(&asked.question)).await?;
    tx.commit().await?;
    if human {
        return Ok(Outcome::Refused(Refusal::Human));
    }
    Ok(Outcome::Escalated { conversation, trigger, again: matches!(opened, Opened::Added(_)) })
}

/// Answers from the playbooks in the place of a model that failed, where they know something; the
/// question keeps the reason, and takes nothing from the allowance.
pub(super) async fn instead(studio: &Studio, asked: Asked, reason: &str) -> Result<Outcome> {
    let mut tx = studio.db.read().await?;
    let found = offline::answer(&mut tx, &studio.messages, Some(&asked.client), &asked.text).await?;
    drop(tx);
    if !found.is_answer {
        return give_up(studio, asked, reason).await;
    }
    tracing::warn!(client = %asked.client.id, question = %asked.question, reason, "the playbooks answer instead");
    let mut tx = studio.db.write().await?;
    store::fail(&mut tx, &asked.question, reason).await?;
    tx.commit().await?;
    let asked = Asked { source: Source::Instead, ..asked };
    store(studio, asked, &said_offline(found), 0).await
}

/// Keeps the question with the reason, and gives the allowance back.
pub(super) async fn give_up(studio: &Studio, asked: Asked, reason: &str) -> Result<Outcome> {
    tracing::warn!(client = %asked.client.id, question = %asked.question, reason, "the coach has no answer");
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    if turns::end(&mut tx, &asked.question).await? {
        store::fail(&mut tx, &asked.question, reason).await?;
        allowance::release(&mut tx, asked.reservation, now).await?;
        tx.commit().await?;
    }
    Ok(Outcome::Failed { conversation: asked.conversation, question: asked.question })
}
