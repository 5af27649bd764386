use chrono::TimeDelta;

use super::fixture::{account, linked, stranger};
use super::*;
use crate::clients::{self, Status};
use crate::config::Settings;
use crate::delivery::{self, Channel};
use crate::events::{self, EventKind};
use crate::staff::{Actor, Role};
use crate::testing::{on_both, on_both_with};
use crate::{Error, Studio, fetch_all};

async fn peek(studio: &Studio, code: &str) -> Result<String, LinkRefusal> {
    let mut tx = studio.db.read().await.unwrap();
    let peeked = peek_invite(&mut tx, code, studio.clock.now()).await.unwrap();
    peeked.map(|client| client.full_name.raw().to_owned())
}

#[tokio::test]
async fn oracle_invite() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = stranger(&studio, "Ada").await;
        let start = studio.clock.now();
        let first = invite(&studio, &owner, &ada.id).await.unwrap();
        studio.clock.set(start + TimeDelta::days(6));
        assert_eq!(peek(&studio, &first.code).await, Ok("Ada".into()));
        studio.clock.set(start + TimeDelta::days(7) + TimeDelta::seconds(1));
        assert_eq!(peek(&studio, &first.code).await, Err(LinkRefusal::Expired));
        let link_expired = link(&studio, &first.code, &account(Channel::Telegram, "Ada")).await.unwrap();
        assert_eq!(link_expired.unwrap_err(), LinkRefusal::Expired);

        let second = invite(&studio, &owner, &ada.id).await.unwrap();
        let third = invite(&studio, &owner, &ada.id).await.unwrap();
        let replaced = link(&studio, &second.code, &account(Channel::Telegram, "Ada")).await.unwrap();
        assert_eq!(replaced.unwrap_err(), LinkRefusal::Expired, "the newer one kills the older");
        link(&studio, &third.code, &account(Channel::Telegram, "Ada")).await.unwrap().unwrap();
        let reused = link(&studio, &third.code, &account(Channel::Telegram, "Bo")).await.unwrap();
        assert_eq!(reused.unwrap_err(), LinkRefusal::Used);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_brings_nobody_into_a_full_programme() {
    let mut settings = Settings::default();
    settings.studio.client_limit = 1;
    on_both_with(settings, |studio| async move {
        let owner = Actor::local_owner();
        let (ada, bo) = (stranger(&studio, "Ada").await, stranger(&studio, "Bo").await);
        invite(&studio, &owner, &ada.id).await.unwrap();
        invite(&studio, &owner, &ada.id).await.expect("who has a place may be invited again");
        let full = invite(&studio, &owner, &bo.id).await.unwrap_err();
        assert!(full.to_string().contains("studio.client_limit"), "{full}");
    })
    .await;
}

#[tokio::test]
async fn a_code_is_43_characters_of_which_only_the_hash_is_kept() {
    let mut settings = Settings::default();
    settings.telegram.bot_username = "wavelaunch_bot".into();
    on_both_with(settings, |studio| async move {
        let ada = stranger(&studio, "Ada").await;
        let invite = invite(&studio, &Actor::local_owner(), &ada.id).await.unwrap();
        assert_eq!(invite.code.len(), 43);
        assert_eq!(invite.telegram_link, Some(format!("https://t.me/wavelaunch_bot?start={}", invite.code)));
        let mut tx = studio.db.read().await.unwrap();
        let hashes = fetch_all!(tx, (String,), "SELECT token_hash FROM portal_invites").unwrap();
        assert_eq!(hashes[0].0.len(), 64);
        assert!(!hashes[0].0.contains(&invite.code));
        let pending = pending_invites(&mut tx, studio.clock.now()).await.unwrap();
        assert_eq!(pending[0].full_name.raw(), "Ada");
        let client = clients::get(&mut tx, &ada.id).await.unwrap().unwrap();
        assert_eq!(client.status, Status::Onboarding);
        for wrong in ["", "x", &invite.code[..42], "../../etc/passwd", "\u{1b}[2J"] {
            let peeked = peek_invite(&mut tx, wrong, studio.clock.now()).await.unwrap();
            assert_eq!(peeked.unwrap_err(), LinkRefusal::Unknown);
        }
    })
    .await;
}

