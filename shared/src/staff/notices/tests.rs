use chrono::TimeDelta;

use super::*;
use crate::clients::Client;
use crate::delivery::{self, Channel};
use crate::documents;
use crate::journey::fixture::{begun, deliver, document, generation, owner, tick_at, time};
use crate::journey::{self, Move};
use crate::portal::{self, fixture};
use crate::staff::{self, Role, chat};
use crate::testing::{TestStudio, on_both};
use crate::text::Reply;
use crate::{Studio, execute};

/// A member of staff who reads notices on Telegram.
async fn reader(studio: &TestStudio, name: &str, role: Role) -> staff::Admin {
    let email = format!("{name}@example.com");
    let admin = staff::add(studio, &owner(), &email, None, role).await.unwrap();
    let code = chat::code(studio, &owner(), &email).await.unwrap().code;
    chat::link(studio, &code, &fixture::account(Channel::Telegram, name)).await.unwrap().unwrap();
    admin
}

/// What was queued for the staff, the oldest first: the key and the message.
async fn told(studio: &Studio) -> Vec<(String, Reply)> {
    let mut tx = studio.db.read().await.unwrap();
    let mut rows = delivery::list(&mut tx, None, None, 1000).await.unwrap();
    rows.retain(|row| row.admin_name.is_some());
    rows.reverse();
    let mut all = Vec::new();
    for row in rows {
        let body = delivery::show(&mut tx, &row.id).await.unwrap().body;
        all.push((row.purpose, serde_json::from_value(body).unwrap()));
    }
    all
}

/// Those under one key, as text.
async fn texts(studio: &Studio, key: &str) -> Vec<String> {
    let all = told(studio).await.into_iter().filter(|(of, _)| of == key);
    all.map(|(_, reply)| reply.text.to_plain()).collect()
}

fn actions(reply: &Reply) -> Vec<String> {
    reply.buttons.iter().flatten().map(|button| button.action.clone()).collect()
}

async fn pause(studio: &Studio, client: &Client) {
    let hold = Move::Pause { from: None, until: None, reason: None };
    journey::make(studio, &owner(), &client.id, &hold, None).await.unwrap();
}

#[tokio::test]
async fn a_silent_client_is_told_of_with_three_ways_on() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        reader(&studio, "bo", Role::Manager).await;
        deliver(&studio, &ada, 1).await;
        tick_at(&studio, "2026-04-06T00:30").await;
        tick_at(&studio, "2026-04-06T00:31").await;
        let all = told(&studio).await;
        let (_, notice) = all.iter().find(|(key, _)| key == "escalation").unwrap();
        assert_eq!(all.iter().filter(|(key, _)| key == "escalation").count(), 1, "once");
        let text = notice.text.to_plain();
        for part in ["Ada Obi has not opened month 1", "Document: By hand", "Due: 30 March 2026", "unopened for 6 days"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        let of = |verb: &str| format!("staff:{verb}:{}", ada.id);
        assert_eq!(actions(notice), [of("client"), of("write"), of("call")]);
    })
    .await;
}

#[tokio::test]
async fn what_waits_fails_or_is_late_is_told_once_to_each_who_wants_it() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        for name in ["bo", "cy"] {
            reader(&studio, name, Role::Admin).await;
        }
        let dy = reader(&studio, "dy", Role::Admin).await;
        for kind in [NoticeKind::Review, NoticeKind::Blocked, NoticeKind::Late] {
            set(&studio, &owner(), &dy.email, kind, false).await.unwrap();
        }
        tick_at(&studio, "2026-03-30T12:30").await;
        assert_eq!(texts(&studio, "review_waiting").await.len(), 2);
        tick_at(&studio, "2026-04-02T09:00").await;
        let late = texts(&studio, "studio_late").await;
        assert!(late.len() == 2 && late[0].contains("not delivered: its draft waits for review"), "{late:?}");
        tick_at(&studio, "2026-04-26T00:00").await;
        tick_at(&studio, "2026-04-27T00:00").await;
        let blocked = texts(&studio, "blocked").await;
        assert!(blocked.len() == 2 && blocked[0].contains("because month 1 is neither delivered nor skipped"));
        let draft = document(&studio, &ada, 1).await.unwrap();
        documents::reject(&studio, &owner(), &draft.id, "too long").await.unwrap();
        tick_at(&studio, "2026-04-30T00:00").await;
        let revise = texts(&studio, "revision_due").await;
        assert!(revise.len() == 2 && revise[0].contains("The reason was: too long"), "{revise:?}");
    })
    .await;
}

#[tokio::test]
async fn a_step_that_was_given_up_can_be_retried_from_the_notice() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        reader(&studio, "bo", Role::Admin).await;
        let row = generation(&studio, &ada, 1).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(
            tx,
            "UPDATE automation_schedules SET status = 'FAILED', retry_count = 3, error_message = 'no answer'
             WHERE id = $1",
            &row.id
        )
        .unwrap();
        let details = serde_json::json!({ "automation_id": row.id, "month": 1, "attempts": 4 });
        let (now, kind) = (studio.clock.now(), crate::events::EventKind::AutomationFailed);
        crate::events::record(&mut tx, now, &staff::Actor::System, kind, Some(&ada.id), "failed", Some(details))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        tick_at(&studio, "2026-03-30T12:01").await;
        let all = told(&studio).await;
        let (_, notice) = all.iter().find(|(key, _)| key == "gen_failed").unwrap();
        assert!(notice.text.to_plain().contains("failed after 4 attempts"), "{}", notice.text.to_plain());
        assert_eq!(actions(notice)[0], format!("staff:retry:{}", row.id));
    })
    .await;
}

