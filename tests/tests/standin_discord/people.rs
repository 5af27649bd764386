//! Accounts, direct messages, permissions, guilds.

use serde_json::{Value, json};
use wavelaunch_tests::discord::{Access, DmDoor};

use crate::client::{ANA, Bench};

#[tokio::test]
async fn a_wrong_token_is_unauthorised_and_counted() {
    let bench = Bench::new().await;
    let url = format!("{}/api/v10/users/@me", bench.fake.base_url());
    for token in ["Bot wrong", bench.fake.token().as_str()] {
        let answer = bench.http.get(&url).header("Authorization", token).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 401, "{token}");
    }
    assert_eq!(bench.fake.invalid_requests(), 2);
    assert_eq!(bench.call("GET", "/users/@me", Value::Null).await.ok()["bot"], json!(true));
}

#[tokio::test]
async fn direct_messages_arrive_unless_the_door_is_closed() {
    let bench = Bench::new().await;
    let opened = bench.call("POST", "/users/@me/channels", json!({ "recipient_id": ANA.to_string() })).await;
    let path = format!("/channels/{}/messages", opened.ok()["id"].as_str().expect("an id"));
    bench.call("POST", &path, json!({ "content": "hello" })).await.ok();
    bench.fake.set_door(ANA, DmDoor::Closed);
    bench.call("POST", &path, json!({ "content": "hello?" })).await.refused(403, 50007);
    assert_eq!(bench.fake.direct_from_bot(ANA).len(), 1);
    assert_eq!(bench.fake.invalid_requests(), 1);
    bench.call("POST", "/users/@me/channels", json!({ "recipient_id": "5" })).await.refused(400, 50033);
}

#[tokio::test]
async fn permissions_are_respected() {
    let bench = Bench::new().await;
    bench.fake.set_access(bench.channel, Access::ReadOnly);
    bench.say("hi").await.refused(403, 50013);
    bench.fake.set_access(bench.channel, Access::Hidden);
    bench.say("hi").await.refused(403, 50001);
    bench.call("POST", "/channels/12/messages", json!({ "content": "hi" })).await.refused(404, 10003);
}

#[tokio::test]
async fn guilds_members_and_roles() {
    let bench = Bench::new().await;
    let role = bench.fake.role(bench.guild, "launched");
    let guild = format!("/guilds/{}", bench.guild);
    assert_eq!(bench.call("GET", &guild, Value::Null).await.ok()["name"], json!("Creators"));
    assert_eq!(bench.call("GET", &format!("{guild}/roles"), Value::Null).await.ok().as_array().map(Vec::len), Some(2));
    assert_eq!(
        bench.call("GET", &format!("{guild}/members?limit=100"), Value::Null).await.ok().as_array().map(Vec::len),
        Some(2)
    );
    bench.call("PUT", &format!("{guild}/members/{ANA}/roles/{role}"), Value::Null).await.ok();
    assert_eq!(bench.fake.roles_of(bench.guild, ANA), [role]);
    bench.call("PUT", &format!("{guild}/members/{ANA}/roles/12"), Value::Null).await.refused(404, 10011);
    bench.call("GET", &format!("{guild}/members/12"), Value::Null).await.refused(404, 10007);
    bench.call("GET", "/guilds/12", Value::Null).await.refused(404, 10004);
}

#[tokio::test]
async fn typing_is_seen() {
    let bench = Bench::new().await;
    bench.call("POST", &format!("/channels/{}/typing", bench.channel), Value::Null).await.ok();
    assert_eq!(bench.fake.read(|state| state.typing().to_vec()), [bench.channel]);
}

#[tokio::test]
async fn unknown_endpoints_are_not_found() {
    let bench = Bench::new().await;
    assert_eq!(bench.call("GET", "/voice/regions", Value::Null).await.status, 404);
    assert_eq!(bench.fake.refused().len(), 1);
}
