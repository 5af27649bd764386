//! Independent clients work with the stand-ins: discord.js, grammY, and nodemailer.
//!
//! A stand-in that only our own client can talk to proves nothing. Skipped with a visible line where node or its packages are missing, unless
//! `WAVELAUNCH_REQUIRE_CONFORMANCE=1`, as in CI.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::process::{Child, Command};
use wavelaunch_tests::discord::{FakeDiscord, SeenMessage};
use wavelaunch_tests::smtp::{self, Encryption, FakeSmtp};
use wavelaunch_tests::telegram::FakeTelegram;

const CAP: Duration = Duration::from_secs(30);
const ANA: i64 = 501;
const BO: u64 = 902;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// Starts a script with the given environment, or gives nothing where that cannot be done here.
fn start(script: &str, environment: &[(&str, String)]) -> Option<Child> {
    let mut node = Command::new("node");
    node.arg(folder().join(script)).stdin(Stdio::null()).kill_on_drop(true).envs(environment.iter().cloned());
    let started = if folder().join("node_modules").is_dir() {
        node.spawn().map_err(|error| format!("node does not start: {error}"))
    } else {
        Err("npm ci has not run in tests/conformance".to_owned())
    };
    match started {
        Ok(child) => Some(child),
        Err(why) => {
            let required = std::env::var("WAVELAUNCH_REQUIRE_CONFORMANCE").is_ok_and(|value| value == "1");
            assert!(!required, "conformance is required here, but {why}");
            wavelaunch_tests::aloud::say(&format!("SKIPPED {script}: {why}"));
            None
        }
    }
}

async fn leaves_in_good_order(mut client: Child) -> Result<()> {
    let status = tokio::time::timeout(CAP, client.wait()).await.context("the client did not leave")??;
    ensure!(status.success(), "the client left with {status}");
    Ok(())
}

