//! Messages: who may be written to, edits, deletions, files, and what the vendor's spec says of parameters.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANA, Bench, has_specs};

#[tokio::test]
async fn only_people_who_started_the_bot_can_be_written_to() {
    let bench = Bench::new().await;
    bench.fake.user(502, "Bo", None);
    bench.call("sendMessage", json!({ "chat_id": 502, "text": "hi" })).await.refused(400, "chat not found");
    bench.call("sendMessage", json!({ "chat_id": 999, "text": "hi" })).await.refused(400, "chat not found");
    bench.fake.user_sends(502, "/start");
    bench.call("sendMessage", json!({ "chat_id": 502, "text": "hi" })).await.result();
    bench.fake.user_blocks(502);
    bench
        .call("sendMessage", json!({ "chat_id": 502, "text": "hi" }))
        .await
        .refused(403, "Forbidden: bot was blocked by the user");
    bench.fake.user_unblocks(502);
    bench.call("sendMessage", json!({ "chat_id": 502, "text": "hi" })).await.result();
    bench.fake.user_deactivates(502);
    bench
        .call("sendMessage", json!({ "chat_id": 502, "text": "hi" }))
        .await
        .refused(403, "Forbidden: user is deactivated");
}

#[rstest]
#[case::missing(json!({ "chat_id": ANA }), "lacks the required text")]
#[case::wrong_type(json!({ "chat_id": ANA, "text": 5 }), "should be String")]
#[case::unknown(json!({ "chat_id": ANA, "text": "a", "colour": "red" }), "has no field colour")]
#[case::nested(json!({ "chat_id": ANA, "text": "a", "reply_markup": { "inline_keyboard": [[{ "label": "x" }]] } }), "reply_markup")]
#[case::text_for_a_flag(json!({ "chat_id": ANA, "text": "a", "protect_content": "yes" }), "should be Boolean")]
#[tokio::test]
async fn parameters_fit_the_vendors_spec(#[case] body: Value, #[case] words: &str) {
    if !has_specs() {
        return;
    }
    let bench = Bench::new().await;
    bench.call("sendMessage", body).await.refused(400, words);
}

#[tokio::test]
async fn an_edit_changes_something_of_the_bots_own() {
    let bench = Bench::new().await;
    let id = bench.say("one").await.result()["message_id"].as_i64().expect("an id");
    let edit = |id: i64, text: &str| json!({ "chat_id": ANA, "message_id": id, "text": text });
    bench.call("editMessageText", edit(id, "one")).await.refused(400, "message is not modified");
    bench.call("editMessageText", edit(id, "two")).await.result();
    bench.call("editMessageText", edit(id + 50, "two")).await.refused(400, "message to edit not found");
    bench.fake.user_sends(ANA, "mine");
    let mine = bench.fake.chat(ANA)[1].id;
    bench.call("editMessageText", edit(mine, "yours")).await.refused(400, "message can't be edited");
    let seen = &bench.fake.chat(ANA)[0];
    assert_eq!((seen.text(), seen.edits[0].text.as_str()), ("two", "one"));
}

#[tokio::test]
async fn an_edit_without_a_keyboard_takes_it_away() {
    let bench = Bench::new().await;
    let keyboard = json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }]] });
    let sent = bench.call("sendMessage", json!({ "chat_id": ANA, "text": "sure?", "reply_markup": keyboard })).await;
    let id = sent.result()["message_id"].clone();
    assert_eq!(bench.fake.chat(ANA)[0].buttons()[0][0].label, "Yes");
    bench.call("editMessageReplyMarkup", json!({ "chat_id": ANA, "message_id": id })).await.result();
    assert!(bench.fake.chat(ANA)[0].buttons().is_empty());
    bench
        .call("editMessageReplyMarkup", json!({ "chat_id": ANA, "message_id": id }))
        .await
        .refused(400, "not modified");
}

