//! The five questions on first use: one at a time where people write freely, on one form where they
//! cannot.

use wavelaunch_shared::coach::{self, Fact};
use wavelaunch_shared::text::{Foreign, Reply};
use wavelaunch_shared::{Error, Result, Studio};

use super::{CoachAction, greet, stay};
use crate::talk::action::Action;
use crate::talk::state::State;
use crate::talk::turn::Turn;
use crate::talk::words;
use crate::talk::{Besides, Field, Form, Output, Place};

/// What is still to be asked of the client.
async fn unasked(turn: &Turn<'_>) -> Result<Vec<Fact>> {
    coach::unasked(&mut turn.studio.db.read().await?, &turn.client.id).await
}

/// The first question, with why it is asked, if there is any and the person can answer in words.
pub(super) async fn begin(turn: &Turn<'_>) -> Result<Option<Vec<Output>>> {
    let open = unasked(turn).await?;
    // Once something is known, or was skipped, it was begun: then it goes on only when it is asked for.
    let (Some(first), true, Place::Private) = (open.first(), open.len() == Fact::ALL.len(), turn.person.place) else {
        return Ok(None);
    };
    turn.enter(&State::Telling(*first)).await?;
    let intro = words::reply(turn.studio, "coach_facts", &[turn.name()], &[])?;
    let question = question(turn, *first)?;
    Ok(Some(vec![Output::Say(Reply { text: intro.text.then(question.text), ..question })]))
}

/// The questions are asked for: from the first that is still open.
pub(super) async fn go_on(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let open = unasked(turn).await?;
    match (open.first(), turn.person.place) {
        (Some(first), Place::Private) => {
            turn.enter(&State::Telling(*first)).await?;
            Ok(vec![Output::Say(question(turn, *first)?)])
        }
        (Some(_), Place::Shared) => turn.say("coach_facts_form", &[], &[Action::Coach(CoachAction::Facts)]),
        (None, _) => turn.say("coach_facts_done", &[], &[]),
    }
}

fn question(turn: &Turn<'_>, fact: Fact) -> Result<Reply> {
    let actions = [CoachAction::SkipFact(fact), CoachAction::FactsLater].map(Action::Coach);
    words::reply(turn.studio, &format!("coach_fact_{}", fact.key()), &[], &actions)
}

/// The answer to one of the questions, unless it is a question itself; the next one follows.
pub(in crate::talk) async fn told(turn: &Turn<'_>, fact: Fact, answer: &Foreign) -> Result<Vec<Output>> {
    if answer.raw().trim_end().ends_with('?') {
        return super::words(turn, answer).await;
    }
    coach::tell(turn.studio, &turn.client.id, fact, answer).await?;
    next(turn).await
}

/// One of the questions is never asked again; the next one follows.
pub(super) async fn skip(turn: &Turn<'_>, fact: Fact) -> Result<Vec<Output>> {
    coach::skip(turn.studio, &turn.client.id, fact).await?;
    next(turn).await
}

async fn next(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let Some(fact) = unasked(turn).await?.into_iter().next() else {
        return greet(turn).await;
    };
    turn.enter(&State::Telling(fact)).await?;
    Ok(vec![Output::Say(question(turn, fact)?)])
}

/// Not now.
pub(super) async fn later(turn: &Turn<'_>) -> Result<Vec<Output>> {
    stay(turn).await?;
    greet(turn).await
}

/// The longest text of a field, in characters.
const LONGEST: usize = 500;

/// The form that a press on this action opens, on platforms that have forms. It needs no look at the
/// database, for a platform gives it only moments.
#[must_use]
pub fn form(studio: &Studio, action: &str) -> Option<Form> {
    match Action::read(action)? {
        Action::Coach(CoachAction::Facts) => facts_form(studio, action).ok(),
        Action::Coach(rated @ CoachAction::Rate(_, coach::Rating::Down)) => reason_form(studio, &rated).ok(),
        _ => None,
    }
}

fn facts_form(studio: &Studio, action: &str) -> Result<Form> {
    let fields = Fact::ALL.into_iter().map(|fact| {
        let label = words::phrase(studio, &format!("coach_fact_{}_short", fact.key()), &[])?;
        Ok(Field::new(fact.key(), label, LONGEST))
    });
    let title = words::phrase(studio, "coach_facts_title", &[])?;
    let fields = fields.collect::<Result<_>>()?;
    Ok(Form { action: action.to_owned(), title, fields, besides: Besides::Nothing })
}

fn reason_form(studio: &Studio, rated: &CoachAction) -> Result<Form> {
    let label = words::phrase(studio, "coach_reason_label", &[])?;
    let title = words::phrase(studio, "coach_reason_title", &[])?;
    let fields = vec![Field::new("reason", label, LONGEST)];
    Ok(Form { action: Action::Coach(rated.clone()).to_string(), title, fields, besides: Besides::Acts })
}

/// The questions' form came back: what was filled in is kept, the rest stays as it is.
pub(super) async fn filled(turn: &Turn<'_>, fields: &[(String, Foreign)]) -> Result<Vec<Output>> {
    for (key, answer) in fields {
        let Some(fact) = Fact::named(key).filter(|_| !answer.is_blank()) else { continue };
        match coach::tell(turn.studio, &turn.client.id, fact, answer).await {
            Err(Error::Invalid(why)) => return Ok(vec![Output::Say(Reply::plain(&why))]),
            told => told?,
        }
    }
    turn.say("coach_facts_done", &[], &[])
}

/// An offer of the questions, for below somebody's first answer; none where they were begun.
pub(super) async fn offer(turn: &Turn<'_>) -> Result<Option<Reply>> {
    if unasked(turn).await?.len() < Fact::ALL.len() {
        return Ok(None);
    }
    let first = coach::in_use(&mut turn.studio.db.read().await?, &turn.client.id, 1).await?.is_empty();
    if !first {
        return Ok(None);
    }
    words::reply(turn.studio, "coach_facts_form", &[], &[Action::Coach(CoachAction::Facts)]).map(Some)
}
