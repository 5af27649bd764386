use chrono::TimeDelta;

use super::super::*;
use super::LADDER;
use crate::clients::Client;
use crate::events::{self, EventKind};
use crate::id::OutboxId;
use crate::portal::{fixture, live_identities};
use crate::staff::Actor;
use crate::testing::on_both;
use crate::text::Reply;
use crate::{Studio, execute};

/// Queues a text for a client and answers its row.
async fn queue(studio: &Studio, client: &Client, text: &str, urgency: Urgency) -> OutboxId {
    let mut tx = studio.db.write().await.unwrap();
    let queued = send(&mut tx, studio, client, &Reply::plain(text), text, urgency, "test", None).await.unwrap();
    tx.commit().await.unwrap();
    match queued {
        Queued::Queued(id) => id,
        other => panic!("{text} was not queued: {other:?}"),
    }
}

async fn state(studio: &Studio, id: &OutboxId) -> State {
    show(&mut studio.db.read().await.unwrap(), id).await.unwrap().row.state
}

fn texts(leased: &[Leased]) -> Vec<String> {
    leased.iter().map(|leased| leased.body.text.to_plain()).collect()
}

async fn kinds(studio: &Studio) -> Vec<EventKind> {
    let events = events::page(&mut studio.db.read().await.unwrap(), None, None, 100).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn oracle_two_workers() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let id = queue(&studio, &ada, "once", Urgency::Notice).await;
        let (one, two) =
            tokio::join!(claim(&studio, "one", Channel::Telegram, 10), claim(&studio, "two", Channel::Telegram, 10));
        let claimed: Vec<Leased> = one.unwrap().into_iter().chain(two.unwrap()).collect();
        assert_eq!(claimed.len(), 1);
        assert_eq!(claimed[0].recipient, "chat-Ada-TELEGRAM");
        assert_eq!(sent(&studio, &claimed[0], &["7".into()]).await.unwrap(), Recorded::Done);
        assert_eq!(sent(&studio, &claimed[0], &["8".into()]).await.unwrap(), Recorded::Stale);
        assert_eq!(state(&studio, &id).await, State::Sent);
    })
    .await;
}

#[tokio::test]
async fn many_workers_send_each_message_once_and_in_each_recipients_order() {
    on_both(|studio| async move {
        let mut expected = Vec::new();
        for name in ["Ada", "Bo", "Cy"] {
            let client = fixture::linked(&studio, name, &[Channel::Telegram]).await;
            for number in 0..5 {
                let text = format!("{name} {number}");
                queue(&studio, &client, &text, Urgency::Notice).await;
                expected.push(text);
            }
        }
        let log = std::sync::Mutex::new(Vec::new());
        let work = |worker: &'static str| {
            let (studio, log) = (&studio, &log);
            async move {
                // Three recipients, five messages each: an idle pass means that the others have the rest.
                for _ in 0..40 {
                    for leased in claim(studio, worker, Channel::Telegram, 2).await.unwrap() {
                        log.lock().unwrap().push(leased.body.text.to_plain());
                        assert_eq!(sent(studio, &leased, &[]).await.unwrap(), Recorded::Done);
                    }
                }
            }
        };
        tokio::join!(Box::pin(work("one")), Box::pin(work("two")), Box::pin(work("three")));
        let log = log.into_inner().unwrap();
        for name in ["Ada", "Bo", "Cy"] {
            let theirs: Vec<&String> = log.iter().filter(|text| text.starts_with(name)).collect();
            let ordered: Vec<&String> = expected.iter().filter(|text| text.starts_with(name)).collect();
            assert_eq!(theirs, ordered);
        }
    })
    .await;
}