#[tokio::test]
async fn messages_are_deleted_within_two_days() {
    let bench = Bench::new().await;
    let id = bench.say("one").await.result()["message_id"].clone();
    let old = bench.say("two").await.result()["message_id"].clone();
    bench.call("deleteMessage", json!({ "chat_id": ANA, "message_id": id })).await.result();
    bench
        .call("deleteMessage", json!({ "chat_id": ANA, "message_id": id }))
        .await
        .refused(400, "message to delete not found");
    bench.fake.clock().advance(Duration::from_hours(49));
    bench.call("deleteMessage", json!({ "chat_id": ANA, "message_id": old })).await.refused(400, "can't be deleted");
    assert_eq!(bench.fake.chat(ANA).len(), 1);
}

#[tokio::test]
async fn documents_are_uploaded_once_and_sent_again_by_id() {
    let bench = Bench::new().await;
    let part = || Part::bytes(b"a,b\n".to_vec()).file_name("plan.csv").mime_str("text/csv").expect("a media type");
    let form = Form::new().text("chat_id", ANA.to_string()).text("caption", "Your plan").part("document", part());
    let sent = bench.form("sendDocument", form).await;
    let file_id = sent.result()["document"]["file_id"].clone();
    assert_eq!(
        bench.fake.chat(ANA)[0].document.as_ref().map(|document| document.bytes.as_slice()),
        Some(&b"a,b\n"[..])
    );
    bench.call("sendDocument", json!({ "chat_id": ANA, "document": file_id })).await.result();
    bench
        .call("sendDocument", json!({ "chat_id": ANA, "document": "made-up" }))
        .await
        .refused(400, "wrong file identifier");
    let attached = Form::new().text("chat_id", ANA.to_string()).text("document", "attach://f").part("f", part());
    bench.form("sendDocument", attached).await.result();
    let long = Form::new().text("chat_id", ANA.to_string()).text("caption", "x".repeat(1025)).part("document", part());
    bench.form("sendDocument", long).await.refused(400, "caption is too long");
    if has_specs() {
        let stray = Form::new().text("chat_id", ANA.to_string()).text("text", "hi").part("stray", part());
        bench.form("sendMessage", stray).await.refused(400, "upload stray");
    }
}

#[tokio::test]
async fn what_a_person_sends_can_be_fetched_up_to_20_megabytes() {
    let bench = Bench::new().await;
    bench.fake.user_sends_document(ANA, "reel.txt", "text/plain", b"hello", "look");
    bench.fake.user_sends_document(ANA, "huge.bin", "application/octet-stream", &vec![0; 20 * 1024 * 1024 + 1], "");
    let updates = bench.call("getUpdates", json!({})).await;
    let file = |index: usize| json!({ "file_id": updates.result()[index]["message"]["document"]["file_id"] });
    let found = bench.call("getFile", file(0)).await;
    let path = found.result()["file_path"].as_str().expect("a path").replace('/', "%2F");
    let url = format!("{}/file/bot{}/{path}", bench.fake.base_url(), bench.fake.token());
    assert_eq!(bench.http.get(url).send().await.expect("an answer").bytes().await.expect("bytes"), &b"hello"[..]);
    bench.call("getFile", file(1)).await.refused(400, "file is too big");
}

#[tokio::test]
async fn replies_need_their_original() {
    let bench = Bench::new().await;
    let reply = |lenient: bool| json!({ "chat_id": ANA, "text": "re", "reply_parameters": { "message_id": 77, "allow_sending_without_reply": lenient } });
    bench.call("sendMessage", reply(false)).await.refused(400, "message to be replied not found");
    bench.call("sendMessage", reply(true)).await.result();
}

#[tokio::test]
async fn only_known_actions_are_shown() {
    let bench = Bench::new().await;
    bench.call("sendChatAction", json!({ "chat_id": ANA, "action": "typing" })).await.result();
    bench
        .call("sendChatAction", json!({ "chat_id": ANA, "action": "dancing" }))
        .await
        .refused(400, "wrong parameter action");
    assert_eq!(bench.fake.read(|state| state.chat_actions().to_vec()), [(ANA, "typing".to_owned())]);
}
