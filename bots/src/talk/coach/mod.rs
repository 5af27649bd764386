//! Talking to the coach: questions, ratings, starters, and the way to a person.
//!
//! A question is answered in a task of its own, so that the chat shows the answer as it grows and a
//! slow model holds nobody else up. What the buttons below an answer need stands in the buttons and
//! the database, so that they work after a restart; whose answer it is, is asked of the database.

mod action;
mod chats;
mod facts;
mod queue;
mod worded;

use tokio::sync::{oneshot, watch};
use wavelaunch_shared::coach::{self, Mode, Opened, Rated, Rating};
use wavelaunch_shared::id::CoachMessageId;
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::text::{Button, Foreign};
use wavelaunch_shared::{Error, Result};

pub(super) use action::CoachAction;
pub(super) use chats::{export_latest as export, list as chats};
pub use facts::form;
pub(super) use facts::told;

use super::action::Action;
use super::state::State;
use super::turn::Turn;
use super::words::{phrase, reply};
use super::{CoachTurn, Manner, Output, Place, messages};

/// The most of another's message that goes along with the question about it, in characters.
const QUOTED: usize = 1500;

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
    ask(turn, &Foreign::from(question)).await
}

/// A button of the coach's.
pub(super) async fn press(turn: &Turn<'_>, action: CoachAction) -> Result<Vec<Output>> {
    match action {
        CoachAction::Open => open(turn).await,
        CoachAction::Starter { month, index } => starter(turn, month, index).await,
        CoachAction::FollowUp(answer, index) => follow_up(turn, &answer, index).await,
        CoachAction::Rate(answer, rating) => rate(turn, &answer, rating).await,
        CoachAction::Again(question) => again(turn, &question).await,
        CoachAction::Person(about) => person(turn, about.as_ref()).await,
        CoachAction::Stop => stop(turn).await,
        CoachAction::Chats => chats::list(turn).await,
        CoachAction::New => chats::begin(turn).await,
        CoachAction::Chat(id) => chats::show(turn, &id).await,
        CoachAction::Change(id, change) => chats::change(turn, &id, change).await,
        CoachAction::Confirm(id, change) => chats::confirm(turn, &id, change).await,
        CoachAction::Export(id, format) => chats::export(turn, &id, format).await,
        CoachAction::HeldGoOn => held(turn, Held::GoOn).await,
        CoachAction::HeldNew => held(turn, Held::New).await,
        CoachAction::Facts => facts::go_on(turn).await,
        CoachAction::SkipFact(fact) => facts::skip(turn, fact).await,
        CoachAction::FactsLater => facts::later(turn).await,
    }
}

/// Words while the coach is open.
pub(super) async fn words(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    stay(turn).await?;
    ask(turn, text).await
}

/// A form of the coach's came back.
pub(super) async fn filled(turn: &Turn<'_>, action: &str, fields: &[(String, Foreign)]) -> Result<Vec<Output>> {
    match Action::read(action) {
        Some(Action::Coach(CoachAction::Facts)) => facts::filled(turn, fields).await,
        Some(Action::Coach(CoachAction::Rate(answer, Rating::Down))) => {
            let Some((_, reason)) = fields.iter().find(|(_, text)| !text.is_blank()) else {
                return turn.say("coach_rating_thanks", &[], &[]);
            };
            keep_reason(turn, &answer, reason).await
        }
        _ => turn.say("button_expired", &[], &[]),
    }
}

/// The coach's opinion of a message at which the client pointed. It is quoted as what it is: others'
/// words, brought along by the client themself.
pub(super) async fn about(turn: &Turn<'_>, message: &Foreign) -> Result<Vec<Output>> {
    if message.is_blank() {
        return turn.say("coach_about_nothing", &[], &[]);
    }
    let quoted: String = message.raw().chars().filter(|c| !matches!(c, '«' | '»')).take(QUOTED).collect();
    let question = phrase(turn.studio, "coach_about", &[("message_text", quoted.trim().to_owned())])?;
    ask(turn, &Foreign::new(question)).await
}

/// The draft with this mark goes to the coach instead of the studio.
pub(super) async fn draft(turn: &Turn<'_>, mark: &str) -> Result<Vec<Output>> {
    let Some(draft) = messages::pending(turn, mark).await? else { return turn.replace("message_expired", &[], &[]) };
    stay(turn).await?;
    ask(turn, &draft.text).await
}

/// Words after a 👎: the reason, unless they are the next question.
pub(super) async fn reason(turn: &Turn<'_>, answer: &CoachMessageId, text: &Foreign) -> Result<Vec<Output>> {
    stay(turn).await?;
    if text.raw().trim_end().ends_with('?') {
        return ask(turn, text).await;
    }
    keep_reason(turn, answer, text).await
}

async fn keep_reason(turn: &Turn<'_>, answer: &CoachMessageId, text: &Foreign) -> Result<Vec<Output>> {
    match coach::rating_feedback(turn.studio, &turn.client.id, answer, text).await {
        Ok(()) => turn.say("coach_rating_thanks", &[], &[]),
        Err(Error::NotFound(_)) => turn.say("coach_rating_gone", &[], &[]),
        Err(error) => Err(error),
    }
}

