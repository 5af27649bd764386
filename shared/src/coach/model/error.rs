//! Why the model gave no usable answer, and whether asking again makes sense.

use std::time::Duration;

/// The longest piece of an endpoint's own words that an error repeats, in characters.
const QUOTED: usize = 200;

/// Why the model gave no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Worth another try: busy, unreachable, silent, garbled.
    #[error("the model did not answer ({what}); try again in a moment")]
    Transient {
        /// What happened.
        what: String,
        /// How long the endpoint asked us to wait.
        retry_after: Option<Duration>,
    },
    /// The endpoint does not take the request as it is; the text names what to check.
    #[error("the model refused ({0})")]
    Rejected(String),
    /// Another try would fail the same way; the text names what to check.
    #[error("the model refused ({0})")]
    Permanent(String),
}

impl ModelError {
    /// Something that may pass.
    pub(super) fn transient(what: impl Into<String>) -> Self {
        Self::Transient { what: what.into(), retry_after: None }
    }

    /// Something that somebody has to put right.
    pub(super) fn permanent(what: impl Into<String>) -> Self {
        Self::Permanent(what.into())
    }

    /// True when another try may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient { .. })
    }

    /// What an answer with this status means. `body` is whatever the endpoint said about it.
    pub(super) fn from_status(status: u16, body: &str, retry_after: Option<Duration>) -> Self {
        let said = said(body);
        match status {
            429 if body.contains("insufficient_quota") => {
                Self::permanent(format!("the account's quota is used up: {said}; raise it at your provider"))
            }
            401 | 403 => {
                Self::permanent(format!("{status}: {said}; check model.api_key (OPENAI_API_KEY) and what it may use"))
            }
            404 => Self::permanent(format!("404: {said}; check model.base_url (OPENAI_BASE_URL) and model.name")),
            408 | 409 | 425 | 429 | 500..=599 => Self::Transient { what: format!("{status}: {said}"), retry_after },
            _ => Self::Rejected(format!(
                "{status}: {said}; check model.name, model.temperature and the token limits against what the endpoint takes"
            )),
        }
    }
}

/// The endpoint's own message in one short, harmless line.
pub(super) fn said(body: &str) -> String {
    let message = serde_json::from_str::<serde_json::Value>(body).ok().and_then(|value| {
        let error = value.get("error").unwrap_or(&value);
        error.get("message").unwrap_or(error).as_str().map(str::to_owned)
    });
    let line = crate::text::terminal_safe(message.as_deref().unwrap_or(body)).replace('\n', " ");
    match line.trim() {
        "" => "no reason given".to_owned(),
        line => line.chars().take(QUOTED).collect(),
    }
}
