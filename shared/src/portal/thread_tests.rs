use chrono::TimeDelta;

use super::fixture::linked;
use super::threads::ThreadShow;
use super::*;
use crate::clients::Client;
use crate::delivery::{self, Channel, State};
use crate::events::{self, EventKind};
use crate::id::ThreadId;
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both};
use crate::text::Foreign;
use crate::{Error, Studio};

async fn ask(studio: &Studio, client: &Client, subject: &str, body: &str) -> ThreadId {
    let new = NewThread { subject: subject.into(), body: body.into(), ..NewThread::default() };
    let actor = Actor::Client(client.id.clone());
    match open_thread(studio, &actor, &client.id, &new, "TELEGRAM").await.unwrap() {
        Posted::Sent(thread, _) => thread,
        other => panic!("{other:?}"),
    }
}

async fn rows(studio: &TestStudio, show: ThreadShow) -> Vec<ThreadRow> {
    let filter = ThreadFilter { client: None, show };
    list(&mut studio.db.read().await.unwrap(), &filter, None, 50).await.unwrap()
}

#[tokio::test]
async fn a_conversation_counts_what_is_unread_and_how_long_the_client_waits() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let me = Actor::Client(ada.id.clone());
        let asked_at = studio.clock.now();
        let id = ask(&studio, &ada, "Logo\n\n draft", "Is it ready?").await;
        studio.clock.advance(TimeDelta::minutes(5));
        post_from_client(&studio, &ada.id, &id, &"Hello?".into(), "TELEGRAM").await.unwrap();
        let waiting = rows(&studio, ThreadShow::Waiting).await;
        assert_eq!(waiting[0].thread.subject.raw(), "Logo draft");
        assert_eq!(waiting[0].thread.waiting_since, Some(asked_at), "the clock runs from the first question");
        assert_eq!((waiting[0].thread.unread_by_admin, waiting[0].last_from_admin), (2, Some(false)));
        mark_read(&studio, &owner, &id).await.unwrap();
        assert!(rows(&studio, ThreadShow::Unread).await.is_empty());

        reply_from_admin(&studio, &owner, &id, "  Tomorrow.\n").await.unwrap();
        assert!(rows(&studio, ThreadShow::Waiting).await.is_empty());
        let mut tx = studio.db.read().await.unwrap();
        assert_eq!(unread(&mut tx, &ada.id).await.unwrap(), 1);
        let written = messages(&mut tx, &me, &id).await.unwrap();
        drop(tx);
        let bodies: Vec<&str> = written.iter().map(|message| message.body.raw()).collect();
        assert_eq!(bodies, ["Is it ready?", "Hello?", "Tomorrow."]);
        assert_eq!(written[2].delivery, Some(State::Queued));
        let leased = delivery::claim(&studio, "w", Channel::Telegram, 5).await.unwrap().remove(0);
        assert_eq!(leased.body.buttons[0][0].action, format!("reply:{id}"));
        delivery::sent(&studio, &leased, &[]).await.unwrap();
        let written = messages(&mut studio.db.read().await.unwrap(), &owner, &id).await.unwrap();
        assert_eq!(written[2].delivery, Some(State::Sent));

        mark_read(&studio, &me, &id).await.unwrap();
        assert_eq!(unread(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_closed_conversation_takes_no_more_messages() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let id = ask(&studio, &ada, "Logo", "Is it ready?").await;
        close(&studio, &owner, &id).await.unwrap();
        assert!(matches!(close(&studio, &owner, &id).await, Err(Error::Refused(_))));
        let posted = post_from_client(&studio, &ada.id, &id, &"more".into(), "TELEGRAM").await.unwrap();
        assert_eq!(posted, Posted::Closed("Logo".into()));
        assert!(matches!(reply_from_admin(&studio, &owner, &id, "more").await, Err(Error::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn a_client_sends_so_many_messages_an_hour() {
    on_both(|studio| async move {
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let id = ask(&studio, &ada, "Logo", "1").await;
        for number in 2..=10 {
            studio.clock.advance(TimeDelta::minutes(1));
            let posted = post_from_client(&studio, &ada.id, &id, &Foreign::from(number.to_string()), "TELEGRAM").await;
            assert!(matches!(posted.unwrap(), Posted::Sent(..)), "{number}");
        }
        let refused = post_from_client(&studio, &ada.id, &id, &"11".into(), "TELEGRAM").await.unwrap();
        assert_eq!(refused, Posted::TooMany { limit: 10, minutes: 51 });
        studio.clock.advance(TimeDelta::minutes(51));
        let posted = post_from_client(&studio, &ada.id, &id, &"11".into(), "TELEGRAM").await.unwrap();
        assert!(matches!(posted, Posted::Sent(..)));
        for empty in ["", "  \n\t"] {
            let refused = post_from_client(&studio, &ada.id, &id, &empty.into(), "TELEGRAM").await;
            assert!(matches!(refused, Err(Error::Invalid(_))));
        }
    })
    .await;
}

#[tokio::test]
async fn oracle_isolation() {
    on_both(|studio| async move {
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let bo = linked(&studio, "Bo", &[Channel::Telegram]).await;
        let id = ask(&studio, &ada, "Private", "About my brand").await;
        let intruder = Actor::Client(bo.id.clone());
        let nowhere = ThreadId::new(studio.clock.now());

        let foreign = thread(&studio, &intruder, &id).await.unwrap_err().to_string();
        assert_eq!(foreign, thread(&studio, &intruder, &nowhere).await.unwrap_err().to_string());
        let posted = post_from_client(&studio, &bo.id, &id, &"mine now".into(), "TELEGRAM").await.unwrap_err();
        assert_eq!(posted.to_string(), foreign);
        assert_eq!(mark_read(&studio, &intruder, &id).await.unwrap_err().to_string(), foreign);
        let mut tx = studio.db.read().await.unwrap();
        let read = messages(&mut tx, &intruder, &id).await.unwrap_err().to_string();
        assert_eq!(read, messages(&mut tx, &intruder, &nowhere).await.unwrap_err().to_string());
        let denied: Vec<_> = events::page(&mut tx, Some(&bo.id), None, 50)
            .await
            .unwrap()
            .into_iter()
            .filter(|event| event.kind == EventKind::AccessDenied)
            .collect();
        assert_eq!(denied.len(), 3);
        assert!(denied.iter().all(|event| event.metadata.as_ref().unwrap()["id"] == id.as_str()));
        let own = ThreadFilter { client: Some(bo.id.clone()), ..ThreadFilter::default() };
        assert!(list(&mut tx, &own, None, 50).await.unwrap().is_empty());
        let untouched = messages(&mut tx, &Actor::Client(ada.id.clone()), &id).await.unwrap();
        assert_eq!(untouched.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn conversations_page_by_their_newest_message() {
    on_both(|studio| async move {
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let mut ids = Vec::new();
        for subject in ["1", "2", "3"] {
            ids.push(ask(&studio, &ada, subject, "text").await);
            if subject != "2" {
                studio.clock.advance(TimeDelta::minutes(1));
            }
        }
        let filter = ThreadFilter::default();
        let mut tx = studio.db.read().await.unwrap();
        let first = list(&mut tx, &filter, None, 2).await.unwrap();
        let last = &first[1].thread;
        let rest = list(&mut tx, &filter, Some((last.last_message_at, &last.id)), 2).await.unwrap();
        let seen: Vec<&ThreadId> = first.iter().chain(&rest).map(|row| &row.thread.id).collect();
        assert_eq!(seen, [&ids[2], &ids[1], &ids[0]]);
    })
    .await;
}

#[tokio::test]
async fn an_exchange_survives_a_restart_and_tells_its_age() {
    on_both(|studio| async move {
        set_chat_state(&studio, Channel::Telegram, "1", &("draft", 7)).await.unwrap();
        let get = || async {
            let mut tx = studio.db.read().await.unwrap();
            chat_state::<(String, i64)>(&mut tx, Channel::Telegram, "1").await.unwrap()
        };
        let since = studio.clock.now();
        studio.clock.advance(TimeDelta::hours(24));
        assert_eq!(get().await, Some((("draft".into(), 7), since)));
        set_chat_state(&studio, Channel::Telegram, "1", &"another shape").await.unwrap();
        assert_eq!(get().await, None);
        clear_chat_state(&studio, Channel::Telegram, "1").await.unwrap();
    })
    .await;
}
