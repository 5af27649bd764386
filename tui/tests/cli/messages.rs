//! `client invite`, `thread` and `outbox`.

use serde_json::{Value, json};
use wavelaunch_shared::clients::{self, Client};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal::{self, Account};
use wavelaunch_shared::testing::{self, TestStudio};

use crate::home::{Home, keys};

/// A studio with one client, and the command on the same database.
async fn studio_with_maya() -> (TestStudio, Home, Client) {
    let studio = testing::sqlite().await;
    let home = Home::on(&studio.address);
    home.run(&["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
    let maya = clients::find(&mut studio.db.read().await.unwrap(), "maya").await.unwrap();
    (studio, home, maya)
}

/// Maya's Telegram account follows an invitation.
async fn link(studio: &TestStudio, home: &Home) {
    let invite = home.run(&["client", "invite", "maya", "--json"]).ok().json();
    let account = Account {
        platform: Channel::Telegram,
        external_user_id: "77".into(),
        chat_id: "77".into(),
        username: None,
        display_name: None,
    };
    portal::link(studio, invite["code"].as_str().unwrap(), &account).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_invitation_has_exactly_the_promised_keys() {
    let (_studio, home, maya) = studio_with_maya().await;
    let invite = home.run(&["client", "invite", "maya", "--json"]).ok().json();
    let mut names: Vec<&String> = invite.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["client_id", "code", "expires_at", "telegram_link"]);
    assert_eq!(invite["client_id"], maya.id.as_str());
    assert_eq!(invite["expires_at"], "2026-04-06T12:00:00Z");
    assert_eq!(invite["telegram_link"], Value::Null);
    let again = home.run(&["client", "invite", "maya"]).ok();
    assert!(again.stdout.contains("/link ") && again.stderr.contains("works once"));
}

#[tokio::test]
async fn a_conversation_is_begun_answered_shown_and_closed() {
    let (studio, home, _) = studio_with_maya().await;
    let unlinked = home.run(&["thread", "send", "maya", "--subject", "Hello", "--body", "Welcome"]).ok();
    assert!(unlinked.stderr.contains("client invite"), "{}", unlinked.stderr);
    link(&studio, &home).await;
    let begun = home.run(&["thread", "send", "maya", "--subject", "Week 1", "--body", "How is it?", "--json"]).ok();
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    home.run(&["thread", "reply", &id, "--body", "Still there?"]).ok();
    let shown = home.run(&["thread", "show", &id]).ok().stdout;
    assert!(shown.contains("How is it?") && shown.contains("[QUEUED on Telegram 2026-03-30 12:00Z]"), "{shown}");
    home.run(&["thread", "close", &id]).ok();
    assert_eq!(home.run(&["thread", "reply", &id, "--body", "x"]).code, 1);
    assert_eq!(home.run(&["thread", "show", "nonsense"]).code, 3);
    let list = home.run(&["thread", "list", "--client", "maya", "--json"]).ok().json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    insta::assert_snapshot!("thread_list", keys(&list[0]));
    insta::assert_snapshot!("thread_show", keys(&home.run(&["thread", "show", &id, "--json"]).json()));
}

#[tokio::test]
async fn a_queued_message_is_listed_shown_withdrawn_and_sent_again() {
    let (studio, home, _) = studio_with_maya().await;
    link(&studio, &home).await;
    home.run(&["thread", "send", "maya", "--subject", "Hi", "--body", "Hello \u{1b}[2J"]).ok();
    let queued = home.run(&["outbox", "list", "--state", "queued", "--json"]).ok().json();
    insta::assert_snapshot!("outbox_list", keys(&queued[0]));
    let id = queued[0]["id"].as_str().unwrap();
    let shown = home.run(&["outbox", "show", id]).ok().stdout;
    assert!(shown.contains("Hello") && !shown.contains('\u{1b}'), "{shown}");
    assert_eq!(home.run(&["outbox", "settle", id, "--sent"]).code, 1);
    assert_eq!(home.run(&["outbox", "settle", id]).code, 2);
    assert_eq!(home.run(&["outbox", "cancel", id]).code, 1);
    home.run(&["outbox", "cancel", id, "--yes"]).ok();
    assert_eq!(home.run(&["outbox", "retry", id, "--json"]).ok().json()["state"], "QUEUED");
    assert_eq!(home.run(&["outbox", "retry", "nonsense"]).code, 3);
}

#[tokio::test]
async fn an_export_holds_everything_about_one_client() {
    let (studio, home, _) = studio_with_maya().await;
    link(&studio, &home).await;
    home.run(&["client", "add", "Bo Li", "bo@example.com"]).ok();
    home.run(&["thread", "send", "maya", "--subject", "Hi", "--body", "Hello there"]).ok();
    home.run(&["journey", "start", "maya"]).ok();
    let export = home.run(&["client", "export", "maya"]).ok().json();
    insta::assert_snapshot!("client_export", keys(&export));
    assert_eq!(export["threads"][0]["messages"][0]["body"], "Hello there");
    assert_eq!(export["access"]["identities"][0]["external_user_id"], "77");
    assert_eq!(export["journey"]["automations"].as_array().unwrap().len(), 32);
    assert!(!export.to_string().contains("bo@example.com"));
    home.run(&["client", "export", "maya", "--to", "maya.json"]).ok();
    assert!(std::fs::read_to_string(home.path("maya.json")).unwrap().contains("Hello there"));
}

#[tokio::test]
async fn unlinking_asks_and_names_the_platforms() {
    let (studio, home, _) = studio_with_maya().await;
    assert_eq!(home.run(&["client", "unlink", "maya", "--yes", "--json"]).ok().json(), json!([]));
    link(&studio, &home).await;
    let unasked = home.run(&["client", "unlink", "maya"]);
    assert_eq!(unasked.code, 1);
    assert!(unasked.stderr.contains("TELEGRAM"), "{}", unasked.stderr);
    let ended = home.run(&["client", "unlink", "maya", "--platform", "telegram", "--yes", "--json"]).ok().json();
    assert_eq!(ended[0]["external_user_id"], "77");
}
