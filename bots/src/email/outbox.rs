//! The outbox's way to e-mail: what became of one message.

use std::time::Duration;

use wavelaunch_shared::delivery::{Channel, Fate, Leased, Scope};

use super::Mailer;
use super::compose::{self, Unwritten};
use super::session::Failure;

/// How long all e-mail waits when the server wants none of ours.
const SENDER_REFUSED: Duration = Duration::from_mins(5);

impl Mailer {
    /// Sends a message and says what became of it.
    pub(super) async fn dispatch(&self, leased: &Leased) -> Fate {
        let letter = match compose::letter(&self.studio, &self.sender, leased).await {
            Ok(letter) => letter,
            Err(Unwritten::Address(why)) => return Fate::Unreachable(why),
            Err(Unwritten::Message(why)) => return Fate::Refused(why),
            Err(Unwritten::ForNow(why)) => return Fate::Retry(why),
        };
        match self.line.send(&letter).await {
            Ok(taken) => {
                self.part.ready(&self.name());
                Fate::Sent(vec![letter.message_id, taken])
            }
            Err(failure) => {
                self.tell(&failure);
                fate(failure)
            }
        }
    }

    /// Tells of a failure that concerns every message.
    fn tell(&self, failure: &Failure) {
        match failure {
            Failure::NotSent(why) | Failure::Unknown(why) | Failure::Sender(why) => self.part.troubled(why),
            // The worker stops the part after a login that failed; the other two concern one message.
            Failure::Login(_) | Failure::Recipient(_) | Failure::Message(_) => {}
        }
    }
}

fn fate(failure: Failure) -> Fate {
    match failure {
        Failure::NotSent(why) => Fate::Retry(why),
        Failure::Unknown(why) => Fate::InDoubt(why),
        Failure::Login(why) => Fate::Stop(why),
        Failure::Sender(why) => Fate::Hold { scope: Scope::Channel(Channel::Email), wait: SENDER_REFUSED, why },
        Failure::Recipient(why) => Fate::Unreachable(why),
        Failure::Message(why) => Fate::Refused(why),
    }
}
