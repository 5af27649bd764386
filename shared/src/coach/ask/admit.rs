//! Whether the coach may answer, decided in one transaction with the storing of the question.

use chrono::{DateTime, Utc};

use super::{Admission, Asked, LONGEST_QUESTION, Outcome, Refusal, Source};
use crate::clients::{self, Client, Status};
use crate::coach::allowance::{self, Limit};
use crate::coach::conversation::{Author, Conversation, IDLE, Mode, Owned, not_theirs, store, title_of};
use crate::coach::escalation::{self, Opened, Trigger};
use crate::coach::model::count_tokens;
use crate::coach::{Config, config, context, turns, usage};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{ClientId, CoachMessageId, ConversationId};
use crate::staff::Actor;
use crate::text::Foreign;
use crate::{Error, Result, Studio};

pub(super) async fn admit(
    studio: &Studio,
    client: &ClientId,
    conversation: Option<&ConversationId>,
    question: &Foreign,
    surface: &str,
) -> Result<Admission> {
    let refused = |why| Ok(Admission::Settled(Outcome::Refused(why)));
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    if matches!(client.status, Status::Archived | Status::Churned) {
        return refused(Refusal::NotActive);
    }
    if question.is_blank() {
        return refused(Refusal::Empty);
    }
    let (text, cut) = beginning(question);
    let config = config(&mut tx, &studio.settings.coach).await?;
    let current = match conversation {
        None => store::current(&mut tx, &client.id, now - IDLE).await?,
        Some(id) => match store::own(&mut tx, &client.id, id).await? {
            Some(own) => Some(own),
            None => return Err(not_theirs(tx, now, &client.id, Owned::Conversation(id)).await?),
        },
    };
    let current = current.filter(|current| current.mode != Mode::Closed && current.archived_at.is_none());

    if let Some(current) = current.as_ref().filter(|current| current.mode == Mode::Human) {
        keep_question(&mut tx, &client, &current.id, &text, now).await?;
        tx.commit().await?;
        return refused(Refusal::Human);
    }
    let trigger = escalation::trigger_in(&text, &config.keywords);
    if trigger.is_none() && !config.is_active {
        return refused(Refusal::Disabled);
    }
    let trigger = match (trigger, current.as_ref()) {
        (None, Some(current)) if is_repeated(&mut tx, &current.id, &text, now).await? => Some(Trigger::Frustration),
        (trigger, _) => trigger,
    };
    if let Some(trigger) = trigger {
        let conversation = place(&mut tx, &client, current.as_ref(), &text, surface, now).await?;
        let question = keep_question(&mut tx, &client, &conversation, &text, now).await?;
        let outcome = hand_over(&mut tx, &client, conversation, &question, trigger, now).await?;
        tx.commit().await?;
        return Ok(Admission::Settled(outcome));
    }

    if let Some(topic) = config.reserved_topic(&text) {
        let conversation = place(&mut tx, &client, current.as_ref(), &text, surface, now).await?;
        let question = keep_question(&mut tx, &client, &conversation, &text, now).await?;
        store::fail(&mut tx, &question, &format!("the studio answers this itself: {}", topic.phrase())).await?;
        tx.commit().await?;
        return refused(Refusal::Reserved);
    }

    let source = source(&mut tx, studio, now).await?;
    let limit = ceiling(Limit::of(&client, &config, &studio.settings.coach), source);
    let most = most(studio, &config, source, &text);
    let Some(reservation) = allowance::reserve(&mut tx, &client.id, now, limit, most).await? else {
        let what = "Reached the end of today's coach allowance";
        let actor = Actor::Client(client.id.clone());
        events::record(&mut tx, now, &actor, EventKind::CoachLimitHit, Some(&client.id), what, None).await?;
        tx.commit().await?;
        return refused(Refusal::LimitHit { resets_at: allowance::resets_at(now) });
    };
    let conversation = place(&mut tx, &client, current.as_ref(), &text, surface, now).await?;
    let history = store::last_messages(&mut tx, &conversation, context::HISTORY).await?;
    let question = keep_question(&mut tx, &client, &conversation, &text, now).await?;
    turns::begin(&mut tx, &question, &client.id, &reservation.day, reservation.tokens, now).await?;
    tx.commit().await?;
    Ok(Admission::Admitted(Box::new(Asked {
        client,
        config,
        source,
        limit,
        reservation,
        conversation,
        history,
        question,
        text,
        cut,
    })))
}

