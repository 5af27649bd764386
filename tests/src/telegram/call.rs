//! One request as Telegram reads it: a method, parameters that may be JSON or strings, and uploads.

use serde_json::{Map, Value};

use super::error::ApiError;
use crate::incoming::{Sent, Upload};

/// How strictly a parameter's type is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// A JSON body: numbers are numbers.
    Exact,
    /// A form or a query: everything arrives as text.
    Textual,
}

/// A request to one method.
#[derive(Debug)]
pub struct Call {
    /// The method as the client spelt it.
    pub method: String,
    /// The parameters.
    pub params: Map<String, Value>,
    /// The files that came along.
    pub uploads: Vec<Upload>,
    /// How the parameters were sent.
    pub typing: Typing,
}

impl Call {
    /// Reads the body and the query.
    pub fn new(method: &str, query: Map<String, Value>, sent: Sent) -> Result<Self, ApiError> {
        let method = method.to_owned();
        match sent {
            Sent::Json(Value::Object(params)) => {
                Ok(Self { method, params, uploads: Vec::new(), typing: Typing::Exact })
            }
            Sent::Json(Value::Null) | Sent::Nothing => {
                Ok(Self { method, params: query, uploads: Vec::new(), typing: Typing::Textual })
            }
            Sent::Form { fields, uploads } => Ok(Self { method, params: fields, uploads, typing: Typing::Textual }),
            Sent::Json(_) => Err(ApiError::bad("object expected as the body")),
        }
    }

    /// An integer, also when it came as text.
    #[must_use]
    pub fn int(&self, name: &str) -> Option<i64> {
        let value = self.params.get(name)?;
        value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
    }

    /// A string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.params.get(name)?.as_str()
    }

    /// A flag; absent means false.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.params.get(name).is_some_and(|value| {
            value.as_bool().unwrap_or_else(|| matches!(value.as_str(), Some("true" | "True" | "1")))
        })
    }

    /// A nested value, also when it came as JSON in a text.
    pub fn nested(&self, name: &str) -> Result<Option<Value>, ApiError> {
        match self.params.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| ApiError::bad(format!("can't parse {name} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// The upload of a file parameter: the field itself, or what its `attach://` names.
    #[must_use]
    pub fn upload(&self, name: &str) -> Option<&Upload> {
        let field = self.text(name).and_then(|text| text.strip_prefix("attach://")).unwrap_or(name);
        self.uploads.iter().find(|upload| upload.field == field)
    }
}
