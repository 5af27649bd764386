//! The program itself: what it answers to wrong calls, how it ends, and what a kill leaves behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail loudly")]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use wavelaunch_shared::clients::{self, Client, NewClient};
use wavelaunch_shared::documents::{self, DocumentStatus};
use wavelaunch_shared::journey::{self, LogFilter, LogStatus};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, on_both};

/// The time at which a test studio's clock stands.
const NOW: &str = "2026-03-30T12:00:00Z";

/// A folder without any of the machine's own settings.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wavelaunch-bots"));
        command.args(arguments).env_clear().env("XDG_DATA_HOME", self.path("data")).current_dir(self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Workers on a test studio's database, once they have said that they run.
    fn workers(&self, studio: &TestStudio) -> Child {
        let url = &studio.settings.database.url;
        let mut child = self
            .command(&["run", "--only", "workers", "--now", NOW, "--database", url])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("ready: "), "{line:?}");
        child
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn on_the_way(studio: &TestStudio) -> Client {
    let actor = Actor::local_owner();
    let new = NewClient { full_name: "Ada Obi".into(), email: "ada@example.com".into(), ..NewClient::default() };
    let client = clients::add(studio, &actor, new).await.unwrap();
    journey::start(studio, &actor, &client.id, None).await.unwrap();
    client
}

/// Waits, a minute at most, until the first month's draft lies in review.
async fn draft_lies_in_review(studio: &TestStudio, client: &Client) {
    for _ in 0..600 {
        let mut tx = studio.db.read().await.unwrap();
        let drafts = documents::list(&mut tx, &Actor::local_owner(), &client.id).await.unwrap();
        if drafts.iter().any(|draft| draft.month == Some(1) && draft.status == DocumentStatus::PendingReview) {
            return;
        }
        drop(tx);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no draft came");
}

#[test]
fn a_wrong_call_says_what_and_what_to_do() {
    let home = Home::new();
    assert_eq!(home.run(&["dance"]).status.code(), Some(2));
    assert_eq!(home.run(&["run", "--only", "kitchen"]).status.code(), Some(2));
    let no_token = home.run(&["run", "--only", "telegram"]);
    assert_eq!(no_token.status.code(), Some(1));
    assert!(stderr(&no_token).contains("set TELEGRAM_TOKEN"), "{}", stderr(&no_token));
    let nobody = home.run(&["chat", "--as", "maya@example.com"]);
    assert_eq!(nobody.status.code(), Some(3), "{}", stderr(&nobody));
    // The discard port of this machine: nothing listens there.
    let unreachable = home.run(&["check", "--database", "postgres://me:secret@127.0.0.1:9/none"]);
    assert!(!stderr(&unreachable).contains("secret") && !stderr(&unreachable).contains("panicked"));
    let silent = home.run(&["run", "--only", "workers", "--database", "postgres://me:secret@127.0.0.1:9/none"]);
    assert_eq!(silent.status.code(), Some(1));
    assert!(stderr(&silent).contains("check that the server runs"), "{}", stderr(&silent));
    assert!(!stderr(&silent).contains("secret"));
}

#[tokio::test]
async fn a_kill_loses_nothing_and_a_stop_is_orderly() {
    on_both(|studio| async move {
        let home = Home::new();
        let client = on_the_way(&studio).await;
        // Killed wherever it happens to be.
        let mut killed = home.workers(&studio);
        killed.kill().unwrap();
        killed.wait().unwrap();
        // A lease that it may have taken runs out before the next one looks.
        studio.clock.advance(chrono::TimeDelta::hours(1));
        journey::tick(&studio, "after the kill").await.unwrap();

        let mut workers = home.workers(&studio);
        draft_lies_in_review(&studio, &client).await;
        let stopped = Command::new("kill").args(["-TERM", &workers.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        assert_eq!(workers.wait().unwrap().code(), Some(0));

        let mut tx = studio.db.read().await.unwrap();
        let filter = LogFilter { client: Some(client.id.clone()), ..LogFilter::default() };
        let log = journey::log(&mut tx, &filter).await.unwrap();
        let written = log.iter().filter(|row| row.action == "GENERATE" && row.status == LogStatus::Success).count();
        assert_eq!(written, 1, "{log:?}");
    })
    .await;
}

#[tokio::test]
async fn a_conversation_runs_through_a_pipe() {
    on_both(|studio| async move {
        let home = Home::new();
        on_the_way(&studio).await;
        let url = &studio.settings.database.url;
        let mut chat = home
            .command(&["chat", "--as", "ada@example.com", "--now", NOW, "--database", url, "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        chat.stdin.take().unwrap().write_all(b"/progress\nIs \x1b[31mred\x1b[0m fine?\n").unwrap();
        let said = chat.wait_with_output().unwrap();
        assert!(said.status.success());
        let text = String::from_utf8(said.stdout).unwrap();
        assert!(!text.contains('\x1b'));
        let replies: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(replies.len() >= 2 && replies.iter().all(|reply| reply["text"].is_string()), "{replies:?}");
    })
    .await;
}