#[tokio::test]
async fn an_admin_issues_so_many_invitations_an_hour() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = stranger(&studio, "Ada").await;
        for _ in 0..20 {
            invite(&studio, &owner, &ada.id).await.unwrap();
        }
        let refused = invite(&studio, &owner, &ada.id).await.unwrap_err();
        assert!(refused.to_string().contains("20 invitations within an hour"), "{refused}");
        studio.clock.advance(TimeDelta::hours(1));
        invite(&studio, &owner, &ada.id).await.unwrap();
        let viewer = Actor::Admin { id: None, role: Role::Viewer };
        assert!(matches!(invite(&studio, &viewer, &ada.id).await, Err(Error::Forbidden { .. })));
    })
    .await;
}

#[tokio::test]
async fn an_archived_client_is_neither_invited_nor_let_in() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = stranger(&studio, "Ada").await;
        let open = invite(&studio, &owner, &ada.id).await.unwrap();
        clients::archive(&studio, &owner, &ada.id).await.unwrap();
        assert_eq!(peek(&studio, &open.code).await, Err(LinkRefusal::Archived));
        assert!(matches!(invite(&studio, &owner, &ada.id).await, Err(Error::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn one_chat_account_stands_for_one_client() {
    on_both(|studio| async move {
        linked(&studio, "Ada", &[Channel::Telegram]).await;
        let bo = stranger(&studio, "Bo").await;
        let code = invite(&studio, &Actor::local_owner(), &bo.id).await.unwrap().code;
        let refused = link(&studio, &code, &account(Channel::Telegram, "Ada")).await.unwrap();
        assert_eq!(refused.unwrap_err(), LinkRefusal::OtherAccount);
        // The code was not burnt by the wrong account.
        link(&studio, &code, &account(Channel::Telegram, "Bo")).await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_new_account_takes_the_place_of_the_old_one_which_is_told() {
    on_both(|studio| async move {
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let code = invite(&studio, &Actor::local_owner(), &ada.id).await.unwrap().code;
        link(&studio, &code, &account(Channel::Telegram, "New phone")).await.unwrap().unwrap();
        let mut tx = studio.db.read().await.unwrap();
        assert!(identity(&mut tx, Channel::Telegram, "Ada-TELEGRAM").await.unwrap().is_none());
        let (client, identity) = identity(&mut tx, Channel::Telegram, "New phone-TELEGRAM").await.unwrap().unwrap();
        assert_eq!((client.id, identity.client_id), (ada.id.clone(), ada.id));
        drop(tx);
        let told = delivery::claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert_eq!(told[0].recipient, "chat-Ada-TELEGRAM");
        assert!(told[0].body.text.to_plain().contains("linked to another Telegram account"));
    })
    .await;
}

#[tokio::test]
async fn whoever_stops_can_start_again_and_whoever_was_unlinked_cannot() {
    on_both(|studio| async move {
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let find = || async {
            let mut tx = studio.db.read().await.unwrap();
            identity(&mut tx, Channel::Telegram, "Ada-TELEGRAM").await.unwrap().map(|(_, identity)| identity)
        };
        assert!(resume(&studio, Channel::Telegram, "Ada-TELEGRAM").await.unwrap().is_none(), "nothing was stopped");
        stop(&studio, &find().await.unwrap()).await.unwrap();
        assert!(find().await.is_none());
        let inactive = access(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap();
        assert_eq!(inactive.status, AccessStatus::Inactive);
        assert_eq!(resume(&studio, Channel::Telegram, "Ada-TELEGRAM").await.unwrap().unwrap().id, ada.id);
        assert!(find().await.is_some());
        assert_eq!(unlink(&studio, &Actor::local_owner(), &ada.id, None).await.unwrap(), 1);
        assert!(resume(&studio, Channel::Telegram, "Ada-TELEGRAM").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn access_is_what_the_studio_sees_of_it() {
    on_both(|studio| async move {
        let status = |id: crate::id::ClientId| {
            let db = studio.db.clone();
            async move { access(&mut db.read().await.unwrap(), &id).await.unwrap().status }
        };
        let ada = stranger(&studio, "Ada").await;
        assert_eq!(status(ada.id.clone()).await, AccessStatus::NotCreated);
        let code = invite(&studio, &Actor::local_owner(), &ada.id).await.unwrap().code;
        assert_eq!(status(ada.id.clone()).await, AccessStatus::Invited);
        link(&studio, &code, &account(Channel::Discord, "Ada")).await.unwrap().unwrap();
        assert_eq!(status(ada.id.clone()).await, AccessStatus::Active);
        blocked(&studio, Channel::Discord, "Ada-DISCORD", "direct messages are closed").await.unwrap();
        let access = access(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap();
        assert_eq!(access.identities[0].unreachable_reason.as_deref(), Some("direct messages are closed"));
        unblocked(&studio, Channel::Discord, "Ada-DISCORD").await.unwrap();
        let kinds: Vec<EventKind> = events::page(&mut studio.db.read().await.unwrap(), Some(&ada.id), None, 20)
            .await
            .unwrap()
            .into_iter()
            .map(|event| event.kind)
            .collect();
        for kind in
            [EventKind::PortalInvited, EventKind::PortalActivated, EventKind::ChatLinked, EventKind::ChatBlocked]
        {
            assert!(kinds.contains(&kind), "{kind:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn asking_for_a_new_link_is_noted_once_a_day() {
    on_both(|studio| async move {
        let ada = stranger(&studio, "Ada").await;
        let code = invite(&studio, &Actor::local_owner(), &ada.id).await.unwrap().code;
        studio.clock.advance(TimeDelta::days(8));
        for _ in 0..3 {
            request_new_invite(&studio, &code).await.unwrap();
        }
        request_new_invite(&studio, "unknown").await.unwrap();
        let events = events::page(&mut studio.db.read().await.unwrap(), None, None, 20).await.unwrap();
        let asked = events.iter().filter(|event| event.description.contains("asks for a new one")).count();
        assert_eq!(asked, 1);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_mailed_once_and_its_code_is_kept_nowhere() {
    crate::testing::on_both_with(fixture::with_email(), |studio| async move {
        let owner = Actor::local_owner();
        let ada = fixture::stranger(&studio, "Ada").await;
        invite(&studio, &owner, &ada.id).await.unwrap();
        let second = invite(&studio, &owner, &ada.id).await.unwrap();
        assert_eq!(second.mailed_to.as_deref(), Some("ada@example.com"));
        let leased = delivery::claim(&studio, "w", Channel::Email, 9).await.unwrap();
        assert_eq!(leased.len(), 1, "the one before it was withdrawn");
        assert_eq!(leased[0].recipient, "ada@example.com");
        assert!(leased[0].body.text.to_plain().contains(&second.code));
        let shown = delivery::show(&mut studio.db.read().await.unwrap(), &leased[0].id).await.unwrap();
        assert!(!shown.body.to_string().contains(&second.code), "nobody looks at it on its way");
        delivery::sent(&studio, &leased[0], &[]).await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        let kept = "SELECT CAST(body AS TEXT) FROM outbox WHERE id = $1";
        let kept = crate::fetch_scalar!(tx, String, kept, &leased[0].id).unwrap();
        assert!(!kept.contains(&second.code), "{kept}");
        assert!(delivery::claim(&studio, "w", Channel::Email, 9).await.unwrap().is_empty());
    })
    .await;
}
