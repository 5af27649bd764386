//! Telegram's refusals, in Telegram's words.

use serde_json::{Value, json};

/// What Telegram answers instead of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// `error_code`, which is the HTTP status too.
    pub code: u16,
    /// `description`.
    pub description: String,
    /// `parameters.retry_after` in seconds.
    pub retry_after: Option<u64>,
}

impl ApiError {
    /// 400 with Telegram's prefix.
    pub fn bad(why: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", why.as_ref()))
    }

    /// Any code with its whole description.
    pub fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), retry_after: None }
    }

    /// 429 with the seconds to wait.
    #[must_use]
    pub fn too_many(seconds: u64) -> Self {
        Self { code: 429, description: format!("Too Many Requests: retry after {seconds}"), retry_after: Some(seconds) }
    }

    /// The answer's body.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "ok": false, "error_code": self.code, "description": self.description });
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({ "retry_after": seconds });
        }
        body
    }
}
