//! Telegram: what comes in is answered, what goes out arrives once.

use anyhow::Result;
use serde_json::json;
use wavelaunch_bots::health;
use wavelaunch_shared::delivery::{Channel, State};
use wavelaunch_shared::documents::{self, Edit};
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{journey, portal};
use wavelaunch_tests::faults::{Fault, LimitScope, Times};
use wavelaunch_tests::telegram::FakeTelegram;

use super::stage::{Bots, CAP, client, linked, queue, studio, wait_outbox};

const ANA: i64 = 501;
const BEN: i64 = 502;

#[tokio::test]
async fn a_stranger_links_with_the_invitation_and_talks() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    let bots = Bots::start(&studio).await?;
    let ana = client(&studio, "Ana Lima").await?;
    let invite = portal::invite(&studio, &Actor::local_owner(), &ana.id).await?;
    telegram.user(ANA, "Ana", Some("ana"));
    telegram.user_sends(ANA, &format!("/start {}", invite.code));
    let asked = telegram.wait_message(ANA, CAP, |message| message.markup.is_some()).await?;
    let button =
        asked.markup.as_ref().and_then(|markup| markup["inline_keyboard"][0][0]["text"].as_str().map(str::to_owned));
    telegram.user_presses(ANA, asked.id, &button.expect("a button to confirm with"))?;
    telegram.wait_message(ANA, CAP, |message| message.id > asked.id || !message.edits.is_empty()).await?;
    telegram
        .wait_for(CAP, "the acknowledged press", |state| {
            state.presses().iter().all(|press| press.answer.is_some()).then_some(())
        })
        .await?;
    let known = portal::identity(&mut studio.db.read().await?, Channel::Telegram, &ANA.to_string()).await?;
    assert_eq!(known.map(|(client, _)| client.id), Some(ana.id));
    telegram.user_sends(ANA, "/help");
    telegram.wait_message(ANA, CAP, |message| message.text().contains("/progress")).await?;
    let menu = telegram.wait_for(CAP, "the menu", |state| {
        let menu = state.menu("all_private_chats", "");
        (!menu.is_empty()).then_some(menu)
    });
    assert!(menu.await?.iter().any(|(name, _)| name == "documents"));
    assert_eq!(bots.get("/healthz").await?.0, 200);
    let (status, told) = bots.get("/readyz").await?;
    assert_eq!(status, 200, "{told}");
    assert!(bots.get("/metrics").await?.1.contains("wavelaunch_outbox{state=\"SENT\"}"));
    bots.end().await?;
    assert!(telegram.refused().is_empty(), "{:?}", telegram.refused());
    Ok(())
}

#[tokio::test]
async fn messages_arrive_in_order_at_the_pace_that_telegram_allows() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    telegram.started_user(ANA, "Ana", None);
    telegram.started_user(BEN, "Ben", None);
    let ana = linked(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    let ben = linked(&studio, "Ben Ode", Channel::Telegram, &BEN.to_string()).await?;
    for number in 0..6 {
        queue(&studio, &ana, &format!("ana {number}")).await?;
        queue(&studio, &ben, &format!("ben {number}")).await?;
    }
    let bots = Bots::start(&studio).await?;
    let long = "word ".repeat(1500);
    queue(&studio, &ana, &long).await?;
    wait_outbox(&studio, State::Sent, 13).await?;
    let texts: Vec<String> = telegram.chat(ANA).iter().map(|message| message.text().to_owned()).collect();
    assert_eq!(texts[..6], ["ana 0", "ana 1", "ana 2", "ana 3", "ana 4", "ana 5"]);
    assert_eq!((texts.len(), texts[6..].join(" ").split_whitespace().count()), (8, 1500));
    bots.end().await?;
    assert!(telegram.refused().is_empty(), "{:?}", telegram.refused());
    Ok(())
}

#[tokio::test]
async fn what_telegram_says_about_speed_is_obeyed() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    telegram.started_user(ANA, "Ana", None);
    let ana = linked(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    telegram.fault("sendMessage", Fault::TooMany { retry_after: 2.0, scope: LimitScope::User }, Times::Next(1));
    queue(&studio, &ana, "patience").await?;
    let started = std::time::Instant::now();
    let bots = Bots::start(&studio).await?;
    wait_outbox(&studio, State::Sent, 1).await?;
    assert!(started.elapsed() >= std::time::Duration::from_secs(2), "sent after {:?}", started.elapsed());
    bots.end().await
}

