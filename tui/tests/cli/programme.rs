//! `journey`, `document` and `engine`: one client's first month as an operator works it.

use serde_json::{Value, json};

use crate::home::{Home, Run, keys};

/// The database of a client who lives in UTC, and the command at a time of one's choosing.
struct Studio(Home);

impl Studio {
    fn with_maya() -> Self {
        let studio = Self(Home::new());
        studio.at("2026-03-30T12:00:00Z", &["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
        studio
    }

    fn started() -> Self {
        let studio = Self::with_maya();
        studio.at("2026-03-30T12:00:00Z", &["journey", "start", "maya"]).ok();
        studio
    }

    fn at(&self, now: &str, arguments: &[&str]) -> Run {
        self.0.run(&[&["--now", now], arguments].concat())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        self.at("2026-03-30T12:30:00Z", &[arguments, &["--json"]].concat()).ok().json()
    }

    /// A document of month 1, written by hand, in review or further.
    fn document(&self) -> String {
        std::fs::write(self.0.path("m1.md"), format!("# Month one\n\n{}\n", "A good start. ".repeat(20))).unwrap();
        let added = self.json(&["document", "add", "maya", "--month", "1", "--file", "m1.md"]);
        added["id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn journey_show_has_exactly_the_promised_keys() {
    let journey = Studio::started().json(&["journey", "show", "maya"]);
    insta::assert_snapshot!("journey", keys(&journey));
    insta::assert_snapshot!("month", keys(&journey["months"][0]));
    insta::assert_snapshot!("automation", keys(&journey["automations"][0]));
    assert_eq!(journey["automations"].as_array().unwrap().len(), 32);
    assert_eq!(journey["months"][0]["planned_date"], "2026-03-30T00:00:00Z");
    assert_eq!((&journey["current_month"], &journey["progress_percent"]), (&json!(1), &json!(0)));
}

#[test]
fn a_start_can_be_looked_at_first() {
    let studio = Studio::with_maya();
    let plan = studio.json(&["--read-only", "journey", "start", "maya", "--on", "2026-12-01", "--dry-run"]);
    assert_eq!(plan.as_array().unwrap().len(), 32);
    assert_eq!(studio.json(&["journey", "show", "maya"])["program_start_date"], Value::Null);
    let picture = studio.at("2026-03-30T12:00:00Z", &["journey", "show", "maya"]).ok().stdout;
    assert!(picture.contains("journey start"), "{picture}");
    assert_eq!(studio.at("2026-03-30T12:00:00Z", &["journey", "start", "maya", "--on", "soon"]).code, 2);
    assert_eq!(studio.at("2026-03-30T12:00:00Z", &["journey", "start", "nobody"]).code, 3);
}

#[test]
fn a_time_line_shows_eight_months() {
    let picture = Studio::started().at("2026-03-30T12:30:00Z", &["journey", "show", "maya"]).ok().stdout;
    assert!((1..=8).all(|month| picture.contains(&format!("M{month} "))), "{picture}");
    assert!(picture.contains("Next 30 days"), "{picture}");
}

#[test]
fn an_automation_is_explained_hastened_and_taken_off() {
    let studio = Studio::started();
    let journey = studio.json(&["journey", "show", "maya"]);
    let id = journey["automations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["type"] == "GENERATE_DELIVERABLE" && row["payload"]["month"] == 2)
        .and_then(|row| row["id"].as_str())
        .unwrap();
    let now = "2026-03-30T13:00:00Z";
    assert!(studio.at(now, &["journey", "why", id]).ok().stdout.contains("month"));
    let hastened = studio.at(now, &["journey", "run", id, "--json"]).ok().json();
    assert_eq!(hastened["trigger_date"], now);
    assert_eq!(studio.at(now, &["journey", "retry", id]).code, 1);
    assert_eq!(studio.at(now, &["journey", "cancel", id]).code, 1);
    assert_eq!(studio.at(now, &["journey", "cancel", id, "--yes", "--json"]).ok().json()["status"], "CANCELLED");
    assert_eq!(studio.at(now, &["journey", "why", "nonsense"]).code, 3);
}

#[test]
fn a_document_goes_from_hand_to_client() {
    let studio = Studio::started();
    let id = studio.document();
    let waiting = studio.json(&["document", "list"]);
    assert_eq!((&waiting[0]["id"], &waiting[0]["full_name"]), (&json!(id), &json!("Maya Okonkwo")));
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &["document", "deliver", &id]).code, 1);
    studio.json(&["document", "submit", &id]);
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &["document", "reject", &id]).code, 2);
    assert_eq!(studio.json(&["document", "reject", &id, "--reason", "Too short"])["status"], "REJECTED");
    assert_eq!(studio.json(&["document", "edit", &id, "--title", "Foundations"])["status"], "DRAFT");
    assert_eq!(studio.json(&["document", "approve", &id, "--deliver"])["status"], "DELIVERED");
    assert!(studio.at("2026-03-30T13:00:00Z", &["document", "show", &id]).ok().stdout.contains("A good start."));
    let list = studio.json(&["document", "list", "maya"]);
    insta::assert_snapshot!("document_list", keys(&list[0]));
    assert_eq!(studio.json(&["journey", "show", "maya"])["progress_percent"], 13);
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &["document", "show", "nonsense"]).code, 3);
}