#[tokio::test]
async fn a_crash_between_claim_and_record_is_in_doubt_on_telegram_and_repeated_on_discord() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let bo = fixture::linked(&studio, "Bo", &[Channel::Discord]).await;
        let telegram = queue(&studio, &ada, "to Ada", Urgency::Notice).await;
        let discord = queue(&studio, &bo, "to Bo", Urgency::Notice).await;
        let lost = claim(&studio, "crashed", Channel::Telegram, 10).await.unwrap().remove(0);
        let stale = claim(&studio, "crashed", Channel::Discord, 10).await.unwrap().remove(0);
        assert_eq!(recover_expired(&studio).await.unwrap(), Recovered::default(), "the lease still runs");
        studio.clock.advance(TimeDelta::seconds(61));
        let recovered = recover_expired(&studio).await.unwrap();
        assert_eq!(recovered, Recovered { requeued: 1, in_doubt: 1 });
        assert_eq!(state(&studio, &telegram).await, State::InDoubt);
        assert_eq!(state(&studio, &discord).await, State::Queued);
        assert!(kinds(&studio).await.contains(&EventKind::DeliveryInDoubt));
        assert!(claim(&studio, "next", Channel::Telegram, 10).await.unwrap().is_empty());

        let again = claim(&studio, "next", Channel::Discord, 10).await.unwrap().remove(0);
        assert_eq!(again.id, stale.id, "the nonce stays");
        assert!(again.epoch > stale.epoch);
        assert_eq!(sent(&studio, &stale, &["1".into()]).await.unwrap(), Recorded::Stale);
        assert_eq!(retry(&studio, &stale, "late", None).await.unwrap(), Recorded::Stale);
        assert_eq!(dead(&studio, &stale, "late", Cause::Message).await.unwrap(), Recorded::Stale);
        assert_eq!(sent(&studio, &again, &["2".into()]).await.unwrap(), Recorded::Done);

        // The sender was only slow: what it knows settles the doubt.
        assert_eq!(sent(&studio, &lost, &["3".into()]).await.unwrap(), Recorded::Done);
        assert_eq!(state(&studio, &telegram).await, State::Sent);
    })
    .await;
}

