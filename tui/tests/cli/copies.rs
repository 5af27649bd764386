//! `db backup`, `restore`, `verify` and `copy`.

use serde_json::json;

use crate::home::{Home, keys};

fn with_maya() -> Home {
    let home = Home::new();
    home.run(&["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
    home
}

#[test]
fn a_backup_is_made_verified_and_restored() {
    let home = with_maya();
    let made = home.run(&["db", "backup", "one.backup", "--json"]).ok().json();
    insta::assert_snapshot!("backup", keys(&made));
    assert_eq!(made["tables"]["clients"]["rows"], 1);
    assert_eq!(home.run(&["db", "backup", "one.backup"]).code, 1);
    assert_eq!(home.run(&["--read-only", "db", "verify", "one.backup", "--json"]).ok().json()["differing"], json!([]));
    home.run(&["db", "verify"]).ok();

    home.run(&["client", "add", "Bo Li", "bo@example.com"]).ok();
    let unasked = home.run(&["db", "restore", "one.backup"]);
    assert_eq!(unasked.code, 1);
    assert!(unasked.stderr.contains("--yes"), "{}", unasked.stderr);
    home.run(&["db", "restore", "one.backup", "--dry-run"]).ok();
    let restored = home.run(&["db", "restore", "one.backup", "--yes", "--json"]).ok().json();
    let clients = home.run(&["client", "list", "--json"]).json();
    assert_eq!(clients.as_array().unwrap().len(), 1);
    assert!(home.path(restored["safety_copy"].as_str().unwrap()).exists());
}

#[test]
fn a_damaged_backup_is_refused() {
    let home = with_maya();
    home.run(&["db", "backup", "one.backup"]).ok();
    let text = std::fs::read_to_string(home.path("one.backup")).unwrap().replace("maya@example.com", "eve@example.com");
    std::fs::write(home.path("one.backup"), text).unwrap();
    assert_eq!(home.run(&["db", "verify", "one.backup"]).code, 1);
    assert_eq!(home.run(&["db", "restore", "one.backup", "--yes"]).code, 1);
    home.run(&["client", "show", "maya"]).ok();
}

#[test]
fn everything_is_copied_into_another_database() {
    let home = with_maya();
    let other = format!("sqlite://{}", home.path("other.db").display());
    home.run(&["db", "copy", "--to", &other]).ok();
    home.run(&["--database", &other, "client", "show", "maya"]).ok();
    assert_eq!(home.run(&["db", "copy", "--to", &other]).code, 1);
    assert_eq!(home.run(&["db", "copy", "--to", "mysql://x"]).code, 2);
}

#[test]
fn invented_clients_come_with_whole_stories() {
    let home = Home::new();
    let made = home.run(&["db", "seed", "--clients", "7", "--seed", "3", "--json"]).ok().json();
    assert_eq!(made["clients"], 7);
    assert_eq!(home.run(&["client", "list", "--json"]).json().as_array().unwrap().len(), 7);
    assert_eq!(home.run(&["db", "seed", "--clients", "7", "--seed", "3"]).code, 1);
    assert_eq!(home.run(&["db", "seed", "--clients", "0"]).code, 2);
}

#[test]
fn only_an_owner_makes_copies() {
    let home = with_maya();
    home.run(&["admin", "add", "ad@example.com", "--role", "admin"]).ok();
    assert_eq!(home.run(&["--as", "ad@example.com", "db", "backup", "one.backup"]).code, 1);
}
