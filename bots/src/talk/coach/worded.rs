//! What came of a question, in words and buttons.

use chrono::{DateTime, Utc};
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::coach::{
    self, Answer, Called, Ending, Occasion, Outcome, Proposal, Rating, Refusal, Source, Trigger,
};
use wavelaunch_shared::text::{Button, Reply, Rich};
use wavelaunch_shared::{Result, Studio};

use super::CoachAction;
use crate::talk::CoachReply;
use crate::talk::action::Action;
use crate::talk::words::reply;

/// The message that ends a question's turn. It never fails: what cannot be told in full is told
/// as plainly as can be, and logged. `offer` goes with an answer.
pub(super) fn reply_to(studio: &Studio, client: &Client, outcome: Result<Outcome>, offer: Option<Reply>) -> CoachReply {
    let worded = match outcome {
        Ok(Outcome::Answer(answer)) => answered(studio, client, &answer, offer),
        Ok(outcome) => told(studio, client, outcome).map(CoachReply::from),
        Err(error) => {
            tracing::error!(client = %client.id, %error, "a question to the coach failed");
            let person = [Action::Coach(CoachAction::Open), Action::Coach(CoachAction::Person(None))];
            reply(studio, "coach_fallback", &[], &person).map(CoachReply::from)
        }
    };
    worded.unwrap_or_else(|error| {
        tracing::error!(%error, "the catalogue cannot word the coach");
        Reply::plain("I cannot answer just now. Please try again in a few minutes.").into()
    })
}

fn told(studio: &Studio, client: &Client, outcome: Outcome) -> Result<Reply> {
    let name = ("studio_name", studio.settings.studio.name.clone());
    let person = Action::Coach(CoachAction::Person(None));
    match outcome {
        Outcome::Answer(answer) => Ok(Reply::new(shown(&answer.text))),
        Outcome::Escalated { trigger: Trigger::Distress, .. } => reply(studio, "coach_distress", &promise(studio), &[]),
        Outcome::Escalated { trigger: Trigger::Withheld, .. } => reply(studio, "coach_withheld", &promise(studio), &[]),
        Outcome::Escalated { again: true, .. } => reply(studio, "coach_escalated_again", &[name], &[]),
        Outcome::Escalated { .. } => reply(studio, "coach_escalated", &promise(studio), &[]),
        Outcome::Failed { question, .. } => {
            reply(studio, "coach_fallback", &[], &[Action::Coach(CoachAction::Again(question)), person])
        }
        Outcome::Refused(Refusal::LimitHit { resets_at }) => {
            reply(studio, "coach_limit_hit", &[("reset_time", clock(resets_at, client))], &[person])
        }
        Outcome::Refused(Refusal::Disabled) => reply(studio, "coach_disabled", &[], &[person]),
        Outcome::Refused(Refusal::Reserved) => reply(studio, "coach_capability_off", &[], &[person]),
        Outcome::Refused(Refusal::Human) => reply(studio, "coach_human_mode", &[name], &[]),
        Outcome::Refused(Refusal::NotActive) => reply(studio, "client_inactive", &[], &[]),
        Outcome::Refused(Refusal::Empty) => reply(studio, "coach_no_question", &[], &[]),
    }
}

/// The stored answer with its buttons, and beside it what else has to be said.
fn answered(studio: &Studio, client: &Client, answer: &Answer, offer: Option<Reply>) -> Result<CoachReply> {
    let mut reply = Reply::new(shown(&answer.text));
    for (index, question) in answer.follow_ups.iter().enumerate() {
        let action = CoachAction::FollowUp(answer.message_id.clone(), index);
        reply = reply.row(vec![button(question, action)]);
    }
    let labels = &studio.messages.get("coach_rating_ask")?.buttons;
    let ratings = labels
        .iter()
        .zip([Rating::Up, Rating::Down])
        .map(|(label, rating)| button(label, CoachAction::Rate(answer.message_id.clone(), rating)));
    let person = studio.messages.get("coach_greeting")?.buttons.iter().take(1);
    let person = person.map(|label| button(label, CoachAction::Person(Some(answer.message_id.clone()))));
    let reply = reply.row(ratings.collect()).row(person.collect());
    Ok(CoachReply { reply, beside: beside(studio, client, answer, offer)? })
}

