//! Checks a chat request against OpenAI's published document, and a few rules that hold without it.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::spec::{self, Schemas};

fn schemas() -> Option<&'static Schemas> {
    static SCHEMAS: OnceLock<Option<Schemas>> = OnceLock::new();
    SCHEMAS
        .get_or_init(|| spec::load("openai-chat-reduced.json").map(|document| Schemas::new(document, adapt)))
        .as_ref()
}

/// The document says `nullable` where JSON Schema says a type of null.
fn adapt(node: &mut Value) {
    let Some(fields) = node.as_object_mut() else { return };
    if fields.get("nullable") != Some(&json!(true)) {
        return;
    }
    fields.remove("nullable");
    let inner = node.take();
    *node = json!({ "anyOf": [inner, { "type": "null" }] });
}

/// Says what is wrong with a request, and which parameter it is.
pub fn check(body: &Value) -> Result<(), (String, Option<&'static str>)> {
    let messages =
        body["messages"].as_array().ok_or(("Missing required parameter: 'messages'.".to_owned(), Some("messages")))?;
    if messages.is_empty() {
        return Err((
            "Invalid 'messages': empty array. Expected an array with minimum length 1.".to_owned(),
            Some("messages"),
        ));
    }
    if !body["model"].is_string() {
        return Err(("you must provide a model parameter".to_owned(), Some("model")));
    }
    if !body["stream_options"].is_null() && body["stream"] != json!(true) {
        let why = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
        return Err((why.to_owned(), Some("stream_options")));
    }
    let unknown =
        body.as_object().into_iter().flat_map(|fields| fields.keys()).find(|field| !KNOWN.contains(&field.as_str()));
    if let Some(unknown) = unknown {
        return Err((format!("Unrecognized request argument supplied: {unknown}"), None));
    }
    let Some(schemas) = schemas() else { return Ok(()) };
    schemas.check("CreateChatCompletionRequest", body).map_err(|why| (why, None))
}

const KNOWN: [&str; 37] = [
    "messages",
    "model",
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "metadata",
    "modalities",
    "moderation",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
];
