use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing;

use super::*;
use crate::talk::tests::client;

async fn talk(studio: &Studio, client: &Client, format: Format, input: &str) -> String {
    let mut output = Vec::new();
    chat(studio, client, Manner::Telegram, format, input.as_bytes(), &mut output).await.unwrap();
    String::from_utf8(output).unwrap()
}

#[tokio::test]
async fn a_terminal_talks_as_a_client_and_leaves_no_link_behind() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Ada").await;
    let shown = talk(&studio, &ada, Format::Text, "/home\nIs anybody there?\n#5\n\n/messages\n#99\n").await;
    insta::assert_snapshot!(shown);
    let left = portal::live_identities(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn each_reply_is_one_line_of_json_and_nothing_in_it_steers_a_terminal() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Ada").await;
    let shown = talk(&studio, &ada, Format::Json, "\u{1b}[2Jhello\u{9b}31m\r\n#1\n/messages\n").await;
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()));
    let lines: Vec<serde_json::Value> = shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["buttons"][0], serde_json::json!({ "id": 1, "label": "Send" }));
    assert_eq!(lines[1]["text"], "Sent: [2Jhello31m\n\nYou can expect an answer within one business day.");
    assert_eq!(lines[1]["files"], serde_json::json!([]));
    assert_eq!(lines[2]["private"], true);
}

#[tokio::test]
async fn an_answer_of_the_coach_is_printed_once_with_its_buttons() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Ada").await;
    let question = "/coach How should I price my first product?\n";
    let shown = talk(&studio, &ada, Format::Text, question).await;
    let printed = talk(&studio, &ada, Format::Json, question).await;
    let answer: serde_json::Value = serde_json::from_str(printed.lines().next().unwrap()).unwrap();
    assert_eq!(shown.matches(answer["text"].as_str().unwrap()).count(), 1, "{shown}");
    assert!(shown.contains("[1] "), "{shown}");
}

#[tokio::test]
async fn a_message_of_the_studio_arrives_while_the_chat_is_open() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Ada").await;
    let (mut keyboard, input) = tokio::io::duplex(1024);
    let (output, mut screen) = tokio::io::duplex(64 * 1024);
    let open = chat(&studio, &ada, Manner::Telegram, Format::Text, tokio::io::BufReader::new(input), output);
    let user = async {
        use tokio::io::AsyncWriteExt;
        keyboard.write_all(b"Hello?\n#1\n").await.unwrap();
        until(&mut screen, "Sent: Hello?").await;
        let filter = portal::ThreadFilter::default();
        let threads = portal::list(&mut studio.db.read().await.unwrap(), &filter, None, 1).await.unwrap();
        let thread = &threads[0].thread.id;
        portal::reply_from_admin(&studio, &Actor::local_owner(), thread, "Here we are.").await.unwrap();
        until(&mut screen, "Here we are.").await;
        drop(keyboard);
    };
    let (closed, ()) = tokio::join!(Box::pin(open), Box::pin(user));
    closed.unwrap();
}

/// Reads the screen until `text` stands on it.
async fn until(screen: &mut (impl tokio::io::AsyncRead + Unpin), text: &str) {
    use tokio::io::AsyncReadExt;
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    let patience = Duration::from_secs(20);
    while !String::from_utf8_lossy(&seen).contains(text) {
        let read = tokio::time::timeout(patience, screen.read(&mut buffer)).await;
        let read = read.unwrap_or_else(|_| panic!("{text:?} never came: {}", String::from_utf8_lossy(&seen))).unwrap();
        assert!(read > 0, "the chat ended before {text:?}: {}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..read]);
    }
}
