use chrono::TimeDelta;
use futures::StreamExt as _;

use super::*;
use crate::delivery::Channel;
use crate::events::{self, EventKind};
use crate::journey::fixture::{begun, deliver, tick_at};
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both, sqlite};
use crate::{Studio, execute, portal};

/// A running client with one month promised `days` before now.
async fn client(studio: &TestStudio, name: &str, days: i64) {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await.unwrap();
    execute!(
        tx,
        "INSERT INTO clients (id, full_name, name_key, email, status, current_month, updated_at)
         VALUES ($1, $2, $3, $4, 'ACTIVE', 4, $5)",
        name,
        name,
        name,
        format!("{name}@example.test"),
        now
    )
    .unwrap();
    execute!(
        tx,
        "INSERT INTO journey_months (client_id, month, planned_date, updated_at) VALUES ($1, 4, $2, $3)",
        name,
        now - TimeDelta::days(days),
        now
    )
    .unwrap();
    tx.commit().await.unwrap();
}

async fn document(studio: &TestStudio, client: &str, status: &str, delivered_days_ago: Option<i64>) {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await.unwrap();
    execute!(
        tx,
        "INSERT INTO deliverables (id, client_id, month, title, content_markdown, status, delivered_at, updated_at)
         VALUES ($1, $2, 3, 'T', 'C', $3, $4, $5)",
        format!("d-{client}"),
        client,
        status,
        delivered_days_ago.map(|days| now - TimeDelta::days(days)),
        now - TimeDelta::hours(5)
    )
    .unwrap();
    tx.commit().await.unwrap();
}

async fn look(studio: &Studio) -> Today {
    let mut tx = studio.db.read().await.unwrap();
    today(&mut tx, studio.clock.now()).await.unwrap()
}

#[tokio::test]
async fn an_empty_studio_has_an_empty_day() {
    on_both(|studio| async move {
        let day = look(&studio).await;
        assert_eq!((day.documents.count, day.messages.count, day.behind.len()), (0, 0, 0));
        assert_eq!(day.months, [0; 8]);
        assert_eq!(day.on_time_percent, None);
        assert_eq!(day.machine.hours, vec![0; 24]);
    })
    .await;
}

