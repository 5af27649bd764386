//! A client who needs a break asks for it; the studio decides.

use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Error, Result, journey};

use super::Output;
use super::action::Action;
use super::messages;
use super::state::State;
use super::turn::Turn;

/// Whether somebody says in so many words that they need a break.
pub(super) fn is_wished(text: &Foreign) -> bool {
    const WISHES: [&str; 6] =
        ["need a break", "want a break", "take a break", "pause my journey", "pause the programme", "put me on hold"];
    let text = wavelaunch_shared::text::fold(text.raw());
    // A long text that also speaks of a break is a message to a person.
    text.chars().count() <= 200 && WISHES.iter().any(|wish| text.contains(wish))
}

/// Offers a break to somebody who speaks of one; what they wrote stays ready to be sent.
pub(super) async fn offer(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    let mut outputs = messages::drafted(turn, None, text).await?;
    outputs.insert(0, Output::Say(super::words::reply(turn.studio, "break_offer", &[], &[Action::Break])?));
    Ok(outputs)
}

/// Asks for the reason, unless it came along.
pub(super) async fn ask(turn: &Turn<'_>, reason: &Foreign) -> Result<Vec<Output>> {
    if turn.client.program_start_date.is_none() || turn.client.is_paused {
        return turn.say("break_not_now", &[], &[Action::Write]);
    }
    if !reason.is_blank() {
        return request(turn, reason).await;
    }
    turn.enter(&State::Resting).await?;
    turn.say("break_ask", &[], &[Action::Cancel])
}

/// Puts the request to the studio.
pub(super) async fn request(turn: &Turn<'_>, reason: &Foreign) -> Result<Vec<Output>> {
    turn.leave().await?;
    match journey::request_break(turn.studio, &turn.client.id, Some(reason)).await {
        Ok(true) => turn.say("break_asked", &[turn.studio_name()], &[]),
        Ok(false) => turn.say("break_asked_again", &[turn.studio_name()], &[]),
        Err(Error::Refused(_)) => turn.say("break_not_now", &[], &[Action::Write]),
        Err(other) => Err(other),
    }
}