#[tokio::test]
async fn a_hold_without_an_end_comes_back_every_week() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        reader(&studio, "bo", Role::Admin).await;
        pause(&studio, &ada).await;
        for at in ["2026-04-06T12:00", "2026-04-06T13:00", "2026-04-13T12:00"] {
            tick_at(&studio, at).await;
        }
        let nags = texts(&studio, "resume_nag").await;
        assert_eq!(nags.len(), 2);
        assert!(nags[1].contains("Ada Obi has been on hold since 30 March 2026 (14 days)"), "{}", nags[1]);
    })
    .await;
}

#[tokio::test]
async fn what_a_client_does_reaches_the_staff() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let bo = reader(&studio, "bo", Role::Admin).await;
        set(&studio, &owner(), &bo.email, NoticeKind::Message, true).await.unwrap();
        journey::request_break(&studio, &ada.id, Some(&"exams".into())).await.unwrap();
        let invited = fixture::stranger(&studio, "Cy Ng").await;
        let code = portal::invite(&studio, &owner(), &invited.id).await.unwrap().code;
        let me = staff::Actor::Client(ada.id.clone());
        let new = portal::NewThread { subject: "Prices".into(), body: "Too *high*?".into(), ..Default::default() };
        portal::open_thread(&studio, &me, &ada.id, &new, "TELEGRAM").await.unwrap();
        portal::blocked(&studio, Channel::Telegram, "Ada Obi-TELEGRAM", "bot was blocked").await.unwrap();
        tick_at(&studio, "2026-03-30T12:30").await;
        assert!(texts(&studio, "break_requested").await[0].contains("Reason: exams"));
        assert!(texts(&studio, "message_received").await[0].contains("Ada Obi · Prices\n\nToo *high*?"));
        assert!(texts(&studio, "channel_dead").await[0].contains("on Telegram no longer arrive: bot was blocked"));
        tick_at(&studio, "2026-04-04T12:30").await;
        tick_at(&studio, "2026-04-04T13:30").await;
        let expiring = texts(&studio, "link_expiring_admin").await;
        assert!(expiring.len() == 1 && expiring[0].contains("runs out in 48 hours"), "{expiring:?}");
        studio.clock.set(time("2026-04-10T12:00"));
        portal::request_new_invite(&studio, &code).await.unwrap();
        tick_at(&studio, "2026-04-10T12:01").await;
        assert_eq!(texts(&studio, "link_new_requested").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_call_of_the_coach_shows_the_question_to_who_may_read_it() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        reader(&studio, "bo", Role::Admin).await;
        reader(&studio, "cy", Role::Viewer).await;
        crate::coach::call_person(&studio, &ada.id, None, "TELEGRAM").await.unwrap();
        tick_at(&studio, "2026-03-30T12:01").await;
        let mut calls = texts(&studio, "coach_escalation_admin").await;
        calls.sort_by_key(|text| text.contains("may read it"));
        assert_eq!(calls.len(), 2);
        assert!(calls[0].contains("(asked for a person)"), "{}", calls[0]);
        assert!(calls[1].contains("Question: only who looks after this client may read it"), "{}", calls[1]);
        studio.clock.advance(TimeDelta::hours(crate::coach::ANSWER_HOURS));
        for _ in 0..2 {
            crate::coach::watch_clock(&studio).await.unwrap();
            tick_at(&studio, "2026-03-31T12:03").await;
        }
        let late = texts(&studio, "coach_escalation_late").await;
        assert_eq!(late.len(), 2, "each hears of it once");
        assert!(late[0].contains("Nobody has answered Ada Obi within a day"), "{}", late[0]);
    })
    .await;
}

#[tokio::test]
async fn old_events_are_no_news_and_neither_is_what_was_before_the_link() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        journey::request_break(&studio, &ada.id, None).await.unwrap();
        studio.clock.advance(TimeDelta::minutes(1));
        reader(&studio, "bo", Role::Admin).await;
        tick_at(&studio, "2026-03-30T12:02").await;
        assert!(texts(&studio, "break_requested").await.is_empty(), "it happened before the account was linked");
        let li = begun(&studio, "Bo Li", "2026-03-30").await;
        journey::request_break(&studio, &li.id, None).await.unwrap();
        tick_at(&studio, "2026-04-01T12:02").await;
        assert!(texts(&studio, "break_requested").await.is_empty(), "two days old");
    })
    .await;
}

#[test]
fn every_kind_is_found_by_its_word() {
    for kind in NoticeKind::ALL {
        assert_eq!(kind.as_str().to_lowercase().parse::<NoticeKind>().unwrap(), kind);
    }
    let error = "nonsense".parse::<NoticeKind>().unwrap_err().to_string();
    assert!(error.contains("digest, silent, failed"), "{error}");
}
