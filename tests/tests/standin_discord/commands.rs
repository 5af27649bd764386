//! Registering commands, and using them only as registered.

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANA, Bench};

fn command(change: &Value) -> Value {
    let mut body = json!({ "name": "coach", "description": "Ask the coach" });
    for (field, value) in change.as_object().cloned().unwrap_or_default() {
        body[field] = value;
    }
    json!([body])
}

fn option(change: &Value) -> Value {
    let mut body = json!({ "type": 3, "name": "question", "description": "What?" });
    for (field, value) in change.as_object().cloned().unwrap_or_default() {
        body[field] = value;
    }
    body
}

#[rstest]
#[case::plain(json!({}), None)]
#[case::permissions_as_text(json!({ "default_member_permissions": "32" }), None)]
#[case::upper_case(json!({ "name": "Coach" }), Some("INVALID_NAME"))]
#[case::space(json!({ "name": "my coach" }), Some("INVALID_NAME"))]
#[case::long_name(json!({ "name": "a".repeat(33) }), Some(""))]
#[case::long_description(json!({ "description": "a".repeat(101) }), Some(""))]
#[case::no_description(json!({ "description": "" }), Some("between 1 and 100"))]
#[case::many_options(json!({ "options": (0..26).map(|n| option(&json!({ "name": format!("o{n}") }))).collect::<Vec<_>>() }), Some(""))]
#[case::twin_options(json!({ "options": [option(&json!({})), option(&json!({}))] }), Some("DUPLICATED"))]
#[case::required_last(json!({ "options": [option(&json!({})), option(&json!({ "name": "b", "required": true }))] }), Some("REQUIRED_INVALID"))]
#[case::option_description(json!({ "options": [option(&json!({ "description": "" }))] }), Some(""))]
#[case::many_choices(json!({ "options": [option(&json!({ "choices": (0..26).map(|n| json!({ "name": format!("{n}"), "value": format!("{n}") })).collect::<Vec<_>>() }))] }), Some(""))]
#[case::too_large(json!({ "options": (0..25).map(|n| option(&json!({ "name": format!("o{n}"), "description": "d".repeat(100), "choices": (0..25).map(|m| json!({ "name": format!("{m}"), "value": "v".repeat(20) })).collect::<Vec<_>>() }))).collect::<Vec<_>>() }), Some("8000"))]
#[tokio::test]
async fn commands_keep_their_bounds(#[case] change: Value, #[case] complaint: Option<&str>) {
    let bench = Bench::new().await;
    let answer = bench.register(command(&change)).await;
    match complaint {
        None => drop(answer.ok()),
        Some(words) => answer.invalid_form(words),
    }
}

#[tokio::test]
async fn a_set_replaces_the_one_before_and_keeps_ids() {
    let bench = Bench::new().await;
    let first = bench.register(json!([{ "name": "a", "description": "A" }, { "name": "b", "description": "B" }])).await;
    let second = bench.register(json!([{ "name": "b", "description": "Better" }])).await;
    assert_eq!(second.ok()[0]["id"], first.ok()[1]["id"]);
    assert_eq!(bench.fake.read(|state| state.commands(None).len()), 1);
    let twins = json!([{ "name": "a", "description": "A" }, { "name": "a", "description": "A" }]);
    bench.register(twins).await.invalid_form("unique");
    let many: Vec<_> = (0..101).map(|n| json!({ "name": format!("c{n}"), "description": "C" })).collect();
    bench.register(json!(many)).await.refused(400, 30032);
}

#[tokio::test]
async fn guild_commands_are_separate_and_single_ones_can_be_changed() {
    let bench = Bench::new().await;
    let base = format!("/applications/1100000000000000001/guilds/{}/commands", bench.guild);
    let made = bench.call("POST", &base, json!({ "name": "a", "description": "A" })).await;
    assert_eq!(made.status, 201);
    let one = format!("{base}/{}", made.ok()["id"].as_str().expect("an id"));
    bench.call("PATCH", &one, json!({ "description": "Another" })).await.ok();
    assert_eq!(bench.call("GET", &base, Value::Null).await.ok()[0]["description"], json!("Another"));
    assert!(bench.fake.read(|state| state.commands(None).is_empty()));
    bench.call("DELETE", &one, Value::Null).await.ok();
    bench.call("DELETE", &one, Value::Null).await.refused(404, 10063);
}

#[tokio::test]
async fn people_can_only_use_what_is_registered() {
    let bench = Bench::new().await;
    let ask = json!({ "type": 1, "name": "ask", "description": "Ask", "options": [
        option(&json!({ "required": true, "max_length": 10 })),
        { "type": 4, "name": "month", "description": "Which", "min_value": 1, "max_value": 8 },
        { "type": 3, "name": "tone", "description": "How", "choices": [{ "name": "Kind", "value": "kind" }] },
        { "type": 6, "name": "about", "description": "Whom" },
    ] });
    bench
        .register(json!([
            { "name": "coach", "description": "Coach", "options": [ask] },
            { "name": "here", "description": "Guild only", "contexts": [0] },
        ]))
        .await
        .ok();
    let try_it = |words: &str, options: Value| bench.fake.slash(ANA, bench.channel, words, options);
    for (words, options) in [
        ("mentor", json!({})),
        ("coach", json!({})),
        ("coach tell", json!({})),
        ("coach ask", json!({})),
        ("coach ask", json!({ "question": "why", "stray": 1 })),
        ("coach ask", json!({ "question": 5 })),
        ("coach ask", json!({ "question": "far too long" })),
        ("coach ask", json!({ "question": "why", "month": 9 })),
        ("coach ask", json!({ "question": "why", "tone": "rude" })),
    ] {
        assert!(try_it(words, options.clone()).is_err(), "{words} {options}");
    }
    assert!(try_it("/coach ask", json!({ "question": "why", "month": 8, "tone": "Kind", "about": ANA })).is_ok());
    assert!(try_it("here", json!({})).is_ok());
    let direct = bench.fake.direct_channel(ANA);
    assert!(bench.fake.slash(ANA, direct, "here", json!({})).is_err(), "not offered in direct messages");
}
