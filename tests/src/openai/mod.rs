//! A strict OpenAI-compatible chat server on loopback.
//!
//! Takes `POST …/chat/completions` and `GET …/models`, with or without `/v1`, streamed or whole. A closure from request to answer plays the model.
//! It never reaches out, and it does not count tokens as a real tokenizer would.

mod answer;
mod http;
mod request;
mod schema;
mod stream;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use answer::{Answer, Trouble};
pub use request::ChatRequest;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, TimeScale};
use crate::faults::{Fault, FaultScript, Times};
use crate::journal::{Entry, Journal};
use crate::server::Server;
use crate::wait::{TimedOut, Watched};

/// The key that the stand-in accepts.
pub const KEY: &str = "sk-stand-in-for-tests-only";

type Model = Arc<dyn Fn(&ChatRequest) -> Answer + Send + Sync>;

/// Everything that the stand-in remembers.
pub struct State {
    model: Model,
    models: Vec<String>,
    requests: Vec<ChatRequest>,
    abandoned: u32,
    journal: Journal,
    faults: FaultScript,
    clock: Clock,
}

impl State {
    /// The chat requests that reached the model, oldest first.
    #[must_use]
    pub fn requests(&self) -> &[ChatRequest] {
        &self.requests
    }

    /// How many streams the client left before they ended.
    #[must_use]
    pub fn abandoned(&self) -> u32 {
        self.abandoned
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("requests", &self.requests).finish_non_exhaustive()
    }
}

/// A running stand-in; it ends when dropped.
#[derive(Debug)]
pub struct FakeOpenAi {
    state: Arc<Watched<State>>,
    server: Server,
}

impl FakeOpenAi {
    /// Starts one whose model repeats the last thing it was told.
    pub async fn start() -> std::io::Result<Self> {
        let state = Arc::new(Watched::new(State {
            model: Arc::new(|request: &ChatRequest| Answer::text(format!("You said: {}", request.last_user_text()))),
            models: vec!["stand-in".to_owned()],
            requests: Vec::new(),
            abandoned: 0,
            journal: Journal::default(),
            faults: FaultScript::default(),
            clock: Clock::new(TimeScale::Real),
        }));
        let server = Server::start(http::router(Arc::clone(&state)), CancellationToken::new()).await?;
        Ok(Self { state, server })
    }

    /// What belongs into `OPENAI_BASE_URL`, with `/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.server.http())
    }

    /// The server without a path.
    #[must_use]
    pub fn root_url(&self) -> String {
        self.server.http()
    }

    /// Sets what the model answers from now on.
    pub fn answers(&self, model: impl Fn(&ChatRequest) -> Answer + Send + Sync + 'static) {
        self.state.change(|state| state.model = Arc::new(model));
    }

    /// Adds a model to those that may be named; only `stand-in` is known at first.
    pub fn knows(&self, model: &str) {
        self.state.change(|state| state.models.push(model.to_owned()));
    }

    /// Lets `fault` strike calls such as `POST /chat/completions`.
    pub fn fault(&self, pattern: &str, fault: Fault, times: Times) {
        self.state.change(|state| state.faults.add(pattern, fault, times));
    }

    /// Ends all scripted trouble.
    pub fn clear_faults(&self) {
        self.state.change(|state| state.faults.clear());
    }

    /// The chat requests that reached the model, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<ChatRequest> {
        self.state.read(|state| state.requests.clone())
    }

    /// Every request so far.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        self.state.read(|state| state.journal.entries().to_vec())
    }

    /// The requests that OpenAI would have refused.
    #[must_use]
    pub fn refused(&self) -> Vec<Entry> {
        self.state.read(|state| state.journal.refused())
    }

    /// Waits until `look` finds something, at most for `cap`; `what` names it in the error.
    pub async fn wait_for<R>(
        &self,
        cap: Duration,
        what: &str,
        look: impl FnMut(&State) -> Option<R>,
    ) -> Result<R, TimedOut> {
        let found = self.state.until(cap, what, look).await;
        found.map_err(|error| error.having_seen(self.state.read(|state| state.journal.tail())))
    }
}
