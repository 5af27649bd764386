use wavelaunch_shared::staff::notices::NoticeKind;
use wavelaunch_shared::staff::{self, Role};
use wavelaunch_shared::testing::{self, TestStudio};
use wavelaunch_shared::{journey, portal};

use super::*;
use crate::talk::Platform;
use crate::talk::tests::{Chat, client};

/// A member of staff whose Telegram account is linked.
async fn linked(studio: &TestStudio, role: Role) -> (Admin, Chat<'_>) {
    let owner = Actor::local_owner();
    let admin = staff::add(studio, &owner, "bo@example.com", Some("Bo Lindqvist"), role).await.unwrap();
    let code = chat::code(studio, &owner, &admin.email).await.unwrap().code;
    let mut chat = Chat::new(studio, Platform::Telegram, "77");
    chat.command("start", &code).await;
    chat.press("Yes, that is me").await;
    (admin, chat)
}

#[tokio::test]
async fn a_member_of_staff_links_a_chat_and_chooses_what_comes() {
    let studio = testing::sqlite().await;
    let (admin, mut chat) = linked(&studio, Role::Manager).await;
    chat.press("Which notices?").await;
    chat.press("Late months").await;
    chat.command("home", "").await;
    chat.write("Hello?").await;
    chat.command("stop", "").await;
    chat.press("Yes, end them").await;
    chat.write("Hello?").await;
    insta::assert_snapshot!(chat.transcript);
    let mut tx = studio.db.read().await.unwrap();
    let all = notices::switches(&mut tx, &Actor::local_owner(), &admin.id).await.unwrap();
    let off: Vec<NoticeKind> = all.iter().filter(|switch| !switch.enabled).map(|switch| switch.kind).collect();
    assert_eq!(off, [NoticeKind::Late, NoticeKind::Message]);
    assert!(chat::accounts(&mut tx, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_notice_is_acted_on_where_it_is_read() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Ada Obi").await;
    let code = portal::invite(&studio, &Actor::local_owner(), &ada.id).await.unwrap().code;
    let mut phone = Chat::new(&studio, Platform::Telegram, "1");
    phone.command("start", &code).await;
    phone.press("Yes, that is me").await;
    journey::start(&studio, &Actor::local_owner(), &ada.id, Some("2026-03-30".parse().unwrap())).await.unwrap();
    let (_, mut bo) = linked(&studio, Role::Manager).await;
    journey::request_break(&studio, &ada.id, Some(&"exams".into())).await.unwrap();
    journey::tick(&studio, "test").await.unwrap();
    bo.transcript.clear();
    bo.arrivals_for("77").await;
    bo.press("Look at the client").await;
    bo.press("Send a message").await;
    bo.write("Of course. Until when?").await;
    bo.write("And now?").await;
    insta::assert_snapshot!(bo.transcript);
    phone.transcript.clear();
    // One message of a chat is on its way at a time.
    while !phone.transcript.contains("Of course") {
        let before = phone.transcript.len();
        phone.arrivals_for("1").await;
        assert!(phone.transcript.len() > before, "it never came: {}", phone.transcript);
    }
}

#[tokio::test]
async fn a_chat_gives_no_more_rights_than_the_dashboard() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Ada Obi").await;
    let (_, mut chat) = linked(&studio, Role::Viewer).await;
    chat.press_action(&StaffAction::Invite(ada.id.clone()).to_string()).await;
    assert!(chat.transcript.contains("your role (VIEWER) may not"), "{}", chat.transcript);
    chat.press_action(&StaffAction::Client(ada.id).to_string()).await;
    assert!(chat.transcript.contains("Status: lead"), "{}", chat.transcript);
    chat.press_action("staff:retry:nonsense").await;
    assert_eq!(chat.transcript.matches("your role (VIEWER) may not").count(), 2, "{}", chat.transcript);
}

#[tokio::test]
async fn an_account_is_a_clients_or_the_staffs() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Ada Obi").await;
    let (_, mut chat) = linked(&studio, Role::Owner).await;
    let code = portal::invite(&studio, &Actor::local_owner(), &ada.id).await.unwrap().code;
    chat.command("start", &code).await;
    assert!(chat.transcript.ends_with("[Which notices?]\n\n"), "a client's link is not used: {}", chat.transcript);
    let owner = Actor::local_owner();
    let mut phone = Chat::new(&studio, Platform::Telegram, "1");
    phone.command("start", &code).await;
    phone.press("Yes, that is me").await;
    let code = chat::code(&studio, &owner, "bo@example.com").await.unwrap().code;
    phone.command("start", &code).await;
    assert!(phone.transcript.contains("I do not know this link"), "{}", phone.transcript);
}
