//! Updates: offsets, waiting, conflicts, kinds.

use serde_json::json;

use crate::client::{ANA, Bench, CAP};

#[tokio::test]
async fn an_unknown_token_is_unauthorised() {
    let bench = Bench::new().await;
    let answer = bench.http.get(format!("{}/bot1:wrong/getMe", bench.fake.base_url())).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 401);
    assert_eq!(bench.fake.refused().len(), 1);
}

#[tokio::test]
async fn method_names_ignore_case_and_unknown_ones_are_not_found() {
    let bench = Bench::new().await;
    assert_eq!(bench.call("GETME", json!({})).await.result()["is_bot"], json!(true));
    assert!(bench.call("sendMoney", json!({})).await.status >= 400);
}

#[tokio::test]
async fn updates_return_until_a_higher_offset_confirms_them() {
    let bench = Bench::new().await;
    let first = bench.fake.user_sends(ANA, "/start abc");
    let second = bench.fake.user_sends(ANA, "hello");
    let batch = bench.call("getUpdates", json!({})).await;
    let updates = batch.result().as_array().expect("a list").clone();
    assert_eq!(updates.len(), 2);
    assert_eq!(updates[0]["message"]["entities"], json!([{ "type": "bot_command", "offset": 0, "length": 6 }]));
    assert_eq!(
        bench.call("getUpdates", json!({ "limit": 1 })).await.result().as_array().map(Vec::len),
        Some(1),
        "nothing was confirmed yet"
    );
    let rest = bench.call("getUpdates", json!({ "offset": first + 1 })).await;
    assert_eq!(rest.result()[0]["update_id"], json!(second));
    assert!(bench.fake.read(|state| state.is_confirmed(first) && !state.is_confirmed(second)));
    assert_eq!(bench.call("getUpdates", json!({ "offset": second + 1 })).await.result(), &json!([]));
}

#[tokio::test]
async fn a_long_poll_wakes_when_something_comes() {
    let bench = Bench::new().await;
    let poll = bench.call("getUpdates", json!({ "timeout": 30 }));
    let write = async {
        bench.fake.wait_for(CAP, "a poll", |state| state.is_polled().then_some(())).await.expect("a poll");
        bench.fake.user_sends(ANA, "late")
    };
    let (answer, id) = tokio::join!(poll, write);
    assert_eq!(answer.result()[0]["update_id"], json!(id));
}

#[tokio::test]
async fn a_second_poller_ends_the_first_with_a_conflict() {
    let bench = Bench::new().await;
    let first = bench.call("getUpdates", json!({ "timeout": 30 }));
    let second = async {
        bench.fake.wait_for(CAP, "a poll", |state| state.is_polled().then_some(())).await.expect("a poll");
        bench.call("getUpdates", json!({ "timeout": 0 })).await
    };
    let (first, second) = tokio::join!(first, second);
    first.refused(409, "terminated by other getUpdates request");
    second.result();
    assert_eq!(bench.fake.conflicts(), 1);
}

#[tokio::test]
async fn a_webhook_and_polling_exclude_each_other() {
    let bench = Bench::new().await;
    bench.call("setWebhook", json!({ "url": "http://bot.example/hook" })).await.refused(400, "HTTPS");
    bench
        .call("setWebhook", json!({ "url": "https://bot.example/hook", "secret_token": "a b" }))
        .await
        .refused(400, "secret token");
    bench.call("setWebhook", json!({ "url": "https://bot.example/hook", "secret_token": "abc_-1" })).await.result();
    bench.call("getUpdates", json!({})).await.refused(409, "webhook is active");
    assert_eq!(bench.call("getWebhookInfo", json!({})).await.result()["url"], json!("https://bot.example/hook"));
    bench.call("deleteWebhook", json!({})).await.result();
    bench.call("getUpdates", json!({})).await.result();
}

#[tokio::test]
async fn only_wanted_kinds_are_queued() {
    let bench = Bench::new().await;
    bench.call("getUpdates", json!({ "allowed_updates": ["message"] })).await.result();
    bench.fake.user_blocks(ANA);
    bench.fake.user_unblocks(ANA);
    bench.fake.user_sends(ANA, "hello");
    let batch = bench.call("getUpdates", json!({})).await;
    assert_eq!(batch.result().as_array().map(Vec::len), Some(1));
    assert_eq!(batch.result()[0]["message"]["text"], json!("hello"));
}

#[tokio::test]
async fn raw_updates_arrive_as_they_are() {
    let bench = Bench::new().await;
    bench.fake.push_raw(json!({ "message": { "nonsense": true } }));
    bench.fake.push_raw(json!(17));
    let batch = bench.call("getUpdates", json!({})).await;
    assert_eq!(batch.result()[0]["message"], json!({ "nonsense": true }));
    assert_eq!(batch.result()[1], json!(17));
}

#[tokio::test]
async fn waiting_in_vain_says_what_was_seen() {
    let bench = Bench::new().await;
    bench.say("only this").await.result();
    let error = bench
        .fake
        .wait_message(ANA, std::time::Duration::from_millis(1), |message| message.text() == "that")
        .await
        .expect_err("nothing came");
    assert!(error.to_string().contains("only this"), "{error}");
}
