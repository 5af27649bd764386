//! Keyboards, presses and command menus.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANA, Bench};

fn one(button: &Value) -> Value {
    json!({ "chat_id": ANA, "text": "choose", "reply_markup": { "inline_keyboard": [[button]] } })
}

#[rstest]
#[case::data_of_64_bytes(json!({ "text": "a", "callback_data": "x".repeat(64) }), None)]
#[case::data_of_65_bytes(json!({ "text": "a", "callback_data": "x".repeat(65) }), Some("BUTTON_DATA_INVALID"))]
#[case::bytes_count_not_characters(json!({ "text": "a", "callback_data": "ü".repeat(33) }), Some("BUTTON_DATA_INVALID"))]
#[case::empty_data(json!({ "text": "a", "callback_data": "" }), Some("BUTTON_DATA_INVALID"))]
#[case::no_action(json!({ "text": "a" }), Some("text buttons are unallowed"))]
#[case::two_actions(json!({ "text": "a", "callback_data": "x", "url": "https://x.example" }), Some("exactly one action"))]
#[case::no_label(json!({ "text": " ", "callback_data": "x" }), Some("non-empty"))]
#[case::address(json!({ "text": "a", "url": "https://x.example" }), None)]
#[case::script(json!({ "text": "a", "url": "javascript:alert(1)" }), Some("is invalid"))]
#[tokio::test]
async fn inline_buttons_have_one_action_within_bounds(#[case] button: Value, #[case] complaint: Option<&str>) {
    let bench = Bench::new().await;
    let answer = bench.call("sendMessage", one(&button)).await;
    match complaint {
        None => drop(answer.result()),
        Some(words) => answer.refused(400, words),
    }
}

#[tokio::test]
async fn a_keyboard_holds_a_hundred_buttons() {
    let bench = Bench::new().await;
    let rows = |count: usize| vec![json!([{ "text": "a", "callback_data": "x" }]); count];
    let send = |count| json!({ "chat_id": ANA, "text": "choose", "reply_markup": { "inline_keyboard": rows(count) } });
    bench.call("sendMessage", send(100)).await.result();
    bench.call("sendMessage", send(101)).await.refused(400, "too long");
}

#[tokio::test]
async fn a_press_arrives_and_is_acknowledged_once_in_time() {
    let bench = Bench::new().await;
    let sent = bench.call("sendMessage", one(&json!({ "text": "Yes", "callback_data": "v1:yes" }))).await;
    let message = sent.result()["message_id"].as_i64().expect("an id");
    assert!(bench.fake.user_presses(ANA, message, "No").is_err(), "nobody can press what is not there");
    let press = bench.fake.user_presses(ANA, message, "Yes").expect("a button");
    let update = bench.call("getUpdates", json!({})).await;
    assert_eq!(update.result()[0]["callback_query"]["data"], json!("v1:yes"));
    bench
        .call("answerCallbackQuery", json!({ "callback_query_id": "1" }))
        .await
        .refused(400, "query is too old and response timeout expired or query ID is invalid");
    bench
        .call("answerCallbackQuery", json!({ "callback_query_id": press, "text": "x".repeat(201) }))
        .await
        .refused(400, "TOO_LONG");
    bench.call("answerCallbackQuery", json!({ "callback_query_id": press, "text": "Thanks" })).await.result();
    assert_eq!(bench.fake.presses()[0].answer.as_ref().map(|answer| &answer["text"]), Some(&json!("Thanks")));
    let late = bench.fake.user_presses(ANA, message, "v1:yes").expect("a button");
    bench.fake.clock().advance(Duration::from_mins(10));
    bench.call("answerCallbackQuery", json!({ "callback_query_id": late })).await.refused(400, "query is too old");
}

#[tokio::test]
async fn menus_are_kept_by_scope_and_language() {
    let bench = Bench::new().await;
    let commands = json!([{ "command": "start", "description": "Begin" }]);
    bench.call("setMyCommands", json!({ "commands": commands, "language_code": "de" })).await.result();
    assert_eq!(bench.call("getMyCommands", json!({})).await.result(), &json!([]));
    assert_eq!(bench.call("getMyCommands", json!({ "language_code": "de" })).await.result(), &commands);
    assert_eq!(bench.fake.read(|state| state.menu("default", "de")), [("start".to_owned(), "Begin".to_owned())]);
    bench.call("deleteMyCommands", json!({ "language_code": "de" })).await.result();
    assert_eq!(bench.call("getMyCommands", json!({ "language_code": "de" })).await.result(), &json!([]));
}

#[rstest]
#[case(json!([{ "command": "Start", "description": "x" }]), "BOT_COMMAND_INVALID")]
#[case(json!([{ "command": "my-plan", "description": "x" }]), "BOT_COMMAND_INVALID")]
#[case(json!([{ "command": "a".repeat(33), "description": "x" }]), "BOT_COMMAND_INVALID")]
#[case(json!([{ "command": "plan", "description": "x".repeat(257) }]), "BOT_COMMAND_DESCRIPTION_INVALID")]
#[case(json!(vec![json!({ "command": "plan", "description": "x" }); 101]), "TOO_MUCH")]
#[tokio::test]
async fn menus_keep_their_bounds(#[case] commands: Value, #[case] words: &str) {
    let bench = Bench::new().await;
    bench.call("setMyCommands", json!({ "commands": commands })).await.refused(400, words);
}
