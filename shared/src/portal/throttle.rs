//! How fast one person may go.

use chrono::TimeDelta;

use crate::delivery::{self, Channel, Turn};
use crate::{Result, Studio};

/// What is limited for each chat account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Anything typed or pressed: `portal.commands_per_minute`.
    Command,
    /// A try with an invitation code.
    Code,
}

/// Codes cannot be guessed; this keeps somebody from trying all the same.
const CODES: (u32, TimeDelta) = (10, TimeDelta::minutes(15));

/// Whether the account may do this now. It counts as done when it may.
pub async fn may(studio: &Studio, action: Action, platform: Channel, external_user_id: &str) -> Result<Turn> {
    let (name, (times, span)) = match action {
        Action::Command => ("command", (studio.settings.portal.commands_per_minute, TimeDelta::minutes(1))),
        Action::Code => ("code", CODES),
    };
    delivery::allow(studio, &format!("{name}:{}:{external_user_id}", platform.as_str()), times, span).await
}