#[tokio::test]
async fn grammy_works_with_the_telegram_stand_in() -> Result<()> {
    let fake = FakeTelegram::start().await?;
    let environment = [("TELEGRAM_API_BASE", fake.base_url()), ("TELEGRAM_TOKEN", fake.token())];
    let Some(client) = start("grammy.mjs", &environment) else { return Ok(()) };
    fake.user(ANA, "Ana", Some("ana"));
    fake.user_sends(ANA, "/start invite-7");
    let welcome = fake.wait_message(ANA, CAP, |message| message.text().starts_with("Welcome")).await?;
    assert_eq!(welcome.text(), "Welcome, Ana: invite-7");
    assert_eq!(welcome.entities()[0].of(welcome.text()).as_deref(), Some("Welcome"));
    fake.user_presses(ANA, welcome.id, "Yes")?;
    fake.wait_message(ANA, CAP, |message| message.text() == "You said yes" && message.entities()[0].kind == "bold")
        .await?;
    let plan = fake.wait_message(ANA, CAP, |message| message.document.is_some()).await?;
    assert_eq!(
        plan.document.map(|document| (document.name, document.bytes)),
        Some(("plan.csv".to_owned(), b"a,b\n".to_vec()))
    );
    assert_eq!(fake.presses()[0].answer.as_ref().map(|answer| &answer["text"]), Some(&json!("Noted")));
    fake.user_sends_document(ANA, "brief.txt", "text/plain", b"be brave", "");
    let reply = fake.wait_message(ANA, CAP, |message| message.text() == "Got brief.txt: be brave").await?;
    assert!(reply.reply_to.is_some());
    assert_eq!(fake.read(|state| state.menu("default", "")), [("start".to_owned(), "Begin".to_owned())]);
    let bye = fake.user_sends(ANA, "bye");
    leaves_in_good_order(client).await?;
    assert!(fake.read(|state| state.is_confirmed(bye)), "the last update is confirmed on leaving");
    assert_eq!(fake.refused().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn discord_js_works_with_the_discord_stand_in() -> Result<()> {
    let fake = FakeDiscord::start().await?;
    let guild = fake.guild("Creators");
    let channel = fake.channel(guild, "general");
    fake.user(BO, "bo");
    fake.joins(guild, BO);
    let environment = [("DISCORD_API_BASE", fake.base_url()), ("DISCORD_TOKEN", fake.token())];
    let Some(client) = start("discord.mjs", &environment) else { return Ok(()) };
    fake.wait_online(CAP).await?;
    fake.wait_command(CAP, "coach").await?;

    let ask = fake.slash(BO, channel, "coach ask", json!({ "question": "pricing" }))?;
    let answer = ask.wait_for(CAP, "advice and its follow-up", |answer| answer.followups.len() == 1).await?;
    assert!(answer.is_ephemeral());
    let said: Vec<_> = answer.versions().into_iter().map(|version| version.content).collect();
    assert_eq!(said, ["", "Thinking about pricing", "Start small."]);
    let original = answer.original.context("an answer")?;
    let press = fake.press(BO, original.id, "Helpful")?;
    press
        .wait_for(CAP, "the change", |answer| {
            answer.original.as_ref().is_some_and(|message| message.content() == "Glad to hear it.")
        })
        .await?;

    let intake = fake.slash(BO, channel, "intake", json!({}))?;
    intake.wait_for(CAP, "the modal", |answer| answer.modal.is_some()).await?;
    let filled = fake.submit_modal(&intake, json!({ "name": "Bo" }))?;
    assert_eq!(filled.wait_answer(CAP).await?.words(), "Welcome, Bo");

    let hello = fake.says(BO, channel, "hello");
    let seen = fake.wait_message(channel, CAP, |message| message.content() == "Seen by everyone.").await?;
    assert_eq!((seen.reply_to, seen.before.len()), (Some(hello), 1));

    fake.ask_reconnect();
    fake.wait_for(CAP, "a resumed session", |state| (state.resumes() == 1).then_some(())).await?;
    fake.dm(BO, "psst");
    let direct = fake.wait_direct(BO, CAP, |message: &SeenMessage| message.content() == "You wrote: psst").await?;
    assert_eq!(direct.now.attachments[0].bytes, b"a,b\n");
    fake.dm(BO, "bye");
    leaves_in_good_order(client).await?;
    fake.wait_direct(BO, CAP, |message| message.content() == "Goodbye.").await?;
    assert_eq!(fake.refused().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn nodemailer_works_with_the_mail_stand_in() -> Result<()> {
    let login = Some(("studio".to_owned(), "p@ss wörd".to_owned()));
    let settings = smtp::Settings { encryption: Encryption::Starttls, login, ..smtp::Settings::default() };
    let fake = FakeSmtp::start_with(settings).await?;
    fake.nobody_at("nobody@example.com");
    let environment = [
        ("SMTP_HOST", "127.0.0.1".to_owned()),
        ("SMTP_PORT", fake.port().to_string()),
        ("SMTP_CA", fake.ca_file()),
        ("SMTP_USER", "studio".to_owned()),
        ("SMTP_PASSWORD", "p@ss wörd".to_owned()),
    ];
    let Some(client) = start("smtp.mjs", &environment) else { return Ok(()) };
    let first = fake.wait_mail("zoe@example.com", CAP, |_| true).await?;
    assert_eq!(first.subject, "Grüße, Zoë 👋");
    assert!(first.plain.starts_with(".\n..two dots\n") || first.plain.starts_with(".\r\n..two dots\r\n"), "{first:?}");
    assert!(first.plain.trim_end().ends_with("Grüße") && first.html.contains("<b>Zoë</b>"));
    assert_eq!(first.files, [("plan.csv".to_owned(), b"a,b\n".to_vec())]);
    assert_eq!((first.encrypted, first.login.as_deref()), (true, Some("studio")));
    fake.wait_mail("bo@example.com", CAP, |mail| mail.plain.trim_end() == "two").await?;
    leaves_in_good_order(client).await?;
    assert_eq!(fake.refused().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    Ok(())
}