#[tokio::test]
async fn an_admin_settles_a_doubt_either_way() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let id = queue(&studio, &ada, "maybe", Urgency::Notice).await;
        assert!(settle(&studio, &owner, &id, Settlement::Sent).await.unwrap_err().to_string().contains("QUEUED"));
        let leased = claim(&studio, "w", Channel::Telegram, 1).await.unwrap().remove(0);
        in_doubt(&studio, &leased, "the connection broke").await.unwrap();
        settle(&studio, &owner, &id, Settlement::NotSent).await.unwrap();
        let again = claim(&studio, "w", Channel::Telegram, 1).await.unwrap().remove(0);
        in_doubt(&studio, &again, "again").await.unwrap();
        settle(&studio, &owner, &id, Settlement::Sent).await.unwrap();
        assert_eq!(state(&studio, &id).await, State::Sent);
        assert!(matches!(cancel(&studio, &owner, &id).await, Err(crate::Error::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn failed_tries_climb_the_ladder_and_then_the_message_is_dead() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let id = queue(&studio, &ada, "stubborn", Urgency::Notice).await;
        for wait in LADDER {
            let leased = claim(&studio, "w", Channel::Telegram, 1).await.unwrap().remove(0);
            retry(&studio, &leased, "502", None).await.unwrap();
            studio.clock.advance(wait - TimeDelta::milliseconds(1));
            assert!(claim(&studio, "w", Channel::Telegram, 1).await.unwrap().is_empty(), "before {wait}");
            studio.clock.advance(TimeDelta::milliseconds(1));
        }
        let last = claim(&studio, "w", Channel::Telegram, 1).await.unwrap().remove(0);
        retry(&studio, &last, "502\u{1b}[2J", None).await.unwrap();
        let shown = show(&mut studio.db.read().await.unwrap(), &id).await.unwrap();
        assert_eq!((shown.row.state, shown.row.attempts, shown.row.error.as_deref()), (State::Dead, 6, Some("502[2J")));
        assert!(kinds(&studio).await.contains(&EventKind::DeliveryFailed));

        retry_dead(&studio, &Actor::local_owner(), &id).await.unwrap();
        assert_eq!(claim(&studio, "w", Channel::Telegram, 1).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_the_platform_says_is_obeyed_and_costs_no_try() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let bo = fixture::linked(&studio, "Bo", &[Channel::Telegram]).await;
        queue(&studio, &ada, "a", Urgency::Notice).await;
        queue(&studio, &bo, "b", Urgency::Notice).await;
        let start = studio.clock.now();
        let scope = Scope::Recipient(Channel::Telegram, "chat-Ada-TELEGRAM".into());
        hold(&studio, &scope, start + TimeDelta::seconds(30)).await.unwrap();
        hold(&studio, &scope, start + TimeDelta::seconds(3)).await.unwrap();
        let claimed = claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert_eq!(texts(&claimed), ["b"]);
        retry(&studio, &claimed[0], "429", Some(TimeDelta::seconds(60))).await.unwrap();
        hold(&studio, &Scope::Channel(Channel::Telegram), start + TimeDelta::seconds(60)).await.unwrap();
        assert_eq!(release_after(&studio, Channel::Telegram).await.unwrap(), Some(start + TimeDelta::seconds(60)));
        studio.clock.advance(TimeDelta::seconds(59));
        assert!(claim(&studio, "w", Channel::Telegram, 10).await.unwrap().is_empty());
        studio.clock.advance(TimeDelta::seconds(1));
        let claimed = claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert_eq!(texts(&claimed), ["a", "b"]);
        assert!(claimed.iter().all(|leased| leased.attempts == 0));
    })
    .await;
}

#[tokio::test]
async fn a_retry_holds_back_what_follows_it_but_not_what_is_more_urgent() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        queue(&studio, &ada, "first", Urgency::Notice).await;
        queue(&studio, &ada, "second", Urgency::Notice).await;
        let claimed = claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert_eq!(texts(&claimed), ["first"], "one on its way at a time");
        queue(&studio, &ada, "answer", Urgency::Answer).await;
        assert!(claim(&studio, "w", Channel::Telegram, 10).await.unwrap().is_empty());
        retry(&studio, &claimed[0], "503", None).await.unwrap();
        let urgent = claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert_eq!(texts(&urgent), ["answer"]);
        sent(&studio, &urgent[0], &[]).await.unwrap();
        assert!(claim(&studio, "w", Channel::Telegram, 10).await.unwrap().is_empty(), "second waits for first");
        studio.clock.advance(TimeDelta::seconds(5));
        assert_eq!(texts(&claim(&studio, "w", Channel::Telegram, 10).await.unwrap()), ["first"]);
    })
    .await;
}

#[tokio::test]
async fn a_blocked_channel_is_left_for_the_next_one() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram, Channel::Discord]).await;
        let first = queue(&studio, &ada, "first", Urgency::Notice).await;
        let second = queue(&studio, &ada, "second", Urgency::Notice).await;
        let leased = claim(&studio, "w", Channel::Telegram, 10).await.unwrap().remove(0);
        dead(&studio, &leased, "bot was blocked by the user", Cause::Recipient).await.unwrap();
        assert_eq!(state(&studio, &first).await, State::Dead);
        let identities = live_identities(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap();
        assert_eq!(identities[0].unreachable_reason.as_deref(), Some("bot was blocked by the user"));
        // The second one finds no address on Telegram any more and moves by itself.
        assert!(claim(&studio, "w", Channel::Telegram, 10).await.unwrap().is_empty());
        assert_eq!(state(&studio, &second).await, State::Dead);
        let mut moved = Vec::new();
        while let Some(leased) = claim(&studio, "w", Channel::Discord, 1).await.unwrap().pop() {
            moved.push(leased.body.text.to_plain());
            sent(&studio, &leased, &[]).await.unwrap();
        }
        assert_eq!(moved, ["first", "second"]);
        assert!(!kinds(&studio).await.contains(&EventKind::DeliveryFailed), "nothing was lost");

        let third = queue(&studio, &ada, "third", Urgency::Notice).await;
        let leased = claim(&studio, "w", Channel::Discord, 1).await.unwrap().remove(0);
        assert_eq!(leased.id, third, "new messages go to the channel that works");
        dead(&studio, &leased, "cannot send messages to this user", Cause::Recipient).await.unwrap();
        assert!(kinds(&studio).await.contains(&EventKind::DeliveryFailed), "no channel is left: the studio is told");
    })
    .await;
}

