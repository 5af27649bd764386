//! The gateway: identify, resume, intents, closes.

use rstest::rstest;
use serde_json::{Value, json};
use wavelaunch_tests::discord::{PrivilegedIntents, Settings};

use crate::client::{ANA, Bench, CAP};
use crate::socket::{Heard, INTENTS, Socket};

#[tokio::test]
async fn a_session_begins_with_ready_and_its_guilds() {
    let bench = Bench::new().await;
    let url = bench.call("GET", "/gateway/bot", Value::Null).await;
    assert_eq!(url.ok()["url"], json!(bench.fake.gateway_url()));
    let (mut socket, ready) = Socket::ready(&bench, INTENTS).await;
    assert_eq!(ready["guilds"], json!([{ "id": bench.guild.to_string(), "unavailable": true }]));
    let guild = socket.event("GUILD_CREATE").await;
    assert_eq!(guild["channels"][0]["name"], json!("general"));
    socket.send(json!({ "op": 1, "d": 2 })).await;
    assert_eq!(socket.payload().await["op"], json!(11), "a heartbeat is acknowledged");
    bench.fake.wait_online(CAP).await.expect("a session");
}

#[rstest]
#[case::wrong_token("wrong", json!(INTENTS), 4004)]
#[case::unknown_bits("", json!(1_u64 << 40), 4013)]
#[case::no_intents("", Value::Null, 4013)]
#[case::presences_were_not_granted("", json!(1 << 8), 4014)]
#[tokio::test]
async fn wrong_identities_are_closed(#[case] token: &str, #[case] intents: Value, #[case] code: u16) {
    let bench = Bench::new().await;
    let mut socket = Socket::connect(&bench).await;
    let token = if token.is_empty() { bench.fake.token() } else { token.to_owned() };
    socket.identify(&token, intents).await;
    assert_eq!(socket.closed().await, code);
}

#[tokio::test]
async fn protocol_errors_are_closed() {
    let bench = Bench::new().await;
    for (payload, code) in [
        (json!({ "op": 99 }), 4001),
        (json!({ "op": 3, "d": {} }), 4003),
        (json!({ "op": 1, "d": "x".repeat(5000) }), 4002),
    ] {
        let mut socket = Socket::connect(&bench).await;
        socket.send(payload).await;
        assert_eq!(socket.closed().await, code);
    }
    let (mut socket, _) = Socket::ready(&bench, INTENTS).await;
    socket.event("GUILD_CREATE").await;
    socket.identify(&bench.fake.token(), json!(INTENTS)).await;
    assert_eq!(socket.closed().await, 4005);
}

#[tokio::test]
async fn a_flood_is_closed() {
    let bench = Bench::new().await;
    let mut socket = Socket::connect(&bench).await;
    for _ in 0..121 {
        socket.send(json!({ "op": 1, "d": null })).await;
    }
    let code = loop {
        match socket.hear().await {
            Heard::Payload(_) => {}
            Heard::Closed(code) => break code,
            Heard::Broken => panic!("a Close was awaited"),
        }
    };
    assert_eq!(code, 4008);
}

#[tokio::test]
async fn what_was_missed_is_replayed_on_resume() {
    let bench = Bench::new().await;
    let (mut socket, ready) = Socket::ready(&bench, INTENTS).await;
    socket.event("GUILD_CREATE").await;
    bench.fake.break_gateway();
    assert!(matches!(socket.hear().await, Heard::Broken));
    bench.fake.wait_for(CAP, "the break", |state| (!state.is_online()).then_some(())).await.expect("a break");
    bench.fake.dm(ANA, "are you there?");
    let mut socket = Socket::connect(&bench).await;
    let resume = |seq: u64| json!({ "op": 6, "d": { "token": bench.fake.token(), "session_id": ready["session_id"], "seq": seq } });
    socket.send(resume(2)).await;
    assert_eq!(socket.event("MESSAGE_CREATE").await["content"], json!("are you there?"));
    socket.event("RESUMED").await;
    assert_eq!(bench.fake.read(wavelaunch_tests::discord::State::resumes), 1);
    let mut ahead = Socket::connect(&bench).await;
    ahead.send(resume(99)).await;
    assert_eq!(ahead.closed().await, 4007);
}

