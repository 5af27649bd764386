//! For this crate's tests: an endpoint on loopback that answers each request as scripted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use futures::StreamExt;
use serde_json::{Value, json};

use super::Model;
use crate::config::{ModelSettings, Secret};

/// How one request is answered.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// A whole stream: the text word by word, a finish reason, the usage if given, `[DONE]`.
    Answer(&'static str, Option<(i64, i64)>),
    /// The text word by word, and then this finish reason.
    EndsWith(&'static str, &'static str),
    /// The text and a clean end, without a finish reason.
    Cut(&'static str),
    /// The text, and then the connection breaks.
    Break(&'static str),
    /// The text, and then nothing, for ever.
    Silent(&'static str),
    /// The text, and its end once it is let go.
    Held(&'static str, Arc<tokio::sync::Notify>),
    /// Never even an answer's head.
    Mute,
    /// The text, and then this raw event.
    Raw(&'static str, &'static str),
    /// An error with a status, a Retry-After, a body.
    Status(u16, Option<&'static str>, &'static str),
    /// The system message, word by word: a model that gives itself away.
    Leak,
    /// A success of another kind than a stream.
    Page(&'static str, &'static str),
}

/// A running endpoint; it stops with the test's runtime.
pub(crate) struct Scripted {
    pub base: String,
    state: State,
}

type State = Arc<Mutex<(VecDeque<Act>, Vec<(HeaderMap, Value)>)>>;

impl Scripted {
    /// Answers the requests in this order; the last act is repeated.
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let state: State = Arc::new(Mutex::new((acts.into_iter().collect(), Vec::new())));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let shared = Arc::clone(&state);
        let app = Router::new().route(
            "/v1/chat/completions",
            post(move |headers: HeaderMap, body: Bytes| {
                let state = Arc::clone(&shared);
                async move { answer(&state, headers, &body).await }
            }),
        );
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { base, state }
    }

    /// The model that asks this endpoint.
    pub(crate) fn model(&self) -> Model {
        Model::from_settings(&self.settings()).unwrap()
    }

    /// The settings that lead here, with patience for one second.
    pub(crate) fn settings(&self) -> ModelSettings {
        ModelSettings {
            base_url: self.base.clone(),
            api_key: Secret::new("sk-test"),
            first_token_timeout_seconds: 1,
            idle_timeout_seconds: 1,
            ..ModelSettings::default()
        }
    }

    /// The bodies that were received, in order.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.state.lock().unwrap().1.iter().map(|(_, body)| body.clone()).collect()
    }

    /// The last request's headers.
    pub(crate) fn headers(&self) -> HeaderMap {
        self.state.lock().unwrap().1.last().unwrap().0.clone()
    }
}

async fn answer(state: &State, headers: HeaderMap, body: &[u8]) -> Response<Body> {
    let request: Value = serde_json::from_slice(body).unwrap();
    let system = request["messages"][0]["content"].as_str().unwrap_or_default().to_owned();
    let act = {
        let mut state = state.lock().unwrap();
        state.1.push((headers, request));
        if state.0.len() > 1 { state.0.pop_front().unwrap() } else { state.0.front().unwrap().clone() }
    };
    let done = "data: [DONE]\n\n".to_owned();
    match act {
        Act::Answer(text, usage) => {
            let usage = usage.map(|(sent, got)| {
                event(&json!({ "choices": [], "usage": { "prompt_tokens": sent, "completion_tokens": got } }))
            });
            let tail = [finish("stop")].into_iter().chain(usage).chain([done]);
            stream(words(text).into_iter().chain(tail).collect())
        }
        Act::Leak => stream(words(&system).into_iter().chain([finish("stop"), done]).collect()),
        Act::EndsWith(text, reason) => stream(words(text).into_iter().chain([finish(reason), done]).collect()),
        Act::Cut(text) => stream(words(text)),
        Act::Break(text) => {
            let pieces = futures::stream::iter(words(text).into_iter().map(Ok));
            // The server needs its turn to send the words before it hears that the body failed.
            let gone = futures::stream::once(async {
                for _ in 0..32 {
                    tokio::task::yield_now().await;
                }
                Err(std::io::Error::other("gone"))
            });
            streaming(Body::from_stream(pieces.chain(gone)))
        }
        Act::Silent(text) => {
            let pieces = futures::stream::iter(words(text).into_iter().map(Ok::<_, std::io::Error>));
            streaming(Body::from_stream(pieces.chain(futures::stream::pending())))
        }
        Act::Held(text, go) => {
            let pieces = futures::stream::iter(words(text).into_iter().map(Ok::<_, std::io::Error>));
            let end = futures::stream::once(async move {
                go.notified().await;
                Ok(finish("stop") + &done)
            });
            streaming(Body::from_stream(pieces.chain(end)))
        }
        Act::Mute => std::future::pending().await,
        Act::Raw(text, raw) => stream(words(text).into_iter().chain([format!("data: {raw}\n\n")]).collect()),
        Act::Status(status, retry_after, body) => {
            let response = Response::builder().status(status);
            let response = retry_after.into_iter().fold(response, |r, seconds| r.header("retry-after", seconds));
            response.body(Body::from(body)).unwrap()
        }
        Act::Page(kind, body) => Response::builder().header("content-type", kind).body(Body::from(body)).unwrap(),
    }
}

fn stream(events: Vec<String>) -> Response<Body> {
    streaming(Body::from_stream(futures::stream::iter(events.into_iter().map(Ok::<_, std::io::Error>))))
}

fn streaming(body: Body) -> Response<Body> {
    Response::builder().header("content-type", "text/event-stream").body(body).unwrap()
}

fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ')
        .map(|word| event(&json!({ "model": "scripted-1", "choices": [{ "index": 0, "delta": { "content": word } }] })))
        .collect()
}

fn finish(reason: &str) -> String {
    event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }))
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}
