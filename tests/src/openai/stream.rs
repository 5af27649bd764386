//! Server-sent events: an answer piece by piece, and the ways in which a stream goes wrong.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use serde_json::{Value, json};

use super::answer::{Answer, Trouble};
use super::http::{CREATED, OpenAi, usage};
use super::request::ChatRequest;

/// One step of a stream.
enum Step {
    Say(String),
    Wait(Duration),
    Silence,
    Cut,
}

fn steps(request: &ChatRequest, answer: &Answer) -> Vec<Step> {
    let event = |data: &Value| Step::Say(format!("data: {data}\n\n"));
    let chunk = |delta: Value, finish: Value| {
        let mut body = json!({
            "id": "chatcmpl-stand-in", "object": "chat.completion.chunk", "created": CREATED, "model": request.model(),
            "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }],
        });
        if request.wants_usage() {
            body["usage"] = Value::Null;
        }
        body
    };
    let mut steps: Vec<Step> = answer.slow_start().map(Step::Wait).into_iter().collect();
    steps.push(event(&chunk(json!({ "role": "assistant", "content": "", "refusal": null }), Value::Null)));
    for (index, piece) in answer.pieces.iter().map(Some).chain([None]).enumerate() {
        if let Some(last) = answer.trouble.iter().find_map(|trouble| ending(trouble, index)) {
            steps.extend(last);
            return steps;
        }
        let Some(piece) = piece else { break };
        if index > 0 && !answer.pace.is_zero() {
            steps.push(Step::Wait(answer.pace));
        }
        steps.push(event(&chunk(json!({ "content": piece }), Value::Null)));
    }
    if answer.has(&Trouble::NoFinish) {
        return steps;
    }
    steps.push(event(&chunk(json!({}), json!(answer.finish))));
    if request.wants_usage() && !answer.has(&Trouble::NoUsage) {
        let mut last = chunk(json!({}), Value::Null);
        last["choices"] = json!([]);
        last["usage"] = usage(request, answer);
        steps.push(event(&last));
    }
    steps.push(Step::Say("data: [DONE]\n\n".to_owned()));
    steps
}

/// How a stream ends when trouble comes before the piece with this index.
fn ending(trouble: &Trouble, index: usize) -> Option<Vec<Step>> {
    match trouble {
        Trouble::SilenceAfter(after) if *after == index => Some(vec![Step::Silence]),
        Trouble::CutAfter(after) if *after == index => Some(vec![Step::Cut]),
        Trouble::GarbageAfter(after) if *after == index => {
            Some(vec![Step::Say("data: {\"choices\": [\n\n".to_owned())])
        }
        Trouble::ErrorAfter(after) if *after == index => {
            let error = json!({ "error": { "message": "The server had an error", "type": "server_error", "param": null, "code": null } });
            Some(vec![Step::Say(format!("data: {error}\n\n"))])
        }
        _ => None,
    }
}

/// Streams the answer.
pub fn respond(openai: OpenAi, request: &ChatRequest, answer: &Answer) -> Response {
    let watch = LeavingEarly { openai, finished: false };
    let body = Body::from_stream(playing(steps(request, answer), watch));
    ([(CONTENT_TYPE, "text/event-stream; charset=utf-8")], body).into_response()
}

fn playing(steps: Vec<Step>, watch: LeavingEarly) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    stream::unfold((steps.into_iter(), watch), |(mut steps, mut watch)| async move {
        loop {
            let step = steps.next();
            watch.is_over(steps.len() == 0);
            match step? {
                Step::Say(text) => return Some((Ok(Bytes::from(text)), (steps, watch))),
                Step::Wait(delay) => tokio::time::sleep(delay).await,
                Step::Silence => {
                    watch.is_over(false);
                    std::future::pending::<()>().await;
                }
                Step::Cut => {
                    // A pause lets what was said reach the wire before the connection breaks.
                    tokio::task::yield_now().await;
                    return Some((Err(std::io::ErrorKind::ConnectionReset.into()), (steps, watch)));
                }
            }
        }
    })
}

/// Counts a stream whose reader left before its end.
struct LeavingEarly {
    openai: OpenAi,
    finished: bool,
}

impl LeavingEarly {
    fn is_over(&mut self, over: bool) {
        self.finished = over;
    }
}

impl Drop for LeavingEarly {
    fn drop(&mut self) {
        if !self.finished {
            self.openai.change(|state| state.abandoned += 1);
        }
    }
}