#[test]
fn a_business_plan_goes_from_wish_to_client() {
    let studio = Studio::with_maya();
    assert_eq!(studio.json(&["plan", "list"]), json!([]));
    assert_eq!(studio.at("2026-03-30T12:30:00Z", &["plan", "show", "maya"]).code, 3);
    let asked = studio.json(&["plan", "write", "maya"]);
    assert_eq!(asked["plan"]["due_at"], "2026-04-01T12:30:00Z");
    assert_eq!(studio.at("2026-03-30T12:30:00Z", &["plan", "write", "maya"]).code, 1);
    let owed = studio.json(&["plan", "list"]);
    insta::assert_snapshot!("plans_owed", keys(&owed[0]));
    assert_eq!((&owed[0]["writing"], &owed[0]["status"]), (&json!("SCHEDULED"), &Value::Null));
    studio.json(&["engine", "tick"]);
    let plan = studio.json(&["plan", "show", "maya"]);
    assert_eq!((&plan["type"], &plan["month"], &plan["plan_version"]), (&json!("PLAN"), &Value::Null, &json!(1)));
    let waiting = studio.json(&["document", "list"]);
    assert_eq!((&waiting[0]["id"], &waiting[0]["type"]), (&plan["id"], &json!("PLAN")));
    assert_eq!(studio.at("2026-03-30T12:30:00Z", &["plan", "reject", "maya"]).code, 2);
    assert_eq!(studio.json(&["plan", "reject", "maya", "--reason", "Too vague"])["status"], "REJECTED");
    assert_eq!(studio.json(&["plan", "edit", "maya", "--title", "The plan"])["status"], "DRAFT");
    assert_eq!(studio.json(&["plan", "submit", "maya"])["status"], "PENDING_REVIEW");
    assert_eq!(studio.json(&["plan", "approve", plan["id"].as_str().unwrap()])["status"], "APPROVED");
    assert_eq!(studio.json(&["plan", "deliver", "maya"])["status"], "DELIVERED");
    assert_eq!(studio.json(&["plan", "list"]), json!([]));
    std::fs::write(studio.0.path("plan.md"), format!("# Plan\n\n{}\n", "A good plan. ".repeat(20))).unwrap();
    assert_eq!(studio.json(&["plan", "add", "maya", "--file", "plan.md"])["plan_version"], 2);
    let all = studio.json(&["plan", "list", "maya"]);
    assert_eq!((&all[0]["plan_version"], &all[1]["status"]), (&json!(2), &json!("DELIVERED")));
}

#[test]
fn a_text_is_changed_in_ones_own_editor() {
    let studio = Studio::started();
    let id = studio.document();
    let nobody = studio.at("2026-03-30T13:00:00Z", &["document", "edit", &id]);
    assert!(nobody.code == 1 && nobody.stderr.contains("set EDITOR"), "{}", nobody.stderr);
    std::fs::write(studio.0.path("add.sh"), "printf '\\nOne line more.\\n' >> \"$1\"\n").unwrap();
    let now = ["--now", "2026-03-30T13:00:00Z"];
    let edit =
        |editor: &str| studio.0.run_with_editor(editor, &[&now[..], &["document", "edit", &id, "--json"]].concat());
    let changed = edit("sh add.sh").ok().json();
    assert!(changed["content_markdown"].as_str().unwrap().ends_with("\nOne line more.\n"));
    assert_eq!(edit("true").ok().json()["version"], changed["version"], "what was left alone is not written");
    assert!(edit("false").stderr.contains("nothing is changed"));
    assert!(edit("no-such-editor").stderr.contains("cannot be started"));
}

