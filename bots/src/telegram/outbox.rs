//! The outbox's way to Telegram: what became of one message.

use wavelaunch_shared::delivery::{Channel, Fate, Leased, Scope};

use super::Telegram;
use super::api::Failure;
use super::send::Stopped;

impl Telegram {
    /// Sends a message and says what became of it.
    pub async fn dispatch(&self, leased: &Leased) -> Fate {
        let Ok(chat) = leased.recipient.parse::<i64>() else {
            return Fate::Refused("the recipient is no Telegram chat".into());
        };
        match self.send(leased.client_id.as_ref(), chat, &leased.body).await {
            Ok(ids) => Fate::Sent(ids.iter().map(ToString::to_string).collect()),
            Err(Stopped { failure, arrived }) if arrived.is_empty() => fate(&failure, &leased.recipient),
            // The reader has the beginning: sending it again would double it.
            Err(Stopped { failure, arrived }) => {
                Fate::InDoubt(format!("only the first {} of its messages arrived: {failure}", arrived.len()))
            }
        }
    }
}

fn fate(failure: &Failure, recipient: &str) -> Fate {
    let told = failure.to_string();
    match failure {
        Failure::NotSent(_) | Failure::Server(_) | Failure::Conflict(_) => Fate::Retry(told),
        Failure::Unknown(_) => Fate::InDoubt(told),
        Failure::Slow(wait) => {
            Fate::Hold { scope: Scope::Recipient(Channel::Telegram, recipient.to_owned()), wait: *wait, why: told }
        }
        Failure::Token => Fate::Stop(told),
        Failure::Unreachable(_) => Fate::Unreachable(told),
        Failure::Refused(_) => Fate::Refused(told),
    }
}
