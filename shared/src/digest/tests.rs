use chrono::TimeDelta;

use super::*;
use crate::delivery::{self, Channel};
use crate::journey::fixture::{begun, deliver, generation, owner, tick_at, time};
use crate::journey::tick;
use crate::portal::fixture::account;
use crate::portal::preferences::{self, Switch};
use crate::staff::{self, Role, chat};
use crate::testing::{TestStudio, on_both, on_both_with};
use crate::{clients, config, execute};

/// A member of staff who reads notices on Telegram.
async fn reader(studio: &TestStudio, name: &str) -> staff::Admin {
    let email = format!("{name}@example.com");
    let admin = staff::add(studio, &owner(), &email, None, Role::Admin).await.unwrap();
    let code = chat::code(studio, &owner(), &email).await.unwrap().code;
    chat::link(studio, &code, &account(Channel::Telegram, name)).await.unwrap().unwrap();
    admin
}

/// What was queued under a key, the oldest first, as text.
async fn queued(studio: &TestStudio, key: &str) -> Vec<String> {
    let mut tx = studio.db.read().await.unwrap();
    let mut rows = delivery::list(&mut tx, None, None, 1000).await.unwrap();
    rows.retain(|row| row.purpose == key);
    rows.reverse();
    let mut texts = Vec::new();
    for row in rows {
        let body = delivery::show(&mut tx, &row.id).await.unwrap().body;
        let reply: crate::text::Reply = serde_json::from_value(body).unwrap();
        texts.push(reply.text.to_plain());
    }
    texts
}

async fn made(studio: &TestStudio) -> Vec<Digest> {
    list(&mut studio.db.read().await.unwrap(), &owner(), 100).await.unwrap()
}

#[tokio::test]
async fn a_digest_goes_to_everybody_once_a_week() {
    on_both(|studio| async move {
        reader(&studio, "bo").await;
        reader(&studio, "cy").await;
        let dy = reader(&studio, "dy").await;
        staff::notices::set(&studio, &owner(), &dy.email, NoticeKind::Digest, false).await.unwrap();
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:00").await;
        assert!(made(&studio).await.is_empty(), "nobody was there before Monday's hour");
        deliver(&studio, &ada, 1).await;
        tick_at(&studio, "2026-04-06T08:59").await;
        assert!(queued(&studio, "digest").await.is_empty());
        studio.clock.set(time("2026-04-06T09:00"));
        let (one, two) = tokio::join!(Box::pin(tick(&studio, "one")), Box::pin(tick(&studio, "two")));
        let told = one.unwrap().told + two.unwrap().told;
        assert_eq!(told, 3, "the digest, and a message to each of two");
        tick_at(&studio, "2026-04-06T09:01").await;
        let texts = queued(&studio, "digest").await;
        assert_eq!(texts.len(), 2, "who has switched it off gets none");
        for part in [
            "The week in short: 30 March to 6 April 2026",
            "Months completed: 1",
            "Ada Obi, month 1: not opened for 6 days",
        ] {
            assert!(texts[0].contains(part), "{part} in {}", texts[0]);
        }
        let digests = made(&studio).await;
        assert_eq!(digests.len(), 1);
        assert_eq!(digests[0].figures.overdue[0].full_name.as_ref().unwrap().raw(), "Ada Obi");
        // A clock that jumps ahead and back again makes each week's once.
        for at in ["2026-04-20T10:00", "2026-04-06T10:00", "2026-04-13T10:00", "2026-04-20T11:00"] {
            tick_at(&studio, at).await;
        }
        let weeks: Vec<String> = made(&studio).await.iter().map(|digest| digest.week.to_string()).collect();
        assert_eq!(weeks, ["2026-04-20", "2026-04-13", "2026-04-06"]);
        assert_eq!(queued(&studio, "digest").await.len(), 6);
    })
    .await;
}

#[tokio::test]
async fn after_an_outage_of_weeks_one_digest_covers_them_all() {
    on_both(|studio| async move {
        begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-04-06T09:00").await;
        tick_at(&studio, "2026-04-30T15:00").await;
        let digests = made(&studio).await;
        assert_eq!(digests.len(), 2);
        assert_eq!((digests[0].week.to_string().as_str(), digests[0].since), ("2026-04-27", digests[1].until));
        assert_eq!(digests[0].until, time("2026-04-30T15:00"), "nothing falls between two digests");
    })
    .await;
}

