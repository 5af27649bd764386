//! Storing what came of a question: the answer and what it took, or why there is none.

use super::{Answer, Asked, Ending, Outcome, Refusal, Said, Source};
use crate::coach::allowance::Occasion;
use crate::coach::conversation::{Author, Mode, store};
use crate::coach::model::{Completion, count_tokens};
use crate::coach::usage::{self, Operation, Use};
use crate::coach::{allowance, context, follow_ups, turns};
use crate::events::{self, EventKind};
use crate::staff::Actor;
use crate::{Result, Studio};

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
        store::fail(&mut tx, &asked.question, "a person took over before the answer was there").await?;
        allowance::release(&mut tx, asked.reservation, now).await?;
        tx.commit().await?;
        return Ok(Outcome::Refused(Refusal::Human));
    }
    // What is stored is what is shown: no surface shows the white space around it.
    let text = completion.text.trim();
    let charged = charge(studio, &asked, completion);
    let follow_ups = match said.ending {
        Ending::Whole => follow_ups::after(&studio.programme, context::month_of(&asked.client), &asked.text, text),
        Ending::BrokenOff | Ending::Stopped => Vec::new(),
    };
    let message_id = store::add_message(&mut tx, &asked.conversation, Author::Assistant, text, now).await?;
    store::account(&mut tx, &asked.conversation, &message_id, completion, charged, took).await?;
    store::set_follow_ups(&mut tx, &message_id, &follow_ups).await?;
    let warning = allowance::settle(&mut tx, asked.reservation, now, asked.limit, charged).await?;
    if warning.is_some_and(|warning| warning.occasion == Occasion::First) {
        let what = "Used four fifths of today's coach allowance";
        let (kind, client) = (EventKind::CoachLimitWarned, Some(&asked.client.id));
        events::record(&mut tx, now, &Actor::System, kind, client, what, None).await?;
    }
    if asked.source == Source::Model {
        let used = Use {
            client: &asked.client.id,
            operation: Operation::Coach,
            model: &completion.model,
            tokens_in: completion.tokens_in,
            tokens_out: completion.tokens_out,
        };
        usage::record(&mut tx, studio, &used, now).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Answer(Answer {
        conversation: asked.conversation,
        message_id,
        text: text.to_owned(),
        source: asked.source,
        ending: said.ending,
        question_cut: asked.cut,
        warning,
        follow_ups,
    }))
}

/// What an answer takes from the allowance: question and answer, the context where the studio wants it.
fn charge(studio: &Studio, asked: &Asked, completion: &Completion) -> i64 {
    match asked.source {
        Source::Playbooks => 0,
        Source::Model if studio.settings.coach.count_context => completion.tokens_in + completion.tokens_out,
        Source::Model => count_tokens(&asked.text) + completion.tokens_out,
    }
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
