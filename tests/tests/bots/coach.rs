//! Talking with the coach on both platforms, as it grows, is stopped, waits its turn, or breaks off.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::coach::{self, CoachMessage};
use wavelaunch_shared::config::Secret;
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, sqlite_with};
use wavelaunch_tests::discord::{Answer as Shown, FakeDiscord};
use wavelaunch_tests::openai::{Answer, FakeOpenAi, KEY};
use wavelaunch_tests::telegram::FakeTelegram;

use super::stage::{Bots, CAP, linked, settings};

const ANA: i64 = 501;
const BO: u64 = 902;
const PACE: Duration = Duration::from_millis(60);

/// An answer that takes some seconds.
fn long() -> Answer {
    Answer::pieces((0..80).map(|number| format!("word{number} "))).paced(PACE)
}

async fn studio(telegram: Option<&FakeTelegram>, discord: Option<&FakeDiscord>, model: &FakeOpenAi) -> TestStudio {
    let mut settings = settings(telegram, discord);
    settings.model.base_url = model.base_url();
    settings.model.api_key = Secret::new(KEY);
    settings.model.name = "stand-in".into();
    sqlite_with(settings).await
}

/// A linked client whom the coach has asked its questions.
async fn known(studio: &TestStudio, name: &str, channel: Channel, account: &str) -> Result<Client> {
    let client = linked(studio, name, channel, account).await?;
    for fact in coach::Fact::ALL {
        coach::skip(studio, &client.id, fact).await?;
    }
    Ok(client)
}

async fn said(studio: &TestStudio, client: &Client) -> Result<Vec<CoachMessage>> {
    let mut tx = studio.db.read().await?;
    let owner = Actor::local_owner();
    let all = coach::conversations(&mut tx, &owner, &client.id).await?;
    let latest = all.first().context("there is a conversation")?;
    Ok(coach::transcript(&mut tx, &owner, &latest.id).await?)
}

