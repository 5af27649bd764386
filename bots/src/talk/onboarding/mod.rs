//! The questionnaire as a conversation: one question at a time, each answer kept at once.
//!
//! What is asked next follows from what the database knows, never from the chat: so it goes on after
//! days, after a restart, on the other platform. The chat remembers only which question the next
//! words answer, and which turn asked it: that turn run again asks once more instead of taking its
//! own words for the next answer.

mod asked;
mod looked_through;

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use wavelaunch_shared::clients::questions::{self, Choice, Form, Question, Standing, Step, Unfit};
use wavelaunch_shared::portal::onboarding::{self, Finish};
use wavelaunch_shared::text::{Foreign, Reply};
use wavelaunch_shared::{Error, Result};

pub(super) use asked::heading;
pub(super) use looked_through::list;

use super::action::Action;
use super::state::State;
use super::turn::Turn;
use super::words::{self, phrase};
use super::{Occasion, Output, settings, tour};

/// An app cuts a long text into messages that arrive within moments of each other.
const PARTS_ARRIVE_WITHIN: TimeDelta = TimeDelta::seconds(3);

/// The question that the next words answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asking {
    /// Its key.
    question: String,
    /// The turn that asked it.
    since: Occasion,
    /// When an answer was refused because it was too long: its next part is no answer.
    cut_at: Option<DateTime<Utc>>,
}

/// Where what comes next is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spot {
    /// Below what was written.
    Below,
    /// In the place of what was pressed.
    Pressed,
}

impl Spot {
    fn put(self, reply: Reply) -> Output {
        match self {
            Self::Below => Output::Say(reply),
            Self::Pressed => Output::Replace(reply),
        }
    }
}

/// Begins, or goes on where it was left; a finished questionnaire is looked through.
pub(super) async fn go_on(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let form = form(turn).await?;
    if form.standing() == Standing::Open { next(turn, &form, Spot::Below, None).await } else { list(turn, 1).await }
}

/// Where the client stands.
pub(super) async fn form(turn: &Turn<'_>) -> Result<Form> {
    onboarding::form(&mut turn.studio.db.read().await?, &turn.client).await
}

/// One question, whatever stands open.
pub(super) async fn ask(turn: &Turn<'_>, question: &'static Question) -> Result<Vec<Output>> {
    let form = form(turn).await?;
    if !form.can_change() {
        return closed(turn);
    }
    ask_in(turn, &form, question, Spot::Pressed, None).await
}

async fn ask_in(
    turn: &Turn<'_>,
    form: &Form,
    question: &'static Question,
    place: Spot,
    noted: Option<String>,
) -> Result<Vec<Output>> {
    let asking = Asking { question: question.key.to_owned(), since: turn.occasion.clone(), cut_at: None };
    turn.enter(&State::Asking(asking)).await?;
    let asked = asked::question(turn, form, question)?;
    Ok(vec![place.put(below(noted, asked))])
}

/// What comes next, with a word about what was just noted.
async fn next(turn: &Turn<'_>, form: &Form, place: Spot, noted: Option<String>) -> Result<Vec<Output>> {
    match form.next() {
        Step::Timezone => settings::ask_first_timezone(turn).await,
        Step::Question(question) => ask_in(turn, form, question, place, noted).await,
        Step::Review => {
            turn.leave().await?;
            let answered = ("answered", form.answered().to_string());
            let actions = [Action::Finish, Action::Review(1), Action::Later];
            let review = words::reply(turn.studio, "onboarding_review", &[answered], &actions)?;
            Ok(vec![place.put(below(noted, review))])
        }
    }
}

fn below(noted: Option<String>, mut reply: Reply) -> Reply {
    if let Some(noted) = noted {
        reply.text = wavelaunch_shared::text::Rich::plain(&noted).then(reply.text);
    }
    reply
}

/// After an answer: the next question, or the list that it was changed from.
async fn settled(
    turn: &Turn<'_>,
    form: &Form,
    question: &Question,
    place: Spot,
    noted: Option<String>,
) -> Result<Vec<Output>> {
    if form.standing() == Standing::Open {
        return next(turn, form, place, noted).await;
    }
    turn.leave().await?;
    let saved = phrase(turn.studio, "answer_saved", &[("label", question.label.to_owned())])?;
    let listed = looked_through::page(turn, form, question.step)?;
    Ok(vec![place.put(below(Some(saved), listed))])
}

/// The next words, while a question is open.
pub(super) async fn words(turn: &Turn<'_>, asking: &Asking, text: &Foreign) -> Result<Vec<Output>> {
    if asking.since == *turn.occasion {
        return go_on(turn).await;
    }
    let now = turn.studio.clock.now();
    if asking.cut_at.is_some_and(|at| now - at < PARTS_ARRIVE_WITHIN) {
        return Ok(Vec::new());
    }
    let Some(question) = questions::find(&asking.question) else { return go_on(turn).await };
    match question.check(text.raw()) {
        Ok(_) => take(turn, question, text, Spot::Below, None).await,
        Err(unfit) => {
            if matches!(unfit, Unfit::TooLong { .. }) {
                turn.enter(&State::Asking(Asking { cut_at: Some(now), ..asking.clone() })).await?;
            }
            asked::complaint(turn, unfit)
        }
    }
}

