//! The staff on Telegram: linked by a code, told once, and heard when they press.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::staff::{self, Actor, Role, chat};
use wavelaunch_shared::{digest, journey, portal};
use wavelaunch_tests::telegram::FakeTelegram;

use super::stage::{Bots, CAP, linked, studio};

const ANA: i64 = 501;
const BO: i64 = 601;

#[tokio::test]
async fn a_member_of_staff_links_a_chat_reads_notices_and_acts_on_them() -> Result<()> {
    let telegram = FakeTelegram::start().await?;
    let studio = studio(Some(&telegram), None).await;
    let owner = Actor::local_owner();
    telegram.started_user(ANA, "Ana", None);
    let ana = linked(&studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    journey::start(&studio, &owner, &ana.id, None).await?;
    staff::add(&studio, &owner, "bo@example.com", Some("Bo Lindqvist"), Role::Manager).await?;
    let bots = Bots::start(&studio).await?;

    telegram.user(BO, "Bo", None);
    telegram.user_sends(BO, &format!("/start {}", chat::code(&studio, &owner, "bo@example.com").await?.code));
    let asked = telegram.wait_message(BO, CAP, |message| message.text().contains("Bo Lindqvist")).await?;
    telegram.user_presses(BO, asked.id, "Yes, that is me")?;
    let linked = || async {
        Ok::<_, anyhow::Error>(chat::member(&mut studio.db.read().await?, Channel::Telegram, &BO.to_string()).await?)
    };
    telegram.wait_message(BO, CAP, |message| message.text().contains("Notices come here")).await?;
    assert_eq!(linked().await?.map(|(admin, _)| admin.email).as_deref(), Some("bo@example.com"));

    journey::request_break(&studio, &ana.id, Some(&"exams".into())).await?;
    let told = telegram.wait_message(BO, CAP, |message| message.text().contains("asks for a break")).await?;
    telegram.user_presses(BO, told.id, "Send a message")?;
    telegram.wait_message(BO, CAP, |message| message.text().starts_with("Write to Ana Lima")).await?;
    telegram.user_sends(BO, "Of course. Until when?");
    telegram.wait_message(ANA, CAP, |message| message.text().contains("Of course. Until when?")).await?;
    let filter = portal::ThreadFilter { client: Some(ana.id.clone()), ..Default::default() };
    let threads = portal::list(&mut studio.db.read().await?, &filter, None, 10).await?;
    assert_eq!(threads.first().context("a conversation")?.last_from_admin, Some(true));

    studio.clock.advance(TimeDelta::days(7));
    telegram.wait_message(BO, CAP, |message| message.text().starts_with("The week in short")).await?;
    assert_eq!(digest::list(&mut studio.db.read().await?, &owner, 10).await?.len(), 1);
    let weeks = telegram.chat(BO).iter().filter(|message| message.text().starts_with("The week in short")).count();
    assert_eq!(weeks, 1);

    assert!(telegram.refused().is_empty(), "{:?}", telegram.refused());
    telegram.user_blocks(BO);
    let blocked = async {
        while linked().await?.is_none_or(|(_, account)| account.unreachable_at.is_none()) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(CAP, blocked).await.context("the block was not noted")??;
    bots.end().await?;
    let refused = telegram.refused();
    assert!(refused.iter().all(|entry| entry.to_string().contains("bot was blocked by the user")), "{refused:?}");
    Ok(())
}
