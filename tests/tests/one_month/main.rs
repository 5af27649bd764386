//! One client's first month, end to end, over real sockets and on both databases.
//!
//! An admin imports and invites; the client comes in and answers the questions, with the admin's help;
//! the business plan is written and delivered; the journey starts; the engine drafts; the admin reviews in
//! the dashboard; the client reads in Telegram and answers; the creator asks the coach in Discord; where no
//! chat reaches them any more, e-mail does; the link ends. The outside world is the strict stand-ins, and at the end none of them has refused a
//! single request.

mod world;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use wavelaunch_shared::coach::{self, Rating};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::documents::{self, DocumentStatus};
use wavelaunch_shared::events::{self, EventKind};
use wavelaunch_shared::portal;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, paper};

use wavelaunch_tests::discord::DmDoor;
use world::{CREATOR, World};

/// The longest that anything here may take.
const CAP: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn one_month_on_sqlite() -> Result<()> {
    let world = World::prepare().await?;
    let studio = wavelaunch_shared::testing::sqlite_with(world.settings()).await;
    one_month(world, studio).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_month_on_postgres() -> Result<()> {
    let world = World::prepare().await?;
    match wavelaunch_shared::testing::postgres_with(world.settings()).await {
        Some(studio) => one_month(world, studio).await,
        None => Ok(()),
    }
}

async fn one_month(world: World, studio: TestStudio) -> Result<()> {
    let bots = world.run_bots(&studio).await?;
    let client = world::import_one_client(&studio).await?;
    link_telegram(&world, &studio, &client).await.context("linking Telegram")?;
    answer_the_questions(&world, &studio, &client).await.context("answering the questions")?;
    plan_first(&world, &studio, &client).await.context("the business plan")?;
    draft_and_review(&world, &studio, &client).await.context("drafting and reviewing")?;
    read_and_answer(&world, &studio, &client).await.context("reading and answering")?;
    ask_the_coach(&world, &studio, &client).await.context("asking the coach")?;
    fall_back_to_email(&world, &studio, &client).await.context("falling back to e-mail")?;
    unlink_telegram(&world, &studio, &client).await.context("unlinking Telegram")?;
    bots.stop().await?;
    // A door that the client closed is found out by knocking.
    let mut telegram = world.telegram.refused();
    telegram.retain(|entry| !entry.to_string().contains("bot was blocked by the user"));
    ensure!(telegram.is_empty(), "Telegram refused {telegram:?}");
    let mut discord = world.discord.refused();
    discord.retain(|entry| !entry.to_string().contains("50007 Cannot send messages to this user"));
    ensure!(discord.is_empty(), "Discord refused {discord:?}");
    ensure!(world.mail.refused().is_empty(), "the mail server refused {:?}", world.mail.refused());
    ensure!(world.model.refused().is_empty(), "the model refused {:?}", world.model.refused());
    Ok(())
}

/// The admin invites; the client opens the link, says who they are, and is at home.
async fn link_telegram(world: &World, studio: &TestStudio, client: &str) -> Result<()> {
    let invite = world::command(studio, &["client", "invite", client, "--json"])?;
    let code = invite["code"].as_str().context("an invitation has a code")?;
    ensure!(invite["telegram_link"].as_str().is_some_and(|link| link.ends_with(code)));
    world.telegram.user_sends(CREATOR, &format!("/start {code}"));
    let asked = world.telegram_says("Is that you?").await?;
    world.telegram.user_presses(CREATOR, asked, "Yes, that is me")?;
    world.telegram_says("This chat is now yours").await?;
    Ok(())
}

/// The client confirms the clock and answers; the admin notes the rest during a call; the client looks
/// it through and finishes, which happens once.
async fn answer_the_questions(world: &World, studio: &TestStudio, client: &str) -> Result<()> {
    let clock = world.telegram_says("as in Lagos").await?;
    world.telegram.user_presses(CREATOR, clock, "Yes, it is")?;
    world.telegram_says("1 of 29").await?;
    world.telegram.user_sends(CREATOR, "Language learning");
    world.telegram_says("2 of 29").await?;
    let folder = tempfile::tempdir()?;
    let noted = world::answers_noted(folder.path())?;
    let noted = noted.to_str().context("a path of characters")?;
    let filled = world::command(studio, &["client", "answers", client, "--file", noted, "--json"])?;
    ensure!(filled["standing"] == "OPEN" && filled["answered"] == 29, "all answered, not finished: {filled}");
    world.telegram.user_sends(CREATOR, "/answers");
    let review = world.telegram_says("29 of 29 answered").await?;
    world.telegram.user_presses(CREATOR, review, "Finish")?;
    world.telegram_says("and welcome").await?;
    let tour = world.telegram_says("1 of 4").await?;
    world.telegram.user_presses(CREATOR, tour, "Next")?;
    world.telegram_says("2 of 4").await?;
    let portal = world::command(studio, &["client", "portal", "list", "--filter", "active", "--json"])?;
    ensure!(portal[0]["completed_onboarding"] == true && portal[0]["telegram"] == "LINKED", "{portal}");
    let shown = world::command(studio, &["client", "show", client, "--json"])?;
    ensure!(shown["status"] == "ONBOARDING" && shown["industry_niche"] == "Language learning", "{shown}");
    Ok(())
}

/// The client blocks the bot and closes direct messages: what the studio writes goes on by e-mail, once, and the studio
/// sees it; when the client writes again, the chat is the way again. A bounce at the end leaves nothing, which is told.
async fn fall_back_to_email(world: &World, studio: &TestStudio, client: &str) -> Result<()> {
    let threads = world::command(studio, &["thread", "list", "--json"])?;
    let thread = threads[0]["id"].as_str().context("the thread is listed")?.to_owned();
    let write = |words: &str| world::command(studio, &["thread", "reply", &thread, "--body", words, "--json"]);
    world.discord.set_door(world.member, DmDoor::Closed);
    world.telegram.user_blocks(CREATOR);
    write("The logo has arrived.")?;
    let mail = world.mail.wait_mail(client, CAP, |mail| mail.plain.contains("The logo has arrived.")).await?;
    ensure!(
        mail.subject.contains("When will the logo be ready?") && mail.html.contains("The logo has arrived."),
        "{mail:?}"
    );
    let seen = world::command(studio, &["thread", "show", &thread, "--json"])?;
    let messages = seen["messages"].as_array().context("the messages are shown")?;
    let told = messages.iter().find(|message| message["body"] == "The logo has arrived.").context("the message")?;
    ensure!(told["delivery_channel"] == "EMAIL", "{told}");
    let ways = told["passages"].as_array().context("the ways that it took")?;
    ensure!(ways.iter().rev().skip(1).all(|way| way["state"] == "DEAD" && way["went_on"] == true), "{told}");

    world.telegram.user_unblocks(CREATOR);
    let id = world::client_id(studio, client).await?;
    world::until(studio, CAP, "the bot is unblocked", async |tx| {
        let mut chats = portal::live_identities(tx, &id).await?.into_iter();
        let reached = |chat: &portal::Identity| chat.platform == Channel::Telegram && chat.unreachable_at.is_none();
        Ok(chats.any(|chat| reached(&chat)).then_some(()))
    })
    .await?;
    write("Shall we print it?")?;
    world.telegram_says("Shall we print it?").await?;

    world.telegram.user_blocks(CREATOR);
    world.mail.nobody_at(client);
    write("Nobody reads this.")?;
    world::until(studio, CAP, "the studio is told that nothing reaches the client", async |tx| {
        let told = events::page(tx, Some(&id), None, 20).await?;
        Ok(told.iter().any(|event| event.kind == EventKind::DeliveryFailed).then_some(()))
    })
    .await?;
    let mails = world.mail.read(|state| state.to(client));
    let invitations = mails.iter().filter(|mail| mail.subject.starts_with("Your invitation from")).count();
    ensure!((mails.len(), invitations) == (3, 2), "two invitations and the one message, each once: {mails:?}");
    world.telegram.user_unblocks(CREATOR);
    world.mail.somebody_at(client);
    Ok(())
}

/// The studio ends the link: the account is told, and is a stranger from then on.
async fn unlink_telegram(world: &World, studio: &TestStudio, client: &str) -> Result<()> {
    world::command(studio, &["client", "unlink", client, "--platform", "telegram", "--yes", "--json"])?;
    world.telegram_says("has ended the connection to this chat").await?;
    world.telegram.user_sends(CREATOR, "/documents");
    world.telegram_says("I do not know you yet").await?;
    let portal = world::command(studio, &["client", "portal", "list", "--json"])?;
    // Discord stays as it was left: with its direct messages closed.
    ensure!(portal[0]["telegram"].is_null() && portal[0]["discord"] == "UNREACHABLE", "{portal}");
    Ok(())
}

/// The business plan precedes the months: promised, drafted, delivered, and opened from its notice.
async fn plan_first(world: &World, studio: &TestStudio, client: &str) -> Result<()> {
    let owed = world::command(studio, &["plan", "list", "--json"])?;
    ensure!(owed[0]["plan_due_at"].is_string(), "the finished questionnaire asked for it: {owed}");
    world.telegram.user_sends(CREATOR, "/home");
    world.telegram_says("Your business plan is being created").await?;
    let id = world::client_id(studio, client).await?;
    world::until(studio, CAP, "the plan waits for review", async |tx| {
        let plans = documents::plans(tx, &Actor::System, &id).await?;
        Ok(plans.iter().any(|plan| plan.status == DocumentStatus::PendingReview).then_some(()))
    })
    .await?;
    ensure!(world.model.requests().iter().any(|request| request.system_text().contains("Executive summary")));
    world::command(studio, &["plan", "approve", client, "--deliver", "--json"])?;
    let ready = world.telegram_says("your business plan is ready").await?;
    world.telegram.user_presses(CREATOR, ready, "Open the plan")?;
    says(&world.telegram_file("business-plan").await?, &["Prepared for Maya Okonkwo by"])
}

/// Whether a file is a PDF in which all of this can be read.
fn says(file: &[u8], parts: &[&str]) -> Result<()> {
    ensure!(file.starts_with(b"%PDF-"), "the file is a PDF");
    let Some(text) = paper::text(file) else { return Ok(()) };
    match parts.iter().find(|part| !text.contains(**part)) {
        Some(part) => anyhow::bail!("the document does not say {part:?}: {text}"),
        None => Ok(()),
    }
}

/// The journey starts, the engine drafts the first month, and the admin delivers it from the dashboard.
async fn draft_and_review(world: &World, studio: &TestStudio, client: &str) -> Result<()> {
    let started = world::command(studio, &["journey", "start", client, "--json"])?;
    ensure!(started["automations"].as_array().map(Vec::len) == Some(32), "32 time rows: {started}");
    let id = world::client_id(studio, client).await?;
    let draft = world::until(studio, CAP, "a draft waits for review", async |tx| {
        Ok(documents::list(tx, &Actor::System, &id)
            .await?
            .into_iter()
            .find(|document| document.month == Some(1) && document.status == DocumentStatus::PendingReview))
    })
    .await?;
    ensure!(world.model.requests().iter().any(|request| request.system_text().contains("Foundation Excellence")
        && request.last_user_text().contains("Business plan, summary: ")));
    let mut dashboard = world::dashboard(studio)?;
    dashboard.wait_for(&["Today", "document to review"], CAP).await?;
    dashboard.send("r")?;
    dashboard.wait_for(&["Review", "Maya Okonkwo", "Foundation Excellence"], CAP).await?;
    dashboard.send("A")?;
    dashboard.wait_for(&["y "], CAP).await?;
    dashboard.send("y")?;
    world::until(studio, CAP, "the draft is delivered", async |tx| {
        let now = documents::get(tx, &Actor::System, &draft.id).await?;
        Ok((now.status == DocumentStatus::Delivered).then_some(()))
    })
    .await?;
    dashboard.send("\x1b")?;
    dashboard.wait_for(&["Today"], CAP).await?;
    dashboard.send("q")?;
    ensure!(dashboard.wait_end(CAP).await? == 0, "the dashboard ends well");
    ensure!(dashboard.is_clean(), "the terminal is left as it was found");
    Ok(())
}

/// READY arrives with a button; the button brings the file and counts as opened; the client writes,
/// the studio reads it in the inbox and answers, and the answer arrives.
async fn read_and_answer(world: &World, studio: &TestStudio, client: &str) -> Result<()> {
    let ready = world.telegram_says("Month 1 is ready").await?;
    let id = world::client_id(studio, client).await?;
    let mut listed = documents::list(&mut studio.db.read().await?, &Actor::System, &id).await?;
    listed.retain(|document| document.month.is_some());
    ensure!(listed.iter().all(|document| document.first_opened_at.is_none()), "a push alone never counts as opened");
    world.telegram.user_presses(CREATOR, ready, "Open")?;
    let file = world.telegram_file("month-1").await?;
    says(&file, &["Foundation Excellence", "Prepared for Maya Okonkwo by", "Interview five learners", "1 of "])?;
    world::until(studio, CAP, "the document counts as opened", async |tx| {
        let rows = documents::list(tx, &Actor::System, &id).await?;
        let opened = |row: &documents::DocumentRow| row.month == Some(1) && row.first_opened_at.is_some();
        Ok(rows.iter().any(opened).then_some(()))
    })
    .await?;

    world.telegram.user_sends(CREATOR, "When will the logo be ready?");
    let asked = world.telegram_says("Send this to your studio team?").await?;
    world.telegram.user_presses(CREATOR, asked, "Send")?;
    world.telegram_says("Sent:").await?;
    let mut dashboard = world::dashboard(studio)?;
    dashboard.wait_for(&["message unanswered"], CAP).await?;
    dashboard.send("i")?;
    dashboard.wait_for(&["Inbox", "Maya Okonkwo", "When will the logo"], CAP).await?;
    drop(dashboard);
    let threads = world::command(studio, &["thread", "list", "--unread", "--json"])?;
    let thread = threads[0]["id"].as_str().context("the thread is listed")?.to_owned();
    world::command(studio, &["thread", "reply", &thread, "--body", "On Friday, at noon.", "--json"])?;
    world.telegram_says("On Friday, at noon.").await?;
    Ok(())
}

/// The creator links Discord, asks, sees the answer grow, and rates it.
async fn ask_the_coach(world: &World, studio: &TestStudio, client: &str) -> Result<()> {
    let invite = world::command(studio, &["client", "invite", client, "--json"])?;
    let code = invite["code"].as_str().context("an invitation has a code")?;
    let (member, channel) = (world.member, world.channel);
    world.discord.wait_command(CAP, "coach").await?;
    let link = world.discord.slash(member, channel, "link", json!({ "code": code }))?;
    let asked = link.wait_for(CAP, "a question who it is", |answer| answer.words().contains("Is that you?")).await?;
    ensure!(asked.is_ephemeral(), "a link is nobody else's business");
    let card = asked.original.context("the question is a message")?.id;
    world.discord.press(member, card, "Yes, that is me")?;
    link.wait_for(CAP, "the welcome", |answer| answer.words().contains("Thank you")).await?;

    let question = json!({ "question": world::QUESTION });
    let asked = world.discord.slash(member, channel, "coach ask", question)?;
    let answer = asked.wait_for(CAP, "the whole answer with its thumbs", |answer| {
        let mut buttons = answer.original.iter().flat_map(|message| message.now.buttons()).flatten();
        answer.words().contains(world::LAST_WORDS) && buttons.any(|button| button.label == "👍")
    });
    let answer = answer.await?;
    ensure!(answer.is_ephemeral(), "an answer is for the one who asked");
    let id = world::client_id(studio, client).await?;
    let card = answer.original.context("the answer is a message")?.id;
    world.discord.press(member, card, "👍")?;
    let rated = world::until(studio, CAP, "the rating is kept", async |tx| {
        let conversations = coach::conversations(tx, &Actor::System, &id).await?;
        let Some(first) = conversations.first() else { return Ok(None) };
        let said = coach::transcript(tx, &Actor::System, &first.id).await?;
        Ok(said.into_iter().find_map(|message| message.rating))
    })
    .await?;
    ensure!(rated == Rating::Up);
    Ok(())
}