#[test]
fn highlights_are_read_and_written() {
    let studio = Studio::started();
    let id = studio.document();
    let line = ["document", "highlights", id.as_str(), "--set", "What to read first"];
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &line).code, 1, "before the approval there are none");
    studio.json(&["document", "approve", &id]);
    let written = studio.json(&["document", "highlights", &id, "--set", "One", "--set", "Two", "--stands", "A grid"]);
    assert_eq!((&written["highlights"], &written["accomplishments"]), (&json!(["One", "Two"]), &json!(["A grid"])));
    let shown = studio.at("2026-03-30T13:00:00Z", &["document", "highlights", &id]).ok().stdout;
    assert_eq!(shown, "to look for: One\nto look for: Two\nwhat stands: A grid\n");
    let looking = ["--read-only", "document", "highlights", id.as_str(), "--set", "Three"];
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &looking).code, 1);
    let stale = ["document", "highlights", id.as_str(), "--set", "Three", "--version", "0"];
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &stale).code, 1);
}

#[test]
fn a_sub_document_is_picked_from_the_programme() {
    let studio = Studio::started();
    studio.document();
    let known = studio.json(&["document", "subs", "maya", "--month", "1"]);
    assert_eq!((known.as_array().unwrap().len(), &known[2]["title"]), (5, &json!("Visual Identity")));
    let wrong = studio.at("2026-03-30T13:00:00Z", &["document", "write", "maya", "--month", "1", "--sub", "Taxes"]);
    assert!(wrong.code == 1 && wrong.stderr.contains("3 Visual Identity"), "{}", wrong.stderr);
    let asked = studio.json(&["document", "write", "maya", "--month", "1", "--sub", "3"]);
    assert_eq!(asked["title"], "Visual Identity");
    let by_hand = ["document", "add", "maya", "--month", "1", "--sub", "brand architecture", "--file", "m1.md"];
    assert_eq!(studio.json(&by_hand)["type"], "SUBDOCUMENT");
    studio.json(&["engine", "tick"]);
    let listed = studio.json(&["document", "list", "maya"]);
    let types: Vec<&str> = listed.as_array().unwrap().iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["MAIN", "SUBDOCUMENT", "SUBDOCUMENT"]);
    let known = studio.json(&["document", "subs", "maya"]);
    assert_eq!(known.as_array().unwrap().len(), 40);
    assert_eq!(known[2]["status"], "PENDING_REVIEW");
}

#[test]
fn a_document_is_written_to_a_file_as_the_client_receives_it() {
    let studio = Studio::started();
    let id = studio.document();
    studio.json(&["document", "approve", &id, "--deliver"]);
    let written = studio.json(&["document", "export", &id, "--to", "."]);
    assert_eq!(
        (&written["file"], &written["mime"]),
        (&json!("./month-1-foundation-excellence.pdf"), &json!("application/pdf"))
    );
    let bytes = std::fs::read(studio.0.path("month-1-foundation-excellence.pdf")).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    if let Some(text) = wavelaunch_shared::testing::paper::text(&bytes) {
        assert!(text.contains("Prepared for Maya Okonkwo by") && text.contains("A good start."), "{text}");
    }
    let print = studio.json(&["document", "print", &id]);
    insta::assert_snapshot!("document_print", keys(&print));
    assert_eq!((&print["pages"], &print["error"]), (&json!(1), &Value::Null));
    let now = "2026-03-30T13:00:00Z";
    assert_eq!(studio.at(now, &["document", "export", "nonsense", "--to", "x.pdf"]).code, 3);
    let early = studio.at(now, &["client", "certificate", "maya", "--to", "."]);
    assert!(early.code == 1 && early.stderr.contains("no certificate yet"), "{}", early.stderr);
    assert_eq!(studio.json(&["db", "sweep", "--dry-run"])["contents"], 0);
}

