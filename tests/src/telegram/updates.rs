//! The queue of updates and its one reader: offsets confirm, a second poller conflicts.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::error::ApiError;

/// The kinds that an empty `allowed_updates` leaves out.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// Updates that were not confirmed yet.
#[derive(Debug, Default)]
pub struct Intake {
    pending: VecDeque<Pending>,
    last_id: i64,
    allowed: Vec<String>,
    poll: Option<u64>,
    polls: u64,
    /// How often a poll was ended because another one came.
    pub conflicts: u32,
}

#[derive(Debug)]
struct Pending {
    id: i64,
    update: Value,
}

impl Intake {
    /// Queues an update of a kind; it is dropped when the bot did not ask for that kind. Gives its id.
    pub fn push(&mut self, kind: &str, content: &Value) -> i64 {
        let id = self.next_id();
        if self.wants(kind) {
            self.pending.push_back(Pending { id, update: json!({ "update_id": id, kind: content }) });
        }
        id
    }

    /// Queues an update exactly as given; only `update_id` is set when it is an object without one.
    pub fn push_raw(&mut self, mut update: Value) -> i64 {
        let id = self.next_id();
        if let Some(fields) = update.as_object_mut() {
            fields.entry("update_id").or_insert(json!(id));
        }
        self.pending.push_back(Pending { id, update });
        id
    }

    /// How many updates wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.pending.len()
    }

    /// Whether the bot has confirmed this update, by polling with a higher offset.
    #[must_use]
    pub fn is_confirmed(&self, id: i64) -> bool {
        id <= self.last_id && self.pending.iter().all(|pending| pending.id != id)
    }

    /// Sets which kinds the bot wants from now on.
    pub fn allow(&mut self, kinds: Vec<String>) {
        self.allowed = kinds;
    }

    /// Forgets everything that waits.
    pub fn drop_all(&mut self) {
        self.pending.clear();
    }

    /// Begins a poll, which ends any other, and confirms what lies below `offset`.
    pub fn begin_poll(&mut self, offset: i64) -> u64 {
        if offset > 0 {
            self.pending.retain(|pending| pending.id >= offset);
        } else if offset < 0 {
            let keep = usize::try_from(-offset).unwrap_or(usize::MAX);
            self.pending.drain(..self.pending.len().saturating_sub(keep));
        }
        if self.poll.is_some() {
            self.conflicts += 1;
        }
        self.polls += 1;
        self.poll = Some(self.polls);
        self.polls
    }

    /// Whether a poll is running.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.poll.is_some()
    }

    /// Whether the poll is still the only one.
    #[must_use]
    pub fn is_current(&self, poll: u64) -> bool {
        self.poll == Some(poll)
    }

    /// Ends a poll.
    pub fn end_poll(&mut self, poll: u64) {
        if self.poll == Some(poll) {
            self.poll = None;
        }
    }

    /// Forgets an update that the webhook took.
    pub fn confirm(&mut self, id: i64) {
        self.pending.retain(|pending| pending.id != id);
    }

    /// Ends whatever poll is running, because a webhook was set.
    pub fn interrupt(&mut self) {
        self.poll = None;
    }

    /// The next updates, still unconfirmed.
    #[must_use]
    pub fn batch(&self, limit: usize) -> Vec<Value> {
        self.pending.iter().take(limit).map(|pending| pending.update.clone()).collect()
    }

    fn wants(&self, kind: &str) -> bool {
        if self.allowed.is_empty() {
            !ON_REQUEST.contains(&kind)
        } else {
            self.allowed.iter().any(|allowed| allowed == kind)
        }
    }

    fn next_id(&mut self) -> i64 {
        self.last_id = self.last_id.max(100_000_000) + 1;
        self.last_id
    }
}

/// 409 for the poll that lost.
#[must_use]
pub fn conflict_with_poll() -> ApiError {
    ApiError::new(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
}

/// 409 while a webhook is set.
#[must_use]
pub fn conflict_with_webhook() -> ApiError {
    ApiError::new(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
}
