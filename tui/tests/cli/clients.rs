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
