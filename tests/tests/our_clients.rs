//! The client libraries that Wavelaunch is built on work with the stand-ins: poise on serenity, teloxide, async-openai.

use std::time::Duration;

use anyhow::{Context, Result};
use futures::StreamExt;
use serde_json::json;
use wavelaunch_tests::discord::FakeDiscord;
use wavelaunch_tests::openai::{Answer, FakeOpenAi, KEY};
use wavelaunch_tests::telegram::FakeTelegram;

const CAP: Duration = Duration::from_secs(20);
const ANA: i64 = 501;
const BO: u64 = 902;

type Turn<'a> = poise::Context<'a, (), anyhow::Error>;

/// Ask the coach.
#[poise::command(slash_command)]
async fn coach(turn: Turn<'_>, #[description = "Your question"] question: String) -> Result<()> {
    turn.defer_ephemeral().await?;
    let yes = serenity::all::CreateButton::new("v1:yes").label("Helpful");
    let row = serenity::all::CreateActionRow::Buttons(vec![yes]);
    let reply = poise::CreateReply::default().content(format!("About {question}")).components(vec![row]);
    let handle = turn.send(reply).await?;
    handle.edit(turn, poise::CreateReply::default().content("Start small.")).await?;
    let card = serenity::all::CreateAttachment::bytes(b"a,b\n".to_vec(), "plan.csv");
    turn.author()
        .direct_message(turn.http(), serenity::all::CreateMessage::new().content("Your plan").add_file(card))
        .await?;
    Ok(())
}

async fn hear(context: poise::FrameworkContext<'_, (), anyhow::Error>, event: &serenity::all::FullEvent) -> Result<()> {
    use serenity::all::{CreateInteractionResponse, CreateInteractionResponseMessage, FullEvent, Interaction};
    let http = &context.serenity_context.http;
    match event {
        FullEvent::InteractionCreate { interaction: Interaction::Component(press) } => {
            let message = CreateInteractionResponseMessage::new().content("Glad to hear it.").components(Vec::new());
            press.create_response(http, CreateInteractionResponse::UpdateMessage(message)).await?;
        }
        FullEvent::Message { new_message } if !new_message.author.bot => {
            new_message.reply(http, format!("You wrote: {}", new_message.content)).await?;
        }
        _ => {}
    }
    Ok(())
}

