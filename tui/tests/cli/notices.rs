//! `messages`, `admin link` and its kin, `engine digest`, `client milestone`.

use serde_json::{Value, json};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal::Account;
use wavelaunch_shared::staff::chat;
use wavelaunch_shared::testing;

use crate::home::{Home, keys};

#[test]
fn messages_are_listed_and_shown_as_each_channel_has_them() {
    let home = Home::new();
    home.run(&["client", "add", "Zoë <b>", "zoe@example.com"]).ok();
    let all = home.run(&["messages", "list", "--json"]).ok().json();
    insta::assert_snapshot!("message_row", keys(&all[0]));
    let admins = home.run(&["messages", "list", "--audience", "admin", "--json"]).ok().json();
    assert!(admins.as_array().unwrap().iter().all(|row| row["audience"] == "admin"));
    assert!(admins.as_array().unwrap().len() < all.as_array().unwrap().len());
    let shown = |arguments: &[&str]| home.run(&[&["messages", "preview"], arguments].concat()).ok().stdout;
    let telegram = shown(&["upcoming", "--client", "zoe"]);
    assert!(telegram.contains("<b>Month 3 arrives on") && telegram.contains("Zoë &lt;b&gt;, month 3"), "{telegram}");
    assert!(telegram.contains("[Documents]  [Ask a question]  [Settings]"), "{telegram}");
    assert!(shown(&["upcoming", "--channel", "discord"]).contains("**Month 3 arrives on"));
    let mail = home.run(&["messages", "preview", "upcoming", "--channel", "email", "--json"]).ok().json();
    insta::assert_snapshot!("message_preview", keys(&mail));
    assert_eq!(mail["subject"], "Month 3 arrives on 30 March 2026");
    assert!(
        shown(&["upcoming", "--channel", "terminal"]).starts_with("Month 3 arrives on 30 March 2026\n\nMaya Okonkwo")
    );
    let missing = home.run(&["messages", "preview", "nonsense"]);
    assert!(missing.code == 3 && missing.stderr.contains("messages list"), "{}", missing.stderr);
}

