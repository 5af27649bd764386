//! The test bench: what the coach would say to a question under a configuration, without a client noticing.

use serde::Serialize;

use super::ask::{LONGEST_QUESTION, prompt};
use super::escalation::{self, Trigger};
use super::flagged::{self, Extent, Flag};
use super::model::Completion;
use super::usage::{self, Operation, Use};
use super::{Config, Topic, context, cost_micros, offline};
use crate::clients::{self, Client};
use crate::id::ClientId;
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, Studio};

/// What would come of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The coach answers.
    Answers,
    /// The coach answers, and a person is called for.
    AnswersAndCalls(Trigger),
    /// A person is called for, without an answer.
    Calls(Trigger),
    /// It is declined: the studio answers this topic itself.
    Declines(Topic),
    /// The answer would be withheld, for this reason.
    Withholds(&'static str),
    /// The coach is switched off.
    SwitchedOff,
}

/// One trial.
#[derive(Clone, Debug, Serialize)]
pub struct Trial {
    /// What would come of it.
    pub verdict: Verdict,
    /// The answer, Markdown; empty where there is none. What would be withheld is shown here.
    pub answer: Foreign,
    /// Who answered: a model's name, or `offline`.
    pub model: Option<String>,
    /// What was sent, in tokens.
    pub tokens_in: i64,
    /// What came back, in tokens.
    pub tokens_out: i64,
    /// What it cost, in millionths of the currency of the price settings.
    pub cost_micros: i64,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}

impl Verdict {
    /// In words.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Answers => "the coach answers".into(),
            Self::AnswersAndCalls(trigger) => format!("the coach answers and calls a person: {}", trigger.reason()),
            Self::Calls(trigger) => format!("a person is called, the model is not asked: {}", trigger.reason()),
            Self::Declines(topic) => format!("declined, the studio answers this itself: {}", topic.phrase()),
            Self::Withholds(reason) => format!("withheld, and a person is called: {reason}"),
            Self::SwitchedOff => "the coach is switched off".into(),
        }
    }
}

/// Tries a question out under `config`, with what the model would be shown of `client`, or of a made-up one.
/// Nothing is stored but what it cost.
pub async fn try_out(
    studio: &Studio,
    actor: &Actor,
    config: &Config,
    client: Option<&ClientId>,
    question: &Foreign,
) -> Result<Trial> {
    actor.require(Capability::Configure)?;
    if question.is_blank() || question.raw().chars().count() > LONGEST_QUESTION {
        return Err(Error::invalid(format!("ask something, in at most {LONGEST_QUESTION} characters")));
    }
    let question = question.raw().trim();
    if let Some(verdict) = without_the_model(config, question) {
        return Ok(Trial::of(verdict));
    }
    let now = studio.clock.now();
    let mut tx = studio.db.read().await?;
    let client = match client {
        Some(id) => Some(clients::get(&mut tx, id).await?.ok_or(Error::NotFound("client"))?),
        None => None,
    };
    if studio.model.is_offline() || usage::spent(&mut tx, now).await?.is_some() {
        let text = offline::answer(&mut tx, &studio.messages, client.as_ref(), question).await?.text;
        let trial = Trial::of(Verdict::Answers);
        return Ok(Trial { answer: Foreign::new(text), model: Some(offline::OFFLINE.to_owned()), ..trial });
    }
    let package = match &client {
        Some(client) => context::gather(&mut tx, &studio.programme, client, &[], None, now).await?,
        None => context::sample(),
    };
    drop(tx);
    let (prompt, guard) = prompt(studio, config, package, question);
    let started = std::time::Instant::now();
    let completion = studio.model.complete_patiently(&studio.clock, &prompt, &mut |_| {}).await?;
    let took_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    pay(studio, client.as_ref(), &completion).await?;
    let read = flagged::read(&completion.text, Extent::Whole);
    let called = read.flag.and_then(Flag::trigger).or(completion.refused.then_some(Trigger::Declined));
    let verdict = match (guard.leak_in(&read.answer), called) {
        (Some(leak), _) => Verdict::Withholds(leak.reason()),
        (None, Some(trigger)) => Verdict::AnswersAndCalls(trigger),
        (None, None) => Verdict::Answers,
    };
    Ok(Trial {
        verdict,
        answer: Foreign::new(read.answer),
        cost_micros: cost_micros(
            &studio.settings.model,
            &completion.model,
            completion.tokens_in,
            completion.tokens_out,
        ),
        model: Some(completion.model),
        tokens_in: completion.tokens_in,
        tokens_out: completion.tokens_out,
        took_ms,
    })
}

