//! Talking to the coach: questions, ratings, starters, and the way to a person.
//!
//! A question is answered in a task of its own, so that the chat shows the answer as it grows and a
//! slow model holds nobody else up. What the buttons below an answer need stands in the buttons and
//! the database, so that they work after a restart; whose answer it is, is asked of the database.

mod action;
mod queue;
mod worded;

use tokio::sync::{oneshot, watch};
use wavelaunch_shared::coach::{self, Mode, Opened, Rated, Rating};
use wavelaunch_shared::id::CoachMessageId;
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::text::{Button, Foreign};
use wavelaunch_shared::{Error, Result};

pub(super) use action::CoachAction;

use super::action::Action;
use super::state::State;
use super::turn::Turn;
use super::words::{phrase, reply};
use super::{CoachTurn, Manner, Output, messages};

/// What people put before a question out of habit, where the command takes the question alone.
const ASK: &str = "ask ";

/// The command: a question is answered, no question opens the coach.
pub(super) async fn command(turn: &Turn<'_>, args: &Foreign) -> Result<Vec<Output>> {
    let question = args.raw().trim();
    let question = match question.get(..ASK.len()) {
        Some(start) if start.eq_ignore_ascii_case(ASK) => &question[ASK.len()..],
        _ if question.eq_ignore_ascii_case(ASK.trim()) => "",
        _ => question,
    };
    if question.is_empty() {
        return open(turn).await;
    }
    stay(turn).await?;
    ask(turn, &Foreign::from(question))
}

/// A button of the coach's.
pub(super) async fn press(turn: &Turn<'_>, action: CoachAction) -> Result<Vec<Output>> {
    match action {
        CoachAction::Open => open(turn).await,
        CoachAction::Starter { month, index } => starter(turn, month, index).await,
        CoachAction::Rate(answer, rating) => rate(turn, &answer, rating).await,
        CoachAction::Again(question) => again(turn, &question).await,
        CoachAction::Person(about) => person(turn, about.as_ref()).await,
    }
}

/// Words while the coach is open.
pub(super) fn words(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    ask(turn, text)
}

/// The draft with this mark goes to the coach instead of the studio.
pub(super) async fn draft(turn: &Turn<'_>, mark: &str) -> Result<Vec<Output>> {
    let Some(draft) = messages::pending(turn, mark).await? else { return turn.replace("message_expired", &[], &[]) };
    turn.leave().await?;
    ask(turn, &draft.text)
}

/// Words after a 👎: the reason, unless they are the next question.
pub(super) async fn reason(turn: &Turn<'_>, answer: &CoachMessageId, text: &Foreign) -> Result<Vec<Output>> {
    stay(turn).await?;
    if text.raw().trim_end().ends_with('?') {
        return ask(turn, text);
    }
    match coach::rating_feedback(turn.studio, &turn.client.id, answer, text).await {
        Ok(()) => turn.say("coach_rating_thanks", &[], &[]),
        Err(Error::NotFound(_)) => turn.say("coach_rating_gone", &[], &[]),
        Err(error) => Err(error),
    }
}

/// Greets, and offers questions to begin with.
async fn open(turn: &Turn<'_>) -> Result<Vec<Output>> {
    stay(turn).await?;
    let newest = coach::current(turn.studio, &turn.client.id).await?;
    if newest.is_some_and(|conversation| conversation.mode == Mode::Human) {
        return turn.say("coach_human_mode", &[turn.studio_name()], &[]);
    }
    let person = [Action::Coach(CoachAction::Person(None))];
    let month = coach::month(&turn.client);
    let mut greeting = match month {
        Some(month) => {
            let title = turn.studio.programme.title(month).to_owned();
            let values = [turn.name(), ("month", month.to_string()), ("month_title", title)];
            reply(turn.studio, "coach_greeting", &values, &person)?
        }
        None => reply(turn.studio, "coach_greeting_generic", &[turn.name()], &person)?,
    };
    let month = month.map_or(0, Month::number);
    let starters = coach::starters(turn.studio, &turn.client).into_iter().zip(0..).map(|(question, index)| {
        vec![Button::new(question, Action::Coach(CoachAction::Starter { month, index }).to_string())]
    });
    greeting.buttons.splice(0..0, starters);
    Ok(vec![Output::Say(greeting)])
}

