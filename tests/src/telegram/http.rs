//! The sockets' side: from a request to a verdict, with the scripted faults in between.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Path, Request, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::{Map, Value, json};

use super::call::Call;
use super::error::ApiError;
use super::state::State;
use super::{methods, schema, updates};
use crate::faults::Fault;
use crate::incoming;
use crate::journal::{Entry, Verdict};
use crate::server::Cutter;
use crate::wait::Watched;

type Telegram = Arc<Watched<State>>;

/// Telegram's own bound on a long poll.
const LONGEST_POLL: Duration = Duration::from_secs(50);

pub(super) fn router(telegram: Telegram) -> Router {
    Router::new().route("/{bot}/{method}", any(answer)).route("/file/{bot}/{*path}", get(download)).with_state(telegram)
}

async fn answer(
    Shared(telegram): Shared<Telegram>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    let query = query_of(&request);
    let sent = incoming::read(request).await;
    let (shown, call) = match sent {
        Ok(sent) => (sent.for_journal(), Call::new(&method, query, sent)),
        Err(why) => (Value::Null, Err(ApiError::bad(why))),
    };
    let fault = telegram.change(|state| state.faults.strike(&method));
    let record = |verdict| telegram.change(|state| write(state, &method, &shown, verdict));
    match fault {
        Some(Fault::Cut) => {
            record(Verdict::Faulted(Fault::Cut));
            cutter.cut();
            return StatusCode::OK.into_response();
        }
        Some(Fault::TooMany { retry_after, .. }) => {
            record(Verdict::Faulted(Fault::TooMany { retry_after, scope: crate::faults::LimitScope::User }));
            return respond(Err(ApiError::too_many(whole_seconds(retry_after))));
        }
        Some(Fault::Status(code)) => {
            record(Verdict::Faulted(Fault::Status(code)));
            return respond(Err(ApiError::new(
                code,
                StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error"),
            )));
        }
        Some(Fault::LostAnswer | Fault::Slow(_)) | None => {}
    }
    let outcome = match call {
        Ok(call) if telegram.read(|state| bot == format!("bot{}", state.token)) => {
            perform(&telegram, &call, &shown, fault.as_ref()).await
        }
        Ok(_) => telegram.change(|state| judged(state, &method, &shown, Err(ApiError::new(401, "Unauthorized")), None)),
        Err(error) => telegram.change(|state| judged(state, &method, &shown, Err(error), None)),
    };
    match fault {
        Some(Fault::LostAnswer) => cutter.cut(),
        Some(Fault::Slow(delay)) => tokio::time::sleep(delay).await,
        _ => {}
    }
    respond(outcome)
}

async fn perform(telegram: &Telegram, call: &Call, shown: &Value, fault: Option<&Fault>) -> Result<Value, ApiError> {
    if call.method.eq_ignore_ascii_case("getUpdates") {
        return get_updates(telegram, call, shown).await;
    }
    telegram.change(|state| {
        let outcome = methods::perform(state, call);
        judged(state, &call.method, shown, outcome, fault)
    })
}

async fn get_updates(telegram: &Telegram, call: &Call, shown: &Value) -> Result<Value, ApiError> {
    let limit = usize::try_from(call.int("limit").unwrap_or(100)).unwrap_or(100).clamp(1, 100);
    let timeout = Duration::from_secs(u64::try_from(call.int("timeout").unwrap_or(0)).unwrap_or(0)).min(LONGEST_POLL);
    let poll = telegram
        .change(|state| begin_poll(state, call))
        .or_else(|error| telegram.change(|state| judged(state, &call.method, shown, Err(error), None).map(|_| 0)))?;
    // Ends the poll too when the client hangs up and this future is dropped.
    let _ending = EndPoll { telegram, poll };
    let found = telegram
        .until(timeout, "updates", |state| {
            if !state.intake.is_current(poll) {
                return Some(Err(if state.webhook.url.is_empty() {
                    updates::conflict_with_poll()
                } else {
                    updates::conflict_with_webhook()
                }));
            }
            let batch = state.intake.batch(limit);
            if batch.is_empty() { None } else { Some(Ok(batch)) }
        })
        .await;
    match found {
        Err(_) => Ok(json!([])),
        Ok(Ok(batch)) => {
            telegram.change(|state| write(state, &call.method, shown, Verdict::Accepted));
            Ok(json!(batch))
        }
        Ok(Err(error)) => {
            telegram.change(|state| write(state, &call.method, shown, Verdict::Superseded));
            Err(error)
        }
    }
}

fn begin_poll(state: &mut State, call: &Call) -> Result<u64, ApiError> {
    schema::check(call).map_err(ApiError::bad)?;
    if !state.webhook.url.is_empty() {
        return Err(updates::conflict_with_webhook());
    }
    if let Some(kinds) = call.nested("allowed_updates")? {
        state.intake.allow(serde_json::from_value(kinds).map_err(|_| ApiError::bad("can't parse allowed_updates"))?);
    }
    Ok(state.intake.begin_poll(call.int("offset").unwrap_or(0)))
}

struct EndPoll<'a> {
    telegram: &'a Telegram,
    poll: u64,
}

impl Drop for EndPoll<'_> {
    fn drop(&mut self) {
        self.telegram.change(|state| state.intake.end_poll(self.poll));
    }
}

fn judged(
    state: &mut State,
    method: &str,
    shown: &Value,
    outcome: Result<Value, ApiError>,
    fault: Option<&Fault>,
) -> Result<Value, ApiError> {
    let verdict = match (&outcome, fault) {
        (Err(error), _) => Verdict::Refused { status: error.code, why: error.description.clone() },
        (Ok(_), Some(fault)) => Verdict::Faulted(fault.clone()),
        (Ok(_), None) => Verdict::Accepted,
    };
    write(state, method, shown, verdict);
    outcome
}

fn write(state: &mut State, method: &str, shown: &Value, verdict: Verdict) {
    let at = state.clock.now();
    state.journal.write(Entry { call: method.to_owned(), body: shown.clone(), verdict, at });
}

fn respond(outcome: Result<Value, ApiError>) -> Response {
    match outcome {
        Ok(result) => axum::Json(json!({ "ok": true, "result": result })).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, axum::Json(error.to_json())).into_response()
        }
    }
}

async fn download(Shared(telegram): Shared<Telegram>, Path((bot, path)): Path<(String, String)>) -> Response {
    let found = telegram.read(|state| {
        if bot != format!("bot{}", state.token) {
            return Err(ApiError::new(401, "Unauthorized"));
        }
        let id = path.strip_prefix("documents/").unwrap_or_default();
        state.files.get(id).map(|file| file.bytes.clone()).ok_or_else(|| ApiError::new(404, "Not Found"))
    });
    found.map_or_else(|error| respond(Err(error)), IntoResponse::into_response)
}

fn query_of(request: &Request) -> Map<String, Value> {
    axum::extract::Query::<Map<String, Value>>::try_from_uri(request.uri()).map(|query| query.0).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a scripted wait of seconds, never negative and small"
)]
fn whole_seconds(seconds: f64) -> u64 {
    seconds.ceil().max(1.0) as u64
}