#[tokio::test]
async fn a_digest_counts_the_week_and_looks_ahead() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        begun(&studio, "Bo Li", "2026-04-08").await;
        tick_at(&studio, "2026-03-30T12:30").await;
        deliver(&studio, &ada, 1).await;
        let failing = generation(&studio, &ada, 2).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE automation_schedules SET status = 'FAILED' WHERE id = $1", &failing.id).unwrap();
        tx.commit().await.unwrap();
        studio.clock.set(time("2026-04-05T12:00"));
        let look = preview(&mut studio.db.read().await.unwrap(), &studio, &owner()).await.unwrap();
        assert_eq!(look.id, None);
        let Figures { fired, waiting, months_completed, programmes_completed, overdue_count, next_days, .. } =
            look.figures;
        assert_eq!((fired, waiting, months_completed, programmes_completed, overdue_count), (4, 1, 1, 0, 1));
        let days: Vec<String> = next_days.iter().map(|day| day.day.to_string()).collect();
        assert_eq!(days, ["2026-04-08", "2026-04-11"]);
        let begins = &next_days[0];
        assert_eq!((begins.documents, begins.months), (1, 1), "Bo's first month is written and promised on its day");
        assert!(made(&studio).await.is_empty(), "a look keeps nothing");
    })
    .await;
}

#[tokio::test]
async fn a_digest_is_dated_where_the_studio_is() {
    let settings = config::Settings {
        studio: config::StudioSettings {
            timezone: "Pacific/Auckland".into(),
            digest_hour: 7,
            ..config::StudioSettings::default()
        },
        ..config::Settings::default()
    };
    on_both_with(settings, |studio| async move {
        begun(&studio, "Ada Obi", "2026-03-30").await;
        // 7:00 on Monday 6 April in Auckland, after summer time has ended there.
        tick_at(&studio, "2026-04-05T18:59").await;
        assert!(made(&studio).await.is_empty());
        tick_at(&studio, "2026-04-05T19:00").await;
        assert_eq!(made(&studio).await[0].week.to_string(), "2026-04-06");
    })
    .await;
}

async fn subscribe(studio: &TestStudio, client: &clients::Client) {
    preferences::set(studio, &owner(), &client.id, Switch::WeeklySummary, true).await.unwrap();
}

#[tokio::test]
async fn a_summary_comes_on_monday_to_who_wants_it() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        begun(&studio, "Bo Li", "2026-03-30").await;
        subscribe(&studio, &ada).await;
        tick_at(&studio, "2026-03-31T12:00").await;
        deliver(&studio, &ada, 1).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET timezone = 'America/New_York' WHERE id = $1", &ada.id).unwrap();
        tx.commit().await.unwrap();
        tick_at(&studio, "2026-04-06T12:59").await;
        assert!(queued(&studio, "weekly_summary").await.is_empty(), "it is not nine in New York yet");
        tick_at(&studio, "2026-04-06T13:00").await;
        tick_at(&studio, "2026-04-06T14:00").await;
        let texts = queued(&studio, "weekly_summary").await;
        assert_eq!(texts.len(), 1, "once, and to nobody else");
        for part in ["Delivered: 13 %", "Next: month 2", "New documents: 1", "was delivered"] {
            assert!(texts[0].contains(part), "{part} in {}", texts[0]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_summary_is_muted_during_a_hold_and_never_a_day_late() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        subscribe(&studio, &ada).await;
        tick_at(&studio, "2026-03-31T12:00").await;
        let until = "2026-04-10".parse().ok();
        let hold = crate::journey::Move::Pause { from: None, until, reason: None };
        crate::journey::make(&studio, &owner(), &ada.id, &hold, None).await.unwrap();
        tick_at(&studio, "2026-04-06T10:00").await;
        assert!(queued(&studio, "weekly_summary").await.is_empty());
        tick_at(&studio, "2026-04-14T09:01").await;
        assert!(queued(&studio, "weekly_summary").await.is_empty(), "Monday's is more than a day old");
        studio.clock.advance(TimeDelta::days(6));
        tick(&studio, "test").await.unwrap();
        assert_eq!(queued(&studio, "weekly_summary").await.len(), 1);
        // It stands in the log among what the engine did.
        let filter = crate::journey::LogFilter {
            kind: Some(crate::journey::AutomationKind::SendDigest),
            ..crate::journey::LogFilter::default()
        };
        let log = crate::journey::log(&mut studio.db.read().await.unwrap(), &filter).await.unwrap();
        assert_eq!((log.len(), log[0].action.as_str()), (1, "WEEKLY_SUMMARY"));
    })
    .await;
}
