//! A chat request as the model sees it.

use serde_json::Value;

/// One accepted chat request.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The body as it came.
    pub body: Value,
}

impl ChatRequest {
    /// The role and text of each message, in order; parts of a message are joined by line breaks.
    #[must_use]
    pub fn messages(&self) -> Vec<(String, String)> {
        let messages = self.body["messages"].as_array().map_or(&[][..], Vec::as_slice);
        messages
            .iter()
            .map(|message| (message["role"].as_str().unwrap_or_default().to_owned(), text_of(&message["content"])))
            .collect()
    }

    /// What the person said last.
    #[must_use]
    pub fn last_user_text(&self) -> String {
        self.messages().into_iter().rev().find(|(role, _)| role == "user").map(|(_, text)| text).unwrap_or_default()
    }

    /// All instructions, joined by line breaks.
    #[must_use]
    pub fn system_text(&self) -> String {
        let instructions = self.messages().into_iter().filter(|(role, _)| role == "system" || role == "developer");
        instructions.map(|(_, text)| text).collect::<Vec<_>>().join("\n")
    }

    /// Whether the answer is to be streamed.
    #[must_use]
    pub fn is_streamed(&self) -> bool {
        self.body["stream"].as_bool().unwrap_or(false)
    }

    /// Whether a streamed answer is to end with a usage chunk.
    #[must_use]
    pub fn wants_usage(&self) -> bool {
        self.body["stream_options"]["include_usage"].as_bool().unwrap_or(false)
    }

    /// The model that was asked for.
    #[must_use]
    pub fn model(&self) -> &str {
        self.body["model"].as_str().unwrap_or_default()
    }

    /// A rough count of what was sent, in words.
    #[must_use]
    pub fn prompt_tokens(&self) -> usize {
        self.messages().iter().map(|(_, text)| text.split_whitespace().count() + 4).sum()
    }
}

fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n"),
        _ => String::new(),
    }
}
