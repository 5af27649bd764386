//! How the parts of a run are: for the readiness line, `/healthz`, `/readyz`, and the log.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// How one part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not there yet.
    Starting,
    /// At work; the text says as whom.
    Ready(String),
    /// At work again as soon as what the text tells is over.
    Troubled(String),
    /// Given up for good; the text says why and what to do.
    Stopped(String),
}

/// How all parts are. Clones share it.
#[derive(Clone, Debug)]
pub struct Health {
    parts: Arc<Mutex<BTreeMap<&'static str, State>>>,
    changed: watch::Sender<()>,
}

/// One part's way to tell how it is.
#[derive(Clone, Debug)]
pub struct Part {
    name: &'static str,
    health: Health,
}

impl Default for Health {
    fn default() -> Self {
        Self { parts: Arc::default(), changed: watch::Sender::new(()) }
    }
}

impl Health {
    /// Adds a part that is starting.
    #[must_use]
    pub fn part(&self, name: &'static str) -> Part {
        let part = Part { name, health: self.clone() };
        part.tell(State::Starting);
        part
    }

    /// How each part is, by name.
    #[must_use]
    pub fn states(&self) -> Vec<(&'static str, State)> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.iter().map(|(name, state)| (*name, state.clone())).collect()
    }

    /// True when every part is at work.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.states().iter().all(|(_, state)| matches!(state, State::Ready(_)))
    }

    /// Completes once each part is ready, or has been given up.
    pub async fn settled(&self) {
        self.until(|states| states.iter().all(|(_, state)| matches!(state, State::Ready(_) | State::Stopped(_)))).await;
    }

    /// Completes once there are parts and all have been given up.
    pub async fn given_up(&self) {
        let all = |states: &[(_, State)]| states.iter().all(|(_, state)| matches!(state, State::Stopped(_)));
        self.until(|states| !states.is_empty() && all(states)).await;
    }

    async fn until(&self, wanted: impl Fn(&[(&'static str, State)]) -> bool) {
        let mut changed = self.changed.subscribe();
        while !wanted(&self.states()) {
            // The sender lives as long as this handle.
            let _ = changed.changed().await;
        }
    }
}

impl Part {
    /// It works, as `who`.
    pub fn ready(&self, who: &str) {
        self.tell(State::Ready(who.to_owned()));
    }

    /// It does not work for now, because of `what`.
    pub fn troubled(&self, what: &str) {
        self.tell(State::Troubled(what.to_owned()));
    }

    /// It will not work any more in this run, because of `why`.
    pub fn stopped(&self, why: &str) {
        self.tell(State::Stopped(why.to_owned()));
    }

    /// True once it was given up.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.health.states().iter().any(|(name, state)| *name == self.name && matches!(state, State::Stopped(_)))
    }

    /// Keeps the state, and logs it when it is news. What was given up stays so.
    fn tell(&self, state: State) {
        let mut parts = self.health.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let before = parts.get(self.name);
        if before == Some(&state) || matches!(before, Some(State::Stopped(_))) {
            return;
        }
        match &state {
            State::Starting => {}
            State::Ready(who) => tracing::info!(part = self.name, who, "ready"),
            State::Troubled(what) => tracing::warn!(part = self.name, "{what}"),
            State::Stopped(why) => tracing::error!(part = self.name, "{why}"),
        }
        parts.insert(self.name, state);
        drop(parts);
        self.health.changed.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_run_is_settled_when_each_part_is_ready_or_given_up() {
        let health = Health::default();
        let (telegram, discord) = (health.part("telegram"), health.part("discord"));
        telegram.ready("@bot");
        assert!(!health.is_ready());
        let settled = tokio::spawn({
            let health = health.clone();
            async move { health.settled().await }
        });
        discord.troubled("no network");
        discord.stopped("the token is refused");
        settled.await.unwrap();
        discord.ready("too late");
        assert!(discord.is_stopped() && !health.is_ready());
    }
}
