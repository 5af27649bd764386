//! The sockets' side: key, faults, whole answers and server-sent events.

use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State as Shared};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::answer::{Answer, Trouble};
use super::request::ChatRequest;
use super::{KEY, State, schema, stream};
use crate::faults::Fault;
use crate::incoming::{self, Sent};
use crate::journal::{Entry, Verdict};
use crate::server::Cutter;
use crate::wait::Watched;

pub(super) type OpenAi = Arc<Watched<State>>;

pub(super) const CREATED: u64 = 1_767_603_600;

pub(super) fn router(openai: OpenAi) -> Router {
    let api = Router::new().route("/chat/completions", post(chat)).route("/models", get(models));
    Router::new().nest("/v1", api.clone()).merge(api).with_state(openai)
}

fn refusal(status: u16, kind: &str, message: &str, param: Option<&str>, code: Option<&str>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(json!({ "error": { "message": message, "type": kind, "param": param, "code": code } })))
        .into_response()
}

fn has_key(headers: &HeaderMap) -> bool {
    headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) == Some(format!("Bearer {KEY}").as_str())
}

fn write(openai: &OpenAi, call: &str, body: &Value, verdict: Verdict) {
    openai.change(|state| {
        let at = state.clock.now();
        state.journal.write(Entry { call: call.to_owned(), body: body.clone(), verdict, at });
    });
}

fn refuse(openai: &OpenAi, call: &str, body: &Value, status: u16, why: &str, response: Response) -> Response {
    write(openai, call, body, Verdict::Refused { status, why: why.to_owned() });
    response
}

async fn models(Shared(openai): Shared<OpenAi>, headers: HeaderMap) -> Response {
    const CALL: &str = "GET /models";
    if !has_key(&headers) {
        return refuse(&openai, CALL, &Value::Null, 401, "wrong key", wrong_key());
    }
    let names = openai.read(|state| state.models.clone());
    write(&openai, CALL, &Value::Null, Verdict::Accepted);
    let list: Vec<_> = names
        .iter()
        .map(|name| json!({ "id": name, "object": "model", "created": CREATED, "owned_by": "stand-in" }))
        .collect();
    axum::Json(json!({ "object": "list", "data": list })).into_response()
}

fn wrong_key() -> Response {
    let why = "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.";
    refusal(401, "invalid_request_error", why, None, Some("invalid_api_key"))
}

async fn chat(Shared(openai): Shared<OpenAi>, ConnectInfo(cutter): ConnectInfo<Cutter>, request: Request) -> Response {
    const CALL: &str = "POST /chat/completions";
    let known = has_key(request.headers());
    let sent = incoming::read(request).await;
    let body = sent.as_ref().map_or(Value::Null, Sent::for_journal);
    let fault = openai.change(|state| state.faults.strike(CALL));
    if let Some(response) = fault.as_ref().and_then(|fault| struck(fault, &cutter)) {
        write(&openai, CALL, &body, Verdict::Faulted(fault.unwrap_or(Fault::Cut)));
        return response;
    }
    if !known {
        return refuse(&openai, CALL, &body, 401, "wrong key", wrong_key());
    }
    if let Err(why) = &sent {
        let response = refusal(
            400,
            "invalid_request_error",
            &format!("We could not parse the JSON body of your request. ({why})"),
            None,
            None,
        );
        return refuse(&openai, CALL, &body, 400, why, response);
    }
    if let Err((why, param)) = schema::check(&body) {
        let response = refusal(400, "invalid_request_error", &why, param, None);
        return refuse(&openai, CALL, &body, 400, &why, response);
    }
    let request = ChatRequest { body: body.clone() };
    if !openai.read(|state| state.models.iter().any(|model| model == request.model())) {
        let why = format!("The model `{}` does not exist or you do not have access to it.", request.model());
        let response = refusal(404, "invalid_request_error", &why, None, Some("model_not_found"));
        return refuse(&openai, CALL, &body, 404, &why, response);
    }
    let model = openai.change(|state| {
        state.requests.push(request.clone());
        Arc::clone(&state.model)
    });
    let answer = model(&request);
    if let Some((fault, response)) = answer.instead().and_then(|fault| Some((fault, struck(fault, &cutter)?))) {
        write(&openai, CALL, &body, Verdict::Faulted(fault.clone()));
        return response;
    }
    write(&openai, CALL, &body, fault.clone().map_or(Verdict::Accepted, Verdict::Faulted));
    if let Some(Fault::Slow(delay)) = fault {
        tokio::time::sleep(delay).await;
    }
    if fault == Some(Fault::LostAnswer) {
        cutter.cut();
    }
    if request.is_streamed() {
        stream::respond(openai, &request, &answer)
    } else {
        whole(&request, &answer, &cutter).await
    }
}

/// The response of a fault that leaves nothing to do.
fn struck(fault: &Fault, cutter: &Cutter) -> Option<Response> {
    match fault {
        Fault::Cut => {
            cutter.cut();
            Some(StatusCode::OK.into_response())
        }
        Fault::TooMany { retry_after, .. } => {
            let body = refusal(429, "requests", "Rate limit reached for requests", None, Some("rate_limit_exceeded"));
            Some(([(RETRY_AFTER, format!("{}", retry_after.ceil()))], body).into_response())
        }
        Fault::Status(status) => Some(refusal(
            *status,
            "server_error",
            "The server had an error while processing your request. Sorry about that!",
            None,
            None,
        )),
        Fault::LostAnswer | Fault::Slow(_) => None,
    }
}

pub(super) fn usage(request: &ChatRequest, answer: &Answer) -> Value {
    let (prompt, completion) = (request.prompt_tokens(), answer.pieces.len());
    json!({ "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion })
}

async fn whole(request: &ChatRequest, answer: &Answer, cutter: &Cutter) -> Response {
    for trouble in &answer.trouble {
        match trouble {
            Trouble::SlowStart(delay) => tokio::time::sleep(*delay).await,
            Trouble::SilenceAfter(_) => std::future::pending().await,
            Trouble::CutAfter(_) => cutter.cut(),
            Trouble::GarbageAfter(_) => {
                return ([(CONTENT_TYPE, "application/json")], "{\"choices\": [").into_response();
            }
            Trouble::ErrorAfter(_) => return refusal(500, "server_error", "The server had an error", None, None),
            Trouble::NoUsage | Trouble::NoFinish | Trouble::Instead(_) => {}
        }
    }
    let finish = if answer.has(&Trouble::NoFinish) { Value::Null } else { json!(answer.finish) };
    let mut body = json!({
        "id": "chatcmpl-stand-in", "object": "chat.completion", "created": CREATED, "model": request.model(),
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": answer.whole(), "refusal": null }, "logprobs": null, "finish_reason": finish }],
    });
    if !answer.has(&Trouble::NoUsage) {
        body["usage"] = usage(request, answer);
    }
    axum::Json(body).into_response()
}
