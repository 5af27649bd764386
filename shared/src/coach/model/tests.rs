use std::time::Duration;

use rstest::rstest;

use super::scripted::{Act, Scripted};
use super::*;
use crate::clock::Clock;
use crate::config::Secret;

fn prompt() -> Prompt {
    Prompt {
        system: "Be kind.".into(),
        messages: vec![Turn::user("How do I price?")],
        max_tokens: 500,
        temperature: 0.7,
        form: None,
    }
}

async fn ask(endpoint: &Scripted) -> Result<Completion, ModelError> {
    endpoint.model().complete(&prompt(), &mut |_| {}).await
}

#[tokio::test]
async fn an_answer_streams_in_and_carries_the_endpoints_count() {
    let endpoint = Scripted::start([Act::Answer("Start with your costs.", Some((41, 7)))]).await;
    let mut seen = Vec::new();
    let answer = endpoint.model().complete(&prompt(), &mut |text| seen.push(text.to_owned())).await.unwrap();
    assert_eq!(answer.text, "Start with your costs.");
    assert_eq!((answer.tokens_in, answer.tokens_out), (41, 7));
    assert_eq!((answer.model.as_str(), answer.truncated), ("scripted-1", false));
    assert_eq!(seen, ["Start ", "Start with ", "Start with your ", "Start with your costs."]);

    let sent = &endpoint.requests()[0];
    assert_eq!(sent["messages"][0], serde_json::json!({ "role": "system", "content": "Be kind." }));
    assert_eq!(sent["messages"][1]["role"], "user");
    assert_eq!((&sent["max_tokens"], &sent["stream"]), (&500.into(), &true.into()));
    assert_eq!(sent["temperature"].to_string(), "0.7");
    assert_eq!(endpoint.headers()["authorization"], "Bearer sk-test");
}

#[tokio::test]
async fn without_usage_the_tokens_are_estimated() {
    let endpoint = Scripted::start([Act::Answer("Start with your costs.", None)]).await;
    let answer = ask(&endpoint).await.unwrap();
    assert_eq!((answer.tokens_in, answer.tokens_out), (3 + 5, 5));
}

#[rstest]
#[case(Act::Cut("Start with"))]
#[case(Act::Break("Start with"))]
#[case(Act::EndsWith("Start with", "length"))]
#[tokio::test]
async fn an_answer_without_its_end_is_kept_and_marked(#[case] act: Act) {
    let answer = ask(&Scripted::start([act]).await).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.truncated), ("Start with", true));
}

#[rstest]
#[case(Act::Raw("Start", "{\"choices\": [oops"), "no JSON")]
#[case(Act::Raw("Start", "{\"error\":{\"message\":\"overloaded\"}}"), "error in the stream: overloaded")]
#[case(Act::Raw("", "{\"choices\":null,\"usage\":null}"), "without a word")]
#[case(Act::Status(503, None, "<html>sorry</html>"), "503: <html>sorry</html>")]
#[case(Act::Status(429, None, "{\"error\":{\"message\":\"slow\\u001b[2J down\"}}"), "429: slow[2J down")]
#[tokio::test]
async fn what_may_pass_is_worth_another_try(#[case] act: Act, #[case] says: &str) {
    let error = ask(&Scripted::start([act]).await).await.unwrap_err();
    assert!(error.is_transient() && error.to_string().contains(says), "{error}");
}

#[rstest]
#[case(
    Act::Status(401, None, "{\"error\":{\"message\":\"bad key\"}}"),
    "bad key; check model.api_key (OPENAI_API_KEY)"
)]
#[case(Act::Status(400, None, "{\"error\":{\"message\":\"no such model\"}}"), "no such model; check model.name")]
#[case(Act::Status(404, None, ""), "check model.base_url (OPENAI_BASE_URL)")]
#[case(Act::Status(429, None, "{\"error\":{\"message\":\"pay\",\"code\":\"insufficient_quota\"}}"), "quota is used up")]
#[case(Act::Page("text/html", "<html>Welcome</html>"), "web page; check model.base_url")]
#[tokio::test]
async fn what_cannot_pass_names_the_setting_to_check(#[case] act: Act, #[case] says: &str) {
    let error = ask(&Scripted::start([act]).await).await.unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains(says), "{error}");
}