/// A question from the offered ones. Its button names the month for which it was offered, so that an
/// old button still asks what it says.
async fn starter(turn: &Turn<'_>, month: u8, index: usize) -> Result<Vec<Output>> {
    let programme = &turn.studio.programme;
    let offered = match Month::new(month.into()) {
        Ok(month) => &programme.month(month).starters,
        Err(_) => &programme.generic_starters,
    };
    let Some(question) = offered.get(index) else { return turn.say("button_expired", &[], &[]) };
    stay(turn).await?;
    ask(turn, &Foreign::from(question.as_str()))
}

async fn again(turn: &Turn<'_>, question: &CoachMessageId) -> Result<Vec<Output>> {
    stay(turn).await?;
    let question = coach::question(turn.studio, &turn.client.id, question).await?;
    ask(turn, &question.content)
}

async fn rate(turn: &Turn<'_>, answer: &CoachMessageId, rating: Rating) -> Result<Vec<Output>> {
    match coach::rate(turn.studio, &turn.client.id, answer, rating).await {
        Ok(Rated::Escalated) => turn.say("coach_escalated", &worded::promise(turn.studio), &[]),
        Ok(Rated::Noted) if rating == Rating::Down && turn.person.platform.manner() == Manner::Telegram => {
            turn.enter(&State::Reason(answer.clone())).await?;
            let person = Action::Coach(CoachAction::Person(Some(answer.clone())));
            turn.say("coach_rating_thanks_down", &[], &[person])
        }
        Ok(Rated::Noted) => Ok(vec![Output::Toast(phrase(turn.studio, "coach_rating_thanks", &[])?)]),
        Err(Error::NotFound(_)) => Ok(vec![Output::Toast(phrase(turn.studio, "coach_rating_gone", &[])?)]),
        Err(error) => Err(error),
    }
}

/// Hands over to the studio, without a question to the model.
pub(super) async fn person(turn: &Turn<'_>, about: Option<&CoachMessageId>) -> Result<Vec<Output>> {
    match coach::call_person(turn.studio, &turn.client.id, about, turn.surface()).await? {
        Opened::New(..) => turn.say("coach_escalated", &worded::promise(turn.studio), &[]),
        Opened::Added(_) => turn.say("coach_escalated_again", &[turn.studio_name()], &[]),
    }
}

/// Where people write freely, the next words are for the coach too.
async fn stay(turn: &Turn<'_>) -> Result<()> {
    match turn.person.platform.manner() {
        Manner::Telegram => turn.enter(&State::Coaching).await,
        Manner::Discord => Ok(()),
    }
}

/// Puts a question to the coach. The answer is worked out in a task of its own, which ends by
/// itself: each call to the model has its time-outs.
fn ask(turn: &Turn<'_>, question: &Foreign) -> Result<Vec<Output>> {
    let Some(place) = queue::enter(&turn.client.id) else { return turn.say("coach_queue_full", &[], &[]) };
    let mut outputs = if place.behind { turn.say("coach_queued", &[], &[])? } else { Vec::new() };
    let (so_far, text) = watch::channel(String::new());
    let (whole, done) = oneshot::channel();
    let (studio, client, surface) = (turn.studio.clone(), turn.client.clone(), turn.surface());
    let question = question.clone();
    tokio::spawn(async move {
        let _turn = place.turn().await;
        let mut grow = |text: &str| {
            so_far.send_replace(text.to_owned());
        };
        let outcome = coach::ask(&studio, &client.id, None, &question, surface, &mut grow).await;
        // Whoever asked may have gone; the answer is stored all the same.
        let _ = whole.send(worded::reply_to(&studio, &client, outcome));
    });
    outputs.push(Output::Coach(CoachTurn { text, done }));
    Ok(outputs)
}

#[cfg(test)]
mod tests;
