//! The questionnaire over the wire, in forms.

use anyhow::{Context, Result};
use serde_json::json;
use wavelaunch_shared::clients;
use wavelaunch_shared::portal;
use wavelaunch_shared::staff::Actor;
use wavelaunch_tests::discord::FakeDiscord;

use super::stage::{Bots, CAP, client, studio};

const BO: u64 = 902;

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
