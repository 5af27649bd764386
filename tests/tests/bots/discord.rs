//! Discord: commands, buttons, direct messages, and what goes out.

use anyhow::{Context, Result};
use serde_json::json;
use wavelaunch_bots::health;
use wavelaunch_shared::delivery::{Channel, State};
use wavelaunch_shared::portal;
use wavelaunch_shared::staff::Actor;
use wavelaunch_tests::discord::{DmDoor, FakeDiscord};
use wavelaunch_tests::faults::{Fault, Times};

use super::stage::{Bots, CAP, client, linked, queue, studio, wait_outbox};

const BO: u64 = 902;

/// A Discord with a guild in which the person is.
async fn world() -> Result<(FakeDiscord, u64)> {
    let discord = FakeDiscord::start().await?;
    let guild = discord.guild("Creators");
    let channel = discord.channel(guild, "general");
    discord.user(BO, "bo");
    discord.joins(guild, BO);
    Ok((discord, channel))
}

fn refusals(discord: &FakeDiscord) -> Vec<String> {
    discord.refused().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_creator_links_sees_the_journey_and_asks_the_coach_in_private() -> Result<()> {
    let (discord, channel) = world().await?;
    let studio = studio(None, Some(&discord)).await;
    let bots = Bots::start(&studio).await?;
    let bo = client(&studio, "Bo Adeyemi").await?;
    let invite = portal::invite(&studio, &Actor::local_owner(), &bo.id).await?;
    discord.wait_command(CAP, "link").await?;
    let link = discord.slash(BO, channel, "link", json!({"code": invite.code}))?;
    let asked = link.wait_for(CAP, "an answer", wavelaunch_tests::discord::Answer::has_content).await?;
    assert!(asked.is_ephemeral(), "nobody else reads it");
    let original = asked.original.context("an answer")?;
    if let Some(button) = original.now.buttons().first().and_then(|row| row.first()) {
        discord.press(BO, original.id, &button.label)?;
        link.wait_for(CAP, "the confirmation", |answer| answer.words().contains("Thank you")).await?;
    }
    let known = portal::identity(&mut studio.db.read().await?, Channel::Discord, &BO.to_string()).await?;
    assert_eq!(known.map(|(client, _)| client.id), Some(bo.id));
    let journey = discord.slash(BO, channel, "journey", json!({}))?;
    assert!(journey.wait_for(CAP, "the card", wavelaunch_tests::discord::Answer::has_content).await?.is_ephemeral());
    discord.dm(BO, "hello there");
    discord.wait_direct(BO, CAP, |message| !message.content().is_empty()).await?;
    bots.end().await?;
    assert_eq!(refusals(&discord), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_is_sent_again_and_arrives_once() -> Result<()> {
    let (discord, _) = world().await?;
    let studio = studio(None, Some(&discord)).await;
    let bo = linked(&studio, "Bo Adeyemi", Channel::Discord, &BO.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    discord.fault("POST */messages", Fault::LostAnswer, Times::Next(2));
    queue(&studio, &bo, "news @everyone <@1>").await?;
    wait_outbox(&studio, State::Sent, 1).await?;
    let seen = discord.direct_from_bot(BO);
    assert_eq!(seen.len(), 1, "the nonce keeps it single");
    assert!(seen[0].pings().is_empty());
    bots.end().await
}

#[tokio::test]
async fn closed_direct_messages_lose_the_channel() -> Result<()> {
    let (discord, _) = world().await?;
    let studio = studio(None, Some(&discord)).await;
    let bo = linked(&studio, "Bo Adeyemi", Channel::Discord, &BO.to_string()).await?;
    discord.set_door(BO, DmDoor::Closed);
    let bots = Bots::start(&studio).await?;
    queue(&studio, &bo, "are you there?").await?;
    wait_outbox(&studio, State::Dead, 1).await?;
    let identities = portal::live_identities(&mut studio.db.read().await?, &bo.id).await?;
    assert!(identities[0].unreachable_at.is_some());
    bots.end().await
}

#[tokio::test]
async fn commands_are_told_to_discord_only_when_they_change() -> Result<()> {
    let (discord, _) = world().await?;
    let studio = studio(None, Some(&discord)).await;
    for _ in 0..2 {
        Bots::start(&studio).await?.end().await?;
    }
    let puts = discord.journal().iter().filter(|entry| entry.to_string().contains("PUT")).count();
    assert_eq!(puts, 1);
    Ok(())
}

#[tokio::test]
async fn a_refused_token_stops_discord_and_nothing_else() -> Result<()> {
    let (discord, _) = world().await?;
    let mut settings = super::stage::settings(None, Some(&discord));
    settings.discord.token = wavelaunch_shared::config::Secret::new("wrong");
    let studio = wavelaunch_shared::testing::sqlite_with(settings).await;
    let bots = Bots::start(&studio).await?;
    assert!(matches!(bots.part("discord"), health::State::Stopped(why) if why.contains("DISCORD_TOKEN")));
    assert!(matches!(bots.part("workers"), health::State::Ready(_)));
    bots.end().await?;
    assert_eq!(discord.invalid_requests(), 1, "it is not tried again");
    Ok(())
}

#[tokio::test]
async fn a_forbidden_gateway_is_not_knocked_at_again() -> Result<()> {
    let (discord, _) = world().await?;
    let studio = studio(None, Some(&discord)).await;
    let bots = Bots::start(&studio).await?;
    discord.close_gateway(4014);
    let stopped = async {
        while bots.get("/readyz").await?.0 == 200 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        anyhow::Ok(bots.get("/readyz").await?.1)
    };
    let told = tokio::time::timeout(CAP, stopped).await??;
    assert!(told.contains("intents"), "{told}");
    bots.end().await
}
