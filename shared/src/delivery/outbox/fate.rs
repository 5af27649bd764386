//! What a sender learnt about one message, and writing it down as surely as it can be done.

use std::time::Duration;

use chrono::TimeDelta;

use super::super::{Scope, hold};
use super::{Cause, Leased, Recorded, dead, in_doubt, retry, sent};
use crate::{Result, Studio};

/// Tries to record what became of a message, a little later each time: a message that left must not
/// fall into doubt over a moment's trouble with the database.
const RECORD_TRIES: u32 = 6;
/// The first pause between them; it doubles with each.
const RECORD_PAUSE: Duration = Duration::from_millis(400);
/// How long a message waits whose sender was refused; somebody has to mend the token first.
const REFUSED_WAIT: TimeDelta = TimeDelta::minutes(5);

/// What became of one outgoing message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The platform confirmed it, under these ids.
    Sent(Vec<String>),
    /// It did not leave; another try may work.
    Retry(String),
    /// The platform said to wait.
    Hold {
        /// What waits.
        scope: Scope,
        /// How long.
        wait: Duration,
        /// What it said.
        why: String,
    },
    /// It may have arrived, and cannot be sent again safely.
    InDoubt(String),
    /// The platform refuses this message.
    Refused(String),
    /// The person cannot be reached there.
    Unreachable(String),
    /// The platform refuses the bot: nothing more is sent in this run.
    Stop(String),
}

impl Fate {
    /// Why the message did not arrive; `None` when it did.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Self::Sent(_) => None,
            Self::Retry(why)
            | Self::Hold { why, .. }
            | Self::InDoubt(why)
            | Self::Refused(why)
            | Self::Unreachable(why)
            | Self::Stop(why) => Some(why),
        }
    }
}

/// Writes down what became of a message, however often the database has to be asked. When it
/// cannot be done, the message's lease runs out.
pub async fn record(studio: &Studio, leased: &Leased, fate: &Fate) {
    if let Some(why) = fate.trouble() {
        tracing::warn!(message = %leased.id, channel = leased.channel.as_str(), why, "a message did not arrive");
    }
    let mut pause = RECORD_PAUSE;
    for _ in 0..RECORD_TRIES {
        match note(studio, leased, fate).await {
            Ok(Recorded::Done) => return,
            Ok(Recorded::Stale) => {
                tracing::warn!(message = %leased.id, "a message was sent after its lease had run out");
                return;
            }
            Err(error) => {
                tracing::error!(message = %leased.id, %error, "what became of a message could not be recorded");
                studio.clock.rest(pause).await;
                pause *= 2;
            }
        }
    }
}

async fn note(studio: &Studio, leased: &Leased, fate: &Fate) -> Result<Recorded> {
    match fate {
        Fate::Sent(ids) => sent(studio, leased, ids).await,
        Fate::Retry(why) => retry(studio, leased, why, None).await,
        Fate::Hold { scope, wait, why } => {
            let wait = TimeDelta::from_std(*wait).unwrap_or(REFUSED_WAIT);
            hold(studio, scope, studio.clock.now() + wait).await?;
            retry(studio, leased, why, Some(wait)).await
        }
        Fate::InDoubt(why) => in_doubt(studio, leased, why).await,
        Fate::Refused(why) => dead(studio, leased, why, Cause::Message).await,
        Fate::Unreachable(why) => dead(studio, leased, why, Cause::Recipient).await,
        Fate::Stop(why) => retry(studio, leased, why, Some(REFUSED_WAIT)).await,
    }
}