#[tokio::test]
async fn a_session_closed_with_1000_cannot_be_resumed() {
    let bench = Bench::new().await;
    let (mut socket, ready) = Socket::ready(&bench, INTENTS).await;
    socket.close(1000).await;
    loop {
        match socket.hear().await {
            Heard::Payload(_) => {}
            Heard::Closed(code) => break assert_eq!(code, 1000, "the Close is answered"),
            Heard::Broken => panic!("the Close was not answered"),
        }
    }
    bench.fake.wait_for(CAP, "the end", |state| (!state.is_online()).then_some(())).await.expect("the end");
    let mut socket = Socket::connect(&bench).await;
    socket
        .send(json!({ "op": 6, "d": { "token": bench.fake.token(), "session_id": ready["session_id"], "seq": 1 } }))
        .await;
    let invalid = socket.payload().await;
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
}

#[tokio::test]
async fn reconnects_and_invalid_sessions_on_demand() {
    let bench = Bench::new().await;
    let (mut socket, _) = Socket::ready(&bench, INTENTS).await;
    socket.event("GUILD_CREATE").await;
    bench.fake.ask_reconnect();
    assert_eq!(socket.payload().await["op"], json!(7));
    bench.fake.invalidate_sessions();
    assert_eq!(socket.payload().await["op"], json!(9));
    let (mut other, _) = Socket::ready(&bench, INTENTS).await;
    other.event("GUILD_CREATE").await;
    bench.fake.close_gateway(4000);
    assert_eq!(other.closed().await, 4000);
}

#[tokio::test]
async fn intents_decide_what_is_heard() {
    let bench = Bench::new().await;
    let (mut deaf, _) = Socket::ready(&bench, 1).await;
    let (mut blind, _) = Socket::ready(&bench, INTENTS & !(1 << 15)).await;
    let (mut keen, _) = Socket::ready(&bench, INTENTS).await;
    bench.fake.says(ANA, bench.channel, "hello");
    bench.fake.dm(ANA, "psst");
    assert_eq!(keen.event("MESSAGE_CREATE").await["content"], json!("hello"));
    let hidden = blind.event("MESSAGE_CREATE").await;
    assert_eq!((&hidden["content"], &hidden["author"]["username"]), (&json!(""), &json!("ana")));
    assert_eq!(blind.event("MESSAGE_CREATE").await["content"], json!("psst"), "direct messages are never hidden");
    let ping = bench.pinged().await;
    let first = loop {
        let payload = deaf.payload().await;
        if payload["t"] != json!("GUILD_CREATE") {
            break payload;
        }
    };
    assert_eq!(
        (&first["t"], &first["d"]["id"]),
        (&json!("INTERACTION_CREATE"), &json!(ping.id().to_string())),
        "interactions need no intent"
    );
}

#[tokio::test]
async fn message_content_must_be_granted() {
    let intents = PrivilegedIntents { members: false, presences: false, message_content: false };
    let bench = Bench::with(Settings { intents, ..Settings::default() }).await;
    let mut socket = Socket::connect(&bench).await;
    socket.identify(&bench.fake.token(), json!(INTENTS)).await;
    assert_eq!(socket.closed().await, 4014);
}

#[tokio::test]
async fn edits_and_deletions_are_announced() {
    let bench = Bench::new().await;
    let (mut socket, _) = Socket::ready(&bench, INTENTS).await;
    let hers = bench.fake.says(ANA, bench.channel, "helo");
    bench.fake.edits(hers, "hello");
    bench.fake.deletes(hers);
    assert_eq!(socket.event("MESSAGE_UPDATE").await["content"], json!("hello"));
    assert_eq!(socket.event("MESSAGE_DELETE").await["id"], json!(hers.to_string()));
}
