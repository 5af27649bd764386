//! Answering interactions.

use std::time::Duration;

use serde_json::{Value, json};
use wavelaunch_tests::discord::Ack;

use crate::client::{ANA, Bench, CAP, button, row};

#[tokio::test]
async fn exactly_one_acknowledgement() {
    let bench = Bench::new().await;
    let ping = bench.pinged().await;
    bench.callback(&ping, json!({ "type": 4, "data": { "content": "pong", "flags": 64 } })).await.ok();
    bench.callback(&ping, json!({ "type": 4, "data": { "content": "pong" } })).await.refused(400, 40060);
    let answer = ping.wait_answer(CAP).await.expect("an answer");
    assert_eq!((answer.words().as_str(), answer.is_ephemeral(), answer.ack), ("pong", true, Some(Ack::Message)));
    assert!(bench.fake.messages(bench.channel).is_empty(), "nobody else sees it");
}

#[tokio::test]
async fn after_three_seconds_it_is_unknown() {
    let bench = Bench::new().await;
    let ping = bench.pinged().await;
    bench.fake.clock().advance(Duration::from_secs(3));
    bench.callback(&ping, json!({ "type": 5 })).await.ok();
    let late = bench.pinged().await;
    bench.fake.clock().advance(Duration::from_millis(3001));
    bench.callback(&late, json!({ "type": 5 })).await.refused(404, 10062);
    let forged = format!("/interactions/{}/wrong/callback", late.id());
    bench.call("POST", &forged, json!({ "type": 5 })).await.refused(404, 10062);
}

#[tokio::test]
async fn the_first_followup_after_a_deferral_is_the_answer_and_as_private() {
    let bench = Bench::new().await;
    let ping = bench.pinged().await;
    bench.callback(&ping, json!({ "type": 5, "data": { "flags": 64 } })).await.ok();
    assert!(!ping.answer().has_content(), "a deferral is no answer");
    bench.followup(&ping, json!({ "content": "pong" })).await.ok();
    bench.followup(&ping, json!({ "content": "more" })).await.ok();
    let answer = ping.answer();
    assert!(answer.is_ephemeral(), "the deferral decides");
    assert_eq!(answer.versions().iter().map(|version| version.content.as_str()).collect::<Vec<_>>(), ["", "pong"]);
    assert_eq!(
        answer.followups.iter().map(|message| (message.content(), message.is_ephemeral())).collect::<Vec<_>>(),
        [("more", false)]
    );
}

#[tokio::test]
async fn the_original_can_be_edited_read_and_deleted_for_a_quarter_of_an_hour() {
    let bench = Bench::new().await;
    let ping = bench.pinged().await;
    bench.answer("PATCH", &ping, "@original", json!({ "content": "early" })).await.refused(404, 10015);
    bench.callback(&ping, json!({ "type": 5 })).await.ok();
    bench.answer("PATCH", &ping, "@original", json!({ "content": "one" })).await.ok();
    bench.answer("PATCH", &ping, "@original", json!({ "content": "two" })).await.ok();
    assert_eq!(bench.answer("GET", &ping, "@original", Value::Null).await.ok()["content"], json!("two"));
    let contents: Vec<_> = ping.answer().versions().into_iter().map(|version| version.content).collect();
    assert_eq!(contents, ["", "one", "two"]);
    let more = bench.followup(&ping, json!({ "content": "more" })).await.ok()["id"].as_str().expect("an id").to_owned();
    bench.answer("PATCH", &ping, &more, json!({ "content": "more and more" })).await.ok();
    bench.answer("PATCH", &ping, "12", json!({ "content": "x" })).await.refused(404, 10008);
    bench.answer("DELETE", &ping, "@original", Value::Null).await.ok();
    bench.answer("GET", &ping, "@original", Value::Null).await.refused(404, 10008);
    bench.fake.clock().advance(Duration::from_mins(15) + Duration::from_secs(1));
    bench.answer("PATCH", &ping, &more, json!({ "content": "late" })).await.refused(401, 50027);
}

#[tokio::test]
async fn answers_keep_the_bounds_of_messages() {
    let bench = Bench::new().await;
    let ping = bench.pinged().await;
    bench.callback(&ping, json!({ "type": 4, "data": { "content": "a".repeat(2001) } })).await.invalid_form("");
    bench.callback(&ping, json!({ "type": 4, "data": {} })).await.refused(400, 50006);
    bench.callback(&ping, json!({ "type": 2 })).await.invalid_form("must be one of");
    bench.callback(&ping, json!({ "type": 6 })).await.invalid_form("Invalid interaction callback type");
    bench.callback(&ping, json!({ "type": 4, "data": { "content": "fine" } })).await.ok();
}

