use serde_json::json;
use wavelaunch_shared::text::Foreign;

use super::*;

#[test]
fn columns_line_up_by_what_the_terminal_shows() {
    let rows = [["李小龍".to_owned(), "7".to_owned()], ["Zoë".to_owned(), "12".to_owned()]];
    assert_eq!(table::aligned(&[left("name"), right("n")], &rows), "name     n\n李小龍   7\nZoë     12\n");
}

#[test]
fn json_keeps_the_value_and_escapes_what_steers_a_terminal() {
    let value = json!({ "name": "a\u{1b}[2J\u{9b}31m\u{202e}x\u{e0041}é李" });
    let text = json::text(&value).unwrap();
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}') && text.contains("é李"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
}

#[test]
fn a_long_text_is_shown_by_its_beginning() {
    assert_eq!(preview(&Foreign::from("short\ntext")), "short text");
    let long = preview(&Foreign::from("李".repeat(80)));
    assert!(name(&Foreign::from("李".repeat(80))).chars().count() < long.chars().count());
    assert!(long.ends_with('…') && unicode_width::UnicodeWidthStr::width(long.as_str()) <= 48);
}

#[test]
fn ages_are_one_short_word() {
    let now = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
    let before = |minutes| ago(now - chrono::TimeDelta::minutes(minutes), now);
    assert_eq!([before(0), before(59), before(60 * 47), before(60 * 49)], ["now", "59 min", "47 h", "2 d"]);
}