#[tokio::test]
async fn an_unreadable_row_dies_and_the_queue_goes_on() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let broken = queue(&studio, &ada, "broken", Urgency::Notice).await;
        queue(&studio, &ada, "whole", Urgency::Notice).await;
        let mut tx = studio.db.write().await.unwrap();
        let shape = sqlx::types::Json(serde_json::json!({ "unknown": 1 }));
        execute!(tx, "UPDATE outbox SET body = $2 WHERE id = $1", &broken, &shape).unwrap();
        tx.commit().await.unwrap();
        assert!(claim(&studio, "w", Channel::Telegram, 10).await.unwrap().is_empty());
        assert_eq!(state(&studio, &broken).await, State::Dead);
        assert_eq!(texts(&claim(&studio, "w", Channel::Telegram, 10).await.unwrap()), ["whole"]);
    })
    .await;
}

#[tokio::test]
async fn the_outbox_is_listed_newest_first_by_state_and_page() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let ids = [
            queue(&studio, &ada, "1", Urgency::Notice).await,
            queue(&studio, &ada, "2", Urgency::Notice).await,
            queue(&studio, &ada, "3", Urgency::Notice).await,
        ];
        cancel(&studio, &Actor::local_owner(), &ids[1]).await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        let newest = list(&mut tx, None, None, 2).await.unwrap();
        assert_eq!(newest.iter().map(|row| &row.id).collect::<Vec<_>>(), [&ids[2], &ids[1]]);
        let rest = list(&mut tx, None, Some(&newest[1].id), 2).await.unwrap();
        assert_eq!(rest[0].id, ids[0]);
        let queued = list(&mut tx, Some(State::Queued), None, 10).await.unwrap();
        assert_eq!(queued.len(), 2);
        assert_eq!(queued[0].client_name.as_ref().unwrap().raw(), "Ada");
        assert_eq!(counts(&mut tx).await.unwrap(), [(State::Cancelled, 1), (State::Queued, 2)]);
        assert!("in-doubt".parse::<State>().unwrap() == State::InDoubt && "gone".parse::<State>().is_err());
    })
    .await;
}

#[tokio::test]
async fn news_that_was_held_up_until_the_night_waits_for_the_morning_and_an_answer_does_not() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET timezone = 'UTC' WHERE id = $1", &ada.id).unwrap();
        tx.commit().await.unwrap();
        let news = queue(&studio, &ada, "news", Urgency::Notice).await;
        queue(&studio, &ada, "answer", Urgency::Answer).await;
        // From noon until ten in the evening nobody sends.
        studio.clock.advance(TimeDelta::hours(10));
        let leased = claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert_eq!(texts(&leased), ["answer"]);
        sent(&studio, &leased[0], &["1".into()]).await.unwrap();
        assert!(claim(&studio, "w", Channel::Telegram, 10).await.unwrap().is_empty());
        let waiting = show(&mut studio.db.read().await.unwrap(), &news).await.unwrap().row;
        let morning = studio.clock.now() + TimeDelta::hours(10);
        assert_eq!((waiting.state, waiting.not_before, waiting.attempts), (State::Queued, morning, 0));
        studio.clock.set(morning);
        assert_eq!(texts(&claim(&studio, "w", Channel::Telegram, 10).await.unwrap()), ["news"]);
    })
    .await;
}
