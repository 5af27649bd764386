//! The port to whatever writes and answers: an OpenAI-compatible endpoint, or the offline writer.
//!
//! The model decides nothing: what it is shown is chosen by code under the caller's id, and what
//! it returns is text. A model that is set but fails is a failure, never a silent swap.

mod endpoint;
mod error;
mod retry;
mod stream;
mod tokens;

use std::sync::Arc;

use crate::Result;
use crate::clock::Clock;
use crate::config::ModelSettings;

pub use endpoint::OpenAi;
pub use error::ModelError;
pub use retry::wait_before_next;
pub use tokens::count_tokens;

/// The pauses before each repeat for a writer that has no settings of its own, in seconds.
const USUAL_PAUSES: [u64; 3] = [1, 3, 8];

/// Who writes documents and answers the coach's questions.
#[derive(Clone, Debug)]
pub enum Model {
    /// An OpenAI-compatible endpoint.
    OpenAi(OpenAi),
    /// Something else that writes: a rehearsal plays one.
    Other(Arc<dyn Writer>),
    /// No key is set: documents and answers are composed from the playbooks, and say so.
    Offline,
}

/// A writer that is no endpoint.
pub trait Writer: std::fmt::Debug + Send + Sync {
    /// Answers a prompt, or says why not.
    ///
    /// # Errors
    /// Whatever an endpoint may fail with.
    fn write(&self, prompt: &Prompt) -> Result<Completion, ModelError>;
}

/// What the model is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompt {
    /// Our own instructions. Text that people wrote never goes in here.
    pub system: String,
    /// The exchange so far; the last turn is the one to be answered.
    pub messages: Vec<Turn>,
    /// The longest answer, in tokens.
    pub max_tokens: u32,
    /// How freely it may choose its words, 0 to 2.
    pub temperature: f32,
    /// The form of the answer, as a JSON schema, where the endpoint knows structured output. One that does
    /// not is asked without.
    pub form: Option<serde_json::Value>,
}

/// One turn of an exchange with the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whose turn.
    pub role: Role,
    /// What was said.
    pub text: String,
}

/// Whose words a turn holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The person, or data that code put in front of the model.
    User,
    /// The model.
    Assistant,
}

/// What the model returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The text.
    pub text: String,
    /// What was sent, in tokens: the endpoint's own count, or our estimate where it gave none.
    pub tokens_in: i64,
    /// What came back, in tokens, counted the same way.
    pub tokens_out: i64,
    /// Which model answered, as the endpoint calls it.
    pub model: String,
    /// The text is not whole: the connection ended early, or the answer reached its longest.
    pub truncated: bool,
    /// The text is the model's refusal to answer.
    pub refused: bool,
}

impl Turn {
    /// A turn of the person.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, text: text.into() }
    }

    /// A turn of the model.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, text: text.into() }
    }
}

impl Prompt {
    /// How much is sent, in tokens.
    #[must_use]
    pub fn tokens(&self) -> i64 {
        count_tokens(&self.system) + self.messages.iter().map(|turn| count_tokens(&turn.text)).sum::<i64>()
    }
}

impl Model {
    /// OpenAI-compatible as soon as a key or a base address is set, else offline. An unusable
    /// setting is named.
    pub fn from_settings(settings: &ModelSettings) -> Result<Self> {
        if settings.api_key.is_empty() && settings.base_url.is_empty() {
            return Ok(Self::Offline);
        }
        OpenAi::new(settings).map(Self::OpenAi)
    }

    /// True when nothing but the playbooks answers.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Offline)
    }

    /// The pauses before each repeat, in seconds.
    fn pauses(&self) -> &[u64] {
        match self {
            Self::OpenAi(endpoint) => endpoint.pauses(),
            Self::Other(_) => &USUAL_PAUSES,
            Self::Offline => &[],
        }
    }

    /// Asks once. `on_text` is given the text so far, whole, each time that it grows. Whether a
    /// failure is worth another try is the caller's decision: see [`wait_before_next`].
    pub async fn complete(
        &self,
        prompt: &Prompt,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Completion, ModelError> {
        match self {
            Self::OpenAi(endpoint) => endpoint.complete(prompt, on_text).await,
            Self::Other(writer) => {
                let completion = writer.write(prompt)?;
                on_text(&completion.text);
                Ok(completion)
            }
            Self::Offline => Err(ModelError::permanent("none is set; set OPENAI_API_KEY or model.base_url")),
        }
    }

    /// Asks as often as [`wait_before_next`] allows, with the pauses of the settings in between. After
    /// a failure the text that `on_text` is given begins again.
    pub async fn complete_patiently(
        &self,
        clock: &Clock,
        prompt: &Prompt,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Completion, ModelError> {
        let mut failures = 0;
        loop {
            let error = match self.complete(prompt, on_text).await {
                Ok(completion) => return Ok(completion),
                Err(error) => error,
            };
            failures += 1;
            let pause = wait_before_next(self.pauses(), failures, &error, rand::random());
            let Some(pause) = pause else { return Err(error) };
            tracing::warn!(%error, failures, ?pause, "the model failed and is asked again");
            clock.rest(pause).await;
        }
    }
}

#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;
