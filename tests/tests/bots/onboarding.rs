//! The questionnaire over the wire: every answer once, in the chat and in forms.

use anyhow::{Context, Result};
use rand::seq::SliceRandom as _;
use serde_json::{Value, json};
use wavelaunch_shared::clients;
use wavelaunch_shared::events::{self, EventKind};
use wavelaunch_shared::portal;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, postgres_with, sqlite_with};
use wavelaunch_shared::{delivery, fetch_scalar};
use wavelaunch_tests::discord::FakeDiscord;
use wavelaunch_tests::telegram::FakeTelegram;

use super::stage::{Bots, CAP, client, settings, studio};

const ANA: i64 = 501;
const BO: u64 = 902;

/// What Ana does, one update each; the code of her invitation stands in the first.
const SAID: [&str; 5] =
    ["Lagos", "Pottery for two", "A studio that teaches couples", "/skip", "Education, and a little travel"];

fn update(number: usize, content: &Value) -> Value {
    json!({ "update_id": 9000 + number, "message": content })
}

fn message(number: usize, text: &str) -> Value {
    let ana = json!({ "id": ANA, "is_bot": false, "first_name": "Ana" });
    let chat = json!({ "id": ANA, "type": "private", "first_name": "Ana" });
    update(
        number,
        &json!({ "message_id": 70 + number, "date": 1_774_872_000, "chat": chat, "from": ana, "text": text }),
    )
}

fn press(number: usize, data: &str) -> Value {
    let ana = json!({ "id": ANA, "is_bot": false, "first_name": "Ana" });
    let query = json!({ "id": format!("{number}"), "from": ana, "chat_instance": "1", "data": data });
    json!({ "update_id": 9000 + number, "callback_query": query })
}

async fn keep(studio: &TestStudio, source: &str, update: &Value) -> Result<()> {
    let id = update["update_id"].to_string();
    delivery::store(studio, source, &id, &ANA.to_string(), update).await?;
    Ok(())
}

/// Waits until nothing of the inbox is left to do; a killed worker's lease runs out meanwhile.
async fn worked_off(studio: &TestStudio, done: usize) -> Result<()> {
    let settled = async {
        loop {
            let mut tx = studio.db.read().await?;
            let count = fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM inbox WHERE state = 'DONE'")?;
            drop(tx);
            if usize::try_from(count)? == done {
                return anyhow::Ok(());
            }
            studio.clock.advance(chrono::TimeDelta::seconds(5));
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
    };
    tokio::time::timeout(CAP, settled).await.context("the inbox is not worked off")?
}

#[tokio::test]
async fn ten_copies_of_each_answer_shuffled_across_restarts_are_one_answer() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    ten_copies(&telegram, sqlite_with(settings(Some(&telegram), None)).await).await?;
    let telegram = FakeTelegram::start().await?;
    match postgres_with(settings(Some(&telegram), None)).await {
        Some(studio) => ten_copies(&telegram, studio).await,
        None => Ok(()),
    }
}

async fn ten_copies(telegram: &FakeTelegram, studio: TestStudio) -> Result<()> {
    telegram.started_user(ANA, "Ana", None);
    let ana = client(&studio, "Ana Lima").await?;
    let code = portal::invite(&studio, &Actor::local_owner(), &ana.id).await?.code;
    let token = telegram.token();
    let source = format!("telegram:{}", token.split(':').next().context("a token begins with a number")?);
    let mut updates = vec![press(0, &format!("link:{code}"))];
    updates.extend(SAID.iter().enumerate().map(|(at, text)| message(at + 1, text)));
    for (at, first) in updates.iter().enumerate() {
        let bots = Bots::start(&studio).await?;
        keep(&studio, &source, first).await?;
        // Copies of everything so far, in no order, while it is dealt with.
        let mut copies: Vec<&Value> = updates[..=at].iter().flat_map(|update| [update; 9]).collect();
        copies.shuffle(&mut rand::rng());
        for copy in copies {
            keep(&studio, &source, copy).await?;
        }
        if at % 2 == 0 {
            bots.kill().await;
        } else {
            worked_off(&studio, at + 1).await?;
            bots.end().await?;
        }
    }
    let bots = Bots::start(&studio).await?;
    worked_off(&studio, updates.len()).await?;
    bots.end().await?;
    let answers = clients::answers(&mut studio.db.read().await?, &ana.id).await?;
    let kept: Vec<(&str, &str)> = answers.iter().map(|(key, answer)| (key.as_str(), answer.raw())).collect();
    assert_eq!(
        kept,
        [("industry_niche", SAID[1]), ("target_industry", SAID[4]), ("vision_for_venture", SAID[2])],
        "each answer stands at its own question"
    );
    let events = events::page(&mut studio.db.read().await?, Some(&ana.id), None, 200).await?;
    let count = |kind| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!(count(EventKind::ClientUpdated), 3);
    assert_eq!(count(EventKind::PortalActivated), 1);
    Ok(())
}

#[tokio::test]
async fn a_creator_answers_in_forms() -> Result<()> {
    let discord = FakeDiscord::start().await?;
    let guild = discord.guild("Creators");
    let channel = discord.channel(guild, "general");
    discord.user(BO, "bo");
    discord.joins(guild, BO);
    let studio = studio(None, Some(&discord)).await;
    let bots = Bots::start(&studio).await?;
    let bo = client(&studio, "Bo Adeyemi").await?;
    let code = portal::invite(&studio, &Actor::local_owner(), &bo.id).await?.code;
    discord.wait_command(CAP, "link").await?;
    let link = discord.slash(BO, channel, "link", json!({ "code": code }))?;
    let asked = link.wait_for(CAP, "a question who it is", |answer| answer.words().contains("Is that you?")).await?;
    let yes = discord.press(BO, asked.original.context("a question")?.id, "Yes, that is me")?;
    let clock = yes.wait_for(CAP, "the first question", |answer| answer.words().contains("where are you?")).await?;
    let card = clock.followups.last().context("a question of its own")?.id;
    discord.press(BO, card, "UTC+1")?.wait_for(CAP, "the places", |answer| answer.words().contains("nearest")).await?;
    let lagos = discord.press(BO, card, "Lagos")?;
    let first = lagos.wait_for(CAP, "question 1", |answer| answer.words().contains("1 of 29")).await?;
    assert!(first.is_ephemeral(), "nobody else reads along");
    let card = first.followups.last().context("a question of its own")?.id;
    for (number, text) in [(1, "Pottery for two"), (2, "A studio that teaches couples"), (3, "A brand of my own")] {
        let opened = discord.press(BO, card, "Answer")?;
        let form = opened.wait_for(CAP, "a form", |answer| answer.modal.is_some()).await?;
        let title = form.modal.as_ref().and_then(|modal| modal["title"].as_str()).unwrap_or_default().to_owned();
        assert!(title.starts_with(&format!("{number} of 29")), "{title}");
        let sent = discord.submit_modal(&opened, json!({ "text": text }))?;
        let next = format!("{} of 29", number + 1);
        sent.wait_for(CAP, "the next question", |answer| answer.words().contains(&next)).await?;
    }
    let back = discord.press(BO, card, "Back")?;
    back.wait_for(CAP, "the question before", |answer| answer.words().contains("A brand of my own")).await?;
    bots.end().await?;
    let answers = clients::answers(&mut studio.db.read().await?, &bo.id).await?;
    assert_eq!(answers.len(), 3);
    let refused: Vec<String> = discord.refused().iter().map(ToString::to_string).collect();
    assert_eq!(refused, Vec::<String>::new());
    Ok(())
}