#[tokio::test]
async fn a_press_may_change_its_message() {
    let bench = Bench::new().await;
    let body = json!({ "content": "sure?", "components": [row(&json!([button("Yes", "v1:yes"), { "type": 2, "style": 2, "label": "Off", "custom_id": "off", "disabled": true }]))] });
    let message = bench.post(body).await.ok()["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    assert!(bench.fake.press(ANA, message, "No").is_err(), "nobody can press what is not there");
    assert!(bench.fake.press(ANA, message, "Off").is_err(), "nobody can press what is greyed out");
    let press = bench.fake.press(ANA, message, "Yes").expect("a button");
    bench.callback(&press, json!({ "type": 7, "data": { "content": "done", "components": [] } })).await.ok();
    assert_eq!(bench.fake.messages(bench.channel)[0].content(), "done");
    assert!(bench.fake.press(ANA, message, "Yes").is_err(), "the button is gone");
    let forged = bench.fake.forge_press(ANA, message, "v1:yes").expect("a message");
    bench.callback(&forged, json!({ "type": 6 })).await.ok();
    bench.answer("PATCH", &forged, "@original", json!({ "content": "again" })).await.ok();
    assert_eq!(bench.fake.messages(bench.channel)[0].content(), "again");
}

#[tokio::test]
async fn only_the_asker_can_press_under_a_private_answer() {
    let bench = Bench::new().await;
    bench.fake.user(902, "bo");
    let ping = bench.pinged().await;
    let data = json!({ "content": "sure?", "flags": 64, "components": [row(&json!([button("Yes", "y")]))] });
    bench.callback(&ping, json!({ "type": 4, "data": data })).await.ok();
    let message = ping.answer().original.expect("an answer").id;
    assert!(bench.fake.press(902, message, "Yes").is_err());
    assert!(bench.fake.press(ANA, message, "Yes").is_ok());
}

#[tokio::test]
async fn modals_open_and_are_filled_in() {
    let bench = Bench::new().await;
    let input = |id: &str, required: bool| {
        row(
            &json!([{ "type": 4, "custom_id": id, "label": "Name", "style": 1, "required": required, "max_length": 10 }]),
        )
    };
    let modal = |title: &str| json!({ "type": 9, "data": { "custom_id": "intake", "title": title, "components": [input("name", true), input("city", false)] } });
    let ping = bench.pinged().await;
    bench.callback(&ping, modal(&"t".repeat(46))).await.invalid_form("");
    bench.callback(&ping, modal("Intake")).await.ok();
    assert!(bench.fake.submit_modal(&ping, json!({})).is_err(), "a required input is missing");
    assert!(bench.fake.submit_modal(&ping, json!({ "name": "far too long a name" })).is_err());
    let filled = bench.fake.submit_modal(&ping, json!({ "name": "Ana" })).expect("a modal");
    bench.callback(&filled, modal("Again")).await.invalid_form("Invalid interaction callback type");
    bench.callback(&filled, json!({ "type": 4, "data": { "content": "Thanks" } })).await.ok();
    assert_eq!(filled.answer().words(), "Thanks");
}

#[tokio::test]
async fn autocomplete_offers_at_most_25() {
    let bench = Bench::new().await;
    let option = json!({ "type": 3, "name": "niche", "description": "Which", "autocomplete": true, "required": true });
    bench.register(json!([{ "name": "niche", "description": "Niche", "options": [option] }])).await.ok();
    let typing =
        bench.fake.autocomplete(ANA, bench.channel, "niche", json!({ "niche": "fi" }), "niche").expect("an option");
    let choices = |count: usize| json!({ "type": 8, "data": { "choices": vec![json!({ "name": "fit", "value": "fit" }); count] } });
    bench
        .callback(&typing, json!({ "type": 4, "data": { "content": "x" } }))
        .await
        .invalid_form("Invalid interaction callback type");
    bench.callback(&typing, choices(26)).await.invalid_form("");
    bench.callback(&typing, choices(25)).await.ok();
    assert_eq!(typing.answer().choices.and_then(|choices| choices.as_array().map(Vec::len)), Some(25));
}

#[tokio::test]
async fn the_answer_comes_back_when_asked_for() {
    let bench = Bench::new().await;
    let ping = bench.pinged().await;
    let path = format!("/interactions/{}/{}/callback?with_response=true", ping.id(), ping.token());
    let answer = bench.call("POST", &path, json!({ "type": 4, "data": { "content": "pong" } })).await;
    assert_eq!(answer.ok()["resource"]["message"]["content"], json!("pong"));
}
