use crate::home::Home;

#[test]
fn a_wrong_option_is_wrong_usage() {
    let home = Home::new();
    assert_eq!(home.run(&["--nonsense"]).code, 2);
    assert_eq!(home.run(&["--now", "tomorrow", "db", "status"]).code, 2);
    assert_eq!(home.run(&["--database", "mysql://x", "db", "status"]).code, 2);
    assert_eq!(home.run(&["--json", "--plain", "db", "status"]).code, 2);
}

#[test]
fn options_stand_before_or_after_the_noun() {
    let home = Home::new();
    assert_eq!(home.run(&["--json", "db", "migrate"]).json()["up_to_date"], true);
    assert_eq!(home.run(&["db", "migrate", "--json"]).json()["up_to_date"], true);
}

#[test]
fn looking_only_makes_no_database() {
    let home = Home::new();
    let refused = home.run(&["--read-only", "admin", "list"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("wavelaunch db migrate"), "{}", refused.stderr);
    assert!(!home.database().exists());
}

#[test]
fn looking_only_refuses_what_changes() {
    let home = Home::new();
    home.run(&["db", "migrate"]).ok();
    let refused = home.run(&["--read-only", "admin", "add", "a@example.com", "--role", "owner"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("--read-only"));
    assert_eq!(home.run(&["--read-only", "admin", "list", "--json"]).json(), serde_json::json!([]));
}

#[test]
fn a_wrong_setting_is_one_line_about_what_and_where() {
    let home = Home::new();
    std::fs::write(home.path("studio.toml"), "[studio]\n\ncolour = 3\n").unwrap();
    let refused = home.run(&["--config", "studio.toml", "admin", "list"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert!(refused.stderr.starts_with("studio.toml, line 3"), "{}", refused.stderr);
    assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
}

#[test]
fn an_unreachable_database_is_one_line_without_the_password() {
    let home = Home::new();
    let address = "postgres://wave:hunter2@127.0.0.1:1/wave";
    let refused = home.run(&["--database", address, "admin", "list"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("cannot reach") && !refused.stderr.contains("hunter2"), "{}", refused.stderr);
}

#[test]
fn a_role_may_what_the_matrix_says_and_no_more() {
    let home = Home::new();
    home.run(&["admin", "add", "owner@example.com", "--role", "owner"]).ok();
    home.run(&["admin", "add", "view@example.com", "--role", "viewer", "--name", "Vi\u{1b}[2J"]).ok();
    let refused = home.run(&["--as", "view@example.com", "admin", "add", "x@example.com", "--role", "viewer"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("VIEWER"), "{}", refused.stderr);
    let nobody = home.run(&["--as", "nobody@example.com", "admin", "list"]);
    assert_eq!(nobody.code, 3);
    let list = home.run(&["admin", "list"]).ok();
    assert!(!list.stdout.contains('\u{1b}') && list.stdout.contains("view@example.com"));
}

#[test]
fn taking_somebody_off_asks_first() {
    let home = Home::new();
    home.run(&["admin", "add", "a@example.com", "--role", "owner"]).ok();
    home.run(&["admin", "add", "b@example.com", "--role", "viewer"]).ok();
    let unasked = home.run(&["admin", "remove", "b@example.com"]);
    assert_eq!(unasked.code, 1);
    assert!(unasked.stderr.contains("--yes"), "{}", unasked.stderr);
    home.run(&["admin", "remove", "b@example.com", "--dry-run"]).ok();
    assert_eq!(home.run(&["admin", "list", "--json"]).json().as_array().unwrap().len(), 2);
    home.run(&["admin", "remove", "b@example.com", "--yes"]).ok();
    assert_eq!(home.run(&["admin", "remove", "b@example.com", "--yes"]).code, 3);
    assert_eq!(home.run(&["admin", "remove", "a@example.com", "--yes"]).code, 1);
}

#[test]
fn a_reader_that_leaves_early_ends_it_quietly() {
    let home = Home::new();
    let (code, stderr) = home.run_unread(&["completions", "bash"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[test]
fn pages_are_made_from_the_command_itself() {
    let home = Home::new();
    assert!(home.run(&["completions", "fish"]).ok().stdout.contains("admin"));
    assert!(home.run(&["man"]).ok().stdout.contains("wavelaunch"));
    assert!(home.run(&["man", "admin"]).ok().stdout.contains("remove"));
    assert_eq!(home.run(&["man", "nonsense"]).code, 3);
}

#[test]
fn the_doctor_says_how_to_mend_each_thing() {
    let home = Home::new();
    let before = home.run(&["doctor", "--json"]);
    assert_eq!(before.code, 1);
    let finding = |run: &crate::home::Run, check: &str| {
        run.json().as_array().unwrap().iter().find(|finding| finding["check"] == check).unwrap().clone()
    };
    assert_eq!(finding(&before, "database")["health"], "wrong");
    assert!(finding(&before, "database")["mend"].as_str().unwrap().contains("migrate"));
    home.run(&["db", "migrate"]).ok();
    let after = home.run(&["doctor", "--json"]).ok();
    assert_eq!(finding(&after, "database")["health"], "ok");
    assert_eq!(finding(&after, "discord")["health"], "note");
    assert!(home.run(&["doctor"]).ok().stdout.contains("DISCORD_TOKEN"));
}

#[test]
fn a_key_is_added_listed_and_taken_away() {
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMybCLtz/5mgwqr84kXjN0NA0fz91omf7sAmjJ1VF5Id laptop";
    let home = Home::new();
    home.run(&["admin", "add", "a@example.com", "--role", "owner"]).ok();
    std::fs::write(home.path("id.pub"), KEY).unwrap();
    assert_eq!(home.run(&["admin", "key", "add", "a@example.com"]).code, 2);
    assert_eq!(home.run(&["admin", "key", "add", "a@example.com", "ssh-ed25519 nonsense"]).code, 1);
    let added = home.run(&["admin", "key", "add", "a@example.com", "--file", "id.pub", "--json"]).ok().json();
    insta::assert_snapshot!("admin_key", crate::home::keys(&added));
    assert!(home.run(&["admin", "key", "list"]).ok().stdout.contains("laptop"));
    assert_eq!(home.run(&["admin", "key", "remove", "a@example.com", "laptop"]).code, 1);
    home.run(&["admin", "key", "remove", "a@example.com", "laptop", "--yes"]).ok();
    assert_eq!(home.run(&["admin", "key", "remove", "a@example.com", "laptop", "--yes"]).code, 3);
}
