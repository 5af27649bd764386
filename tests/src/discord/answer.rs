//! Following one interaction: what the bot answered, and how that answer changed.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::interaction::Ack;
use super::message::{SeenMessage, Version};
use super::state::State;
use crate::wait::{TimedOut, Watched};

/// What the bot has answered so far.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// How it acknowledged, if it did.
    pub ack: Option<Ack>,
    /// The answer itself; for a press that changes its message, that message.
    pub original: Option<SeenMessage>,
    /// Further messages, oldest first.
    pub followups: Vec<SeenMessage>,
    /// The modal that was opened.
    pub modal: Option<Value>,
    /// The choices that were offered.
    pub choices: Option<Value>,
}

impl Answer {
    /// Everything readable in the answer and its follow-ups.
    #[must_use]
    pub fn words(&self) -> String {
        let parts: Vec<String> =
            self.original.iter().chain(&self.followups).map(|message| message.now.words()).collect();
        parts.join("\n")
    }

    /// Whether only the asker sees the answer.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.original.as_ref().is_some_and(SeenMessage::is_ephemeral)
    }

    /// Every state of the answer in order; an empty first one is a deferral.
    #[must_use]
    pub fn versions(&self) -> Vec<Version> {
        self.original.as_ref().map(SeenMessage::versions).unwrap_or_default()
    }

    /// Whether there is something to read or fill in.
    #[must_use]
    pub fn has_content(&self) -> bool {
        let shown = self.original.as_ref().is_some_and(|message| !message.is_loading());
        (shown && self.ack != Some(Ack::DeferredUpdate))
            || !self.followups.is_empty()
            || self.modal.is_some()
            || self.choices.is_some()
    }

    fn of(state: &State, id: u64) -> Self {
        let Some(interaction) = state.interactions.get(&id) else { return Self::default() };
        let message = |id: &u64| state.message(*id).cloned();
        Self {
            ack: interaction.ack,
            original: interaction.original.as_ref().and_then(message),
            followups: interaction.followups.iter().filter_map(message).collect(),
            modal: interaction.modal.clone(),
            choices: interaction.choices.clone(),
        }
    }
}

/// One interaction in progress.
#[derive(Debug, Clone)]
pub struct InteractionHandle {
    pub(super) id: u64,
    pub(super) state: Arc<Watched<State>>,
}

impl InteractionHandle {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Its token, for tests that speak HTTP themselves.
    #[must_use]
    pub fn token(&self) -> String {
        self.state.read(|state| {
            state.interactions.get(&self.id).map(|interaction| interaction.token.clone()).unwrap_or_default()
        })
    }

    /// What the bot has answered by now.
    #[must_use]
    pub fn answer(&self) -> Answer {
        self.state.read(|state| Answer::of(state, self.id))
    }

    /// Waits until there is something to read: not a mere deferral.
    pub async fn wait_answer(&self, cap: Duration) -> Result<Answer, TimedOut> {
        self.wait_for(cap, "an answer", Answer::has_content).await
    }

    /// Waits until the answer is as wanted; `what` names that in the error.
    pub async fn wait_for(
        &self,
        cap: Duration,
        what: &str,
        mut wanted: impl FnMut(&Answer) -> bool,
    ) -> Result<Answer, TimedOut> {
        let look = |state: &State| Some(Answer::of(state, self.id)).filter(|answer| wanted(answer));
        self.state
            .until(cap, what, look)
            .await
            .map_err(|error| error.having_seen(self.state.read(|state| state.journal.tail())))
    }
}
