//! `client`, run as an operator and as a script run it.

use crate::home::{Home, keys};
use serde_json::json;

fn with_maya() -> Home {
    let home = Home::new();
    home.run(&[
        "client",
        "add",
        "Maya Okonkwo",
        "Maya@Example.com",
        "--niche",
        "espresso",
        "--timezone",
        "Africa/Lagos",
    ])
    .ok();
    home
}

#[test]
fn a_client_is_added_named_and_changed() {
    let home = with_maya();
    let shown = home.run(&["client", "show", "maya", "--json"]).ok().json();
    assert_eq!((&shown["email"], &shown["status"]), (&json!("maya@example.com"), &json!("LEAD")));
    assert_eq!(shown["industry_niche"], "espresso");
    let id = shown["id"].as_str().unwrap();
    home.run(&["client", "edit", id, "--brand", "Okonkwo & Co"]).ok();
    let table = home.run(&["client", "show", "MAYA@example.com"]).ok().stdout;
    assert!(table.contains("Okonkwo & Co") && table.contains("Africa/Lagos"), "{table}");
}

#[test]
fn a_name_that_nobody_has_is_not_found() {
    let home = with_maya();
    let missing = home.run(&["client", "show", "nobody"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (3, ""));
    assert!(missing.stderr.contains("client list"), "{}", missing.stderr);
    let twice = home.run(&["client", "add", "Maya Again", "maya@example.com"]);
    assert_eq!(twice.code, 1);
    home.run(&["client", "add", "Maya Other", "other@example.com"]).ok();
    let which = home.run(&["client", "show", "maya"]);
    assert_eq!(which.code, 1);
    assert!(which.stderr.contains("other@example.com"), "{}", which.stderr);
}

#[test]
fn a_list_pages_by_the_last_id_and_filters() {
    let home = Home::new();
    for name in ["Ana", "Bo Li", "Cy Doe", "Dee Fox"] {
        let email = format!("{}@example.com", &name[..2].trim().to_lowercase());
        home.run(&["client", "add", &format!("{name} Xu"), &email]).ok();
    }
    let names = |arguments: &[&str]| -> Vec<String> {
        let run = home.run(&[&["client", "list", "--json"], arguments].concat()).ok();
        run.json().as_array().unwrap().iter().map(|row| row["full_name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&[]), ["Ana Xu", "Bo Li Xu", "Cy Doe Xu", "Dee Fox Xu"]);
    assert_eq!(names(&["--limit", "2"]), ["Ana Xu", "Bo Li Xu"]);
    assert_eq!(names(&["--limit", "2", "--after", "bo li"]), ["Cy Doe Xu", "Dee Fox Xu"]);
    assert_eq!(names(&["--filter", "doe"]), ["Cy Doe Xu"]);
    assert_eq!(home.run(&["client", "list", "--filter", "colour:red"]).code, 2);
    assert_eq!(home.run(&["client", "list", "--limit", "0"]).code, 2);
    let plain = home.run(&["client", "list", "--plain", "--limit", "1"]).ok().stdout;
    assert!(plain.starts_with("Ana Xu\tan@example.com\tLEAD\t"), "{plain}");
}

#[test]
fn archiving_asks_and_can_be_taken_back() {
    let home = with_maya();
    let unasked = home.run(&["client", "archive", "maya"]);
    assert_eq!(unasked.code, 1);
    assert!(unasked.stderr.contains("--yes"));
    home.run(&["--read-only", "client", "archive", "maya", "--dry-run"]).ok();
    assert_eq!(home.run(&["client", "archive", "maya", "--yes", "--json"]).json()["status"], "ARCHIVED");
    assert_eq!(home.run(&["client", "list", "--json"]).json(), json!([]));
    assert_eq!(home.run(&["client", "restore", "maya", "--json"]).json()["status"], "LEAD");
}

#[test]
fn names_that_scripts_rely_on_stay() {
    let home = with_maya();
    let shown = home.run(&["client", "show", "maya", "--json"]).json();
    insta::assert_snapshot!("client_show", keys(&shown));
    let list = home.run(&["client", "list", "--json"]).json();
    insta::assert_snapshot!("client_list", keys(&list[0]));
}

#[test]
fn what_people_wrote_is_not_drawn_raw() {
    let home = Home::new();
    home.run(&["client", "add", "Eve\u{1b}[2J\u{202e}Xu", "eve@example.com"]);
    for format in ["--plain", "--json"] {
        let list = home.run(&["client", "list", format]).ok().stdout;
        assert!(!list.contains('\u{1b}') && !list.contains('\u{202e}'), "{list:?}");
    }
}

#[test]
fn a_list_is_taken_in_all_or_none_unless_told_otherwise() {
    let home = Home::new();
    let csv = "name,email,age\nAna Xu,ana@example.com,30\nBo Li,bo@example.com,17\n,cy@example.com,30\n";
    std::fs::write(home.path("clients.csv"), csv).unwrap();
    let refused = home.run(&["client", "import", "clients.csv"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("line 3: ") && refused.stderr.contains("line 4: "), "{}", refused.stderr);
    assert_eq!(home.run(&["client", "list", "--json"]).json(), json!([]));
    let tried = home.run(&["client", "import", "clients.csv", "--skip-invalid", "--dry-run", "--json"]).ok().json();
    assert_eq!(tried["added"].as_array().unwrap().len(), 1);
    assert_eq!(home.run(&["client", "list", "--json"]).json(), json!([]));
    let taken = home.run(&["client", "import", "clients.csv", "--skip-invalid", "--json"]).ok().json();
    assert_eq!(taken["refused"][1]["line"], 4);
    assert_eq!(home.run(&["client", "list", "--json"]).json().as_array().unwrap().len(), 1);
    assert_eq!(home.run(&["client", "import", "nowhere.csv"]).code, 1);
}

#[test]
fn an_import_can_start_the_journeys_that_it_has_dates_for() {
    let home = Home::new();
    let csv = "name,email,program_start_date\nAna Xu,ana@example.com,2026-03-01\nBo Li,bo@example.com,2020-01-01\n";
    std::fs::write(home.path("clients.csv"), csv).unwrap();
    let now = ["--now", "2026-03-30T12:00:00Z", "client", "import", "clients.csv", "--start"];
    let run = home.run(&now);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("Bo Li is added and not started"), "{}", run.stderr);
    assert_eq!(home.run(&["client", "show", "ana", "--json"]).json()["status"], "ACTIVE");
    assert_eq!(home.run(&["client", "show", "bo", "--json"]).json()["status"], "LEAD");
}

#[test]
fn an_invitation_is_issued_listed_and_drawn() {
    let home = with_maya();
    let none = home.run(&["client", "invite", "list"]).ok();
    assert!(none.stderr.contains("No invitation is open"), "{}", none.stderr);
    let bot = ["--config", "bot.toml"];
    std::fs::write(home.path("bot.toml"), "[telegram]\nbot_username = \"studio_bot\"\n").unwrap();
    let invite = home.run(&[&bot[..], &["client", "invite", "maya", "--json"]].concat()).ok().json();
    insta::assert_snapshot!("client_invite", keys(&invite));
    let link = invite["telegram_link"].as_str().unwrap();
    assert!(link.starts_with("https://t.me/studio_bot?start=") && link.ends_with(invite["code"].as_str().unwrap()));
    let pending = home.run(&["client", "invite", "list", "--json"]).ok().json();
    assert_eq!(pending[0]["full_name"], "Maya Okonkwo");
    let table = home.run(&["client", "invite", "list"]).ok().stdout;
    assert!(table.contains("167 h"), "{table}");
    let unseen = home.run(&[&bot[..], &["client", "invite", "maya"]].concat()).ok().stdout;
    assert!(!unseen.contains('█'), "nobody looks at a pipe: {unseen}");
    let drawn = home.run(&[&bot[..], &["client", "invite", "maya", "--qr", "blocks"]].concat()).ok().stdout;
    assert!(drawn.contains('█') && !drawn.contains('\u{1b}'), "{drawn}");
    let ascii = home.run(&[&bot[..], &["client", "invite", "maya", "--qr", "ascii"]].concat()).ok().stdout;
    assert!(ascii.contains("##") && ascii.is_ascii(), "{ascii}");
    assert_eq!(home.run(&["client", "invite"]).code, 2);
}

#[test]
fn access_is_listed_and_switched() {
    let home = with_maya();
    let listed = home.run(&["client", "portal", "list", "--json"]).ok().json();
    insta::assert_snapshot!("client_portal_list", keys(&listed[0]));
    assert_eq!(listed[0]["status"], "NOT_CREATED");
    assert_eq!(home.run(&["client", "portal", "list", "--filter", "active", "--json"]).ok().json(), json!([]));
    assert_eq!(home.run(&["client", "portal", "list", "--filter", "asleep"]).code, 2);
    let never = home.run(&["client", "portal", "deactivate", "maya", "--yes"]);
    assert!(never.stderr.contains("never invited"), "{}", never.stderr);
    home.run(&["client", "invite", "maya"]).ok();
    home.run(&["client", "portal", "deactivate", "maya", "--yes"]).ok();
    assert_eq!(home.run(&["client", "portal", "show", "maya", "--json"]).json()["status"], "INACTIVE");
    home.run(&["client", "portal", "reactivate", "maya"]).ok();
    assert_eq!(home.run(&["client", "portal", "stats", "--json"]).json()["invited"], 1);
}

#[test]
fn answers_are_written_on_a_clients_behalf_and_finished() {
    let home = Home::new();
    home.run(&["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
    let early = home.run(&["client", "answers", "maya", "--finish"]);
    assert!(early.code == 1 && early.stderr.contains("industry_niche"), "{}", early.stderr);
    let short = home.run(&["client", "answers", "maya", "--set", "2", "--text", "no"]);
    assert!(short.code == 1 && short.stderr.contains("10 are the least"), "{}", short.stderr);
    home.run(&["client", "answers", "maya", "--set", "industry_niche", "--text", "Pottery"]).ok();
    assert_eq!(home.run(&["client", "answers", "maya", "--set", "30", "--text", "x"]).code, 2);
    let shown = home.run(&["client", "answers", "maya", "--json"]).ok().json();
    insta::assert_snapshot!("client_answers", keys(&shown));
    let all: serde_json::Map<String, serde_json::Value> = shown["questions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["required"] == true)
        .map(|row| {
            let text = row["choices"][0]["label"].as_str().unwrap_or("As told on the telephone");
            (row["key"].as_str().unwrap().to_owned(), text.into())
        })
        .collect();
    std::fs::write(home.path("answers.json"), serde_json::to_vec(&all).unwrap()).unwrap();
    let done = home.run(&["client", "answers", "maya", "--file", "answers.json", "--finish", "--json"]).ok().json();
    assert_eq!((&done["standing"], &done["answered"]), (&json!("FINISHED"), &json!(11)));
    std::fs::write(home.path("wrong.json"), "{\"colour\": \"red\"}").unwrap();
    assert_eq!(home.run(&["client", "answers", "maya", "--file", "wrong.json"]).code, 1);
    home.run(&["client", "portal", "reonboard", "maya", "--yes"]).ok();
    assert_eq!(home.run(&["client", "answers", "maya", "--json"]).json()["standing"], "OPEN");
    let nothing = home.run(&["client", "email", "maya", "--approve"]);
    assert!(nothing.code == 1 && nothing.stderr.contains("asked for no other"), "{}", nothing.stderr);
}

#[cfg(unix)]
#[test]
fn a_client_and_their_answers_are_changed_in_an_editor() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = with_maya();
    let script = "#!/bin/sh\nsed -i -e 's/^brand: .*/brand: Okonkwo Pots/' -e '/^## 2 /,/^## 3 /s/^$/A studio that teaches couples/' \"$1\"\n";
    let editor = home.path("editor");
    std::fs::write(&editor, script).unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    let editor = editor.to_str().unwrap().to_owned();
    let edited = home.run_with_editor(&editor, &["client", "edit", "maya", "--json"]).ok();
    assert_eq!(edited.json()["brand_name"], "Okonkwo Pots");
    let answered = home.run_with_editor(&editor, &["client", "answers", "maya", "--edit", "--json"]);
    let answer = &answered.ok().json()["questions"][1]["answer"];
    assert!(answer.as_str().unwrap().starts_with("A studio that teaches couples"), "{answer}");
    let nowhere = home.run(&["client", "edit", "maya"]);
    assert!(nowhere.code == 1 && nowhere.stderr.contains("EDITOR"), "{}", nowhere.stderr);
}

#[test]
fn whoever_leaves_the_programme_is_let_go_of_after_a_question() {
    let home = Home::new();
    home.run(&["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
    let asked = home.run(&["client", "churn", "maya"]);
    assert!(asked.code == 1 && asked.stderr.contains("pass --yes"), "{}", asked.stderr);
    home.run(&["--read-only", "client", "churn", "maya", "--dry-run"]).ok();
    assert_eq!(home.run(&["client", "churn", "maya", "--yes", "--json"]).ok().json()["status"], "CHURNED");
    let again = home.run(&["client", "churn", "maya", "--yes"]);
    assert!(again.code == 1 && again.stderr.contains("CHURNED already"), "{}", again.stderr);
    assert_eq!(home.run(&["client", "restore", "maya"]).code, 1);
}

#[test]
fn what_a_client_is_told_is_chosen_in_their_place_by_topic_and_channel() {
    let home = with_maya();
    let words =
        ["client", "preferences", "maya", "--set", "milestone=off", "--by", "email", "--first", "discord", "--json"];
    let chosen = home.run(&words).ok().json();
    let of = |topic: &str| {
        let topics = chosen["topics"].as_array().unwrap();
        topics.iter().find(|row| row["topic"] == topic).unwrap_or_else(|| panic!("no {topic}: {chosen}")).clone()
    };
    assert_eq!(of("MILESTONE")["by"], json!(["DISCORD", "TELEGRAM"]));
    assert_eq!(of("MILESTONE")["chosen"], json!(["EMAIL"]));
    assert_eq!(of("OVERDUE")["by"], json!(["DISCORD", "TELEGRAM", "EMAIL"]));
    assert_eq!(of("SUMMARY")["by"], json!([]));
    let reset = home.run(&["client", "preferences", "maya", "--set", "milestone_reminder=on", "--quiet", "off"]).ok();
    assert!(reset.stdout.contains("milestone_reminder on") && reset.stdout.contains("none"), "{}", reset.stdout);
    let wrong = home.run(&["client", "preferences", "maya", "--set", "marketing=on"]);
    assert!(wrong.stderr.contains("the topics plan, document"), "{}", wrong.stderr);
}