#[tokio::test]
async fn on_telegram_an_answer_grows_and_ends_as_it_is_stored() -> Result<()> {
    let (telegram, model) = (FakeTelegram::start().await?, FakeOpenAi::start().await?);
    model.answers(|_| long());
    let studio = studio(Some(&telegram), None, &model).await;
    telegram.started_user(ANA, "Ana", None);
    let ana = known(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    telegram.user_sends(ANA, "/coach How do I price?");
    let shown = telegram.wait_message(ANA, CAP, |message| message.text().ends_with("word79")).await?;
    bots.end().await?;
    let stored = said(&studio, &ana).await?;
    ensure!(shown.text() == stored[1].content.raw(), "the last edit is the stored answer");
    // Thinking, some previews that grow, the end.
    let before: Vec<&str> = shown.edits.iter().map(|edit| edit.text.as_str()).collect();
    ensure!(before.len() >= 3 && before[0].contains("Thinking"), "{before:?}");
    ensure!(before[1..].windows(2).all(|pair| pair[0].len() < pair[1].len()), "{before:?}");
    ensure!(before[1..].iter().all(|preview| preview.ends_with('…')), "{before:?}");
    ensure!(
        telegram.read(|state| state.chat_actions().iter().any(|(chat, action)| *chat == ANA && action == "typing"))
    );
    ensure!(telegram.refused().is_empty(), "{:?}", telegram.refused());
    Ok(())
}

#[tokio::test]
async fn on_telegram_a_stop_keeps_what_was_said() -> Result<()> {
    let (telegram, model) = (FakeTelegram::start().await?, FakeOpenAi::start().await?);
    model.answers(|_| long());
    let studio = studio(Some(&telegram), None, &model).await;
    telegram.started_user(ANA, "Ana", None);
    let ana = known(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    telegram.user_sends(ANA, "/coach How do I price?");
    let growing = telegram.wait_message(ANA, CAP, |message| message.text().contains("word")).await?;
    telegram.user_presses(ANA, growing.id, "Stop")?;
    telegram.wait_message(ANA, CAP, |message| message.text().contains("Stopped there")).await?;
    bots.end().await?;
    let stored = said(&studio, &ana).await?;
    let stopped = telegram.chat(ANA).into_iter().find(|message| message.id == growing.id).context("it stands")?;
    ensure!(stopped.text() == stored[1].content.raw() && !stopped.text().contains("word79"), "{}", stopped.text());
    ensure!(stopped.buttons().iter().flatten().all(|button| button.label != "Stop"));
    let used = coach::used(&mut studio.db.read().await?, &ana.id, studio.clock.now()).await?;
    ensure!(used.reserved_tokens == 0 && used.charged_tokens > 0, "{used:?}");
    model.wait_for(CAP, "the model's stream is left", |state| (state.abandoned() == 1).then_some(())).await?;
    Ok(())
}

#[tokio::test]
async fn while_one_question_is_answered_one_more_waits_and_others_are_refused() -> Result<()> {
    let (telegram, model) = (FakeTelegram::start().await?, FakeOpenAi::start().await?);
    model.answers(|_| long());
    let studio = studio(Some(&telegram), None, &model).await;
    telegram.started_user(ANA, "Ana", None);
    known(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    telegram.user_sends(ANA, "/coach One?");
    telegram.wait_message(ANA, CAP, |message| message.text().contains("Thinking")).await?;
    telegram.user_sends(ANA, "Two?");
    telegram.wait_message(ANA, CAP, |message| message.text().contains("comes next")).await?;
    telegram.user_sends(ANA, "Three?");
    telegram.wait_message(ANA, CAP, |message| message.text().contains("two questions of yours")).await?;
    // The chat goes on meanwhile.
    telegram.user_sends_document(ANA, "voice.ogg", "audio/ogg", b"x", "");
    telegram.wait_message(ANA, CAP, |message| message.text().contains("only read text")).await?;
    let answered = |state: &wavelaunch_tests::telegram::State| {
        let whole = state.from_bot(ANA).iter().filter(|message| message.text().ends_with("word79")).count();
        (whole == 2).then_some(())
    };
    telegram.wait_for(CAP, "both answers", answered).await?;
    bots.end().await?;
    let asked: Vec<String> =
        model.requests().iter().map(wavelaunch_tests::openai::ChatRequest::last_user_text).collect();
    ensure!(asked == ["One?", "Two?"], "{asked:?}");
    Ok(())
}

#[tokio::test]
async fn a_kill_in_the_middle_is_told_and_settled() -> Result<()> {
    let (telegram, model) = (FakeTelegram::start().await?, FakeOpenAi::start().await?);
    model.answers(|_| long());
    let studio = studio(Some(&telegram), None, &model).await;
    telegram.started_user(ANA, "Ana", None);
    let ana = known(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    // What a process that was killed leaves: a question on its way, and a lease that runs out.
    let asking = tokio::spawn({
        let (studio, ana) = (studio.studio.clone(), ana.id.clone());
        async move { coach::ask(&studio, &ana, None, &"How do I price?".into(), "TELEGRAM", &mut |_| {}).await }
    });
    model.wait_for(CAP, "the question reaches the model", |state| (!state.requests().is_empty()).then_some(())).await?;
    asking.abort();
    studio.clock.advance(chrono::TimeDelta::minutes(2));
    let bots = Bots::start(&studio).await?;
    let told = telegram.wait_message(ANA, CAP, |message| message.text().contains("could not finish")).await?;
    telegram.user_presses(ANA, told.id, "Try again")?;
    telegram.wait_message(ANA, CAP, |message| message.text().ends_with("word79")).await?;
    bots.end().await?;
    let used = coach::used(&mut studio.db.read().await?, &ana.id, studio.clock.now()).await?;
    ensure!((used.reserved_tokens, used.messages) == (0, 1), "{used:?}");
    ensure!(said(&studio, &ana).await?.len() == 3, "the first question stays, with its reason");
    Ok(())
}

/// A Discord with a guild in which the creator is.
async fn guild() -> Result<(FakeDiscord, u64)> {
    let discord = FakeDiscord::start().await?;
    let guild = discord.guild("Creators");
    let channel = discord.channel(guild, "general");
    discord.user(BO, "bo");
    discord.joins(guild, BO);
    Ok((discord, channel))
}

#[tokio::test]
async fn on_discord_the_coach_answers_for_the_askers_eyes_alone() -> Result<()> {
    let (discord, channel) = guild().await?;
    let model = FakeOpenAi::start().await?;
    model.answers(|_| long());
    let studio = studio(None, Some(&discord), &model).await;
    let bo = known(&studio, "Bo Adeyemi", Channel::Discord, &BO.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    discord.wait_command(CAP, "coach").await?;
    let asked = discord.slash(BO, channel, "coach ask", json!({ "question": "How do I price?" }))?;
    let whole = asked.wait_for(CAP, "the whole answer", |answer| answer.words().contains("word79")).await?;
    let original = whole.original.as_ref().context("an answer")?;
    let stored = said(&studio, &bo).await?;
    ensure!(whole.is_ephemeral() && original.content() == stored[1].content.raw(), "{}", original.content());
    let previews = whole.versions().len();
    ensure!(previews >= 3, "it grew: {previews}");

    // 👎 opens a form, and what is written there is kept.
    let down = discord.press(BO, original.id, "👎")?;
    down.wait_for(CAP, "a form", |answer| answer.modal.is_some()).await?;
    let sent = discord.submit_modal(&down, json!({ "reason": "Too general." }))?;
    sent.wait_for(CAP, "thanks", |answer| answer.words().contains("Thank you")).await?;
    ensure!(said(&studio, &bo).await?[1].rating_feedback.as_ref().is_some_and(|text| text.raw() == "Too general."));

    // The same conversation as files.
    let files = discord.slash(BO, channel, "coach export", json!({}))?;
    let files = files.wait_for(CAP, "the files", Shown::has_content).await?;
    ensure!(files.original.is_some_and(|message| message.now.attachments.len() == 2));
    bots.end().await?;
    ensure!(discord.refused().is_empty(), "{:?}", discord.refused());
    Ok(())
}

#[tokio::test]
async fn on_discord_a_message_is_asked_about_and_direct_messages_go_on() -> Result<()> {
    let (discord, channel) = guild().await?;
    let model = FakeOpenAi::start().await?;
    model.answers(|request| Answer::text(format!("About {} characters.", request.last_user_text().len())));
    let studio = studio(None, Some(&discord), &model).await;
    let bo = known(&studio, "Bo Adeyemi", Channel::Discord, &BO.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    discord.wait_command(CAP, "coach").await?;
    let post = discord.says(BO, channel, "I sold forty bowls in a day!");
    let asked = discord.message_command(BO, post, "Ask the coach about this")?;
    let answer = asked.wait_for(CAP, "an answer", |answer| answer.words().contains("characters")).await?;
    ensure!(answer.is_ephemeral(), "nobody else reads it");
    ensure!(said(&studio, &bo).await?[0].content.raw().contains("«I sold forty bowls in a day!»"));

    // In direct messages the coach, once opened, stays.
    let direct = discord.direct_channel(BO);
    let opened = discord.slash(BO, direct, "coach open", json!({}))?;
    opened.wait_for(CAP, "a greeting", |answer| answer.words().contains("What would help you most")).await?;
    discord.dm(BO, "And how do I price them?");
    discord.wait_direct(BO, CAP, |message| message.content().contains("characters")).await?;
    bots.end().await?;
    ensure!(discord.refused().is_empty(), "{:?}", discord.refused());
    Ok(())
}

#[tokio::test]
async fn on_discord_a_room_is_one_creators_own() -> Result<()> {
    let (discord, channel) = guild().await?;
    let model = FakeOpenAi::start().await?;
    model.answers(|_| Answer::text("Start with your costs."));
    let studio = studio(None, Some(&discord), &model).await;
    let bo = known(&studio, "Bo Adeyemi", Channel::Discord, &BO.to_string()).await?;
    let bots = Bots::start(&studio).await?;
    discord.wait_command(CAP, "coach").await?;
    let opened = discord.slash(BO, channel, "coach room", json!({}))?;
    opened.wait_for(CAP, "the room", |answer| answer.words().contains("private thread is open")).await?;
    ensure!(opened.answer().is_ephemeral());
    let room = discord.thread_of(BO).context("the creator was let in")?;
    let greeting = discord.messages(room).into_iter().next().context("a greeting stands in it")?;
    ensure!(greeting.now.words().contains("What would help you most"), "{}", greeting.now.words());

    // There answers stand for good; for anybody else they are as private as ever.
    let asked = discord.slash(BO, room, "coach ask", json!({ "question": "How do I price?" }))?;
    let answer = asked.wait_for(CAP, "an answer", |answer| answer.words().contains("your costs")).await?;
    ensure!(!answer.is_ephemeral(), "it stands in the thread");
    ensure!(said(&studio, &bo).await?.len() == 2);
    discord.user(BO + 1, "cy");
    let other = discord.slash(BO + 1, room, "coach ask", json!({ "question": "And me?" }))?;
    ensure!(other.wait_for(CAP, "an answer", Shown::has_content).await?.is_ephemeral());

    // Where threads are not allowed, it is told.
    discord.set_access(channel, wavelaunch_tests::discord::Access::ReadOnly);
    let refused = discord.slash(BO, channel, "coach room", json!({}))?;
    refused.wait_for(CAP, "why not", |answer| answer.words().contains("cannot open a private thread")).await?;
    bots.end().await
}
