//! Fifty chats with the coach at once, on Telegram, against a model that speaks at a known pace.
//!
//! The bots run as they do at work, on SQLite, between the strict stand-ins; everything shares this
//! process and its processors, so that what is measured is an upper bound of what the bots alone take.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use tokio_util::sync::CancellationToken;
use wavelaunch_bots::run::{RunOptions, run};
use wavelaunch_shared::clients::{self, NewClient};
use wavelaunch_shared::clock::Clock;
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::db::{self, Db, Url};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal::{self, Account};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{Studio, coach};
use wavelaunch_tests::openai::{Answer, FakeOpenAi, KEY};
use wavelaunch_tests::telegram::FakeTelegram;

use super::figure::{Figure, millis, quantile};

const CHATS: u32 = 50;
/// Between two questions: each of the fifty is asked before the first is answered.
const APART: Duration = Duration::from_millis(40);
/// How an answer is spoken: so many pieces, so far apart.
const PIECES: usize = 100;
const PACE: Duration = Duration::from_millis(30);
/// The first person's account; the others follow.
const FIRST: i64 = 7_000_000;
const CAP: Duration = Duration::from_mins(2);

/// One edit interval, and what may be added to it.
const REACH: f64 = 1500.0 + 10.0;
const ACKNOWLEDGED: f64 = 500.0;
const MEGABYTES: f64 = 1.0;

/// What one chat took.
struct Took {
    acknowledged: Duration,
    whole: Duration,
}

/// The figures of the coach.
pub async fn measure() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let telegram = FakeTelegram::start().await?;
    let model = FakeOpenAi::start().await?;
    model.answers(|_| Answer::pieces(words()).paced(PACE));
    let studio = studio(folder.path(), &telegram, &model).await?;
    for number in 0..=CHATS {
        member(&studio, &telegram, number).await?;
    }
    let alone = alone(&model).await?;
    let stop = CancellationToken::new();
    let (told, ready) = tokio::sync::oneshot::channel();
    let options = RunOptions { ready: Some(told), ..RunOptions::configured(studio.clone(), stop.clone()) };
    let bots = tokio::spawn(run(options));
    tokio::time::timeout(CAP, ready).await.context("the bots are not ready")??;

    // One chat before the others: what is made once a process is no chat's own.
    ask(&telegram, CHATS, Duration::ZERO).await?;
    let before = resident()?;
    let chats = try_join_all((0..CHATS).map(|number| ask(&telegram, number, APART * number)));
    let (chats, most) = tokio::join!(chats, highest(APART * CHATS));
    let chats = chats?;
    stop.cancel();
    tokio::time::timeout(CAP, bots).await.context("the bots do not end")???;
    ensure!(telegram.refused().is_empty(), "Telegram refused {:?}", telegram.refused());

    let mut acknowledged: Vec<Duration> = chats.iter().map(|chat| chat.acknowledged).collect();
    let mut added: Vec<Duration> = chats.iter().map(|chat| chat.whole.saturating_sub(alone)).collect();
    let a_chat = (most? - before).max(0.0) / f64::from(CHATS);
    let middle = quantile(&mut added, 0.5).context("no chat was measured")?;
    let added = quantile(&mut added, 0.99).context("no chat was measured")?;
    let acknowledged = quantile(&mut acknowledged, 0.99).context("no chat was measured")?;
    Ok(vec![
        Figure::plain("the scripted model's own answer, fifty at once", format!("{:.0} ms", millis(alone))),
        Figure::at_most("50 coach chats at once: acknowledged, p99", millis(acknowledged), ACKNOWLEDGED, "ms"),
        Figure::plain(
            "  added to the model's time until the answer stands, median",
            format!("{:.0} ms", millis(middle)),
        ),
        Figure::at_most("  added to the model's time until the answer stands, p99", millis(added), REACH, "ms"),
        Figure::at_most("  memory a running chat", a_chat, MEGABYTES, "MB"),
    ])
}

