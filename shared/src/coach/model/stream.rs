//! What a streaming chat completion sends, read with patience for what vendors leave out.

use serde::Deserialize;

/// One event of the stream. Every field may be missing or null.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chunk {
    choices: Option<Vec<Choice>>,
    pub usage: Option<Usage>,
    pub model: Option<String>,
    pub error: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
}

/// The endpoint's count of tokens.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Usage {
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
}

/// Why the endpoint stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finish {
    /// The answer is whole.
    Stop,
    /// It reached the longest allowed.
    Length,
}

/// What has arrived so far.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub text: String,
    pub usage: Usage,
    pub model: Option<String>,
    pub finish: Option<Finish>,
    pub refused: bool,
}

impl Gathered {
    /// Takes in one event, and answers whether the text grew.
    pub(super) fn take(&mut self, chunk: Chunk) -> bool {
        self.model = self.model.take().or(chunk.model).filter(|name| !name.is_empty());
        if let Some(usage) = chunk.usage {
            self.usage = usage;
        }
        let before = self.text.len();
        for choice in chunk.choices.unwrap_or_default().into_iter().take(1) {
            if let Some(delta) = choice.delta {
                self.refused |= delta.refusal.as_ref().is_some_and(|words| !words.is_empty());
                self.text.extend(delta.content.or(delta.refusal));
            }
            if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
                self.refused |= reason == "content_filter";
                self.finish = Some(if reason == "length" { Finish::Length } else { Finish::Stop });
            }
        }
        self.text.len() > before
    }
}
