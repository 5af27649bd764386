//! Limits, and trouble on request.

use std::time::Duration;

use serde_json::{Value, json};
use wavelaunch_tests::discord::Settings;
use wavelaunch_tests::faults::{Fault, LimitScope, Times};

use crate::client::{ANA, Bench};

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let bench = Bench::with(Settings::default()).await;
    for left in (0..5).rev() {
        let answer = bench.say("hi").await;
        assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (200, left.to_string().as_str()));
        assert_eq!(answer.header("x-ratelimit-limit"), "5");
    }
    let answer = bench.say("hi").await;
    assert_eq!((answer.status, &answer.body["global"]), (429, &json!(false)));
    assert_eq!(answer.body["retry_after"], json!(5.0));
    assert_eq!((answer.header("retry-after"), answer.header("x-ratelimit-scope")), ("5", "user"));
    assert_eq!(bench.fake.invalid_requests(), 1);
    let other = bench.fake.channel(bench.guild, "other");
    bench.call("POST", &format!("/channels/{other}/messages"), json!({ "content": "hi" })).await.ok();
    bench.fake.clock().advance(Duration::from_secs(5));
    bench.say("hi").await.ok();
}

#[tokio::test]
async fn fifty_requests_a_second_overall_but_interactions_are_exempt() {
    let bench = Bench::with(Settings::default()).await;
    let ping = bench.pinged().await;
    let mut last = None;
    for _ in 0..60 {
        let channel = bench.fake.channel(bench.guild, "many");
        last = Some(bench.call("POST", &format!("/channels/{channel}/messages"), json!({ "content": "hi" })).await);
    }
    let last = last.expect("an answer");
    assert_eq!((last.status, &last.body["global"]), (429, &json!(true)));
    assert_eq!((last.header("x-ratelimit-scope"), last.header("x-ratelimit-global")), ("global", "true"));
    bench.callback(&ping, json!({ "type": 5 })).await.ok();
}

#[tokio::test]
async fn scripted_limits_have_their_scope() {
    let bench = Bench::new().await;
    for (scope, word) in [(LimitScope::User, "user"), (LimitScope::Global, "global"), (LimitScope::Shared, "shared")] {
        bench.fake.fault("POST /channels/*/messages", Fault::TooMany { retry_after: 1.25, scope }, Times::Next(1));
        let answer = bench.say("hi").await;
        assert_eq!((answer.status, answer.header("x-ratelimit-scope")), (429, word));
        assert_eq!((answer.header("retry-after"), &answer.body["retry_after"]), ("2", &json!(1.25)));
    }
    assert_eq!(bench.fake.invalid_requests(), 2, "shared ones do not count");
    assert!(bench.fake.refused().is_empty());
}

#[tokio::test]
async fn a_cut_does_nothing_and_a_lost_answer_does_it() {
    let bench = Bench::new().await;
    let path = format!("/channels/{}/messages", bench.channel);
    bench.fake.fault("POST *", Fault::Cut, Times::Next(1));
    assert!(bench.try_call("POST", &path, json!({ "content": "cut" })).await.is_err());
    bench.fake.fault("POST *", Fault::LostAnswer, Times::Next(1));
    assert!(bench.try_call("POST", &path, json!({ "content": "lost" })).await.is_err());
    bench.fake.fault("GET *", Fault::Status(503), Times::Always);
    assert_eq!(bench.call("GET", &format!("/users/{ANA}"), Value::Null).await.status, 503);
    bench.fake.clear_faults();
    bench.call("GET", &format!("/users/{ANA}"), Value::Null).await.ok();
    let texts: Vec<_> = bench.fake.messages(bench.channel).iter().map(|message| message.content().to_owned()).collect();
    assert_eq!(texts, ["lost"]);
}
