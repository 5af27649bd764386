//! One request: its turn, its tries, its answer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use serde_json::{Value, json};

use super::Shared;
use super::limits::seconds_of;
use super::route::{Lane, Route};

/// Where everything is forwarded to, and nowhere else.
#[derive(Debug)]
pub(super) struct Upstream {
    base: reqwest::Url,
    client: reqwest::Client,
}

/// A complete answer.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Upstream {
    pub(super) fn new(base: &str, patience: Duration) -> anyhow::Result<Self> {
        let base: reqwest::Url = base.parse()?;
        anyhow::ensure!(
            base.has_host(),
            "the address of Discord's API must name a host, for instance https://discord.com"
        );
        // A redirect would carry the token to another host.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(patience)
            .build()?;
        Ok(Self { base, client })
    }

    /// The upstream's address of a request; `None` for one that names another host or no API path.
    fn target(&self, uri: &Uri) -> Option<reqwest::Url> {
        if uri.authority().is_some() || !uri.path().starts_with("/api/") {
            return None;
        }
        let mut target = self.base.clone();
        target.set_path(uri.path());
        target.set_query(uri.query());
        Some(target)
    }

    async fn ask(&self, request: &Wanted) -> Result<Answer, reqwest::Error> {
        let answer = self
            .client
            .request(request.method.clone(), request.target.clone())
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send()
            .await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok(Answer { status, headers, body: answer.bytes().await? })
    }
}

/// What a caller wants.
struct Wanted {
    method: Method,
    target: reqwest::Url,
    headers: HeaderMap,
    body: Bytes,
    route: Route,
}

/// Takes a request in and gives Discord's answer, or our own in Discord's form.
pub(super) async fn forward(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Some(target) = shared.upstream.target(&head.uri) else {
        return refusal(StatusCode::MISDIRECTED_REQUEST, "only the configured Discord API is reached from here");
    };
    let Ok(body) = axum::body::to_bytes(body, super::BODY_LIMIT).await else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "Request entity too large");
    };
    let route = Route::of(&head.method, head.uri.path());
    let wanted = Wanted { method: head.method, target, headers: passed_on(&head.headers), body, route };
    shared.carry(&wanted).await
}

impl Shared {
    async fn carry(&self, wanted: &Wanted) -> Response<Body> {
        let mut pause = self.patience.pause;
        for attempt in 1.. {
            if *self.token_refused.borrow() {
                return refusal(StatusCode::UNAUTHORIZED, "401: Unauthorized");
            }
            if self.refusals.tripped() {
                return refusal(StatusCode::SERVICE_UNAVAILABLE, "too many refused requests; nothing is sent for now");
            }
            if let Err(wait) = self.limits.acquire(&wanted.route, self.patience.queue).await {
                return self.come_back(wait);
            }
            self.figures.sent.fetch_add(1, Ordering::Relaxed);
            self.figures.repeated.fetch_add(u64::from(attempt > 1), Ordering::Relaxed);
            let last = attempt >= self.patience.tries;
            match self.upstream.ask(wanted).await {
                Ok(answer) => {
                    self.limits.learn(&wanted.route, &answer.headers);
                    self.note_refusal(wanted.route.lane, &answer);
                    if answer.status == StatusCode::TOO_MANY_REQUESTS {
                        let wait = self.slow_down(&wanted.route, &answer);
                        if last || wait > self.patience.queue || wanted.route.lane == Lane::Callback {
                            return self.come_back(wait);
                        }
                        continue;
                    }
                    if last || !answer.status.is_server_error() || !wanted.may_repeat() {
                        return handed_back(answer);
                    }
                    tracing::warn!(
                        route = wanted.route.key,
                        status = answer.status.as_u16(),
                        "Discord failed; trying again"
                    );
                }
                Err(error) => {
                    self.limits.unanswered(&wanted.route);
                    // The address holds tokens.
                    let error = error.without_url();
                    tracing::warn!(route = wanted.route.key, %error, "Discord did not answer");
                    if last || !(error.is_connect() || wanted.may_repeat()) {
                        return refusal(StatusCode::BAD_GATEWAY, "Discord did not answer");
                    }
                }
            }
            if !self.limits.are_lifted() {
                tokio::time::sleep(pause).await;
            }
            pause *= 3;
        }
        refusal(StatusCode::BAD_GATEWAY, "Discord did not answer")
    }

    /// Obeys a 429 for the scope that it names.
    fn slow_down(&self, route: &Route, answer: &Answer) -> Duration {
        self.figures.limited.fetch_add(1, Ordering::Relaxed);
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let named = body["retry_after"].as_f64().or_else(|| {
            answer
                .headers
                .get(header::RETRY_AFTER)
                .and_then(|value| value.to_str().ok())
                .and_then(|text| text.parse().ok())
        });
        // A proxy before Discord may answer without a figure.
        let wait = named.and_then(seconds_of).unwrap_or(Duration::from_secs(5));
        let everything =
            body["global"] == true || answer.headers.contains_key("x-ratelimit-global") || scope(answer) == "global";
        tracing::warn!(route = route.key, seconds = wait.as_secs_f64(), everything, "Discord told us to slow down");
        self.limits.hold(route, wait, everything);
        wait
    }

    fn note_refusal(&self, lane: Lane, answer: &Answer) {
        match answer.status {
            StatusCode::UNAUTHORIZED => {
                self.refusals.count();
                // On the other lanes it is an interaction's own token that has run out.
                if lane == Lane::Ordinary {
                    self.token_refused.send_replace(true);
                }
            }
            StatusCode::FORBIDDEN => self.refusals.count(),
            StatusCode::TOO_MANY_REQUESTS if scope(answer) != "shared" => self.refusals.count(),
            _ => {}
        }
    }

    fn come_back(&self, wait: Duration) -> Response<Body> {
        self.last_wait.store(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        let body = json!({"message": "You are being rate limited.", "retry_after": wait.as_secs_f64(), "global": false, "code": 0});
        own_answer(StatusCode::TOO_MANY_REQUESTS, &body)
    }
}

impl Wanted {
    /// True when Discord does the same thing once however often it is asked.
    fn may_repeat(&self) -> bool {
        if self.method != Method::POST {
            return true;
        }
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["enforce_nonce"] == true && !body["nonce"].is_null()
    }
}

fn scope(answer: &Answer) -> &str {
    answer.headers.get("x-ratelimit-scope").and_then(|value| value.to_str().ok()).unwrap_or("user")
}

/// The headers that Discord is meant to read.
fn passed_on(headers: &HeaderMap) -> HeaderMap {
    const OURS: [header::HeaderName; 6] = [
        header::HOST,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::ACCEPT_ENCODING,
        header::UPGRADE,
    ];
    headers.iter().filter(|(name, _)| !OURS.contains(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn handed_back(answer: Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    let frame = [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH];
    for (name, value) in answer.headers.iter().filter(|(name, _)| !frame.contains(name)) {
        response.headers_mut().append(name.clone(), value.clone());
    }
    response
}

fn refusal(status: StatusCode, message: &str) -> Response<Body> {
    own_answer(status, &json!({"message": message, "code": 0}))
}

fn own_answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
