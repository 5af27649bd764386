use chrono::TimeDelta;

use super::*;
use crate::events::EventKind;
use crate::portal::{Account, fixture};
use crate::staff::{self, Actor, Role};
use crate::testing::{TestStudio, on_both};

async fn admin(studio: &TestStudio, email: &str, role: Role) -> staff::Admin {
    staff::add(studio, &Actor::local_owner(), email, None, role).await.unwrap()
}

fn account(name: &str, platform: Channel) -> Account {
    fixture::account(platform, name)
}

async fn linked(studio: &TestStudio, email: &str, name: &str, platform: Channel) {
    let code = code(studio, &Actor::local_owner(), email).await.unwrap().code;
    link(studio, &code, &account(name, platform)).await.unwrap().unwrap();
}

async fn who(studio: &TestStudio, name: &str, platform: Channel) -> Option<String> {
    let external = format!("{name}-{}", platform.as_str());
    let found = member(&mut studio.db.read().await.unwrap(), platform, &external).await.unwrap();
    found.map(|(admin, _)| admin.email)
}

#[tokio::test]
async fn a_code_links_one_account_once_and_within_a_day() {
    on_both(|studio| async move {
        admin(&studio, "bo@example.com", Role::Manager).await;
        let owner = Actor::local_owner();
        let first = code(&studio, &owner, "bo@example.com").await.unwrap();
        assert_eq!((first.code.len(), first.expires_at), (43, studio.clock.now() + TimeDelta::hours(24)));
        let second = code(&studio, &owner, "bo@example.com").await.unwrap();
        let bo = account("bo", Channel::Telegram);
        assert_eq!(link(&studio, &first.code, &bo).await.unwrap().unwrap_err(), CodeRefusal::Expired, "replaced");
        assert_eq!(link(&studio, "nonsense", &bo).await.unwrap().unwrap_err(), CodeRefusal::Unknown);
        assert_eq!(link(&studio, &second.code, &bo).await.unwrap().unwrap().email, "bo@example.com");
        assert_eq!(link(&studio, &second.code, &bo).await.unwrap().unwrap_err(), CodeRefusal::Used);
        assert_eq!(who(&studio, "bo", Channel::Telegram).await.as_deref(), Some("bo@example.com"));
        let third = code(&studio, &owner, "bo@example.com").await.unwrap();
        studio.clock.advance(TimeDelta::hours(25));
        let peeked = peek(&mut studio.db.read().await.unwrap(), &third.code, studio.clock.now()).await.unwrap();
        assert_eq!(peeked.unwrap_err(), CodeRefusal::Expired);
    })
    .await;
}

#[tokio::test]
async fn an_account_belongs_to_one_person_and_a_person_has_one_a_platform() {
    on_both(|studio| async move {
        for email in ["bo@example.com", "cy@example.com"] {
            admin(&studio, email, Role::Admin).await;
        }
        fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        linked(&studio, "bo@example.com", "bo", Channel::Telegram).await;
        let owner = Actor::local_owner();
        for name in ["Ada", "bo"] {
            let code = code(&studio, &owner, "cy@example.com").await.unwrap().code;
            let refused = link(&studio, &code, &account(name, Channel::Telegram)).await.unwrap();
            assert_eq!(refused.unwrap_err(), CodeRefusal::OtherAccount, "{name}");
        }
        linked(&studio, "bo@example.com", "bo-new", Channel::Telegram).await;
        assert_eq!(who(&studio, "bo", Channel::Telegram).await, None, "the old account is let go");
        assert_eq!(accounts(&mut studio.db.read().await.unwrap(), None).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_link_ends_with_a_word_and_who_leaves_the_staff_is_known_no_more() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        for email in ["bo@example.com", "cy@example.com"] {
            admin(&studio, email, Role::Viewer).await;
            linked(&studio, email, email, Channel::Telegram).await;
        }
        let bo = staff::find_by_email(&mut studio.db.read().await.unwrap(), "bo@example.com").await.unwrap().unwrap();
        let me = Actor::Admin { id: Some(bo.id), role: Role::Viewer };
        assert!(unlink(&studio, &me, "cy@example.com", None).await.is_err(), "others' accounts are an owner's to end");
        assert_eq!(unlink(&studio, &me, "bo@example.com", None).await.unwrap(), 1);
        let told = delivery::claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert_eq!((told.len(), told[0].purpose.as_str()), (1, "staff_unlinked"));
        assert_eq!(told[0].recipient, "chat-bo@example.com-TELEGRAM");
        assert_eq!(who(&studio, "bo@example.com", Channel::Telegram).await, None);
        staff::remove(&studio, &owner, "cy@example.com").await.unwrap();
        assert_eq!(who(&studio, "cy@example.com", Channel::Telegram).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_cannot_arrive_takes_the_next_account() {
    on_both(|studio| async move {
        let bo = admin(&studio, "bo@example.com", Role::Admin).await;
        for platform in [Channel::Telegram, Channel::Discord] {
            linked(&studio, "bo@example.com", "bo", platform).await;
        }
        let body = Reply::plain("news");
        let letter = delivery::StaffLetter {
            admin: &bo.id,
            channel: Channel::Telegram,
            chat_id: "chat-bo-TELEGRAM",
            body: &body,
            purpose: "test",
            dedupe: "one".into(),
            urgency: delivery::Urgency::Transactional,
        };
        let mut tx = studio.db.write().await.unwrap();
        for _ in 0..2 {
            delivery::send_to_staff(&mut tx, studio.clock.now(), &letter).await.unwrap();
        }
        tx.commit().await.unwrap();
        let leased = delivery::claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert_eq!(leased.len(), 1, "never the same twice");
        delivery::dead(&studio, &leased[0], "blocked", delivery::Cause::Recipient).await.unwrap();
        let again = delivery::claim(&studio, "w", Channel::Discord, 10).await.unwrap();
        assert_eq!((again.len(), again[0].recipient.as_str()), (1, "chat-bo-DISCORD"));
        delivery::dead(&studio, &again[0], "closed", delivery::Cause::Recipient).await.unwrap();
        let last = events::page(&mut studio.db.read().await.unwrap(), None, None, 1).await.unwrap();
        assert_eq!(last[0].kind, EventKind::DeliveryFailed);
        assert!(listeners(&mut studio.db.read().await.unwrap()).await.unwrap().is_empty());
        unblocked(&studio, Channel::Telegram, "bo-TELEGRAM").await.unwrap();
        assert_eq!(listeners(&mut studio.db.read().await.unwrap()).await.unwrap().len(), 1);
    })
    .await;
}
