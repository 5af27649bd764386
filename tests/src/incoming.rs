//! Reading a request's body: JSON, a multipart form with uploads, or nothing.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};

/// No vendor takes more than 50 MB in one request.
const LARGEST_BODY: usize = 60 * 1024 * 1024;

/// A file that came in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The form field.
    pub field: String,
    /// The file's name.
    pub name: String,
    /// The media type that the sender gave.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A request's body.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// No body.
    Nothing,
    /// A JSON body.
    Json(Value),
    /// A form: text fields, and uploads.
    Form {
        /// The text fields.
        fields: Map<String, Value>,
        /// The uploads.
        uploads: Vec<Upload>,
    },
}

impl Sent {
    /// The body for the journal, uploads by name and length.
    #[must_use]
    pub fn for_journal(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Json(body) => body.clone(),
            Self::Form { fields, uploads } => {
                let mut shown = fields.clone();
                for upload in uploads {
                    shown.insert(upload.field.clone(), json!({ "upload": upload.name, "bytes": upload.bytes.len() }));
                }
                Value::Object(shown)
            }
        }
    }
}

/// Reads the body, or says what is wrong with it.
pub async fn read(request: Request) -> Result<Sent, String> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    if kind.starts_with("multipart/form-data") {
        return read_form(request).await;
    }
    let bytes = to_bytes(request.into_body(), LARGEST_BODY).await.map_err(|error| error.to_string())?;
    if bytes.is_empty() {
        return Ok(Sent::Nothing);
    }
    if kind.starts_with("application/json") {
        serde_json::from_slice(&bytes).map(Sent::Json).map_err(|error| format!("the body is not JSON: {error}"))
    } else {
        Err(format!("a body of the type {kind:?} is not understood"))
    }
}

async fn read_form(request: Request) -> Result<Sent, String> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
    let (mut fields, mut uploads) = (Map::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(|error| error.to_string())? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(str::to_owned);
        let media_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = part.bytes().await.map_err(|error| error.to_string())?.to_vec();
        if let Some(name) = name {
            uploads.push(Upload { field, name, media_type, bytes });
        } else {
            let text = String::from_utf8(bytes).map_err(|_| format!("the field {field} is not UTF-8"))?;
            fields.insert(field, Value::String(text));
        }
    }
    Ok(Sent::Form { fields, uploads })
}