/// Opens the coach: on first use with its questions, after a long pause with the choice to go on, else
/// with a greeting.
async fn open(turn: &Turn<'_>) -> Result<Vec<Output>> {
    stay(turn).await?;
    if let Some(asked) = facts::begin(turn).await? {
        return Ok(asked);
    }
    greet(turn).await
}

/// Greets, and offers questions to begin with.
async fn greet(turn: &Turn<'_>) -> Result<Vec<Output>> {
    stay(turn).await?;
    let newest = coach::current(turn.studio, &turn.client.id).await?;
    if newest.is_some_and(|conversation| conversation.mode == Mode::Human) {
        return turn.say("coach_human_mode", &[turn.studio_name()], &[]);
    }
    let person = [CoachAction::Person(None), CoachAction::Chats].map(Action::Coach);
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
    ask(turn, &Foreign::from(question.as_str())).await
}

/// One of the questions below an answer.
async fn follow_up(turn: &Turn<'_>, answer: &CoachMessageId, index: usize) -> Result<Vec<Output>> {
    match coach::follow_up(turn.studio, &turn.client.id, answer, index).await {
        Ok(Some(question)) => {
            stay(turn).await?;
            ask(turn, &Foreign::new(question)).await
        }
        Ok(None) | Err(Error::NotFound(_)) => turn.say("button_expired", &[], &[]),
        Err(error) => Err(error),
    }
}

/// Ends the answer that is being written; what was said of it stays, in its place.
async fn stop(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let key = match coach::stop(turn.studio, &turn.client.id).await? {
        0 => "coach_stop_late",
        _ => "coach_stopping",
    };
    Ok(vec![Output::Toast(phrase(turn.studio, key, &[])?)])
}

/// Where a question goes that was held.
#[derive(Clone, Copy)]
enum Held {
    GoOn,
    New,
}

/// The question that was held goes where the client says.
async fn held(turn: &Turn<'_>, to: Held) -> Result<Vec<Output>> {
    let Some(State::Held(question)) = turn.state().await? else { return turn.replace("button_expired", &[], &[]) };
    match (to, coach::idle(turn.studio, &turn.client.id).await?) {
        (Held::GoOn, Some(chat)) => {
            coach::change(turn.studio, &turn.client.id, &chat.id, coach::Change::GoOn).await?;
        }
        _ => {
            coach::start_new(turn.studio, &turn.client.id, turn.surface()).await?;
        }
    }
    turn.leave().await?;
    stay(turn).await?;
    ask(turn, &question).await
}

async fn again(turn: &Turn<'_>, question: &CoachMessageId) -> Result<Vec<Output>> {
    stay(turn).await?;
    let question = coach::question(turn.studio, &turn.client.id, question).await?;
    ask(turn, &question.content).await
}

async fn rate(turn: &Turn<'_>, answer: &CoachMessageId, rating: Rating) -> Result<Vec<Output>> {
    match coach::rate(turn.studio, &turn.client.id, answer, rating).await {
        Ok(Rated::Escalated) => turn.say("coach_escalated", &worded::promise(turn.studio), &[]),
        Ok(Rated::Noted) if rating == Rating::Down && asks_for_reasons(turn) => {
            turn.enter(&State::Reason(answer.clone())).await?;
            let person = Action::Coach(CoachAction::Person(Some(answer.clone())));
            turn.say("coach_rating_thanks_down", &[], &[person])
        }
        Ok(Rated::Noted) => Ok(vec![Output::Toast(phrase(turn.studio, "coach_rating_thanks", &[])?)]),
        Err(Error::NotFound(_)) => Ok(vec![Output::Toast(phrase(turn.studio, "coach_rating_gone", &[])?)]),
        Err(error) => Err(error),
    }
}

/// Where people write freely, a 👎 is followed by a question; Discord opens a form for it instead.
fn asks_for_reasons(turn: &Turn<'_>) -> bool {
    turn.person.place == Place::Private && turn.person.platform.manner() == Manner::Telegram
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
    match turn.person.place {
        Place::Private => turn.enter(&State::Coaching).await,
        Place::Shared => Ok(()),
    }
}

/// Puts a question to the coach, unless the last conversation was left for so long that the client
/// should say where it goes. The answer is worked out in a task of its own, which ends by itself: each
/// call to the model has its time-outs.
async fn ask(turn: &Turn<'_>, question: &Foreign) -> Result<Vec<Output>> {
    if !question.is_blank() && coach::idle(turn.studio, &turn.client.id).await?.is_some() {
        turn.enter(&State::Held(question.clone())).await?;
        let actions = [CoachAction::HeldGoOn, CoachAction::HeldNew].map(Action::Coach);
        return turn.say("coach_new_conversation", &[], &actions);
    }
    let Some(place) = queue::enter(&turn.client.id) else { return turn.say("coach_queue_full", &[], &[]) };
    let mut outputs = if place.behind { turn.say("coach_queued", &[], &[])? } else { Vec::new() };
    let offer = facts::offer(turn).await?;
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
        let _ = whole.send(worded::reply_to(&studio, &client, outcome, offer));
    });
    let stop = Button::new(phrase(turn.studio, "coach_stop", &[])?, Action::Coach(CoachAction::Stop).to_string());
    outputs.push(Output::Coach(CoachTurn { text, done, stop }));
    Ok(outputs)
}

#[cfg(test)]
mod offline_tests;
#[cfg(test)]
mod tests;
