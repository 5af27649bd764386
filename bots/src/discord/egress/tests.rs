use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use rstest::rstest;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::route::{Lane, Route};
use super::*;

/// What the upstream answers next: status, headers, body. When the script is empty, 200.
type Line = (u16, Vec<(&'static str, &'static str)>, &'static str);

#[derive(Default)]
struct Upstream {
    script: Mutex<VecDeque<Line>>,
    seen: Mutex<Vec<Seen>>,
}

#[derive(Clone)]
struct Seen {
    line: String,
    authorization: Option<String>,
    body: Bytes,
    at: Instant,
}

struct Stage {
    upstream: Arc<Upstream>,
    egress: Egress,
    client: reqwest::Client,
    _stop: DropGuard,
}

async fn answer(State(upstream): State<Arc<Upstream>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let authorization = head.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let line = format!("{} {}", head.method, head.uri);
    upstream.seen.lock().unwrap().push(Seen { line, authorization, body, at: Instant::now() });
    let (status, headers, text) = upstream.script.lock().unwrap().pop_front().unwrap_or((200, vec![], "{}"));
    let mut response = Response::new(axum::body::Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

async fn stage(script: Vec<Line>) -> Stage {
    let patience =
        Patience { queue: Duration::from_secs(2), pause: Duration::from_millis(5), trip: 5, ..Patience::default() };
    let stop = CancellationToken::new();
    let upstream = Arc::new(Upstream { script: Mutex::new(script.into()), ..Upstream::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(Arc::clone(&upstream));
    let ended = stop.clone().cancelled_owned();
    tokio::spawn(async move { axum::serve(listener, app).with_graceful_shutdown(ended).await });
    let egress = Egress::start(&base, patience, stop.clone()).await.unwrap();
    Stage { upstream, egress, client: reqwest::Client::new(), _stop: stop.drop_guard() }
}

impl Stage {
    async fn ask(&self, method: Method, path: &str, body: &'static str) -> reqwest::Response {
        let url = format!("{}{path}", self.egress.url());
        self.client.request(method, url).header("authorization", "Bot x").body(body).send().await.unwrap()
    }

    async fn get(&self, path: &str) -> u16 {
        self.ask(Method::GET, path, "").await.status().as_u16()
    }

    fn seen(&self) -> Vec<Seen> {
        self.upstream.seen.lock().unwrap().clone()
    }

    fn gap(&self, from: usize, to: usize) -> Duration {
        let seen = self.seen();
        seen[to].at - seen[from].at
    }
}

const CHANNEL: &str = "/api/v10/channels/100000000000000001/messages";
const OTHER: &str = "/api/v10/channels/100000000000000002/messages";
const CALLBACK: &str = "/api/v10/interactions/100000000000000003/secret/callback";

#[tokio::test]
async fn a_request_and_its_answer_pass_unchanged() {
    let stage = stage(vec![(201, vec![("x-thing", "kept")], r#"{"id":"1"}"#)]).await;
    let answer = stage.ask(Method::POST, &format!("{CHANNEL}?a=1&b=%20"), r#"{"content":"x"}"#).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["x-thing"].to_str().unwrap()), (201, "kept"));
    assert_eq!(answer.text().await.unwrap(), r#"{"id":"1"}"#);
    let seen = stage.seen().remove(0);
    assert_eq!(seen.line, format!("POST {CHANNEL}?a=1&b=%20"));
    assert_eq!((seen.authorization.as_deref(), &seen.body[..]), (Some("Bot x"), &br#"{"content":"x"}"#[..]));
}

#[tokio::test]
async fn nothing_but_the_configured_api_is_reached() {
    let stage = stage(vec![]).await;
    assert_eq!(stage.get("/somewhere/else").await, 421);
    // The form in which a client asks a proxy for another host.
    let proxied = reqwest::Client::builder().proxy(reqwest::Proxy::http(stage.egress.url()).unwrap()).build().unwrap();
    assert_eq!(proxied.get("http://127.0.0.1:9/api/v10/gateway").send().await.unwrap().status().as_u16(), 421);
    assert!(stage.seen().is_empty());
}

#[tokio::test]
async fn an_empty_bucket_is_waited_for() {
    let spent = vec![
        ("x-ratelimit-bucket", "b"),
        ("x-ratelimit-limit", "1"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset-after", "0.3"),
    ];
    let stage = stage(vec![(200, spent, "{}")]).await;
    assert_eq!(stage.get(CHANNEL).await, 200);
    assert_eq!(stage.get(OTHER).await, 200, "another channel has a bucket of its own");
    assert_eq!(stage.get(CHANNEL).await, 200);
    assert!(stage.gap(0, 1) < Duration::from_millis(300), "{:?}", stage.gap(0, 1));
    assert!(stage.gap(0, 2) >= Duration::from_millis(300), "{:?}", stage.gap(0, 2));
}

#[tokio::test]
async fn a_limit_that_is_told_is_obeyed_and_the_request_repeated() {
    let stage = stage(vec![(429, vec![("x-ratelimit-scope", "user")], r#"{"retry_after":0.3,"global":false}"#)]).await;
    assert_eq!(stage.get(CHANNEL).await, 200);
    assert!(stage.gap(0, 1) >= Duration::from_millis(300));
    assert_eq!((stage.egress.figures().limited.load(Ordering::Relaxed), stage.egress.refused()), (1, 1));
}

#[tokio::test]
async fn a_long_wait_is_handed_back_and_nothing_is_sent_meanwhile() {
    let shared = vec![("x-ratelimit-scope", "shared")];
    let stage = stage(vec![(429, shared, r#"{"retry_after":120.0,"global":false}"#)]).await;
    let answer = stage.ask(Method::GET, CHANNEL, "").await;
    assert_eq!(answer.status().as_u16(), 429);
    let body: serde_json::Value = answer.json().await.unwrap();
    assert!(body["retry_after"].as_f64().unwrap() > 119.0);
    assert_eq!(stage.egress.last_wait(), Duration::from_mins(2));
    assert_eq!(stage.get(CHANNEL).await, 429);
    assert_eq!(stage.seen().len(), 1, "the second was not sent at all");
    assert_eq!(stage.get(OTHER).await, 200);
    assert_eq!(stage.egress.refused(), 0, "a shared limit is not our fault");
}

#[tokio::test]
async fn a_global_limit_holds_everything_but_answers_to_interactions() {
    let global = vec![("x-ratelimit-scope", "global"), ("x-ratelimit-global", "true")];
    let stage = stage(vec![(429, global, r#"{"retry_after":60.0,"global":true}"#)]).await;
    assert_eq!(stage.get(CHANNEL).await, 429);
    assert_eq!(stage.get(OTHER).await, 429);
    assert_eq!(stage.ask(Method::POST, CALLBACK, "{}").await.status().as_u16(), 200);
    assert_eq!(
        stage.ask(Method::PATCH, "/api/v10/webhooks/1/token/messages/@original", "{}").await.status().as_u16(),
        200
    );
    assert_eq!(stage.seen().len(), 3);
}

#[tokio::test]
async fn at_most_fifty_requests_leave_in_any_second() {
    let limits = Limits::default();
    let leave = (0..70).map(|n: u64| {
        let limits = &limits;
        async move {
            let route = Route::of(&Method::GET, &format!("/api/v10/channels/{}", 100_000_000_000_000_000 + n));
            limits.acquire(&route, Duration::from_secs(5)).await.unwrap();
            Instant::now()
        }
    });
    let mut at = futures::future::join_all(leave).await;
    at.sort();
    for window in at.windows(51) {
        assert!(window[50] - window[0] >= Duration::from_secs(1));
    }
}

#[rstest]
#[case::read(Method::GET, "", 3)]
#[case::overwrite(Method::PUT, "[]", 3)]
#[case::post_with_nonce(Method::POST, r#"{"nonce":"1","enforce_nonce":true}"#, 3)]
#[case::post(Method::POST, r#"{"nonce":"1"}"#, 1)]
#[tokio::test]
async fn only_what_cannot_double_is_repeated(#[case] method: Method, #[case] body: &'static str, #[case] tries: usize) {
    let stage = stage(vec![(502, vec![], ""), (500, vec![], "")]).await;
    let status = stage.ask(method, CHANNEL, body).await.status().as_u16();
    assert_eq!((stage.seen().len(), status), (tries, if tries == 1 { 502 } else { 200 }));
}

#[tokio::test]
async fn a_failing_discord_is_given_up_after_a_few_tries() {
    let stage = stage((0..20).map(|_| (503, vec![], "")).collect()).await;
    assert_eq!(stage.get(CHANNEL).await, 503);
    assert_eq!(stage.seen().len(), 4);
}

#[tokio::test]
async fn an_unreachable_discord_is_a_clear_answer() {
    let patience = Patience { pause: Duration::from_millis(1), ..Patience::default() };
    let stop = CancellationToken::new();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let egress = Egress::start(&format!("http://{free}"), patience, stop.clone()).await.unwrap();
    let answer = reqwest::get(format!("{}{CHANNEL}", egress.url())).await.unwrap();
    assert_eq!(answer.status().as_u16(), 502);
    stop.cancel();
}

#[tokio::test]
async fn too_many_refusals_stop_everything() {
    let stage = stage((0..20).map(|_| (403, vec![], "")).collect()).await;
    for _ in 0..5 {
        assert_eq!(stage.get(CHANNEL).await, 403);
    }
    assert_eq!(stage.get(OTHER).await, 503);
    assert_eq!(stage.seen().len(), 5);
}

#[tokio::test]
async fn a_refused_token_is_told_and_used_no_more() {
    let stage = stage(vec![(401, vec![], "{}"), (401, vec![], "{}")]).await;
    let followup = "/api/v10/webhooks/1/expired/messages/@original";
    assert_eq!(stage.ask(Method::PATCH, followup, "{}").await.status().as_u16(), 401);
    assert!(!*stage.egress.shared.token_refused.borrow(), "an interaction's token may run out");
    assert_eq!(stage.get(CHANNEL).await, 401);
    stage.egress.token_refused().await;
    assert_eq!(stage.get(OTHER).await, 401);
    assert_eq!(stage.seen().len(), 2);
}

#[rstest]
#[case(Method::POST, CALLBACK, Lane::Callback)]
#[case(Method::PATCH, "/api/v10/webhooks/1/secret/messages/@original", Lane::FollowUp)]
#[case(Method::POST, CHANNEL, Lane::Ordinary)]
#[case(Method::GET, "/api/v10/gateway/bot", Lane::Ordinary)]
fn routes_are_told_apart_and_their_keys_hold_no_token(#[case] method: Method, #[case] path: &str, #[case] lane: Lane) {
    let route = Route::of(&method, path);
    assert_eq!(route.lane, lane);
    assert!(!route.key.contains("secret") && !route.major.contains("secret"), "{}", route.key);
}

#[test]
fn routes_share_a_bucket_by_their_major_id_alone() {
    let key = |path: &str| Route::of(&Method::DELETE, path).key;
    let (first, second) = ("/api/v10/channels/100000000000000001", "/api/v10/channels/100000000000000002");
    assert_eq!(
        key(&format!("{first}/messages/100000000000000008")),
        key(&format!("{first}/messages/100000000000000009"))
    );
    assert_ne!(
        key(&format!("{first}/messages/100000000000000008")),
        key(&format!("{second}/messages/100000000000000008"))
    );
}
