//! Rates, and trouble on request.

use std::time::Duration;

use serde_json::json;
use wavelaunch_tests::faults::{Fault, LimitScope, Times};
use wavelaunch_tests::journal::Verdict;
use wavelaunch_tests::telegram::RateLimits;

use crate::client::{ANA, Bench};

#[tokio::test]
async fn a_chat_takes_a_burst_and_then_one_message_a_second() {
    let bench = Bench::with(Some(RateLimits::default())).await;
    for number in 0..5 {
        bench.say(&format!("{number}")).await.result();
    }
    let refused = bench.say("too fast").await;
    refused.refused(429, "Too Many Requests: retry after 1");
    assert_eq!(refused.body["parameters"]["retry_after"], json!(1));
    bench.fake.clock().advance(Duration::from_secs(1));
    bench.say("in time").await.result();
    assert_eq!(bench.fake.refused().len(), 1);
}

#[tokio::test]
async fn thirty_messages_a_second_overall() {
    let bench = Bench::with(Some(RateLimits::default())).await;
    for user in 1000..1030 {
        bench.fake.started_user(user, "Someone", None);
        bench.call("sendMessage", json!({ "chat_id": user, "text": "hi" })).await.result();
    }
    bench.say("one more").await.refused(429, "Too Many Requests");
}

#[tokio::test]
async fn scripted_faults_strike_and_pass() {
    let bench = Bench::new().await;
    bench.fake.fault("sendMessage", Fault::TooMany { retry_after: 7.0, scope: LimitScope::User }, Times::Next(1));
    bench.fake.fault("sendMessage", Fault::Status(502), Times::Next(1));
    let limited = bench.say("a").await;
    limited.refused(429, "retry after 7");
    bench.say("b").await.refused(502, "Bad Gateway");
    bench.say("c").await.result();
    assert_eq!(bench.fake.chat(ANA).len(), 1, "a struck request has no effect");
    assert!(bench.fake.refused().is_empty(), "faults are not the bot's doing");
}

#[tokio::test]
async fn a_cut_does_nothing_and_a_lost_answer_does_it() {
    let bench = Bench::new().await;
    bench.fake.fault("sendMessage", Fault::Cut, Times::Next(1));
    assert!(bench.try_call("sendMessage", json!({ "chat_id": ANA, "text": "cut" })).await.is_err());
    assert!(bench.fake.chat(ANA).is_empty());
    bench.fake.fault("sendMessage", Fault::LostAnswer, Times::Next(1));
    assert!(bench.try_call("sendMessage", json!({ "chat_id": ANA, "text": "lost" })).await.is_err());
    assert_eq!(bench.fake.chat(ANA)[0].text(), "lost");
    assert_eq!(bench.fake.journal()[1].verdict, Verdict::Faulted(Fault::LostAnswer));
    bench.say("fine").await.result();
}
