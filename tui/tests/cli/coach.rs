//! `coach`: conversations, usage, hand-offs, configuration.

use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{self, TestStudio};
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{clients, coach, journey};

use crate::home::{Home, keys};

/// A studio whose one client has asked `question`.
async fn asked(question: &str) -> (TestStudio, Home) {
    let studio = testing::sqlite().await;
    let home = Home::on(&studio.address);
    home.run(&["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
    let maya = clients::find(&mut studio.db.read().await.unwrap(), "maya").await.unwrap();
    journey::start(&studio, &Actor::local_owner(), &maya.id, None).await.unwrap();
    coach::ask(&studio, &maya.id, None, &Foreign::from(question), "CONSOLE", &mut |_: &str| {}).await.unwrap();
    (studio, home)
}

#[tokio::test]
async fn a_conversation_is_listed_and_shown() {
    let (_studio, home) = asked("How do I price a course?\u{1b}[2J").await;
    let list = home.run(&["coach", "conversations", "--json"]).ok().json();
    insta::assert_snapshot!("coach_conversations", keys(&list[0]));
    assert_eq!(home.run(&["coach", "conversations", "maya", "--json"]).ok().json()[0]["id"], list[0]["id"]);
    let id = list[0]["id"].as_str().unwrap();
    let shown = home.run(&["coach", "show", id]).ok().stdout;
    assert!(shown.contains("How do I price") && shown.contains("the coach") && !shown.contains('\u{1b}'), "{shown}");
    let rows = home.run(&["coach", "show", id, "--csv"]).ok().stdout;
    assert!(rows.starts_with("id,created_at,author,") && rows.contains(",user,,,,How do I price"), "{rows}");
    let messages = home.run(&["coach", "show", id, "--json"]).ok().json();
    insta::assert_snapshot!("coach_message", keys(&messages["messages"][0]));
    assert_eq!(home.run(&["coach", "show", "nonsense"]).code, 3);
}

#[tokio::test]
async fn a_viewer_reads_no_conversations() {
    let (_studio, home) = asked("How do I price a course?").await;
    home.run(&["admin", "add", "vi@example.com", "--role", "viewer"]).ok();
    let refused = home.run(&["--as", "vi@example.com", "coach", "conversations"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("VIEWER"), "{}", refused.stderr);
}

#[tokio::test]
async fn usage_and_configuration_are_shown() {
    let (_studio, home) = asked("How do I price a course?").await;
    // The offline coach uses nothing that costs.
    assert_eq!(home.run(&["coach", "usage", "--json"]).ok().json(), serde_json::json!([]));
    assert!(home.run(&["coach", "usage", "maya", "--from", "2026-03-01"]).ok().stderr.contains("Nothing was used"));
    assert_eq!(home.run(&["coach", "usage", "--from", "yesterday"]).code, 2);
    assert_eq!(home.run(&["coach", "usage", "--by", "week"]).code, 2);
    let csv = home.run(&["coach", "usage", "--by", "month", "--csv"]).ok().stdout;
    assert_eq!(csv, "client_id,client_name,period,operation,model,calls,tokens_in,tokens_out,cost_micros\n");
    let config = home.run(&["coach", "config", "get", "--json"]).ok().json();
    insta::assert_snapshot!("coach_config", keys(&config));
    assert!(home.run(&["coach", "config", "get"]).ok().stdout.contains("tokens a day"));
}

#[tokio::test]
async fn a_call_for_a_person_is_listed_with_its_reason() {
    let (_studio, home) = asked("Can I talk to a human?").await;
    let list = home.run(&["coach", "escalations", "--json"]).ok().json();
    insta::assert_snapshot!("coach_escalations", keys(&list[0]));
    assert!(home.run(&["coach", "escalations"]).ok().stdout.contains("asked for a person"));
}

#[tokio::test]
async fn a_person_takes_over_answers_and_hands_back() {
    let (_studio, home) = asked("Can I talk to a human?").await;
    let list = home.run(&["coach", "conversations", "--json"]).ok().json();
    let id = list[0]["id"].as_str().unwrap();
    home.run(&["coach", "takeover", id]).ok();
    assert_eq!(home.run(&["coach", "takeover", id]).code, 1);
    let answered = home.run(&["coach", "reply", id, "--body", "I am here.", "--json"]).ok().json();
    let said = answered["messages"].as_array().unwrap();
    assert!(said.iter().any(|message| message["author"] == "admin" && message["content"] == "I am here."));
    assert_eq!(home.run(&["coach", "escalations", "--json"]).ok().json(), serde_json::json!([]));
    home.run(&["coach", "handback", id]).ok();
    assert_eq!(home.run(&["coach", "reply", "nonsense", "--body", "x"]).code, 3);
}

#[tokio::test]
async fn a_budget_is_set_listed_and_removed() {
    let (_studio, home) = asked("How do I price a course?").await;
    assert_eq!(home.run(&["coach", "budget", "list", "--json"]).ok().json(), serde_json::json!([]));
    let set = ["coach", "budget", "set", "monthly", "--cost", "49.5", "--auto-pause", "--json"];
    let budget = home.run(&set).ok().json();
    insta::assert_snapshot!("coach_budget", keys(&budget));
    assert_eq!((&budget["cost_limit_micros"], &budget["auto_pause"]), (&49_500_000.into(), &true.into()));
    let list = home.run(&["coach", "budget", "list"]).ok().stdout;
    assert!(list.contains("MONTHLY") && list.contains("49.5000") && list.contains("pauses"), "{list}");
    assert_eq!(home.run(&["coach", "budget", "set", "daily"]).code, 2);
    assert_eq!(home.run(&["coach", "budget", "set", "hourly", "--tokens", "5"]).code, 2);
    assert_eq!(home.run(&["coach", "budget", "set", "daily", "--tokens", "0"]).code, 1);
    assert_eq!(home.run(&["--read-only", "coach", "budget", "remove", "monthly"]).code, 1);
    home.run(&["coach", "budget", "remove", "monthly"]).ok();
    assert_eq!(home.run(&["coach", "budget", "remove", "monthly"]).code, 3);
    home.run(&["admin", "add", "mo@example.com", "--role", "manager"]).ok();
    let refused = home.run(&["--as", "mo@example.com", "coach", "budget", "set", "daily", "--tokens", "5"]);
    assert!(refused.code == 1 && refused.stderr.contains("MANAGER"), "{}", refused.stderr);
}

#[tokio::test]
async fn conversations_are_found_by_words_and_written_as_csv() {
    let (_studio, home) = asked("How do I price a course?").await;
    let found = |words: &str| {
        let list = home.run(&["coach", "conversations", "--find", words, "--json"]).ok().json();
        list.as_array().unwrap().len()
    };
    assert_eq!((found("course ai"), found("course human"), found("called"), found("maya")), (1, 0, 0, 1));
    assert_eq!(home.run(&["coach", "conversations", "--find", "day:soon"]).code, 2);
    let csv = home.run(&["coach", "conversations", "--csv"]).ok().stdout;
    assert!(
        csv.starts_with("id,client_id,client_name,title,mode,") && csv.contains("How do I price a course?"),
        "{csv}"
    );
    assert_eq!(home.run(&["coach", "sample", "--json"]).ok().json(), serde_json::json!([]));
    let quality = home.run(&["coach", "quality", "--json"]).ok().json();
    insta::assert_snapshot!("coach_quality", keys(&quality));
    assert!(home.run(&["coach", "quality"]).ok().stdout.contains("1 this week"));
}

#[tokio::test]
async fn an_answer_is_corrected_and_the_pair_kept() {
    let (_studio, home) = asked("=How do I price a course?").await;
    let list = home.run(&["coach", "conversations", "--json"]).ok().json();
    let shown = home.run(&["coach", "show", list[0]["id"].as_str().unwrap(), "--json"]).ok().json();
    let answer = shown["messages"][1]["id"].as_str().unwrap();
    assert_eq!(home.run(&["coach", "correct", "nonsense", "--body", "No."]).code, 3);
    assert_eq!(home.run(&["coach", "correct", answer, "--body", " "]).code, 1);
    home.run(&["coach", "correct", answer, "--body", "Ask your studio."]).ok();
    let pairs = home.run(&["coach", "corrections", "--json"]).ok().json();
    insta::assert_snapshot!("coach_corrections", keys(&pairs[0]));
    let csv = home.run(&["coach", "corrections", "--csv"]).ok().stdout;
    assert!(csv.contains("'=How do I price a course?") && csv.contains("Ask your studio."), "{csv}");
}

#[tokio::test]
async fn the_coach_is_set_in_parts_or_whole_and_set_back() {
    let (_studio, home) = asked("Can I talk to a human?").await;
    let get = || home.run(&["coach", "config", "get", "--json"]).ok().json();
    assert_eq!(home.run(&["coach", "config", "set"]).code, 2);
    assert_eq!(home.run(&["coach", "config", "set", "--disable", "magic"]).code, 2);
    let set = ["coach", "config", "set", "--answer", "300", "--disable", "pricing_strategy", "--add-word", "refund*"];
    assert!(home.run(&set).ok().stderr.contains("version 1"));
    assert_eq!(get()["max_tokens_per_message"], 300);
    assert_eq!(home.run(&["coach", "config", "set", "--answer", "5"]).code, 1);

    let text = home.run(&["coach", "config", "get", "--text"]).ok().stdout;
    let file = home.path("coach.toml");
    std::fs::write(&file, text.replace("= 300", "= 350")).unwrap();
    let file = file.to_str().unwrap();
    let shown = home.run(&["coach", "config", "edit", "--file", file, "--dry-run"]).ok().stdout;
    assert!(shown.contains("- max_tokens_per_message = 300") && shown.contains("+ max_tokens_per_message = 350"));
    assert_eq!(get()["version"], 1, "nothing is changed yet");
    home.run(&["coach", "config", "edit", "--file", file]).ok();
    assert_eq!(get()["max_tokens_per_message"], 350);
    std::fs::write(file, "is_active = maybe").unwrap();
    let wrong = home.run(&["coach", "config", "edit", "--file", file]);
    assert!(wrong.code == 1 && wrong.stderr.contains("line 1"), "{}", wrong.stderr);

    let history = home.run(&["coach", "config", "history", "--json"]).ok().json();
    insta::assert_snapshot!("coach_config_version", keys(&history[0]));
    assert!(home.run(&["coach", "config", "diff", "1", "2"]).ok().stdout.contains("+ max_tokens_per_message = 350"));
    home.run(&["coach", "config", "restore", "1"]).ok();
    home.run(&["coach", "config", "restore"]).ok();
    assert_eq!((&get()["version"], &get()["max_tokens_per_message"]), (&4.into(), &500.into()));
    assert_eq!(home.run(&["coach", "config", "restore", "9"]).code, 3);
    assert_eq!(home.run(&["--read-only", "coach", "config", "restore", "1"]).code, 1);
}

#[tokio::test]
async fn a_question_is_tried_and_a_call_closed() {
    let (_studio, home) = asked("Can I talk to a human?").await;
    let tried = home.run(&["coach", "try", "How do I choose my niche?", "--client", "maya", "--json"]).ok().json();
    insta::assert_snapshot!("coach_trial", keys(&tried));
    assert_eq!((&tried["verdict"], &tried["model"]), (&"answers".into(), &"offline".into()));
    assert!(home.run(&["coach", "try", "could they sue me"]).ok().stdout.contains("a person is called"));
    let calls = home.run(&["coach", "escalations", "--json"]).ok().json();
    home.run(&["coach", "resolve", calls[0]["id"].as_str().unwrap()]).ok();
    assert_eq!(home.run(&["coach", "escalations", "--json"]).ok().json(), serde_json::json!([]));
    assert_eq!(home.run(&["coach", "resolve", "nonsense"]).code, 3);
}