#[tokio::test]
async fn a_lost_answer_is_in_doubt_and_a_failure_is_tried_again() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    telegram.started_user(ANA, "Ana", None);
    telegram.started_user(BEN, "Ben", None);
    let ana = linked(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    let ben = linked(&studio, "Ben Ode", Channel::Telegram, &BEN.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    telegram.fault("sendMessage", Fault::LostAnswer, Times::Next(1));
    queue(&studio, &ana, "did it arrive?").await?;
    wait_outbox(&studio, State::InDoubt, 1).await?;
    assert_eq!(telegram.chat(ANA).len(), 1, "it did, and is not sent again");
    telegram.fault("sendMessage", Fault::Status(500), Times::Next(1));
    queue(&studio, &ben, "once more").await?;
    wait_outbox(&studio, State::Sent, 1).await?;
    assert_eq!(telegram.chat(BEN).len(), 1);
    bots.end().await
}

#[tokio::test]
async fn a_blocked_bot_loses_the_channel_and_gets_it_back() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    telegram.started_user(ANA, "Ana", None);
    let ana = linked(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    let reachable = async |wanted: bool| {
        loop {
            let identities = portal::live_identities(&mut studio.db.read().await?, &ana.id).await?;
            if identities.iter().any(|identity| identity.unreachable_at.is_none()) == wanted {
                return anyhow::Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    telegram.user_blocks(ANA);
    tokio::time::timeout(CAP, reachable(false)).await??;
    telegram.user_unblocks(ANA);
    tokio::time::timeout(CAP, reachable(true)).await??;
    bots.end().await
}

#[tokio::test]
async fn an_update_of_unknown_shape_is_a_dead_letter_and_the_next_is_answered() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    telegram.started_user(ANA, "Ana", None);
    let bots = Bots::start(&studio).await?;
    telegram.push_raw(json!({"message": {"text": 7, "chat": {"id": ANA}}}));
    telegram.push_raw(json!({"something_new": {"a": 1}}));
    telegram.user_sends(ANA, "/help\u{1b}[2J");
    telegram.wait_message(ANA, CAP, |message| !message.text().is_empty()).await?;
    let mut tx = studio.db.read().await?;
    let dead =
        wavelaunch_shared::fetch_all!(tx, (String,), "SELECT error FROM inbox WHERE state = 'DEAD' ORDER BY id")?;
    drop(tx);
    assert_eq!(dead.len(), 2, "{dead:?}");
    assert!(dead.iter().all(|(why,)| why.contains("of unknown shape")), "{dead:?}");
    bots.end().await
}

#[tokio::test]
async fn updates_that_were_not_confirmed_come_again_and_are_answered_once() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    telegram.started_user(ANA, "Ana", None);
    for round in 0..4 {
        let bots = Bots::start(&studio).await?;
        telegram.user_sends(ANA, "hello?");
        if round % 2 == 0 {
            bots.kill().await;
        } else {
            bots.end().await?;
        }
        // A killed worker's lease must run out.
        studio.clock.advance(chrono::TimeDelta::minutes(2));
    }
    let bots = Bots::start(&studio).await?;
    let settled = async {
        loop {
            let mut tx = studio.db.read().await?;
            let count = wavelaunch_shared::fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM inbox WHERE state = 'DONE'")?;
            drop(tx);
            if count == 4 {
                return anyhow::Ok(());
            }
            studio.clock.advance(chrono::TimeDelta::seconds(10));
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(CAP, settled).await??;
    let mut tx = studio.db.read().await?;
    let answers = wavelaunch_shared::fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM outbox WHERE purpose = 'answer'")?;
    drop(tx);
    assert_eq!(answers, 4, "one answer an update, however often it was begun");
    bots.end().await
}

#[tokio::test]
async fn a_refused_token_stops_telegram_and_nothing_else() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let mut settings = super::stage::settings(Some(&telegram), None);
    settings.telegram.token = wavelaunch_shared::config::Secret::new("1:wrong");
    let studio = wavelaunch_shared::testing::sqlite_with(settings).await;
    let bots = Bots::start(&studio).await?;
    assert!(matches!(bots.part("telegram"), health::State::Stopped(why) if why.contains("TELEGRAM_TOKEN")));
    assert!(matches!(bots.part("workers"), health::State::Ready(_)));
    assert_eq!(bots.get("/readyz").await?.0, 503);
    bots.end().await
}

#[tokio::test]
async fn a_document_is_uploaded_once_and_anew_when_its_text_changes() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    telegram.started_user(ANA, "Ana", None);
    let ana = linked(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    let owner = Actor::local_owner();
    journey::start(&studio, &owner, &ana.id, None).await?;
    let text = format!("## Summary\n\n{}", "One sentence after another. ".repeat(10));
    let document = documents::add(&studio, &owner, &ana.id, Month::new(1)?, "One", &text).await?;
    documents::approve_and_deliver(&studio, &owner, &document.id).await?;
    let bots = Bots::start(&studio).await?;
    let ready = telegram.wait_message(ANA, CAP, |message| message.text().contains("Month 1 is ready")).await?;

    let mut files = Vec::new();
    for round in 0..3 {
        if round == 2 {
            let markdown = Some(format!("{text} And one more."));
            documents::edit(&studio, &owner, &document.id, Edit { markdown, ..Edit::default() }).await?;
        }
        telegram.user_presses(ANA, ready.id, "Open")?;
        let sent = telegram.wait_for(CAP, "the file", |state| {
            state.from_bot(ANA).into_iter().filter_map(|message| message.document).nth(round)
        });
        files.push(sent.await?);
        studio.clock.advance(chrono::TimeDelta::minutes(1));
    }
    assert_eq!((files[0].name.as_str(), files[0].media_type.as_str()), ("month-1-one.pdf", "application/pdf"));
    assert_eq!(files[0].file_id, files[1].file_id, "sent again by its name at Telegram");
    assert_ne!(files[0].bytes, files[2].bytes);
    bots.end().await?;
    assert!(telegram.refused().is_empty(), "{:?}", telegram.refused());
    Ok(())
}
