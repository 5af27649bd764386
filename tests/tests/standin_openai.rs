//! The model stand-in refuses what OpenAI refuses, and streams as OpenAI streams.

use std::time::Duration;

use futures::StreamExt;
use rstest::rstest;
use serde_json::{Value, json};
use wavelaunch_tests::faults::{Fault, LimitScope, Times};
use wavelaunch_tests::openai::{Answer, FakeOpenAi, KEY, Trouble};

const CAP: Duration = Duration::from_secs(10);

struct Bench {
    fake: FakeOpenAi,
    http: reqwest::Client,
}

impl Bench {
    async fn new() -> Self {
        Self { fake: FakeOpenAi::start().await.expect("a loopback port"), http: reqwest::Client::new() }
    }

    async fn send(&self, body: &Value) -> reqwest::Result<reqwest::Response> {
        let url = format!("{}/chat/completions", self.fake.base_url());
        self.http.post(url).bearer_auth(KEY).json(body).send().await
    }

    async fn ask(&self, body: &Value) -> (u16, Value) {
        let response = self.send(body).await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    /// The `data:` lines of a streamed answer, and whether it broke.
    async fn stream(&self, body: &Value) -> (Vec<String>, bool) {
        let mut bytes = self.send(body).await.expect("a stream").bytes_stream();
        let (mut text, mut broke) = (String::new(), false);
        while let Some(piece) = bytes.next().await {
            match piece {
                Ok(piece) => text.push_str(&String::from_utf8_lossy(&piece)),
                Err(_) => broke = true,
            }
        }
        (text.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).map(str::to_owned).collect(), broke)
    }
}

fn question(extra: &Value) -> Value {
    let mut body = json!({ "model": "stand-in", "messages": [{ "role": "system", "content": "Be kind." }, { "role": "user", "content": "Hello there" }] });
    for (field, value) in extra.as_object().cloned().unwrap_or_default() {
        body[field] = value;
    }
    body
}

