//! What clients are told, by which channel, and where they look it up; on SQLite.

use chrono::TimeDelta;
use wavelaunch_shared::clients;
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::delivery::{self, Channel};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing;
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{journey, portal};

use super::tests::{linked, text_of};

/// Settings of a studio that sends e-mail.
fn with_email() -> Settings {
    let mut settings = Settings::default();
    settings.email.smtp_url = Secret::new("smtp://127.0.0.1:2525");
    settings.email.from = "studio@example.com".into();
    settings
}

#[tokio::test]
async fn channels_are_tried_in_the_order_that_was_pressed_and_bring_what_was_chosen() {
    let studio = testing::sqlite_with(with_email()).await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    chat.command("settings", "").await;
    chat.press("Channels").await;
    chat.press("First: e-mail").await;
    chat.press("What comes: e-mail").await;
    chat.press("Events").await;
    chat.press("Channels").await;
    portal::blocked(&studio, Channel::Email, "3@example.com", "550 5.1.1 no such user").await.unwrap();
    chat.press("Settings").await;
    chat.press("Channels").await;
    let (chosen, ways) = portal::ways(&mut studio.db.read().await.unwrap(), &studio, &ada.id).await.unwrap();
    assert_eq!(ways.iter().map(|way| way.channel).collect::<Vec<_>>(), [Channel::Email, Channel::Telegram]);
    assert!(!chosen.wants(portal::Topic::Event, Channel::Email));
    assert!(chosen.wants(portal::Topic::Event, Channel::Telegram));
    insta::assert_snapshot!(chat.transcript);
}

#[tokio::test]
async fn what_was_told_is_looked_up_and_leads_on() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    chat.command("news", "").await;
    for milestone in ["the first order", "the hundredth order"] {
        let owner = Actor::local_owner();
        journey::milestone(&studio, &owner, &ada.id, &Foreign::from(milestone)).await.unwrap();
        studio.clock.advance(TimeDelta::days(1));
    }
    chat.command("news", "").await;
    let entry = chat.button("notice:");
    chat.press(&entry.label).await;
    chat.press("Back to the list").await;
    chat.press("Only unread").await;
    chat.press("All read").await;
    let (_, mut stranger) = linked(&studio, "Boris").await;
    let foreign = stranger.press_action(&entry.action).await;
    assert_eq!(text_of(&foreign), text_of(&stranger.press_action("notice:cabcdefghijklmnopqrstuvwx").await));
    insta::assert_snapshot!(chat.transcript);
}

#[tokio::test]
async fn another_address_is_taken_with_the_code_that_was_sent_to_it() {
    let studio = testing::sqlite_with(with_email()).await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    chat.command("profile", "").await;
    chat.press("E-mail").await;
    chat.write("ada@new.example").await;
    let sent = delivery::claim(&studio, "w", Channel::Email, 9).await.unwrap();
    let mail = sent.iter().find(|mail| mail.recipient == "ada@new.example").expect("a code was sent");
    let code: String = mail.body.text.to_plain().chars().filter(char::is_ascii_digit).collect();
    assert_eq!(code.len(), 6);
    let wrong = if code == "000000" { "111111" } else { "000000" };
    chat.write(wrong).await;
    chat.write(&code).await;
    let now = clients::get(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap().unwrap();
    assert_eq!(now.email, "ada@new.example");
    let (_, ways) = portal::ways(&mut studio.db.read().await.unwrap(), &studio, &ada.id).await.unwrap();
    assert!(ways.iter().any(|way| way.channel == Channel::Email && way.unreachable_at.is_none()));
    delivery::sent(&studio, mail, &[]).await.unwrap();
    let kept = delivery::show(&mut studio.db.read().await.unwrap(), &mail.id).await.unwrap();
    assert!(!kept.body.to_string().contains(&code), "a code is not kept");
    chat.press("E-mail").await;
    chat.write("ada@third.example").await;
    for _ in 0..5 {
        chat.write("no").await;
    }
    let refused = chat.write("no").await;
    assert!(text_of(&refused).contains("That code no longer works"));
}