#[tokio::test]
async fn silence_before_the_first_word_ends() {
    let error = ask(&Scripted::start([Act::Mute]).await).await.unwrap_err();
    assert!(error.is_transient() && error.to_string().contains("silent for 1 s"), "{error}");
}

#[tokio::test]
async fn silence_in_mid_stream_ends() {
    let error = ask(&Scripted::start([Act::Silent("Start")]).await).await.unwrap_err();
    assert!(error.is_transient() && error.to_string().contains("fell silent for 1 s"), "{error}");
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let model = Model::from_settings(&ModelSettings { base_url, ..ModelSettings::default() }).unwrap();
    let error = model.complete(&prompt(), &mut |_| {}).await.unwrap_err();
    assert!(error.is_transient() && error.to_string().contains("cannot be reached"), "{error}");
}

#[tokio::test]
async fn a_busy_endpoint_is_asked_again_when_it_said() {
    let endpoint = Scripted::start([Act::Status(429, Some("0"), "{}"), Act::Answer("Costs first.", None)]).await;
    let answer = endpoint.model().complete_patiently(&Clock::system(), &prompt(), &mut |_| {}).await.unwrap();
    assert_eq!((answer.text.as_str(), endpoint.requests().len()), ("Costs first.", 2));
}

#[tokio::test]
async fn an_endpoint_that_stays_down_is_given_up_on() {
    let endpoint = Scripted::start([Act::Status(500, Some("0"), "")]).await;
    let error = endpoint.model().complete_patiently(&Clock::system(), &prompt(), &mut |_| {}).await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(endpoint.requests().len(), 4, "once, and after each of three pauses");
}

#[tokio::test]
async fn a_refused_key_is_not_tried_twice() {
    let endpoint = Scripted::start([Act::Status(401, None, "")]).await;
    assert!(endpoint.model().complete_patiently(&Clock::system(), &prompt(), &mut |_| {}).await.is_err());
    assert_eq!(endpoint.requests().len(), 1);
}

#[rstest]
#[case(1, None, 0.0, Some(1.0))]
#[case(2, None, 0.0, Some(3.0))]
#[case(3, None, 0.0, Some(8.0))]
#[case(3, None, 1.0, Some(10.0))]
#[case(4, None, 0.0, None)]
#[case(1, Some(7), 1.0, Some(7.0))]
#[case(1, Some(3600), 0.0, None)]
fn the_pauses_grow_and_end(
    #[case] failures: usize,
    #[case] retry_after: Option<u64>,
    #[case] jitter: f64,
    #[case] pause: Option<f64>,
) {
    let error = ModelError::Transient { what: "busy".into(), retry_after: retry_after.map(Duration::from_secs) };
    assert_eq!(
        wait_before_next(&ModelSettings::default().retry_seconds, failures, &error, jitter)
            .map(|pause| pause.as_secs_f64()),
        pause
    );
}

#[rstest]
#[case("not an address", "sk-1", "model.base_url")]
#[case("ftp://example.com", "sk-1", "model.base_url")]
#[case("", "sk\n1", "model.api_key")]
fn a_wrong_setting_is_named(#[case] base_url: &str, #[case] key: &str, #[case] names: &str) {
    let settings = ModelSettings { base_url: base_url.into(), api_key: Secret::new(key), ..ModelSettings::default() };
    let error = Model::from_settings(&settings).unwrap_err().to_string();
    assert!(error.contains(names), "{error}");
}

#[test]
fn without_a_key_and_an_address_the_model_is_offline() {
    assert!(Model::from_settings(&ModelSettings::default()).unwrap().is_offline());
}