fn words(events: &[String]) -> String {
    let pieces = events.iter().filter_map(|event| serde_json::from_str::<Value>(event).ok());
    pieces.filter_map(|event| event["choices"][0]["delta"]["content"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_whole_answer_has_usage_and_a_reason() {
    let bench = Bench::new().await;
    let (status, body) = bench.ask(&question(&json!({}))).await;
    assert_eq!(status, 200);
    assert_eq!(body["choices"][0]["message"]["content"], json!("You said: Hello there"));
    assert_eq!(body["choices"][0]["finish_reason"], json!("stop"));
    assert!(body["usage"]["total_tokens"].as_u64().is_some_and(|tokens| tokens > 0));
    let seen = &bench.fake.requests()[0];
    assert_eq!((seen.system_text().as_str(), seen.last_user_text().as_str()), ("Be kind.", "Hello there"));
}

#[tokio::test]
async fn a_streamed_answer_comes_in_pieces_and_ends_with_done() {
    let bench = Bench::new().await;
    bench.fake.answers(|_| Answer::pieces(["One ", "two."]));
    let (events, broke) =
        bench.stream(&question(&json!({ "stream": true, "stream_options": { "include_usage": true } }))).await;
    assert!(!broke);
    assert_eq!(words(&events), "One two.");
    assert_eq!(events.last().map(String::as_str), Some("[DONE]"));
    let usage: Value = serde_json::from_str(&events[events.len() - 2]).expect("JSON");
    assert_eq!((usage["choices"].clone(), usage["usage"]["completion_tokens"].clone()), (json!([]), json!(2)));
    let (events, _) = bench.stream(&question(&json!({ "stream": true }))).await;
    assert!(events.iter().all(|event| !event.contains("usage")), "usage was not asked for");
}

#[tokio::test]
async fn models_are_listed_with_or_without_v1() {
    let bench = Bench::new().await;
    for base in [bench.fake.base_url(), bench.fake.root_url()] {
        let response = bench.http.get(format!("{base}/models")).bearer_auth(KEY).send().await.expect("an answer");
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["data"][0]["id"], json!("stand-in"));
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused() {
    let bench = Bench::new().await;
    let url = format!("{}/chat/completions", bench.fake.base_url());
    let response =
        bench.http.post(url).bearer_auth("sk-other").json(&question(&json!({}))).send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 401);
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["error"]["code"], json!("invalid_api_key"));
    assert!(bench.fake.requests().is_empty(), "the model never saw it");
    assert_eq!(bench.fake.refused().len(), 1);
}

#[rstest]
#[case::no_messages(json!({ "messages": null }), 400, "messages")]
#[case::empty_messages(json!({ "messages": [] }), 400, "messages")]
#[case::no_model(json!({ "model": null }), 400, "model")]
#[case::other_model(json!({ "model": "gpt-0" }), 404, "does not exist")]
#[case::stray(json!({ "max_words": 5 }), 400, "Unrecognized request argument supplied: max_words")]
#[case::options_without_stream(json!({ "stream_options": { "include_usage": true } }), 400, "only allowed when 'stream' is enabled")]
#[tokio::test]
async fn wrong_requests_are_refused(#[case] change: Value, #[case] status: u16, #[case] words: &str) {
    let bench = Bench::new().await;
    let (got, body) = bench.ask(&question(&change)).await;
    assert_eq!(got, status, "{body}");
    assert!(body["error"]["message"].as_str().is_some_and(|message| message.contains(words)), "{body}");
}

#[rstest]
#[case::temperature(json!({ "temperature": 3 }))]
#[case::role(json!({ "messages": [{ "role": "narrator", "content": "Once" }] }))]
#[case::content(json!({ "messages": [{ "role": "user", "content": 5 }] }))]
#[tokio::test]
async fn requests_fit_the_vendors_document(#[case] change: Value) {
    if wavelaunch_tests::spec::folder().is_none() {
        wavelaunch_tests::aloud::say("SKIPPED: needs the vendor's document");
        return;
    }
    let bench = Bench::new().await;
    let (status, body) = bench.ask(&question(&change)).await;
    assert_eq!(status, 400, "{body}");
    let (status, body) =
        bench.ask(&question(&json!({ "temperature": 0.4, "max_completion_tokens": 300, "n": 1, "user": null }))).await;
    assert_eq!(status, if body["error"].is_null() { 200 } else { 400 });
}

#[tokio::test]
async fn scripted_faults_come_with_their_headers() {
    let bench = Bench::new().await;
    let chat = "POST /chat/completions";
    bench.fake.fault(chat, Fault::TooMany { retry_after: 3.0, scope: LimitScope::User }, Times::Next(1));
    bench.fake.fault(chat, Fault::Status(500), Times::Next(1));
    bench.fake.fault(chat, Fault::Cut, Times::Next(1));
    let limited = bench.send(&question(&json!({}))).await.expect("an answer");
    assert_eq!((limited.status().as_u16(), limited.headers()["retry-after"].to_str().expect("text")), (429, "3"));
    assert_eq!(bench.ask(&question(&json!({}))).await.0, 500);
    assert!(bench.send(&question(&json!({}))).await.is_err());
    assert_eq!(bench.ask(&question(&json!({}))).await.0, 200);
    assert!(bench.fake.refused().is_empty());
}

#[rstest]
#[case::cut(Trouble::CutAfter(1), "One ", true)]
#[case::garbage(Trouble::GarbageAfter(1), "One ", false)]
#[case::error(Trouble::ErrorAfter(1), "One ", false)]
#[case::no_finish(Trouble::NoFinish, "One two.", false)]
#[tokio::test]
async fn a_stream_can_end_badly(#[case] trouble: Trouble, #[case] heard: &str, #[case] breaks: bool) {
    let bench = Bench::new().await;
    bench.fake.answers(move |_| Answer::pieces(["One ", "two."]).with(trouble.clone()));
    let (events, broke) = bench.stream(&question(&json!({ "stream": true }))).await;
    assert_eq!((words(&events).as_str(), broke), (heard, breaks));
    assert!(events.iter().all(|event| event != "[DONE]" && !event.contains("\"stop\"")));
}

#[tokio::test]
async fn usage_can_be_missing() {
    let bench = Bench::new().await;
    bench.fake.answers(|_| Answer::text("Hi").with(Trouble::NoUsage));
    let (events, _) =
        bench.stream(&question(&json!({ "stream": true, "stream_options": { "include_usage": true } }))).await;
    assert!(events.iter().all(|event| !event.contains("total_tokens")));
    assert!(bench.ask(&question(&json!({}))).await.1["usage"].is_null());
}

#[tokio::test]
async fn a_silent_stream_that_the_client_leaves_is_counted() {
    let bench = Bench::new().await;
    bench.fake.answers(|_| Answer::pieces(["One "]).with(Trouble::SilenceAfter(1)));
    let mut bytes = bench.send(&question(&json!({ "stream": true }))).await.expect("a stream").bytes_stream();
    bytes.next().await.expect("a piece").expect("bytes");
    assert_eq!(bench.fake.wait_for(CAP, "the start", |state| Some(state.abandoned())).await.expect("a count"), 0);
    drop(bytes);
    bench
        .fake
        .wait_for(CAP, "the client to leave", |state| (state.abandoned() == 1).then_some(()))
        .await
        .expect("a count");
}