/// The conversation that the question goes into; its first question names it.
async fn place(
    tx: &mut Tx,
    client: &Client,
    current: Option<&Conversation>,
    text: &str,
    surface: &str,
    now: DateTime<Utc>,
) -> Result<ConversationId> {
    let title = title_of(text);
    match current {
        Some(current) => {
            store::name(tx, &current.id, &title).await?;
            Ok(current.id.clone())
        }
        None => store::begin(tx, &client.id, &title, surface, now).await,
    }
}

/// Whether the client asks nearly the same once more, who was answered and is not helped.
async fn is_repeated(tx: &mut Tx, conversation: &ConversationId, text: &str, now: DateTime<Utc>) -> Result<bool> {
    let earlier = store::answered_questions(tx, conversation, now - escalation::PATIENCE).await?;
    Ok(escalation::is_repeated(text, earlier.iter().map(Foreign::raw)))
}

/// Who answers: the model, unless there is none or the studio's budget has none of it left.
async fn source(tx: &mut Tx, studio: &Studio, now: DateTime<Utc>) -> Result<Source> {
    if studio.model.is_offline() {
        return Ok(Source::Playbooks);
    }
    Ok(match usage::spent(tx, now).await? {
        Some(_) => Source::Playbooks,
        None => Source::Model,
    })
}

/// The playbooks cost nothing: there only the number of questions counts.
fn ceiling(limit: Limit, source: Source) -> Limit {
    match source {
        Source::Model => limit,
        Source::Playbooks | Source::Instead => Limit { tokens: limit.tokens.signum() * i64::MAX, ..limit },
    }
}

/// The most that the exchange can take from the allowance, in tokens.
fn most(studio: &Studio, config: &Config, source: Source, text: &str) -> i64 {
    let context = match source {
        Source::Playbooks | Source::Instead => return 0,
        Source::Model if studio.settings.coach.count_context => context::BUDGET + count_tokens(&config.instructions()),
        Source::Model => 0,
    };
    count_tokens(text) + config.max_tokens_per_message + context
}

/// The question without surrounding space, and whether something had to be cut off.
fn beginning(question: &Foreign) -> (String, bool) {
    let text = question.raw().trim();
    match text.char_indices().nth(LONGEST_QUESTION) {
        Some((at, _)) => (text[..at].to_owned(), true),
        None => (text.to_owned(), false),
    }
}

async fn keep_question(
    tx: &mut Tx,
    client: &Client,
    conversation: &ConversationId,
    text: &str,
    now: DateTime<Utc>,
) -> Result<CoachMessageId> {
    let question = store::add_message(tx, conversation, Author::User, text, now).await?;
    let actor = Actor::Client(client.id.clone());
    let metadata = serde_json::json!({ "conversation": conversation, "message": question });
    let what = "Asked the coach";
    events::record(tx, now, &actor, EventKind::CoachAsked, Some(&client.id), what, Some(metadata)).await?;
    Ok(question)
}

async fn hand_over(
    tx: &mut Tx,
    client: &Client,
    conversation: ConversationId,
    question: &CoachMessageId,
    trigger: Trigger,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let actor = Actor::Client(client.id.clone());
    let opened = escalation::open(tx, now, &actor, &client.id, &conversation, trigger, Some(question)).await?;
    Ok(Outcome::Escalated { conversation, trigger, again: matches!(opened, Opened::Added(_)) })
}
