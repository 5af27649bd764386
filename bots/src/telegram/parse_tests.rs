use rstest::rstest;
use serde_json::json;

use super::*;

fn user() -> Value {
    json!({"id": 5_000_000_001_i64, "is_bot": false, "first_name": "Zoë", "last_name": "B", "username": "zoe"})
}

fn message(body: &Value) -> Value {
    let mut message = json!({"message_id": 9, "date": 1_774_872_000, "from": user(),
        "chat": {"id": 5_000_000_001_i64, "type": "private", "first_name": "Zoë"}});
    message.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    json!({"update_id": 7, "message": message})
}

fn said(update: &Value) -> (Person, Input, Option<Pressed>) {
    match event(update).unwrap() {
        Event::Said { person, input, pressed } => (person, input, pressed),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case("/start", "start", "")]
#[case("/start AbC-_9", "start", "AbC-_9")]
#[case("/HELP@wave_bot", "help", "")]
#[case("/coach@wave_bot  what next? ", "coach", "what next?")]
#[case("/break\nI am tired", "break", "I am tired")]
fn commands_are_read(#[case] text: &str, #[case] command: &str, #[case] rest: &str) {
    let (_, input, _) = said(&message(&json!({"text": text})));
    assert!(matches!(&input, Input::Command { name, args } if name == command && args.raw() == rest), "{input:?}");
}

#[rstest]
#[case("hello")]
#[case("/")]
#[case("/ help")]
#[case("/não")]
#[case("a /help")]
fn everything_else_is_text(#[case] text: &str) {
    let (person, input, _) = said(&message(&json!({"text": text})));
    assert!(matches!(&input, Input::Text(said) if said.raw() == text), "{input:?}");
    assert_eq!((person.external_user_id.as_str(), person.chat_id.as_str()), ("5000000001", "5000000001"));
    assert_eq!(person.display_name.unwrap().raw(), "Zoë B");
}

#[test]
fn what_is_no_text_says_what_it_is() {
    let sticker = json!({"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "is_animated": false,
        "is_video": false, "type": "regular"});
    let (_, input, _) = said(&message(&json!({"sticker": sticker})));
    assert!(matches!(input, Input::Unsupported("sticker")), "{input:?}");
}

#[test]
fn a_press_carries_what_must_be_acknowledged() {
    let holder = message(&json!({"text": "a card"}))["message"].clone();
    let query = json!({"id": "77", "from": user(), "chat_instance": "1", "data": "open:c1", "message": holder});
    let (_, input, pressed) = said(&json!({"update_id": 8, "callback_query": query}));
    assert!(matches!(&input, Input::Press { action } if action == "open:c1"));
    assert_eq!(pressed, Some(Pressed { query: "77".into(), message: Some(9) }));
}

#[test]
fn closing_and_opening_the_chat_are_told_apart() {
    let change = |old: &str, new: &str| {
        let member = |status: &str| match status {
            "kicked" => json!({"user": user(), "status": "kicked", "until_date": 0}),
            status => json!({"user": user(), "status": status}),
        };
        json!({"update_id": 9, "my_chat_member": {"chat": {"id": 5, "type": "private"}, "from": user(), "date": 1,
            "old_chat_member": member(old), "new_chat_member": member(new)}})
    };
    assert!(matches!(event(&change("member", "kicked")), Ok(Event::Blocked(_))));
    assert!(matches!(event(&change("kicked", "member")), Ok(Event::Unblocked(_))));
}

#[test]
fn groups_and_bots_do_not_concern_us() {
    let mut group = message(&json!({"text": "/start"}));
    group["message"]["chat"] = json!({"id": -5, "type": "group", "title": "g"});
    assert!(matches!(event(&group), Ok(Event::Nothing)));
    let mut bot = message(&json!({"text": "/start"}));
    bot["message"]["from"]["is_bot"] = json!(true);
    assert!(matches!(event(&bot), Ok(Event::Nothing)));
}

#[rstest]
#[case(json!({"update_id": 1}))]
#[case(json!({"update_id": 1, "something_new": {"a": 1}}))]
#[case(json!({"update_id": 1, "message": {"text": 5}}))]
#[case(json!({"update_id": 1, "message": {}}))]
#[case(json!([1, 2]))]
fn an_update_of_unknown_shape_says_so(#[case] update: Value) {
    assert!(event(&update).is_err(), "{update}");
}

#[rstest]
#[case(json!({"message": {"chat": {"id": -12}}}), "-12")]
#[case(json!({"callback_query": {"from": {"id": 4}}}), "4")]
#[case(json!({"something_new": 1}), "unknown")]
fn the_key_is_the_chat(#[case] update: Value, #[case] key: &str) {
    assert_eq!(chat_key(&update), key);
}
