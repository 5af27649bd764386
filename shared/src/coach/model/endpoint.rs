//! An OpenAI-compatible chat endpoint, through async-openai.
//!
//! The library's own retries are replaced by a plain service, so that one place decides when to ask
//! again and Retry-After is not lost. Time-outs run on tokio's time, never on the studio's clock:
//! a driven clock must not make a network wait.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use futures::StreamExt;
use reqwest_openai as reqwest;
use serde_json::json;
use tokio::time::{Instant, timeout, timeout_at};

use super::error::said;
use super::stream::{Chunk, Finish, Gathered};
use super::{Completion, ModelError, Prompt, Role, count_tokens};
use crate::config::ModelSettings;
use crate::{Error, Result};

const OPENAI: &str = "https://api.openai.com/v1";
const CONNECT: Duration = Duration::from_secs(10);
/// The longest error body that is read, in bytes.
const ERROR_BODY: usize = 16 * 1024;
/// The longest answer that is kept, in bytes: an endpoint that ignores the limit is cut off.
const LONGEST: usize = 1024 * 1024;

/// An OpenAI-compatible endpoint; cheap to clone.
#[derive(Clone)]
pub struct OpenAi {
    client: Arc<Client<OpenAIConfig>>,
    base: String,
    name: String,
    first_token: Duration,
    idle: Duration,
    whole: Duration,
    pauses: Arc<[u64]>,
    /// False once it has turned out that the endpoint takes no form of an answer.
    knows_forms: Arc<AtomicBool>,
}

