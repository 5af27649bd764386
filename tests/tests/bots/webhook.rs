//! Telegram's webhook: the same inbox by another door.

use anyhow::{Context, Result};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use wavelaunch_bots::health;
use wavelaunch_bots::run::{RunOptions, run};
use wavelaunch_shared::{fetch_scalar, testing};
use wavelaunch_tests::telegram::FakeTelegram;

use super::stage::{Bots, CAP, settings, studio};

const ANA: i64 = 501;
const ADDRESS: &str = "https://bots.example.com/telegram/inbox";

async fn visited(telegram: &FakeTelegram) -> testing::TestStudio {
    let mut settings = settings(Some(telegram), None);
    settings.telegram.webhook_url = ADDRESS.into();
    testing::sqlite_with(settings).await
}

#[tokio::test]
async fn updates_that_are_brought_are_stored_once_and_answered() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = visited(&telegram).await;
    telegram.started_user(ANA, "Ana", None);
    let bots = Bots::start(&studio).await?;
    assert!(matches!(bots.part("telegram"), health::State::Ready(who) if who.ends_with("(webhook)")));
    let address = bots.ready.http.context("an address")?;
    let hook = telegram.read(|state| state.webhook().clone());
    assert_eq!(hook.url, ADDRESS);
    telegram.user_sends(ANA, "/help");
    assert_eq!(telegram.bring(address).await?, 1);
    telegram.wait_message(ANA, CAP, |message| message.text().contains("/progress")).await?;

    // What is lost on the way back is brought again, by whichever way and in whichever order.
    let update = json!({"update_id": 900, "message": {"message_id": 7, "date": 1, "text": "/help",
        "chat": {"id": ANA, "type": "private", "first_name": "Ana"},
        "from": {"id": ANA, "is_bot": false, "first_name": "Ana"}}});
    let post = async |secret: Option<&str>, body: String| {
        let request = reqwest::Client::new().post(format!("http://{address}/telegram/inbox")).body(body);
        let request = secret
            .into_iter()
            .fold(request, |request, secret| request.header(wavelaunch_tests::telegram::webhook::SECRET, secret));
        anyhow::Ok(request.send().await?.status().as_u16())
    };
    let secret = hook.secret.as_deref();
    assert!(secret.is_some_and(|secret| secret.len() == 43 && !secret.contains(&telegram.token())));
    for _ in 0..10 {
        assert_eq!(post(secret, update.to_string()).await?, 200);
    }
    for (stranger, body, status) in [
        (None, update.to_string(), 401),
        (Some("guess"), update.to_string(), 401),
        (secret, "{".into(), 400),
        (secret, "{\"message\": {}}".into(), 400),
    ] {
        assert_eq!(post(stranger, body).await?, status);
    }
    let mut tx = studio.db.read().await?;
    let stored = fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM inbox WHERE external_id = '900'")?;
    assert_eq!(stored, 1);
    drop(tx);
    bots.end().await?;
    assert!(telegram.journal().iter().all(|entry| !entry.call.eq_ignore_ascii_case("getUpdates")));
    assert_eq!(telegram.read(|state| state.webhook().url.clone()), ADDRESS, "another process takes over");
    assert!(telegram.refused().is_empty(), "{:?}", telegram.refused());
    Ok(())
}

#[tokio::test]
async fn a_bot_that_asks_again_removes_the_webhook_of_an_earlier_run() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let before = visited(&telegram).await;
    Bots::start(&before).await?.end().await?;
    telegram.started_user(ANA, "Ana", None);
    let studio = studio(Some(&telegram), None).await;
    let bots = Bots::start(&studio).await?;
    telegram.user_sends(ANA, "/help");
    telegram.wait_message(ANA, CAP, |message| message.text().contains("/progress")).await?;
    assert_eq!(telegram.read(|state| state.webhook().url.clone()), "");
    bots.end().await
}

#[tokio::test]
async fn a_webhook_that_nothing_can_come_to_is_refused_at_the_start() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = visited(&telegram).await;
    let options = RunOptions::configured((*studio).clone(), CancellationToken::new());
    let nowhere = run(options).await.unwrap_err().to_string();
    assert!(nowhere.contains("give --http an address"), "{nowhere}");
    for (address, why) in [("http://bots.example.com/t", "https://"), ("https://bots.example.com", "a path")] {
        let mut settings = settings(Some(&telegram), None);
        settings.telegram.webhook_url = address.into();
        let studio = testing::sqlite_with(settings).await;
        let http = Some(([127, 0, 0, 1], 0).into());
        let options = RunOptions { http, ..RunOptions::configured((*studio).clone(), CancellationToken::new()) };
        let refused = run(options).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    Ok(())
}