/// What was written into a form.
pub(super) async fn filled(turn: &Turn<'_>, question: &'static Question, text: &Foreign) -> Result<Vec<Output>> {
    match question.check(text.raw()) {
        Ok(Some(_)) => take(turn, question, text, Spot::Pressed, None).await,
        Ok(None) => {
            take_back(turn, question).await?;
            skip(turn, question).await
        }
        Err(unfit) => asked::complaint(turn, unfit),
    }
}

/// A choice was pressed.
pub(super) async fn choose(turn: &Turn<'_>, question: &'static Question, choice: Choice) -> Result<Vec<Output>> {
    let noted = noted(turn, question, choice.label)?;
    take(turn, question, &Foreign::from(choice.key), Spot::Pressed, Some(noted)).await
}

fn noted(turn: &Turn<'_>, question: &Question, answer: &str) -> Result<String> {
    phrase(turn.studio, "answer_noted", &[("label", question.label.to_owned()), ("answer", answer.to_owned())])
}

async fn take(
    turn: &Turn<'_>,
    question: &'static Question,
    text: &Foreign,
    place: Spot,
    noted: Option<String>,
) -> Result<Vec<Output>> {
    match onboarding::answer(turn.studio, &turn.actor(), &turn.client.id, question.key, text).await {
        Ok(form) => settled(turn, &form, question, place, noted).await,
        // The plan was written while the question stood open.
        Err(Error::Refused(_)) => closed(turn),
        Err(error) => Err(error),
    }
}

async fn take_back(turn: &Turn<'_>, question: &'static Question) -> Result<()> {
    let nothing = Foreign::default();
    onboarding::answer(turn.studio, &turn.actor(), &turn.client.id, question.key, &nothing).await.map(drop)
}

/// The command: leaves out the question that is open.
pub(super) async fn skip_open(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let open = match turn.state().await? {
        Some(State::Asking(asking)) if asking.since == *turn.occasion => return go_on(turn).await,
        Some(State::Asking(asking)) => questions::find(&asking.question),
        _ => match form(turn).await? {
            form if form.standing() != Standing::Open => None,
            form => match form.next() {
                Step::Question(question) => Some(question),
                Step::Timezone | Step::Review => return go_on(turn).await,
            },
        },
    };
    let Some(question) = open else { return turn.say("skip_nothing", &[], &[Action::Answers]) };
    skip_in(turn, question, Spot::Below).await
}

/// The button: leaves a question out, or as it is.
pub(super) async fn skip(turn: &Turn<'_>, question: &'static Question) -> Result<Vec<Output>> {
    skip_in(turn, question, Spot::Pressed).await
}

async fn skip_in(turn: &Turn<'_>, question: &'static Question, place: Spot) -> Result<Vec<Output>> {
    let before = form(turn).await?;
    if !before.can_change() {
        return closed(turn);
    }
    let answer = before.answer(question);
    if question.required && answer.is_none() {
        return asked::complaint(turn, Unfit::Needed);
    }
    let noted = match answer {
        Some(_) => phrase(turn.studio, "answer_kept", &[("label", question.label.to_owned())])?,
        None => phrase(turn.studio, "answer_skipped", &[("label", question.label.to_owned())])?,
    };
    let form = onboarding::skip(turn.studio, &turn.actor(), &turn.client.id, question.key).await?;
    settled(turn, &form, question, place, Some(noted)).await
}

/// The question before.
pub(super) async fn back(turn: &Turn<'_>, question: &'static Question) -> Result<Vec<Output>> {
    match Form::before(question) {
        Some(before) => ask(turn, before).await,
        None => settings::ask_timezone(turn).await,
    }
}

/// Enough for now.
pub(super) async fn later(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.leave().await?;
    turn.replace("onboarding_later", &[], &[Action::Answers])
}

/// Finishes, and welcomes.
pub(super) async fn finish(turn: &Turn<'_>) -> Result<Vec<Output>> {
    match onboarding::finish(turn.studio, &turn.actor(), &turn.client.id).await? {
        Finish::Done => {
            turn.leave().await?;
            let mut outputs = turn.replace("onboarding_done", &[turn.name(), turn.studio_name()], &[])?;
            outputs.extend(tour::offer(turn).await?);
            Ok(outputs)
        }
        Finish::Already => turn.replace("onboarding_already", &[], &[Action::Review(1), Action::Home]),
        Finish::Missing(missing) => match missing.first() {
            Some(question) => ask(turn, question).await,
            None => go_on(turn).await,
        },
    }
}

fn closed(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.say("answers_closed", &[], &[Action::Write])
}