impl OpenAi {
    /// Prepares the endpoint that the settings name; nothing is sent yet.
    pub fn new(settings: &ModelSettings) -> Result<Self> {
        let base = match settings.base_url.trim().trim_end_matches('/') {
            "" => OPENAI.to_owned(),
            base => base.to_owned(),
        };
        if !reqwest::Url::parse(&base).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(Error::Setting(format!(
                "model.base_url (OPENAI_BASE_URL): {base:?} is no web address; write for instance \"{OPENAI}\""
            )));
        }
        let key = settings.api_key.expose().trim();
        if !key.chars().all(|c| c.is_ascii_graphic()) {
            return Err(Error::Setting("model.api_key (OPENAI_API_KEY): it has characters that no key has".into()));
        }
        let http = http_client()?;
        let config = OpenAIConfig::new().with_api_base(&base).with_api_key(key).with_org_id("").with_project_id("");
        let client = Client::build(http.clone(), config)
            .with_http_service(tower::service_fn(move |request| send(http.clone(), request)));
        Ok(Self {
            client: Arc::new(client),
            base,
            name: settings.name.clone(),
            first_token: Duration::from_secs(settings.first_token_timeout_seconds.max(1)),
            idle: Duration::from_secs(settings.idle_timeout_seconds.max(1)),
            whole: Duration::from_secs(settings.document_timeout_seconds.max(1)),
            pauses: settings.retry_seconds.clone().into(),
            knows_forms: Arc::new(AtomicBool::new(settings.structured_output)),
        })
    }

    /// The pauses before each repeat of a failed call, in seconds.
    pub(super) fn pauses(&self) -> &[u64] {
        &self.pauses
    }

    /// Asks once and gathers the stream.
    pub(super) async fn complete(
        &self,
        prompt: &Prompt,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Completion, ModelError> {
        let end = Instant::now() + self.whole;
        timeout_at(end, self.in_a_form(prompt, on_text))
            .await
            .map_err(|_| ModelError::transient(format!("not finished after {} s", self.whole.as_secs())))?
    }

    /// Asks for the prompt's form as long as the endpoint is not known to refuse it.
    async fn in_a_form(
        &self,
        prompt: &Prompt,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Completion, ModelError> {
        let form = prompt.form.as_ref().filter(|_| self.knows_forms.load(Ordering::Relaxed));
        match self.gather(prompt, form, on_text).await {
            Err(ModelError::Rejected(why)) if form.is_some() => {
                let without = self.gather(prompt, None, on_text).await;
                if without.is_ok() {
                    tracing::info!(
                        why,
                        "the model's endpoint takes no response_format and is asked without from now on"
                    );
                    self.knows_forms.store(false, Ordering::Relaxed);
                }
                without
            }
            answered => answered,
        }
    }

    async fn gather(
        &self,
        prompt: &Prompt,
        form: Option<&serde_json::Value>,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Completion, ModelError> {
        let first_word = Instant::now() + self.first_token;
        let silent = || ModelError::transient(format!("silent for {} s", self.first_token.as_secs()));
        let request = self.request(prompt, form);
        let chat = self.client.chat();
        let opening = chat.create_stream_byot::<_, Chunk>(request);
        let mut events = timeout_at(first_word, opening).await.map_err(|_| silent())?.map_err(explain)?;
        let mut gathered = Gathered::default();
        loop {
            let next = if gathered.text.is_empty() {
                timeout_at(first_word, events.next()).await.map_err(|_| silent())?
            } else {
                timeout(self.idle, events.next())
                    .await
                    .map_err(|_| ModelError::transient(format!("fell silent for {} s", self.idle.as_secs())))?
            };
            let chunk = match next {
                Some(Ok(chunk)) => chunk,
                // What has arrived is worth keeping; the missing end is told.
                Some(Err(OpenAIError::StreamError(_))) if !gathered.text.is_empty() => break,
                Some(Err(error)) => return Err(explain(error)),
                None => break,
            };
            if let Some(error) = &chunk.error {
                return Err(ModelError::transient(format!("error in the stream: {}", said(&error.to_string()))));
            }
            if gathered.take(chunk) {
                on_text(&gathered.text);
            }
            if gathered.text.len() > LONGEST {
                gathered.finish = Some(Finish::Length);
                break;
            }
        }
        self.finish(prompt, gathered)
    }

    fn request(&self, prompt: &Prompt, form: Option<&serde_json::Value>) -> serde_json::Value {
        let turns = prompt.messages.iter().map(|turn| {
            let role = match turn.role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            json!({ "role": role, "content": turn.text })
        });
        let system = json!({ "role": "system", "content": prompt.system });
        // OpenAI's newer models know only the new name, most other vendors only the old one.
        let limit = if self.base == OPENAI { "max_completion_tokens" } else { "max_tokens" };
        let mut request = json!({
            "model": self.name,
            "messages": std::iter::once(system).chain(turns).collect::<Vec<_>>(),
            limit: prompt.max_tokens,
            "temperature": shortest(prompt.temperature),
            "stream": true,
            "stream_options": { "include_usage": true },
        });
        if let Some(schema) = form {
            request["response_format"] = json!({
                "type": "json_schema",
                "json_schema": { "name": "answer", "strict": true, "schema": schema },
            });
        }
        request
    }

    fn finish(&self, prompt: &Prompt, gathered: Gathered) -> Result<Completion, ModelError> {
        if gathered.text.trim().is_empty() {
            return Err(ModelError::transient("the stream ended without a word"));
        }
        Ok(Completion {
            tokens_in: gathered.usage.prompt_tokens.filter(|count| *count > 0).unwrap_or_else(|| prompt.tokens()),
            tokens_out: gathered
                .usage
                .completion_tokens
                .filter(|count| *count > 0)
                .unwrap_or_else(|| count_tokens(&gathered.text)),
            model: gathered.model.unwrap_or_else(|| self.name.clone()),
            truncated: gathered.finish != Some(Finish::Stop),
            refused: gathered.refused,
            text: gathered.text,
        })
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAi").field("base", &self.base).field("name", &self.name).finish_non_exhaustive()
    }
}

/// 0.7 as 0.7, not as the 0.699999988079071 that a plain widening would send.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| f64::from(number))
}

fn http_client() -> Result<reqwest::Client> {
    // Several TLS providers may be compiled in; the first caller decides, and a second call is no error.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .build()
        .map_err(|e| Error::Setting(format!("the model's HTTP client cannot be made: {e}")))
}

/// Sends one request, once. What is no success becomes a [`ModelError`] here, while its headers
/// are still at hand.
async fn send(http: reqwest::Client, request: HttpRequestFactory) -> Result<reqwest::Response, OpenAIError> {
    let response = http.execute(request.build().await?).await?;
    let status = response.status();
    let header =
        |name| response.headers().get(name).and_then(|value: &reqwest::header::HeaderValue| value.to_str().ok());
    if status.is_success() {
        if header(reqwest::header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html")) {
            let error = ModelError::permanent("it answered with a web page; check model.base_url (OPENAI_BASE_URL)");
            return Err(OpenAIError::Boxed(error.into()));
        }
        return Ok(response);
    }
    let retry_after = header(reqwest::header::RETRY_AFTER)
        .and_then(|seconds| seconds.trim().parse::<f64>().ok())
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let body = beginning(response).await;
    Err(OpenAIError::Boxed(ModelError::from_status(status.as_u16(), &body, retry_after).into()))
}

async fn beginning(response: reqwest::Response) -> String {
    let mut body = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        body.extend_from_slice(&piece);
        if body.len() >= ERROR_BODY {
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

/// The library's error in our words.
fn explain(error: OpenAIError) -> ModelError {
    match error {
        OpenAIError::Boxed(inner) => inner
            .downcast::<ModelError>()
            .map_or_else(|other| ModelError::transient(said(&other.to_string())), |known| *known),
        OpenAIError::Reqwest(e) if e.is_connect() => ModelError::transient(
            "it cannot be reached; if that lasts, check model.base_url (OPENAI_BASE_URL) and the network",
        ),
        OpenAIError::Reqwest(e) => ModelError::transient(said(&e.without_url().to_string())),
        OpenAIError::JSONDeserialize(..) => ModelError::transient("the stream held something that is no JSON"),
        OpenAIError::StreamError(_) => ModelError::transient("the connection broke off"),
        other => ModelError::permanent(said(&other.to_string())),
    }
}
