//! After a long silence: is it still the same person who holds this account?

use wavelaunch_shared::{Result, portal};

use super::action::{Action, Wanted};
use super::turn::Turn;
use super::{Output, documents};

/// Asks who it is before documents are shown, if nobody was heard of for too long; `None` when there is
/// nothing to ask.
pub(super) fn before_documents(turn: &Turn<'_>, wanted: Wanted) -> Result<Option<Vec<Output>>> {
    let Some(since) = turn.identity.silent_since else { return Ok(None) };
    let days = (turn.studio.clock.now() - since).num_days().to_string();
    let actions = [Action::StillMe(wanted), Action::Disown];
    turn.say("document_confirm_identity", &[turn.name(), ("days", days)], &actions).map(Some)
}

/// It is: they get what they asked for.
pub(super) async fn still_me(turn: &Turn<'_>, wanted: &Wanted) -> Result<Vec<Output>> {
    portal::confirm(turn.studio, &turn.identity).await?;
    match wanted {
        Wanted::List => documents::list(turn).await,
        Wanted::Open(id) => documents::open(turn, id).await,
    }
}

/// It is not: the link ends, and the studio sees why.
pub(super) async fn not_me(turn: &Turn<'_>) -> Result<Vec<Output>> {
    portal::disown(turn.studio, &turn.identity).await?;
    turn.replace("document_identity_refused", &[], &[])
}