#[tokio::test]
async fn who_is_behind_stands_once_and_the_longest_delay_first() {
    on_both(|studio| async move {
        client(&studio, "ana", 3).await;
        client(&studio, "bo", 0).await;
        client(&studio, "cy", 5).await;
        document(&studio, "ana", "DELIVERED", Some(9)).await;
        document(&studio, "bo", "PENDING_REVIEW", None).await;
        let day = look(&studio).await;
        let behind: Vec<_> = day.behind.iter().map(|b| (b.name.line(), b.month, b.delay)).collect();
        assert_eq!(behind, [("ana".into(), 3, Delay::NotOpened), ("cy".into(), 4, Delay::Studio)]);
        assert_eq!(day.documents.count, 1);
        assert_eq!(day.documents.since, Some(studio.clock.now() - TimeDelta::hours(5)));
        assert_eq!(day.months, [0, 0, 0, 3, 0, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn the_machines_day_is_counted_by_the_hour() {
    on_both(|studio| async move {
        client(&studio, "ana", 0).await;
        let now = studio.clock.now();
        let mut tx = studio.db.write().await.unwrap();
        for (id, hours, status) in [("a", 0, "SUCCESS"), ("b", 2, "SUCCESS"), ("c", 2, "FAILED"), ("d", 30, "SUCCESS")]
        {
            execute!(
                tx,
                "INSERT INTO automation_logs (id, client_id, type, action, status, created_at)
                 VALUES ($1, 'ana', 'SEND_REMINDER', 'sent', $2, $3)",
                id,
                status,
                now - TimeDelta::hours(hours)
            )
            .unwrap();
        }
        tx.commit().await.unwrap();
        let machine = look(&studio).await.machine;
        assert_eq!((machine.done, machine.failed), (2, 1));
        assert_eq!(machine.hours[21..], [2, 0, 1]);
    })
    .await;
}

#[tokio::test]
async fn what_comes_next_is_grouped() {
    on_both(|studio| async move {
        let soon = studio.clock.now() + TimeDelta::hours(1);
        for name in ["ana", "bo"] {
            client(&studio, name, 0).await;
            let mut tx = studio.db.write().await.unwrap();
            execute!(
                tx,
                "INSERT INTO automation_schedules
                 (id, client_id, type, trigger_date, status, payload, updated_at, month, template, dedupe_key, original_trigger_date)
                 VALUES ($1, $2, 'SEND_REMINDER', $3, 'SCHEDULED', '{}', $4, 4, 'UPCOMING', $5, $6)",
                format!("s-{name}"),
                name,
                soon,
                soon,
                format!("k-{name}"),
                soon
            )
            .unwrap();
            tx.commit().await.unwrap();
        }
        let upcoming = look(&studio).await.upcoming;
        assert_eq!(upcoming.len(), 1);
        assert_eq!((upcoming[0].what.as_str(), upcoming[0].clients), ("UPCOMING", 2));
        assert!(upcoming[0].client.is_none());
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_a_person_stands_in_one_list_with_dates_first() {
    on_both(|studio| async move {
        client(&studio, "ana", 0).await;
        let now = studio.clock.now();
        let mut tx = studio.db.write().await.unwrap();
        execute!(
            tx,
            "INSERT INTO pause_requests (id, client_id, reason, requested_at) VALUES ('p', 'ana', 'a move', $1)",
            now - TimeDelta::days(3)
        )
        .unwrap();
        execute!(tx, "INSERT INTO coach_conversations (id, client_id, updated_at) VALUES ('v', 'ana', $1)", now)
            .unwrap();
        execute!(
            tx,
            "INSERT INTO coach_escalations (id, conversation_id, client_id, trigger, opened_at, due_at)
             VALUES ('e', 'v', 'ana', 'KEYWORD', $1, $2)",
            now,
            now + TimeDelta::hours(24)
        )
        .unwrap();
        execute!(
            tx,
            "INSERT INTO social_alerts (id, client_id, type, severity, title, message, created_at)
             VALUES ('a', 'ana', 'MILESTONE', 'INFO', '10K', '10K followers', $1)",
            now - TimeDelta::days(1)
        )
        .unwrap();
        tx.commit().await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        let rows = attention(&mut tx, studio.clock.now()).await.unwrap();
        let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [AttentionKind::Escalation, AttentionKind::PauseRequest, AttentionKind::Alert]);
        assert_eq!(rows[0].due_at, Some(now + TimeDelta::hours(24)));
        assert_eq!(rows[0].detail.as_ref().map(crate::text::Foreign::line), Some("New Conversation".into()));
        assert_eq!(rows[1].detail.as_ref().map(crate::text::Foreign::line), Some("a move".into()));
    })
    .await;
}

#[tokio::test]
async fn what_concerns_somebodys_access_waits_until_it_is_dealt_with() {
    use AttentionKind::{EmailChange, InviteExpiring, InviteRequested, Unreachable};
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let kinds = async || {
            let rows = attention(&mut studio.db.read().await.unwrap(), studio.clock.now()).await.unwrap();
            let today = today(&mut studio.db.read().await.unwrap(), studio.clock.now()).await.unwrap();
            assert_eq!(today.access.count, i64::try_from(rows.len()).unwrap());
            rows.iter().map(|row| (row.kind, row.client_name.line())).collect::<Vec<_>>()
        };
        let named = |kind, name: &str| (kind, name.to_owned());
        let ada = portal::fixture::stranger(&studio, "Ada").await;
        let code = portal::invite(&studio, &owner, &ada.id).await.unwrap().code;
        assert_eq!(kinds().await, []);
        studio.clock.advance(TimeDelta::days(5));
        assert_eq!(kinds().await, [named(InviteExpiring, "Ada")], "48 hours before it runs out");
        studio.clock.advance(TimeDelta::days(2) + TimeDelta::seconds(1));
        assert_eq!(kinds().await, [], "nobody asked");
        portal::request_new_invite(&studio, &code).await.unwrap();
        assert_eq!(kinds().await, [named(InviteRequested, "Ada")]);
        portal::invite(&studio, &owner, &ada.id).await.unwrap();
        assert_eq!(kinds().await, [], "a new invitation answers it");

        let bo = portal::fixture::linked(&studio, "Bo", &[Channel::Telegram]).await;
        portal::blocked(&studio, Channel::Telegram, "Bo-TELEGRAM", "the person blocked the bot").await.unwrap();
        assert_eq!(kinds().await, [named(Unreachable, "Bo")]);
        portal::unblocked(&studio, Channel::Telegram, "Bo-TELEGRAM").await.unwrap();
        let hers = Actor::Client(bo.id.clone());
        portal::request_email(&studio, &hers, &bo.id, &"Bo@Elsewhere.example".into()).await.unwrap();
        assert_eq!(kinds().await, [named(EmailChange, "Bo")]);
        portal::decide_email(&studio, &owner, &bo.id, portal::Decision::Decline).await.unwrap();
        assert_eq!(kinds().await, []);
    })
    .await;
}

async fn grid(studio: &Studio, words: &str) -> Vec<PortfolioRow> {
    let mut tx = studio.db.read().await.unwrap();
    portfolio(&mut tx, studio.clock.now(), &words.parse().unwrap(), None, 50).await.unwrap().rows
}

#[tokio::test]
async fn the_portfolio_shows_each_month_as_the_studio_sees_it() {
    use MonthMark::{Blocked, Delivered, DueSoon, Held, InReview, Late, Opened, Skipped, ToCome};
    on_both(|studio| async move {
        client(&studio, "not-started", 0).await;
        let ana = begun(&studio, "Ana", "2026-03-30").await;
        let long_ago = begun(&studio, "Bo", "2026-02-18").await;
        let eight = |first: &[MonthMark]| first.iter().copied().chain([ToCome; 8]).take(8).collect::<Vec<_>>();
        let rows = grid(&studio, "").await;
        let names: Vec<_> = rows.iter().map(|row| row.name.line()).collect();
        assert_eq!(names, ["Ana", "Bo"], "only those on the way, by name");
        // A journey that begins in the past begins with the month that runs today.
        assert_eq!(rows[0].months, eight(&[DueSoon]));
        assert_eq!(rows[1].months, eight(&[Skipped, Late]));

        tick_at(&studio, "2026-03-30T12:30").await;
        assert_eq!(grid(&studio, "ana").await[0].months, eight(&[InReview]));
        let document = deliver(&studio, &ana, 1).await;
        assert_eq!(grid(&studio, "ana").await[0].months, eight(&[Delivered]));
        let mut tx = studio.db.write().await.unwrap();
        let now = studio.clock.now();
        execute!(tx, "UPDATE deliverables SET first_opened_at = $1 WHERE id = $2", now, &document.id).unwrap();
        tx.commit().await.unwrap();
        // Month 3 is looked at while month 2 is not done.
        tick_at(&studio, "2026-04-27T12:30").await;
        tick_at(&studio, "2026-05-27T12:30").await;
        assert_eq!(grid(&studio, "ana").await[0].months, eight(&[Opened, Late, Blocked]));
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET is_paused = TRUE WHERE id = $1", &long_ago.id).unwrap();
        tx.commit().await.unwrap();
        let held = grid(&studio, "bo").await;
        assert!(held[0].is_paused && held[0].months[0] == Skipped && held[0].months[2..] == [Held; 6]);
    })
    .await;
}

#[tokio::test]
async fn the_portfolio_goes_on_after_any_client() {
    on_both(|studio| async move {
        for name in ["Ana", "Bo", "Cy"] {
            begun(&studio, name, "2026-03-30").await;
        }
        let mut tx = studio.db.read().await.unwrap();
        let (now, all) = (studio.clock.now(), crate::clients::Filter::default());
        let first = portfolio(&mut tx, now, &all, None, 2).await.unwrap();
        let second = portfolio(&mut tx, now, &all, first.next.as_ref(), 2).await.unwrap();
        assert_eq!((first.rows.len(), second.rows.len()), (2, 1));
        assert_eq!(second.rows[0].name.line(), "Cy");
        assert!(second.next.is_none());
    })
    .await;
}

#[tokio::test]
async fn health_counts_what_was_done_and_what_comes() {
    on_both(|studio| async move {
        let ana = begun(&studio, "Ana", "2026-03-31").await;
        begun(&studio, "Bo", "2026-04-03").await;
        tick_at(&studio, "2026-03-31T00:30").await;
        deliver(&studio, &ana, 1).await;
        let measure = async || {
            let mut tx = studio.db.read().await.unwrap();
            health(&mut tx, studio.clock.now(), chrono_tz::Tz::UTC).await.unwrap()
        };
        let now = measure().await;
        assert_eq!(now.today, DayDone { generated: 1, reminders: 0, escalations: 0, failures: 0 });
        assert_eq!((now.week.months_completed, now.week.delivered_on_time), (1, Some(100)));
        assert_eq!(now.week.generated_on_time, Some(100));
        assert_eq!(now.behind, BehindNow { studio_late: 0, not_opened: 0 });
        // Bo's first month is written and promised on Friday, with a reminder before it.
        assert_eq!((now.ahead.to_generate, now.ahead.months_due, now.ahead.completions), (1, 1, 0));
        studio.clock.set(crate::journey::fixture::time("2026-04-06T12:00"));
        let later = measure().await;
        assert_eq!(later.behind, BehindNow { studio_late: 1, not_opened: 1 });
        assert_eq!(later.today, DayDone::default());
    })
    .await;
}

#[test]
fn punctuality_has_two_thresholds() {
    assert_eq!([89, 90, 94, 95].map(Grade::of), [Grade::Poor, Grade::Fair, Grade::Fair, Grade::Good]);
}

#[tokio::test]
async fn a_change_by_another_process_is_noticed() {
    let studio = sqlite().await;
    let other = crate::db::Db::open(&studio.url).await.unwrap();
    let mut news = Box::pin(changes(&studio));
    let mut next = tokio::spawn(async move { news.next().await });
    // The first look only learns the state; write until a later one differs.
    for _ in 0..20 {
        let mut tx = other.write().await.unwrap();
        let at = studio.clock.now();
        events::record(&mut tx, at, &Actor::System, EventKind::SettingsUpdated, None, "changed", None).await.unwrap();
        tx.commit().await.unwrap();
        if tokio::time::timeout(std::time::Duration::from_millis(300), &mut next).await.is_ok() {
            return;
        }
    }
    panic!("no news of twenty commits");
}