#[test]
fn a_tick_does_what_is_due_at_now_and_says_so() {
    let studio = Studio::started();
    let before = studio.json(&["engine", "status"]);
    insta::assert_snapshot!("engine_status", keys(&before));
    assert_eq!(before["due"], 1);
    let report = studio.json(&["engine", "tick"]);
    insta::assert_snapshot!("engine_tick", keys(&report));
    assert_eq!((&report["done"], &report["failed"]), (&json!(1), &json!(0)));
    let waiting = studio.json(&["document", "list"]);
    assert_eq!((&waiting[0]["month"], &waiting[0]["status"]), (&json!(1), &json!("PENDING_REVIEW")));
    let log = studio.json(&["engine", "log", "--client", "maya", "--status", "success"]);
    assert_eq!(log[0]["type"], "GENERATE_DELIVERABLE");
    assert!(studio.at("2026-03-30T12:31:00Z", &["engine", "tick"]).ok().stderr.contains("Nothing was due"));
}

#[test]
fn a_hold_is_looked_at_placed_moved_and_ended() {
    let studio = Studio::started();
    let now = "2026-03-30T12:30:00Z";
    let look =
        ["--read-only", "journey", "pause", "maya", "--from", "2026-04-10", "--until", "2026-04-24", "--dry-run"];
    let text = studio.at(now, &look).ok().stdout;
    assert!(text.contains("32 rows: 0 lost, 0 doubled, shifted by 14 d 0 h."), "{text}");
    assert!(text.contains("2026-04-26 09:00Z -> 2026-05-10 09:00Z"), "{text}");
    let shown = studio.json(&look);
    insta::assert_snapshot!("journey_move", keys(&shown));
    insta::assert_snapshot!("journey_move_row", keys(&shown["rows"][0]));
    assert_eq!(studio.json(&["journey", "pauses", "maya"]), json!([]));

    let made = studio.json(&["journey", "pause", "maya", "--until", "2026-04-13", "--reason", "exams", "--yes"]);
    assert_eq!((&made["paused_days"], &made["proof"]["lost"]), (&json!(14), &json!(0)));
    let journey = studio.json(&["journey", "show", "maya"]);
    assert_eq!((&journey["is_paused"], &journey["current_month"]), (&json!(true), &json!(1)));
    assert!(studio.at(now, &["journey", "show", "maya"]).ok().stdout.contains("on hold until 13 Apr 2026"));
    let client = studio.at(now, &["client", "show", "maya"]).ok().stdout;
    assert!(client.contains("paused since") && client.contains("exams"), "{client}");
    let again = studio.at(now, &["journey", "pause", "maya"]);
    assert!(again.code == 1 && again.stderr.contains("on hold since"), "{}", again.stderr);

    assert_eq!(studio.at(now, &["journey", "extend", "maya"]).code, 2);
    studio.json(&["journey", "extend", "maya", "--open"]);
    let pauses = studio.json(&["journey", "pauses", "maya"]);
    assert_eq!((&pauses[0]["planned_end"], &pauses[0]["reason"]), (&Value::Null, &json!("exams")));
    let resumed = studio.at("2026-04-06T12:30:00Z", &["journey", "resume", "maya"]).ok().stderr;
    assert!(resumed.contains("shifted by 7 d 0 h"), "{resumed}");
    assert_eq!(studio.at(now, &["journey", "resume", "maya"]).code, 1);
}

#[test]
fn a_start_is_moved_and_a_month_left_out() {
    let studio = Studio::started();
    let moved = studio.json(&["journey", "adjust", "maya", "--start", "2026-04-13", "--yes"]);
    assert_eq!(moved["proof"]["shift_seconds"], 14 * 86_400);
    assert_eq!(studio.json(&["journey", "show", "maya"])["program_start_date"], "2026-04-13T00:00:00Z");
    studio.json(&["journey", "skip", "maya", "3"]);
    assert_eq!(studio.json(&["journey", "show", "maya"])["months"][2]["state"], "SKIPPED");
    studio.json(&["journey", "unskip", "maya", "M3"]);
    assert_eq!(studio.json(&["journey", "show", "maya"])["months"][2]["state"], "UPCOMING");
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &["journey", "skip", "maya", "9"]).code, 2);
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &["journey", "replan", "maya"]).code, 1);
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &["journey", "skip", "nobody", "3"]).code, 3);
    assert_eq!(studio.json(&["journey", "requests"]), json!([]));
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &["journey", "grant", "maya"]).code, 1);
    assert_eq!(studio.at("2026-03-30T13:00:00Z", &["journey", "decline", "maya", "--message", "No."]).code, 1);
}