/// The model's text as it is shown: nothing in it can be pressed.
fn shown(text: &str) -> Rich {
    Rich::from_markdown(text).inert()
}

/// What has to be said beside an answer, in one message. It stays out of the answer's own, which is
/// shown as it is stored.
fn beside(studio: &Studio, client: &Client, answer: &Answer, offer: Option<Reply>) -> Result<Option<Reply>> {
    let mut text = Rich::default();
    match answer.ending {
        Ending::Whole => {}
        Ending::BrokenOff => text = text.then(studio.messages.body("coach_interrupted", &[])?),
        Ending::Stopped => text = text.then(studio.messages.body("coach_stopped", &[])?),
    }
    match answer.source {
        Source::Playbooks if !studio.model.is_offline() => {
            text = text.then(studio.messages.body("coach_budget_spent", &[])?);
        }
        Source::Instead => text = text.then(studio.messages.body("coach_instead", &[])?),
        Source::Playbooks | Source::Model => {}
    }
    if let Some(called) = answer.called {
        let key = match called {
            Called { trigger: Trigger::Distress, .. } => "coach_distress",
            Called { again: true, .. } => "coach_escalated_again",
            Called { again: false, .. } => "coach_escalated",
        };
        text = text.then(studio.messages.body(key, &promise(studio))?);
    }
    if let Some(proposal) = answer.proposal {
        let key = match proposal {
            Proposal::Break => "coach_propose_break",
            Proposal::Message => "coach_propose_message",
        };
        text = text.then(studio.messages.body(key, &[])?);
    }
    if answer.question_cut {
        let limit = ("limit", coach::LONGEST_QUESTION.to_string());
        text = text.then(studio.messages.body("coach_cut_question", &[limit])?);
    }
    if let Some(warning) = answer.warning {
        let key = match warning.occasion {
            Occasion::First => "coach_limit_warned",
            Occasion::Again => "coach_limit_left",
        };
        let resets_at = coach::resets_at(studio.clock.now());
        let values = [("remaining", warning.remaining.to_string()), ("reset_time", clock(resets_at, client))];
        text = text.then(studio.messages.body(key, &values)?);
    }
    let mut buttons = offers(studio, answer)?;
    buttons.extend(offer.iter().flat_map(|offer| offer.buttons.clone()));
    let text = text.then(offer.map(|offer| offer.text).unwrap_or_default());
    Ok((!text.is_empty()).then(|| Reply { buttons, ..Reply::new(text) }))
}

/// What can be done besides, each with its own confirmation.
fn offers(studio: &Studio, answer: &Answer) -> Result<Vec<Vec<Button>>> {
    let again = [
        Action::Coach(CoachAction::Again(answer.question.clone())),
        Action::Coach(CoachAction::Person(Some(answer.message_id.clone()))),
    ];
    let (key, actions): (_, &[Action]) = match (answer.source, answer.proposal) {
        (Source::Instead, _) => ("coach_instead", &again),
        (_, Some(Proposal::Break)) => ("coach_propose_break", &[Action::Break]),
        (_, Some(Proposal::Message)) => ("coach_propose_message", &[Action::Write]),
        (_, None) => return Ok(Vec::new()),
    };
    Ok(reply(studio, key, &[], actions)?.buttons)
}

fn button(label: &str, action: CoachAction) -> Button {
    Button::new(short(label), Action::Coach(action).to_string())
}

/// A question as a label: platforms cut longer ones where they please.
fn short(text: &str) -> String {
    const LONGEST: usize = 64;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Who answers, and within how many hours.
pub(super) fn promise(studio: &Studio) -> [(&'static str, String); 2] {
    [("studio_name", studio.settings.studio.name.clone()), ("hours", coach::ANSWER_HOURS.to_string())]
}

/// A moment on the client's own clock.
fn clock(at: DateTime<Utc>, client: &Client) -> String {
    at.with_timezone(&client.zone()).format("%H:%M on %-d %B").to_string()
}
