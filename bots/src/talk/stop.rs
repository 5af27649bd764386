//! No more messages.

use wavelaunch_shared::{Result, portal};

use super::Output;
use super::action::Action;
use super::turn::Turn;

/// Asks whether they mean it, and offers less.
pub(super) fn ask(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.say("stop_confirm", &[], &[Action::Stop, Action::Stay, Action::Settings])
}

/// Ends the link of this account; `/start` takes it up again.
pub(super) async fn stop(turn: &Turn<'_>) -> Result<Vec<Output>> {
    portal::stop(turn.studio, &turn.identity).await?;
    turn.replace("stop_done", &[], &[])
}