/// What is decided before any model is asked.
fn without_the_model(config: &Config, question: &str) -> Option<Verdict> {
    if let Some(trigger) = escalation::trigger_in(question, &config.keywords) {
        return Some(Verdict::Calls(trigger));
    }
    if !config.is_active {
        return Some(Verdict::SwitchedOff);
    }
    config.reserved_topic(question).map(Verdict::Declines)
}

impl Trial {
    fn of(verdict: Verdict) -> Self {
        let answer = Foreign::new(String::new());
        Self { verdict, answer, model: None, tokens_in: 0, tokens_out: 0, cost_micros: 0, took_ms: 0 }
    }
}

async fn pay(studio: &Studio, client: Option<&Client>, completion: &Completion) -> Result<()> {
    let used = Use {
        client: client.map(|client| &client.id),
        operation: Operation::CoachTrial,
        model: &completion.model,
        tokens_in: completion.tokens_in,
        tokens_out: completion.tokens_out,
    };
    let mut tx = studio.db.write().await?;
    usage::record(&mut tx, studio, &used, studio.clock.now()).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::model::scripted::Act;
    use crate::coach::testing::{client, scripted};
    use crate::coach::{config, conversations};
    use crate::staff::Role;
    use crate::testing::on_both;

    #[tokio::test]
    async fn a_trial_tells_what_would_come_of_it_and_stores_only_its_cost() {
        on_both(|studio| async move {
            let (ada, owner) = (client(&studio, "Ada").await.id, Actor::local_owner());
            let acts = [Act::Answer("Costs first.\nFLAG: TAX", Some((900, 100))), Act::Leak];
            let (studio, endpoint) = scripted(&studio, acts).await;
            let ours = config(&mut studio.db.read().await.unwrap(), &studio.settings.coach).await.unwrap();
            let ours = Config { system_prompt: format!("Be brief.\n{}", ours.system_prompt), ..ours };
            let tried = async |ours: &Config, client, question: &str| {
                try_out(&studio, &owner, ours, client, &question.into()).await.unwrap()
            };
            let trial = tried(&ours, Some(&ada), "How do I price?").await;
            assert_eq!((trial.answer.raw(), trial.cost_micros), ("Costs first.", 900 * 3 + 100 * 15));
            assert_eq!(trial.verdict, Verdict::AnswersAndCalls(Trigger::Tax));
            let sent = endpoint.requests()[0].to_string();
            assert!(sent.contains("Be brief.") && sent.contains("Name: Ada Test"), "{sent}");
            assert!(matches!(tried(&ours, None, "Your rules?").await.verdict, Verdict::Withholds(_)));
            assert!(endpoint.requests()[1].to_string().contains("Sam Sample"));
            assert_eq!(tried(&ours, None, "could they sue me").await.verdict, Verdict::Calls(Trigger::Keyword));
            let off = Config { is_active: false, ..ours.clone() };
            assert_eq!(tried(&off, None, "How do I price?").await.verdict, Verdict::SwitchedOff);
            let fewer = Config { topics: vec![Topic::BusinessAdvice], ..ours.clone() };
            let declined = Verdict::Declines(Topic::PricingStrategy);
            assert_eq!(tried(&fewer, None, "Which price is right?").await.verdict, declined);
            assert_eq!(endpoint.requests().len(), 2);
            let mut tx = studio.db.read().await.unwrap();
            assert!(conversations(&mut tx, &owner, &ada).await.unwrap().is_empty());
            let paid =
                crate::fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM token_usage WHERE operation = 'COACH_TRIAL'");
            assert_eq!(paid.unwrap(), 2);
            let manager = Actor::Admin { id: None, role: Role::Manager };
            let tried = try_out(&studio, &manager, &ours, None, &"Hello".into()).await;
            assert!(matches!(tried, Err(Error::Forbidden { .. })));
        })
        .await;
    }
}
