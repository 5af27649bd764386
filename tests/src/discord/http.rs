//! The sockets' side: from a request to a verdict, with limits and scripted faults in between.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, Path, Query, Request, State as Shared};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};

use super::error::ApiError;
use super::gateway;
use super::rates::Standing;
use super::rest::{self, Call, Reply};
use super::route::Route;
use super::state::State;
use crate::clock::wall_seconds;
use crate::faults::{Fault, LimitScope};
use crate::incoming::{self, Sent, Upload};
use crate::journal::{Entry, Verdict};
use crate::server::Cutter;
use crate::wait::Watched;

type Discord = Arc<Watched<State>>;

pub(super) fn router(discord: Discord) -> Router {
    Router::new()
        .route("/api/v10/{*path}", any(answer))
        .route("/gateway", get(connect))
        .route("/attachments/{channel}/{attachment}/{name}", get(download))
        .with_state(discord)
}

async fn connect(
    Shared(discord): Shared<Discord>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let known = query.get("v").is_some_and(|version| version == "10")
        && query.get("encoding").is_none_or(|encoding| encoding == "json");
    if !known || query.contains_key("compress") {
        return (StatusCode::BAD_REQUEST, "the stand-in speaks v=10, JSON, uncompressed").into_response();
    }
    upgrade.on_upgrade(move |socket| gateway::serve(socket, discord))
}

async fn download(
    Shared(discord): Shared<Discord>,
    Path((channel, attachment, _)): Path<(u64, u64, String)>,
) -> Response {
    let found = discord.read(|state| {
        let mut messages = state.messages.values().filter(|message| message.channel == channel && !message.deleted);
        messages.find_map(|message| {
            message.now.attachments.iter().find(|found| found.id == attachment).map(|found| found.bytes.clone())
        })
    });
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
}

/// A request on its way through the stand-in.
struct Passage {
    name: String,
    shown: Value,
    fault: Option<Fault>,
}

async fn answer(
    Shared(discord): Shared<Discord>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    Path(path): Path<String>,
    request: Request,
) -> Response {
    let method = request.method().clone();
    let route = Route::parse(&method, &path);
    let query = Query::<HashMap<String, String>>::try_from_uri(request.uri()).map(|query| query.0).unwrap_or_default();
    let is_bot = discord.read(|state| is_authorised(state, request.headers()));
    let body = read_body(request).await;
    let name = format!("{method} /{path}");
    let fault = discord.change(|state| state.faults.strike(&name));
    let shown = body.as_ref().map_or(Value::Null, |(shown, ..)| shown.clone());
    let passage = Passage { name, shown, fault };
    if passage.fault == Some(Fault::Cut) {
        discord.change(|state| write(state, &passage, Verdict::Faulted(Fault::Cut)));
        cutter.cut();
        return StatusCode::OK.into_response();
    }
    let response = discord.change(|state| {
        let (standing, outcome) = judge(state, &passage, route, query, is_bot, body);
        if outcome.as_ref().is_err_and(ApiError::counts_as_invalid) {
            state.invalid_requests += 1;
        }
        write(state, &passage, verdict(&passage, &outcome));
        respond(&outcome, standing.as_ref())
    });
    match passage.fault {
        Some(Fault::LostAnswer) => cutter.cut(),
        Some(Fault::Slow(delay)) => tokio::time::sleep(delay).await,
        _ => {}
    }
    response
}

type Body = Result<(Value, Value, Vec<Upload>), ApiError>;