fn words() -> Vec<String> {
    (0..PIECES).map(|number| format!("word{number} ")).collect()
}

fn answer() -> String {
    words().concat().trim_end().to_owned()
}

async fn studio(folder: &Path, telegram: &FakeTelegram, model: &FakeOpenAi) -> Result<Studio> {
    let mut settings = Settings::default();
    settings.portal.invites_per_hour = i64::MAX;
    settings.telegram.api_base = telegram.base_url();
    settings.telegram.token = Secret::new(telegram.token());
    settings.model.base_url = model.base_url();
    settings.model.api_key = Secret::new(KEY);
    settings.model.name = "stand-in".into();
    let db = Db::open(&Url::Sqlite(folder.join("coach.db"))).await?;
    db::migrate(&db).await?;
    Ok(Studio::with_db(db, settings, Clock::system())?)
}

/// A linked client whom the coach knows.
async fn member(studio: &Studio, telegram: &FakeTelegram, number: u32) -> Result<()> {
    let account = FIRST + i64::from(number);
    telegram.started_user(account, "Member", None);
    let new = NewClient {
        full_name: format!("Member {number}"),
        email: format!("member{number}@example.com"),
        ..NewClient::default()
    };
    let owner = Actor::local_owner();
    let client = clients::add(studio, &owner, new).await?;
    let invite = portal::invite(studio, &owner, &client.id).await?;
    let account = Account {
        platform: Channel::Telegram,
        external_user_id: account.to_string(),
        chat_id: account.to_string(),
        username: None,
        display_name: None,
    };
    ensure!(portal::link(studio, &invite.code, &account).await?.is_ok(), "a fresh invitation links");
    for fact in coach::Fact::ALL {
        coach::skip(studio, &client.id, fact).await?;
    }
    Ok(())
}

/// How long the model's answer takes by itself where as many are read at once: the median.
async fn alone(model: &FakeOpenAi) -> Result<Duration> {
    let body = serde_json::json!({
        "model": "stand-in", "stream": true, "messages": [{ "role": "user", "content": "How do I price?" }],
    });
    let client = reqwest::Client::new();
    let reads = (0..CHATS).map(|number| {
        let request = client.post(format!("{}/chat/completions", model.base_url())).bearer_auth(KEY).json(&body);
        async move {
            tokio::time::sleep(APART * number).await;
            let begun = Instant::now();
            request.send().await?.error_for_status()?.bytes().await?;
            anyhow::Ok(begun.elapsed())
        }
    });
    let mut times = try_join_all(reads).await?;
    quantile(&mut times, 0.5).context("the model was not measured")
}

/// Asks after a while; when the person sees that something comes, and when the answer stands.
async fn ask(telegram: &FakeTelegram, number: u32, after: Duration) -> Result<Took> {
    let (chat, wanted) = (FIRST + i64::from(number), answer());
    tokio::time::sleep(after).await;
    let begun = Instant::now();
    telegram.user_sends(chat, "/coach How do I price my first product?");
    let seen = |state: &wavelaunch_tests::telegram::State| {
        let typing = state.chat_actions().iter().any(|(in_chat, _)| *in_chat == chat);
        (typing || !state.from_bot(chat).is_empty()).then_some(())
    };
    telegram.wait_for(CAP, "a sign that something comes", seen).await?;
    let acknowledged = begun.elapsed();
    telegram.wait_message(chat, CAP, |message| message.text() == wanted).await?;
    Ok(Took { acknowledged, whole: begun.elapsed() })
}

/// The most memory within a time, in megabytes.
async fn highest(within: Duration) -> Result<f64> {
    let until = Instant::now() + within + PACE * u32::try_from(PIECES)?;
    let mut most: f64 = 0.0;
    while Instant::now() < until {
        most = most.max(resident()?);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(most)
}

/// This process's resident memory, in megabytes.
fn resident() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("memory is measured on Linux alone")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in /proc/self/status")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1024.0)
}
