//! The work behind the screen: questions and commands on their way.
//!
//! A slot has at most one question running. The same question asked again while
//! it runs is asked once more afterwards (data changed meanwhile); another
//! question replaces it. Commands are never dropped and run in their order.

use std::collections::{HashMap, VecDeque};
use std::future;

use tokio::task::{AbortHandle, Id, JoinSet};

use super::effect::Event;
use super::view::{SlotKey, ViewId};
use crate::data::{Answer, Command, Desk, Done, Problem, Query};

/// What a finished job brought.
enum Outcome {
    Answer(Result<Answer, Problem>),
    Done(Result<Done, Problem>),
}

struct Running {
    id: Id,
    abort: AbortHandle,
    query: Query,
    again: bool,
}

/// The jobs of one session; dropping it stops them.
pub struct Jobs {
    desk: Desk,
    set: JoinSet<Outcome>,
    slots: HashMap<SlotKey, Running>,
    command: Option<Id>,
    commands: VecDeque<Command>,
}

impl Jobs {
    /// No jobs yet.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self { desk, set: JoinSet::new(), slots: HashMap::new(), command: None, commands: VecDeque::new() }
    }

    /// Whether anything is on its way.
    #[must_use]
    pub fn busy(&self) -> bool {
        !self.set.is_empty()
    }

    /// Starts a question.
    pub fn ask(&mut self, key: SlotKey, query: Query) {
        if let Some(running) = self.slots.get_mut(&key) {
            if running.query == query {
                running.again = true;
                return;
            }
            running.abort.abort();
        }
        let answer = self.desk.ask(query.clone());
        let abort = self.set.spawn(async move { Outcome::Answer(answer.await) });
        self.slots.insert(key, Running { id: abort.id(), abort, query, again: false });
    }

    /// Stops everything that a view asked.
    pub fn forget(&mut self, view: ViewId) {
        self.slots.retain(|key, running| {
            if key.0 == view {
                running.abort.abort();
            }
            key.0 != view
        });
    }

    /// Carries out a command after those before it.
    pub fn submit(&mut self, command: Command) {
        self.commands.push_back(command);
        self.next_command();
    }

    fn next_command(&mut self) {
        if self.command.is_some() {
            return;
        }
        if let Some(command) = self.commands.pop_front() {
            let done = self.desk.act(command);
            let handle = self.set.spawn(async move { Outcome::Done(done.await) });
            self.command = Some(handle.id());
        }
    }

    /// The next thing that a job brought; waits for ever when there is none.
    pub async fn next(&mut self) -> Event {
        loop {
            let finished = self.set.join_next_with_id().await;
            let event = match finished {
                None => future::pending().await,
                Some(Ok((id, Outcome::Answer(answer)))) => self.answered(id, answer),
                Some(Ok((_, Outcome::Done(done)))) => Some(self.done(done)),
                Some(Err(error)) if error.is_cancelled() => None,
                Some(Err(error)) if self.command == Some(error.id()) => Some(self.done(Err(Problem::crashed()))),
                Some(Err(error)) => self.answered(error.id(), Err(Problem::crashed())),
            };
            if let Some(event) = event {
                return event;
            }
        }
    }

    fn done(&mut self, done: Result<Done, Problem>) -> Event {
        self.command = None;
        self.next_command();
        Event::Done(done)
    }

    /// `None` for an answer that nobody waits for any more.
    fn answered(&mut self, id: Id, answer: Result<Answer, Problem>) -> Option<Event> {
        let key = *self.slots.iter().find(|(_, running)| running.id == id)?.0;
        let running = self.slots.remove(&key)?;
        if running.again {
            self.ask(key, running.query);
        }
        Some(Event::Answered(key, answer))
    }
}

#[cfg(test)]
#[path = "jobs_tests.rs"]
mod tests;