#[tokio::test]
async fn poise_works_with_the_discord_stand_in() -> Result<()> {
    let fake = FakeDiscord::start().await?;
    let guild = fake.guild("Creators");
    let channel = fake.channel(guild, "general");
    fake.user(BO, "bo");
    fake.joins(guild, BO);
    let options = poise::FrameworkOptions {
        commands: vec![coach()],
        event_handler: |context, event| Box::pin(hear(context, event)),
        ..poise::FrameworkOptions::default()
    };
    let framework = poise::Framework::builder()
        .options(options)
        .setup(|context, _, framework| {
            Box::pin(async move {
                poise::builtins::register_globally(context, &framework.options().commands).await?;
                Ok(())
            })
        })
        .build();
    let http = serenity::all::HttpBuilder::new(fake.token()).proxy(fake.base_url()).ratelimiter_disabled(true).build();
    let intents = serenity::all::GatewayIntents::non_privileged() | serenity::all::GatewayIntents::MESSAGE_CONTENT;
    let mut client = serenity::all::ClientBuilder::new_with_http(http, intents).framework(framework).await?;
    let shards = client.shard_manager.clone();
    let running = tokio::spawn(async move { client.start().await });
    fake.wait_command(CAP, "coach").await?;

    let ask = fake.slash(BO, channel, "coach", json!({ "question": "pricing" }))?;
    let answer = ask.wait_for(CAP, "the edited advice", |answer| answer.words().contains("Start small.")).await?;
    assert!(answer.is_ephemeral());
    let said: Vec<_> = answer.versions().into_iter().map(|version| version.content).collect();
    assert_eq!(said, ["", "About pricing", "Start small."]);
    let plan = fake.wait_direct(BO, CAP, |message| message.content() == "Your plan").await?;
    assert_eq!(plan.now.attachments[0].bytes, b"a,b\n");
    let press = fake.press(BO, answer.original.context("an answer")?.id, "v1:yes")?;
    press.wait_for(CAP, "the change", |answer| answer.words().contains("Glad to hear it.")).await?;
    fake.dm(BO, "psst");
    fake.wait_direct(BO, CAP, |message| message.content() == "You wrote: psst").await?;
    fake.ask_reconnect();
    fake.wait_for(CAP, "a resumed session", |state| (state.resumes() == 1).then_some(())).await?;
    fake.says(BO, channel, "still there?");
    fake.wait_message(channel, CAP, |message| message.content() == "You wrote: still there?").await?;

    shards.shutdown_all().await;
    tokio::time::timeout(CAP, running).await.context("the client did not stop")???;
    assert_eq!(fake.refused().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn teloxide_works_with_the_telegram_stand_in() -> Result<()> {
    use teloxide::prelude::*;
    use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, InputFile, MessageEntity, UpdateKind};

    let fake = FakeTelegram::start().await?;
    let bot = Bot::new(fake.token()).set_api_url(fake.base_url().parse()?);
    assert_eq!(bot.get_me().await?.username(), "wavelaunch_test_bot");
    fake.user(ANA, "Ana", Some("ana"));
    let first = fake.user_sends(ANA, "/start invite-7");
    let updates = bot.get_updates().timeout(5).await?;
    let UpdateKind::Message(message) = &updates[0].kind else { anyhow::bail!("a message, not {:?}", updates[0].kind) };
    assert_eq!(message.text(), Some("/start invite-7"));

    let chat = message.chat.id;
    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("Yes", "v1:yes")]]);
    let sent = bot.send_message(chat, "Welcome").reply_markup(keyboard).entities([MessageEntity::bold(0, 7)]).await?;
    fake.user_presses(ANA, i64::from(sent.id.0), "Yes")?;
    let updates = bot.get_updates().offset(i32::try_from(first)? + 1).timeout(5).await?;
    let UpdateKind::CallbackQuery(press) = &updates[0].kind else {
        anyhow::bail!("a press, not {:?}", updates[0].kind)
    };
    bot.answer_callback_query(press.id.clone()).await?;
    bot.edit_message_text(chat, sent.id, "Noted").await?;
    bot.send_document(chat, InputFile::memory("a,b\n").file_name("plan.csv")).caption("Your plan").await?;
    fake.user_blocks(ANA);
    let error = bot.send_message(chat, "still there?").await.expect_err("blocked");
    assert!(matches!(error, teloxide::RequestError::Api(teloxide::ApiError::BotBlocked)), "{error:?}");

    let seen = fake.read(|state| state.from_bot(ANA));
    assert_eq!((seen[0].text(), seen[1].text()), ("Noted", "Your plan"));
    assert_eq!(seen[1].document.as_ref().map(|document| document.bytes.as_slice()), Some(&b"a,b\n"[..]));
    assert_eq!(fake.refused().len(), 1, "only the blocked message was refused");
    Ok(())
}

#[tokio::test]
async fn async_openai_works_with_the_model_stand_in() -> Result<()> {
    use async_openai::config::OpenAIConfig;
    use async_openai::types::chat::{
        ChatCompletionRequestUserMessageArgs, ChatCompletionStreamOptions, CreateChatCompletionRequestArgs,
    };

    // Another test of this process may have been first; either way a provider stands.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fake = FakeOpenAi::start().await?;
    fake.answers(|request| Answer::text(format!("About {}: start small.", request.last_user_text())));
    let config = OpenAIConfig::new().with_api_base(fake.base_url()).with_api_key(KEY);
    let client = async_openai::Client::with_config(config);
    let question = ChatCompletionRequestUserMessageArgs::default().content("pricing").build()?;
    let options = ChatCompletionStreamOptions { include_usage: Some(true), include_obfuscation: None };
    let request = CreateChatCompletionRequestArgs::default()
        .model("stand-in")
        .messages([question.into()])
        .stream(true)
        .stream_options(options)
        .build()?;
    let mut pieces = client.chat().create_stream(request).await?;
    let (mut text, mut tokens) = (String::new(), None);
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        text.extend(piece.choices.into_iter().filter_map(|choice| choice.delta.content));
        tokens = tokens.or(piece.usage.map(|usage| usage.total_tokens));
    }
    assert_eq!(text, "About pricing: start small.");
    assert!(tokens.is_some_and(|tokens| tokens > 0));
    assert!(fake.refused().is_empty());
    Ok(())
}
