//! Messages: bounds, mentions, nonces, files, edits.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANA, Bench, button, has_specs, row};

#[tokio::test]
async fn content_has_1_to_2000_characters() {
    let bench = Bench::new().await;
    bench.say("").await.refused(400, 50006);
    bench.say(&"ü".repeat(2000)).await.ok();
    bench.say(&"a".repeat(2001)).await.invalid_form("2000 or fewer");
}

fn embed(sizes: &[usize]) -> Value {
    sizes.iter().map(|size| json!({ "description": "a".repeat(*size) })).collect()
}

#[rstest]
#[case::in_bounds(embed(&[4096, 1904]), None)]
#[case::description(embed(&[4097]), Some("4096 or fewer"))]
#[case::sum_over_embeds(embed(&[4096, 1905]), Some("6000"))]
#[case::eleven(embed(&[1; 11]), Some("10 or fewer"))]
#[case::title(json!([{ "title": "a".repeat(257) }]), Some("256 or fewer"))]
#[case::fields(json!([{ "fields": vec![json!({ "name": "a", "value": "b" }); 26] }]), Some("25 or fewer"))]
#[case::field_value(json!([{ "fields": [{ "name": "a", "value": "b".repeat(1025) }] }]), Some("1024 or fewer"))]
#[case::empty_field(json!([{ "fields": [{ "name": "", "value": "b" }] }]), Some("required"))]
#[case::footer(json!([{ "footer": { "text": "a".repeat(2049) } }]), Some("2048 or fewer"))]
#[tokio::test]
async fn embeds_keep_their_bounds(#[case] embeds: Value, #[case] complaint: Option<&str>) {
    let bench = Bench::new().await;
    let answer = bench.post(json!({ "embeds": embeds })).await;
    match complaint {
        None => drop(answer.ok()),
        Some(_) if answer.body["errors"].to_string().contains("does not fit") => answer.refused(400, 50035),
        Some(words) => answer.invalid_form(words),
    }
}

#[rstest]
#[case::five_rows(json!((0..5).map(|n| row(&json!([button("a", &n.to_string())]))).collect::<Vec<_>>()), None)]
#[case::six_rows(json!((0..6).map(|n| row(&json!([button("a", &n.to_string())]))).collect::<Vec<_>>()), Some("5"))]
#[case::six_buttons(json!([row(&(0..6).map(|n| button("a", &n.to_string())).collect())]), Some(""))]
#[case::same_id_twice(json!([row(&json!([button("a", "x"), button("b", "x")]))]), Some("duplicated"))]
#[case::long_id(json!([row(&json!([button("a", &"x".repeat(101))]))]), Some(""))]
#[case::no_id(json!([row(&json!([{ "type": 2, "style": 1, "label": "a" }]))]), Some("required"))]
#[case::long_label(json!([row(&json!([button(&"a".repeat(81), "x")]))]), Some(""))]
#[case::no_label(json!([row(&json!([{ "type": 2, "style": 1, "custom_id": "x" }]))]), Some("label"))]
#[case::link(json!([row(&json!([{ "type": 2, "style": 5, "label": "a", "url": "https://x.example" }]))]), None)]
#[case::link_with_id(json!([row(&json!([{ "type": 2, "style": 5, "label": "a", "url": "https://x.example", "custom_id": "x" }]))]), Some("cannot both"))]
#[case::strange_link(json!([row(&json!([{ "type": 2, "style": 5, "label": "a", "url": "file:///etc" }]))]), Some("Scheme"))]
#[tokio::test]
async fn components_keep_their_bounds(#[case] components: Value, #[case] complaint: Option<&str>) {
    let bench = Bench::new().await;
    let answer = bench.post(json!({ "content": "choose", "components": components })).await;
    match complaint {
        None => drop(answer.ok()),
        Some(words) => answer.invalid_form(words),
    }
}

#[rstest]
#[case::nothing(json!({ "parse": [] }), None)]
#[case::one_person(json!({ "parse": [], "users": ["901"] }), None)]
#[case::unknown_kind(json!({ "parse": ["admins"] }), Some(""))]
#[case::both(json!({ "parse": ["users"], "users": ["901"] }), Some("mutually exclusive"))]
#[tokio::test]
async fn allowed_mentions_are_checked(#[case] allowed: Value, #[case] complaint: Option<&str>) {
    let bench = Bench::new().await;
    let answer = bench.post(json!({ "content": "hi", "allowed_mentions": allowed })).await;
    match complaint {
        None => drop(answer.ok()),
        Some(words) => answer.invalid_form(words),
    }
}

#[tokio::test]
async fn pings_are_what_would_really_ping() {
    let bench = Bench::new().await;
    let text = "@everyone <@901> <@&77>";
    bench.say(text).await.ok();
    bench.post(json!({ "content": text, "allowed_mentions": { "parse": [] } })).await.ok();
    bench.post(json!({ "content": text, "allowed_mentions": { "parse": [], "users": ["901"] } })).await.ok();
    let pings: Vec<_> =
        bench.fake.messages(bench.channel).iter().map(wavelaunch_tests::discord::SeenMessage::pings).collect();
    assert_eq!(pings, [vec!["everyone", "901", "77"], vec![], vec!["901"]]);
}