#[test]
fn a_studio_has_its_own_words_and_a_wrong_one_is_named_by_its_line() {
    let home = Home::new();
    let settings = "[messages]\nfile = \"own.toml\"\n";
    std::fs::write(home.path("studio.toml"), settings).unwrap();
    std::fs::write(home.path("own.toml"), "[cancelled]\nbody = \"Never mind.\"\n").unwrap();
    let run = |arguments: &[&str]| home.run(&[&["--config", "studio.toml"], arguments].concat());
    assert_eq!(run(&["messages", "preview", "cancelled"]).ok().stdout, "Never mind.\n");
    assert!(run(&["messages", "list"]).ok().stdout.contains("studio"));
    std::fs::write(home.path("own.toml"), "\n[overdue]\nsubject = \"Hello\"\nbody = \"\"\"\nDear {name},\n\"\"\"\n")
        .unwrap();
    let refused = run(&["messages", "list"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert_eq!(refused.stderr, "own.toml, line 5: [overdue] uses {name}, which is not among its vars\n");
    let doctor = run(&["doctor"]);
    assert!(doctor.code == 1 && doctor.stdout.contains("own.toml, line 5"), "{}", doctor.stdout);
}

#[tokio::test]
async fn the_staff_link_a_chat_and_choose_what_they_are_told() {
    let studio = testing::sqlite().await;
    let home = Home::on(&studio.address);
    home.run(&["admin", "add", "bo@example.com", "--role", "manager"]).ok();
    assert!(home.run(&["admin", "chats"]).ok().stderr.contains("admin link"));
    let made = home.run(&["admin", "link", "bo@example.com", "--json"]).ok().json();
    insta::assert_snapshot!("admin_link", keys(&made));
    assert!(home.run(&["admin", "link", "bo@example.com"]).ok().stdout.contains("/link "));
    assert_eq!(home.run(&["admin", "link", "nobody@example.com"]).code, 3);
    let made = home.run(&["admin", "link", "bo@example.com", "--json"]).ok().json();
    let account = Account {
        platform: Channel::Telegram,
        external_user_id: "77".into(),
        chat_id: "77".into(),
        username: Some("bo\u{1b}[2J".into()),
        display_name: None,
    };
    chat::link(&studio, made["code"].as_str().unwrap(), &account).await.unwrap().unwrap();
    let chats = home.run(&["admin", "chats"]).ok().stdout;
    assert!(chats.contains("bo[2J") && !chats.contains('\u{1b}'), "{chats}");

    let notices = |arguments: &[&str]| {
        home.run(&[&["admin", "notices", "bo@example.com"], arguments, &["--json"]].concat()).ok().json()
    };
    let state = |all: &Value, kind: &str| {
        all.as_array().unwrap().iter().find(|row| row["kind"] == kind).unwrap()["enabled"].clone()
    };
    let before = notices(&[]);
    assert_eq!((state(&before, "DIGEST"), state(&before, "MESSAGE")), (json!(true), json!(false)));
    let after = notices(&["--off", "digest", "--on", "message"]);
    assert_eq!((state(&after, "DIGEST"), state(&after, "MESSAGE")), (json!(false), json!(true)));
    let wrong = home.run(&["admin", "notices", "bo@example.com", "--on", "everything"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("digest, silent"), "{}", wrong.stderr);

    assert_eq!(home.run(&["admin", "unlink", "bo@example.com"]).code, 1, "it asks first");
    home.run(&["admin", "unlink", "bo@example.com", "--platform", "telegram", "--yes"]).ok();
    assert_eq!(home.run(&["admin", "chats", "--json"]).ok().json(), json!([]));
}

#[test]
fn the_week_in_short_is_looked_at_made_and_kept() {
    let home = Home::new();
    let at = |now: &str, arguments: &[&str]| home.run(&[&["--now", now], arguments].concat());
    at("2026-03-30T12:00:00Z", &["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
    at("2026-03-30T12:00:00Z", &["journey", "start", "maya"]).ok();
    let none = at("2026-03-31T12:00:00Z", &["engine", "digest"]);
    assert!(none.code == 3 && none.stderr.contains("--preview"), "{}", none.stderr);
    let so_far = at("2026-04-02T12:00:00Z", &["--read-only", "engine", "digest", "--preview"]).ok().stdout;
    assert!(
        so_far.contains("The week in short") && so_far.contains("Maya Okonkwo, month 1: not delivered"),
        "{so_far}"
    );
    let report = at("2026-04-06T09:00:00Z", &["engine", "tick", "--json"]).ok().json();
    assert!(report["told"].as_i64().unwrap() >= 1, "{report}");
    let made = at("2026-04-06T10:00:00Z", &["engine", "digest", "--json"]).ok().json();
    insta::assert_snapshot!("digest", keys(&made));
    assert_eq!((&made["week"], &made["overdue"][0]["full_name"]), (&json!("2026-04-06"), &json!("Maya Okonkwo")));
    assert!(at("2026-04-06T10:00:00Z", &["engine", "digest", "--all"]).ok().stdout.contains("6 Apr 2026"));
}

#[test]
fn a_milestone_is_told_by_name() {
    let home = Home::new();
    home.run(&["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
    let told = home.run(&["client", "milestone", "maya", "the first hundred orders", "--json"]).ok().json();
    assert_eq!((&told["milestone"], &told["outcome"]), (&json!("the first hundred orders"), &json!("NO_CHANNEL")));
    assert!(home.run(&["client", "milestone", "maya", "another"]).ok().stderr.contains("no chat"));
    assert_eq!(home.run(&["client", "milestone", "maya", " "]).code, 1);
    assert_eq!(home.run(&["--read-only", "client", "milestone", "maya", "x"]).code, 1);
}
