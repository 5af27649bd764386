//! Text: lengths, entities, markup.

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANA, Bench};

#[tokio::test]
async fn a_text_has_1_to_4096_utf16_units() {
    let bench = Bench::new().await;
    bench.say("").await.refused(400, "empty");
    bench.say(" \n ").await.refused(400, "message text is empty");
    bench.say(&"a".repeat(4096)).await.result();
    bench.say(&"a".repeat(4097)).await.refused(400, "message is too long");
    bench.say(&"😀".repeat(2048)).await.result();
    bench.say(&"😀".repeat(2049)).await.refused(400, "message is too long");
}

#[tokio::test]
async fn the_length_counts_after_parsing() {
    let bench = Bench::new().await;
    let text = format!("<b>{}</b>", "a".repeat(4096));
    let answer = bench.call("sendMessage", json!({ "chat_id": ANA, "text": text, "parse_mode": "HTML" })).await;
    assert_eq!(answer.result()["entities"], json!([{ "type": "bold", "offset": 0, "length": 4096 }]));
}

#[rstest]
#[case::inside(json!([{ "type": "bold", "offset": 3, "length": 2 }]), None)]
#[case::after_the_end(json!([{ "type": "bold", "offset": 4, "length": 2 }]), Some("ends after the end of the text"))]
#[case::half_a_pair_at_the_start(json!([{ "type": "bold", "offset": 1, "length": 2 }]), Some("middle of a UTF-16 symbol"))]
#[case::half_a_pair_at_the_end(json!([{ "type": "bold", "offset": 0, "length": 1 }]), Some("middle of a UTF-16 symbol"))]
#[case::empty(json!([{ "type": "bold", "offset": 0, "length": 0 }]), Some("length 0"))]
#[case::unknown_kind(json!([{ "type": "shouting", "offset": 0, "length": 2 }]), Some("unsupported type"))]
#[case::negative(json!([{ "type": "bold", "offset": -1, "length": 2 }]), Some("can't parse entities"))]
#[case::link_without_address(json!([{ "type": "text_link", "offset": 2, "length": 1 }]), Some("url"))]
#[tokio::test]
async fn entities_lie_inside_the_text_and_between_characters(#[case] entities: Value, #[case] complaint: Option<&str>) {
    let bench = Bench::new().await;
    // 😀 takes two units, so the text has five.
    let answer = bench.call("sendMessage", json!({ "chat_id": ANA, "text": "😀abc", "entities": entities })).await;
    match complaint {
        None => assert_eq!(bench.fake.chat(ANA)[0].entities()[0].of("😀abc").as_deref(), Some("bc")),
        Some(words) => answer.refused(400, words),
    }
}

#[rstest]
#[case::html("HTML", "a <b>b</b> &lt;c&gt;", "a b <c>", &["bold"])]
#[case::html_link("HTML", "<a href=\"https://x.example/?a=1&amp;b=2\">x</a>", "x", &["text_link"])]
#[case::html_nested("HTML", "<b>a<i>b</i></b>", "ab", &["bold", "italic"])]
#[case::markdown("MarkdownV2", r"*bold* _it_ __un__ ~st~ \.", "bold it un st .", &["bold", "italic", "underline", "strikethrough"])]
#[case::markdown_code("MarkdownV2", "`a.b` ```rust\nx.y```", "a.b x.y", &["code", "pre"])]
#[case::markdown_link("MarkdownV2", r"[a](https://x.example/\))", "a", &["text_link"])]
#[tokio::test]
async fn markup_becomes_entities(#[case] mode: &str, #[case] source: &str, #[case] text: &str, #[case] kinds: &[&str]) {
    let bench = Bench::new().await;
    bench.call("sendMessage", json!({ "chat_id": ANA, "text": source, "parse_mode": mode })).await.result();
    let seen = &bench.fake.chat(ANA)[0];
    assert_eq!(seen.text(), text);
    assert_eq!(seen.entities().iter().map(|entity| entity.kind.as_str()).collect::<Vec<_>>(), kinds);
}

#[rstest]
#[case("HTML", "<b>open", "Can't find end tag corresponding to start tag \"b\"")]
#[case("HTML", "<b>a</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"")]
#[case("HTML", "a</b>", "Unexpected end tag at byte offset 1")]
#[case("HTML", "<h1>x</h1>", "Unsupported start tag \"h1\" at byte offset 0")]
#[case("MarkdownV2", "it costs 1.5", "Character '.' is reserved and must be escaped with the preceding '\\'")]
#[case("MarkdownV2", "*open", "Can't find end of Bold entity at byte offset 0")]
#[case("MarkdownV2", "`open", "Can't find end of Code entity at byte offset 0")]
#[case("MarkdownV2", "a-b", "Character '-' is reserved")]
#[case("Wiki", "x", "unsupported parse_mode")]
#[tokio::test]
async fn broken_markup_is_refused_in_telegrams_words(#[case] mode: &str, #[case] source: &str, #[case] words: &str) {
    let bench = Bench::new().await;
    bench.call("sendMessage", json!({ "chat_id": ANA, "text": source, "parse_mode": mode })).await.refused(400, words);
}