#[test]
fn a_delivered_document_is_taken_back_and_deleted() {
    let studio = Studio::started();
    let id = studio.document();
    let now = "2026-03-30T13:00:00Z";
    let early = studio.at(now, &["document", "take-back", &id, "--yes"]);
    assert!(early.code == 1 && early.stderr.contains("only a delivered one is taken back"), "{}", early.stderr);
    studio.json(&["document", "approve", &id, "--deliver"]);
    let asked = studio.at(now, &["document", "take-back", &id]);
    assert!(asked.code == 1 && asked.stderr.contains("pass --yes"), "{}", asked.stderr);
    let look = studio.at(now, &["--read-only", "document", "take-back", &id, "--dry-run"]).ok().stderr;
    assert!(look.contains("Would take back"), "{look}");
    assert_eq!(studio.json(&["document", "take-back", &id, "--yes"])["status"], "DRAFT");
    assert_eq!(studio.json(&["journey", "show", "maya"])["progress_percent"], 0);
    let gone = studio.at(now, &["document", "delete", &id, "--yes"]).ok().stderr;
    assert!(gone.contains("is deleted"), "{gone}");
    assert_eq!(studio.at(now, &["document", "show", &id]).code, 3);
    studio.at("2026-03-30T13:01:00Z", &["engine", "tick"]).ok();
    assert_eq!(studio.json(&["document", "list", "maya"])[0]["status"], "PENDING_REVIEW", "it is written anew");
}

#[test]
fn the_journeys_log_is_narrowed_by_its_options() {
    let studio = Studio::started();
    studio.at("2026-03-30T12:00:00Z", &["client", "add", "Bo Li", "bo@example.com"]).ok();
    studio.at("2026-03-30T12:00:00Z", &["journey", "start", "bo"]).ok();
    studio.at("2026-03-30T12:30:00Z", &["engine", "tick"]).ok();
    studio.at("2026-04-02T09:00:00Z", &["engine", "tick"]).ok();
    let log = |arguments: &[&str]| {
        let lines = studio.json(&[&["journey", "log"], arguments].concat());
        lines.as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(log(&["--kind", "generate"]), ["GENERATE", "GENERATE"]);
    assert_eq!(log(&["--kind", "generate", "--client", "bo"]), ["GENERATE"]);
    // Nobody linked an account: what would have been told is skipped.
    assert_eq!(log(&["--status", "skipped", "--client", "bo", "--day", "2026-04-02"]), ["STUDIO_DELAY"]);
    assert_eq!(log(&["--status", "failed"]), [""; 0]);
    assert_eq!(log(&["--day", "2026-03-30", "--status", "success"]), ["GENERATE", "GENERATE"]);
    assert_eq!(log(&["--limit", "1", "--kind", "generate"]).len(), 1);
    insta::assert_snapshot!("journey_log", keys(&studio.json(&["journey", "log"])[0]));
    let now = "2026-04-02T10:00:00Z";
    assert_eq!(studio.at(now, &["journey", "log", "--day", "someday"]).code, 2);
    assert_eq!(studio.at(now, &["journey", "log", "--status", "fine"]).code, 2);
    assert_eq!(studio.at(now, &["journey", "log", "--client", "nobody"]).code, 3);
    let shown = studio.at(now, &["journey", "log", "--client", "maya", "--kind", "generate"]).ok().stdout;
    assert!(shown.contains("Maya Okonkwo") && !shown.contains("Bo Li"), "{shown}");
}

#[test]
fn health_counts_today_the_week_and_what_comes() {
    let studio = Studio::started();
    studio.at("2026-03-30T12:30:00Z", &["engine", "tick"]).ok();
    let health = studio.json(&["journey", "health"]);
    insta::assert_snapshot!("journey_health", keys(&health));
    assert_eq!((&health["today"]["generated"], &health["today"]["failures"]), (&json!(1), &json!(0)));
    assert!(health["month"]["generated_on_time"].is_number());
    let told = studio.at("2026-03-30T12:31:00Z", &["journey", "health"]).ok().stdout;
    assert!(told.contains("1 documents written") && told.contains("next 7 days"), "{told}");
    studio.at("2026-03-30T12:31:00Z", &["admin", "add", "vi@example.com", "--role", "viewer"]).ok();
    studio.at("2026-03-30T12:31:00Z", &["--as", "vi@example.com", "--read-only", "journey", "health"]).ok();
}