#[tokio::test]
async fn a_nonce_gives_the_earlier_message() {
    let bench = Bench::new().await;
    let body = json!({ "content": "once", "nonce": "outbox-7", "enforce_nonce": true });
    let first = bench.post(body.clone()).await.ok()["id"].clone();
    assert_eq!(bench.post(body.clone()).await.ok()["id"], first);
    assert_eq!(bench.fake.messages(bench.channel).len(), 1);
    bench.fake.clock().advance(Duration::from_mins(6));
    assert_ne!(bench.post(body).await.ok()["id"], first, "nonces are remembered for minutes only");
    bench.post(json!({ "content": "a", "nonce": "x".repeat(26) })).await.invalid_form("");
    bench.post(json!({ "content": "a", "nonce": "x" })).await.ok();
    bench.post(json!({ "content": "a", "nonce": "x" })).await.ok();
    assert_eq!(bench.fake.messages(bench.channel).len(), 4, "without enforce_nonce nothing is the same");
}

#[tokio::test]
async fn bodies_fit_the_published_document() {
    if !has_specs() {
        return;
    }
    let bench = Bench::new().await;
    bench.post(json!({ "content": 5 })).await.invalid_form("does not fit MessageCreateRequest");
    bench.post(json!({ "content": "a", "embeds": [{ "color": "red" }] })).await.invalid_form("color");
    bench.post(json!({ "content": "a", "sticker_ids": ["one"] })).await.invalid_form("sticker_ids");
}

#[tokio::test]
async fn files_come_as_a_form_and_can_be_fetched() {
    let bench = Bench::new().await;
    let url = format!("{}/api/v10/channels/{}/messages", bench.fake.base_url(), bench.channel);
    let send = |payload: Value| {
        let part = Part::bytes(b"a,b\n".to_vec()).file_name("plan.csv").mime_str("text/csv").expect("a media type");
        let form = Form::new().text("payload_json", payload.to_string()).part("files[0]", part);
        bench.http.post(&url).header("Authorization", format!("Bot {}", bench.fake.token())).multipart(form).send()
    };
    let posted = send(json!({ "content": "plan", "attachments": [{ "id": 0, "description": "The plan" }] }))
        .await
        .expect("an answer");
    let body: Value = posted.json().await.expect("JSON");
    assert_eq!(body["attachments"][0]["filename"], json!("plan.csv"));
    assert_eq!(body["attachments"][0]["description"], json!("The plan"));
    let file = bench.http.get(body["attachments"][0]["url"].as_str().expect("a URL")).send().await.expect("an answer");
    assert_eq!(file.bytes().await.expect("bytes"), &b"a,b\n"[..]);
    let lost = send(json!({ "attachments": [{ "id": 3 }] })).await.expect("an answer");
    assert_eq!(lost.status().as_u16(), 400, "a reference without its file");
}

#[tokio::test]
async fn only_own_messages_are_edited() {
    let bench = Bench::new().await;
    let id = bench.say("one").await.ok()["id"].as_str().expect("an id").to_owned();
    let path = format!("/channels/{}/messages/{id}", bench.channel);
    bench.call("PATCH", &path, json!({ "content": "two" })).await.ok();
    let seen = &bench.fake.messages(bench.channel)[0];
    assert_eq!(seen.versions().iter().map(|version| version.content.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    let hers = bench.fake.says(ANA, bench.channel, "mine");
    bench
        .call("PATCH", &format!("/channels/{}/messages/{hers}", bench.channel), json!({ "content": "x" }))
        .await
        .refused(403, 50005);
    bench
        .call("PATCH", &format!("/channels/{}/messages/12", bench.channel), json!({ "content": "x" }))
        .await
        .refused(404, 10008);
    bench.call("DELETE", &path, Value::Null).await.ok();
    bench.call("GET", &path, Value::Null).await.refused(404, 10008);
}

#[tokio::test]
async fn replies_need_their_original() {
    let bench = Bench::new().await;
    let hers = bench.fake.says(ANA, bench.channel, "hello");
    let reply = |id: &str| json!({ "content": "re", "message_reference": { "message_id": id } });
    let answer = bench.post(reply(&hers.to_string())).await;
    assert_eq!(answer.ok()["referenced_message"]["content"], json!("hello"));
    bench.post(reply("12")).await.invalid_form("Unknown message");
    bench
        .post(json!({ "content": "re", "message_reference": { "message_id": "12", "fail_if_not_exists": false } }))
        .await
        .ok();
}

#[tokio::test]
async fn messages_are_listed_newest_first_and_page_by_id() {
    let bench = Bench::new().await;
    let ids: Vec<_> = (0..4).map(|number| bench.fake.says(ANA, bench.channel, &number.to_string())).collect();
    let list = async |query: String| {
        bench.call("GET", &format!("/channels/{}/messages{query}", bench.channel), Value::Null).await
    };
    let texts = |body: &Value| {
        body.as_array().map(|list| {
            list.iter().map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect::<String>()
        })
    };
    // serenity joins its parameters like this.
    assert_eq!(texts(list("?&limit=2".to_owned()).await.ok()).as_deref(), Some("32"));
    assert_eq!(texts(list(format!("?after={}", ids[1])).await.ok()).as_deref(), Some("32"));
    assert_eq!(texts(list(format!("?before={}&limit=1", ids[2])).await.ok()).as_deref(), Some("1"));
    list("?limit=101".to_owned()).await.invalid_form("between 1 and 100");
}
