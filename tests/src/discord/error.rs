//! Discord's refusals: a status, a code of its own, words, and for forms the path to the fault.

use serde_json::{Value, json};

use crate::faults::LimitScope;

/// What Discord answers instead of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// Discord's own code; 0 where it has none.
    pub code: u32,
    /// The words.
    pub message: String,
    /// `errors`: where in the form the fault lies.
    pub errors: Option<Value>,
    /// For 429: seconds to wait, and whom it concerns.
    pub limit: Option<(f64, LimitScope)>,
}

impl ApiError {
    /// Any refusal.
    pub fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), errors: None, limit: None }
    }

    /// 50035 at a path such as `embeds.0.title`.
    pub fn form(path: &str, code: &str, message: impl Into<String>) -> Self {
        let leaf = json!({ "_errors": [{ "code": code, "message": message.into() }] });
        let errors =
            path.split('.').filter(|step| !step.is_empty()).rev().fold(leaf, |inner, step| json!({ step: inner }));
        Self { errors: Some(errors), ..Self::new(400, 50035, "Invalid Form Body") }
    }

    /// 429.
    #[must_use]
    pub fn too_many(retry_after: f64, scope: LimitScope) -> Self {
        let message = if scope == LimitScope::Shared {
            "The resource is being rate limited."
        } else {
            "You are being rate limited."
        };
        Self { limit: Some((retry_after, scope)), ..Self::new(429, 0, message) }
    }

    /// 404 for a thing of the named kind, for instance `Unknown Message` with 10008.
    #[must_use]
    pub fn unknown(code: u32, thing: &str) -> Self {
        Self::new(404, code, format!("Unknown {thing}"))
    }

    /// Whether it counts towards the ban for invalid requests.
    #[must_use]
    pub fn counts_as_invalid(&self) -> bool {
        matches!(self.status, 401 | 403) || self.limit.is_some_and(|(_, scope)| scope != LimitScope::Shared)
    }

    /// The answer's body.
    #[must_use]
    pub fn to_json(&self) -> Value {
        if let Some((retry_after, scope)) = self.limit {
            return json!({ "message": self.message, "retry_after": retry_after, "global": scope == LimitScope::Global });
        }
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}
