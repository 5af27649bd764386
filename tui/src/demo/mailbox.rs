//! The platforms in memory: what Telegram and Discord would do with a message, without a socket.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use wavelaunch_shared::Studio;
use wavelaunch_shared::delivery::{self, Fate, Leased, Scope};
use wavelaunch_shared::id::OutboxId;

use super::luck::{Luck, PostTrouble};
use super::outside::{Address, Leaving, Outside};

/// Everybody's chats.
#[derive(Debug)]
pub struct Mailbox {
    luck: Arc<Luck>,
    chats: Mutex<Chats>,
}

#[derive(Debug, Default)]
struct Chats {
    /// Which messages each person sees. A platform that knows nonces takes none of them twice.
    seen: HashMap<Address, Vec<OutboxId>>,
    gone: HashSet<Address>,
    numbers: u64,
}

impl Mailbox {
    /// Empty chats, whose messages meet this luck.
    #[must_use]
    pub fn new(luck: Arc<Luck>) -> Self {
        Self { luck, chats: Mutex::default() }
    }

    fn dispatch(&self, leased: &Leased) -> Fate {
        let to = (leased.channel, leased.recipient.clone());
        let platform = leased.channel.name();
        if self.chats().gone.contains(&to) {
            return Fate::Unreachable("Forbidden: bot was blocked by the user".into());
        }
        let broken = format!("the connection broke before {platform} confirmed");
        match self.luck.post(&leased.id) {
            None => Fate::Sent(vec![self.chats().take(&to, leased)]),
            Some(PostTrouble::TooMany) => {
                let wait = Duration::from_secs(self.luck.pick(1..90));
                let scope = Scope::Recipient(leased.channel, leased.recipient.clone());
                Fate::Hold { scope, wait, why: format!("{platform} asks to wait {} seconds", wait.as_secs()) }
            }
            Some(PostTrouble::Failed) => Fate::Retry(format!("{platform} failed (500)")),
            Some(PostTrouble::Cut) => unclear(leased, broken),
            Some(PostTrouble::AnswerLost) => {
                self.chats().take(&to, leased);
                unclear(leased, broken)
            }
        }
    }

    fn chats(&self) -> MutexGuard<'_, Chats> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that may have arrived is sent again only where the platform would know it again.
fn unclear(leased: &Leased, why: String) -> Fate {
    if leased.channel.repeats_safely() { Fate::Retry(why) } else { Fate::InDoubt(why) }
}

impl Chats {
    /// Shows a message to a person; its number on the platform.
    fn take(&mut self, to: &Address, leased: &Leased) -> String {
        let seen = self.seen.entry(to.clone()).or_default();
        if !(leased.channel.repeats_safely() && seen.contains(&leased.id)) {
            seen.push(leased.id.clone());
        }
        self.numbers += 1;
        self.numbers.to_string()
    }
}

impl Outside for Mailbox {
    fn appears(&self, _: &str, _: &[Address]) {}

    fn carry<'a>(&'a self, studio: &'a Studio, leased: &'a Leased) -> BoxFuture<'a, ()> {
        async move {
            let fate = self.dispatch(leased);
            delivery::record(studio, leased, &fate).await;
        }
        .boxed()
    }

    fn arrived(&self, at: &Address) -> usize {
        self.chats().seen.get(at).map_or(0, Vec::len)
    }

    fn leaves(&self, at: &Address, _: Leaving) {
        self.chats().gone.insert(at.clone());
    }

    fn returns(&self, at: &Address) {
        self.chats().gone.remove(at);
    }
}