fn judge(
    state: &mut State,
    passage: &Passage,
    route: Option<Route>,
    query: HashMap<String, String>,
    is_bot: bool,
    body: Body,
) -> (Option<Standing>, Result<Reply, ApiError>) {
    match &passage.fault {
        Some(Fault::TooMany { retry_after, scope }) => return (None, Err(ApiError::too_many(*retry_after, *scope))),
        Some(Fault::Status(status)) => return (None, Err(ApiError::new(*status, 0, "the stand-in was told to fail"))),
        _ => {}
    }
    let Some(route) = route else {
        let why = format!("404: Not Found (the stand-in does not know {})", passage.name);
        return (None, Err(ApiError::new(404, 0, why)));
    };
    if !is_bot && !route.carries_its_token() {
        return (None, Err(ApiError::new(401, 0, "401: Unauthorized")));
    }
    let (rule, major) = route.bucket();
    let now = state.clock.now();
    let (standing, refusal) = state.rates.take(rule, major, !route.carries_its_token(), now);
    if let Some((retry_after, scope)) = refusal {
        return (Some(standing), Err(ApiError::too_many(retry_after, scope)));
    }
    let outcome = body.and_then(|(_, body, uploads)| rest::perform(state, &Call { route, query, body, uploads }));
    (Some(standing), outcome)
}

fn verdict(passage: &Passage, outcome: &Result<Reply, ApiError>) -> Verdict {
    match (&passage.fault, outcome) {
        (Some(fault @ (Fault::TooMany { .. } | Fault::Status(_))), _) | (Some(fault), Ok(_)) => {
            Verdict::Faulted(fault.clone())
        }
        (_, Ok(_)) => Verdict::Accepted,
        (_, Err(error)) => {
            let detail = error.errors.as_ref().map(|errors| format!(" {errors}")).unwrap_or_default();
            Verdict::Refused { status: error.status, why: format!("{} {}{detail}", error.code, error.message) }
        }
    }
}

fn write(state: &mut State, passage: &Passage, verdict: Verdict) {
    let at = state.clock.now();
    state.journal.write(Entry { call: passage.name.clone(), body: passage.shown.clone(), verdict, at });
}

fn is_authorised(state: &State, headers: &HeaderMap) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    given.and_then(|given| given.strip_prefix("Bot ")).is_some_and(|token| token == state.token)
}

/// The body for the journal, as JSON, and its files.
async fn read_body(request: Request) -> Body {
    let refused = |why: String| ApiError::new(400, 50109, format!("The request body contains invalid JSON: {why}"));
    let sent = incoming::read(request).await.map_err(refused)?;
    let shown = sent.for_journal();
    match sent {
        Sent::Nothing => Ok((shown, Value::Null, Vec::new())),
        Sent::Json(body) => Ok((shown, body, Vec::new())),
        Sent::Form { mut fields, uploads } => {
            let body = match fields.remove("payload_json") {
                Some(Value::String(text)) => serde_json::from_str(&text).map_err(|error| refused(error.to_string()))?,
                _ => Value::Object(fields),
            };
            let mut shown = json!({ "payload_json": body });
            for upload in &uploads {
                shown[&upload.field] = json!({ "upload": upload.name, "bytes": upload.bytes.len() });
            }
            Ok((shown, body, uploads))
        }
    }
}

fn respond(outcome: &Result<Reply, ApiError>, standing: Option<&Standing>) -> Response {
    let mut response = match outcome {
        Ok(Reply::Found(body)) => axum::Json(body).into_response(),
        Ok(Reply::Created(body)) => (StatusCode::CREATED, axum::Json(body)).into_response(),
        Ok(Reply::Done) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            (StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST), axum::Json(error.to_json()))
                .into_response()
        }
    };
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    if let Some(standing) = standing {
        set("x-ratelimit-limit", standing.limit.to_string());
        set("x-ratelimit-remaining", standing.remaining.to_string());
        set("x-ratelimit-reset-after", format!("{:.3}", standing.reset_after));
        set("x-ratelimit-reset", format!("{:.3}", wall_seconds() + standing.reset_after));
        set("x-ratelimit-bucket", standing.bucket.clone());
    }
    if let Err(ApiError { limit: Some((retry_after, scope)), .. }) = outcome {
        set("retry-after", format!("{}", retry_after.ceil()));
        set("x-ratelimit-scope", scope.word().to_owned());
        set("x-ratelimit-reset-after", format!("{retry_after:.3}"));
        if *scope == LimitScope::Global {
            set("x-ratelimit-global", "true".to_owned());
        }
    }
    response
}
