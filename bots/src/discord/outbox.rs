//! The outbox's way to Discord: direct messages, each under a nonce, so that trying again never doubles
//! one.

use std::sync::PoisonError;
use std::time::Duration;

use serenity::all::{ChannelId, CreateMessage, HttpError, Message, Nonce, UserId};
use wavelaunch_shared::delivery::{Channel, Fate, Leased, Scope};

use super::connect::TOKEN_REFUSED;
use super::{Discord, render};

/// How long all direct messages wait when Discord says that they are opened too fast.
const DIRECTS_TOO_FAST: Duration = Duration::from_mins(1);
/// Tries of the later parts of a message, whose first part the reader has.
const PART_TRIES: u32 = 3;

impl Discord {
    /// Sends a message and says what became of it. The recipient is the person's number.
    pub async fn dispatch(&self, leased: &Leased) -> Fate {
        let Some(user) = leased.recipient.parse().ok().filter(|id| *id > 0).map(UserId::new) else {
            return Fate::Refused("the recipient is no Discord account".into());
        };
        let channel = match self.direct(user).await {
            Ok(channel) => channel,
            Err(error) => return self.fate(&error, &leased.recipient),
        };
        let parts = match self.compose(leased).await {
            Ok(parts) => parts,
            Err(error) if error.is_transient() => return Fate::Retry(error.to_string()),
            Err(error) => return Fate::Refused(error.to_string()),
        };
        if parts.is_empty() {
            return Fate::Refused("there is nothing to send in it".into());
        }
        let mut arrived = Vec::new();
        for part in parts {
            match self.send_part(channel, part, !arrived.is_empty()).await {
                Ok(message) => arrived.push(message.id.to_string()),
                Err(error) if arrived.is_empty() => return self.fate(&error, &leased.recipient),
                Err(error) => {
                    return Fate::InDoubt(format!(
                        "only the first {} of its messages arrived: {}",
                        arrived.len(),
                        told(&error)
                    ));
                }
            }
        }
        Fate::Sent(arrived)
    }

    /// The messages of a reply: its text, cut where needed, the buttons and files with the last.
    async fn compose(&self, leased: &Leased) -> wavelaunch_shared::Result<Vec<CreateMessage>> {
        let reply = &leased.body;
        let mut texts = render::parts(&reply.text);
        let mut files = self.attachments(leased.client_id.as_ref(), &reply.files).await?;
        if texts.is_empty() && !files.is_empty() {
            texts.push(String::new());
        }
        let last = texts.len().saturating_sub(1);
        Ok(texts
            .into_iter()
            .enumerate()
            .map(|(number, text)| {
                let mut message = CreateMessage::new()
                    .content(text)
                    .allowed_mentions(render::no_mentions())
                    .nonce(Nonce::String(nonce(leased.id.as_str(), number)))
                    .enforce_nonce(true);
                if number == last {
                    message = message.components(render::rows(&reply.buttons)).add_files(std::mem::take(&mut files));
                }
                message
            })
            .collect())
    }

    async fn send_part(&self, channel: ChannelId, part: CreateMessage, following: bool) -> serenity::Result<Message> {
        let mut tries = 0;
        loop {
            tries += 1;
            match channel.send_message(&self.http, part.clone()).await {
                Err(error) if following && tries < PART_TRIES && may_pass(&error) => {
                    let wait = self.egress.last_wait().clamp(Duration::from_secs(1), Duration::from_secs(10));
                    self.studio.clock.rest(wait).await;
                }
                result => return result,
            }
        }
    }

    /// The person's direct channel.
    pub(super) async fn direct(&self, user: UserId) -> serenity::Result<ChannelId> {
        let known = self.directs.lock().unwrap_or_else(PoisonError::into_inner).get(&user).copied();
        if let Some(channel) = known {
            return Ok(channel);
        }
        let channel = user.create_dm_channel(&self.http).await?.id;
        self.directs.lock().unwrap_or_else(PoisonError::into_inner).insert(user, channel);
        Ok(channel)
    }

    fn fate(&self, error: &serenity::Error, recipient: &str) -> Fate {
        let why = told(error);
        let Some((status, code)) = refusal(error) else { return Fate::Retry(why) };
        match (status, code) {
            (401, _) => Fate::Stop(TOKEN_REFUSED.into()),
            (_, 40003) => Fate::Hold { scope: Scope::Channel(Channel::Discord), wait: DIRECTS_TOO_FAST, why },
            (429, _) => {
                let wait = self.egress.last_wait().max(Duration::from_secs(1));
                Fate::Hold { scope: Scope::Recipient(Channel::Discord, recipient.to_owned()), wait, why }
            }
            // Direct messages closed, blocked, no guild in common; the channel or the person gone.
            (_, 50007 | 50278 | 50001 | 10003 | 10013) => Fate::Unreachable(why),
            (500.., _) => Fate::Retry(why),
            _ => Fate::Refused(why),
        }
    }
}

/// The status and Discord's own code of a refusal.
fn refusal(error: &serenity::Error) -> Option<(u16, isize)> {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(answer)) => {
            Some((answer.status_code.as_u16(), answer.error.code))
        }
        _ => None,
    }
}

/// Whether Discord says that this goes too fast.
pub(super) fn is_too_fast(error: &serenity::Error) -> bool {
    refusal(error).is_some_and(|(status, _)| status == 429)
}

fn may_pass(error: &serenity::Error) -> bool {
    refusal(error).is_none_or(|(status, _)| status == 429 || status >= 500)
}

/// An error without the address, which may hold an interaction's token.
pub(super) fn told(error: &serenity::Error) -> String {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(answer)) => {
            let reasons: Vec<String> =
                answer.error.errors.iter().map(|at| format!("{}: {}", at.path, at.message)).collect();
            let told = format!(
                "Discord answers {} {} {}",
                answer.status_code.as_u16(),
                answer.error.message,
                reasons.join("; ")
            );
            wavelaunch_shared::text::terminal_safe(told.trim_end())
        }
        serenity::Error::Http(_) => "Discord did not answer in a usable form".into(),
        other => wavelaunch_shared::text::terminal_safe(&other.to_string()),
    }
}

/// At most 25 characters, the same for each try of the same part. Ids begin with a `c`, which the
/// numbers of the later parts replace.
fn nonce(id: &str, part: usize) -> String {
    const NUMBERS: &[u8] = b"0123456789abdefghijklmnopqrstuvwxyz";
    match (part, NUMBERS.get(part)) {
        (1.., Some(number)) => format!("{}{}", char::from(*number), id.get(1..).unwrap_or("")),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_part_has_a_nonce_of_its_own_that_discord_takes() {
        let id = wavelaunch_shared::id::cuid(chrono::DateTime::UNIX_EPOCH);
        let nonces: BTreeSet<String> = (0..30).map(|part| nonce(&id, part)).collect();
        assert_eq!(nonces.len(), 30);
        assert!(nonces.iter().all(|nonce| nonce.len() == 25));
        assert_eq!(nonce(&id, 0), id);
    }
}
