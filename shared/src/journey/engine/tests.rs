use chrono::TimeDelta;

use crate::coach::model::scripted::{Act, Scripted};
use crate::config::{JourneySettings, Settings};
use crate::documents::{self, DocumentStatus};
use crate::events::EventKind;
use crate::execute;
use crate::journey::fixture::*;
use crate::journey::*;
use crate::programme::Month;
use crate::staff::Actor;
use crate::testing::{on_both, on_both_with};

use AutomationKind::{EscalateToAdmin, SendCelebration, SendReminder};

#[tokio::test]
async fn oracle_schedule() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let all = rows(&studio, &client).await;
        let count = |kind| all.iter().filter(|row| row.kind == kind).count();
        assert_eq!(all.len(), 32);
        assert_eq!(
            (count(SendReminder), count(AutomationKind::GenerateDeliverable), count(EscalateToAdmin)),
            (16, 8, 8)
        );
        let first = row(&studio, &client, SendReminder, Some(Template::Upcoming), 1).await;
        assert_eq!(stands(&first), (AutomationStatus::Cancelled, Some("STALE")), "it lies before the start");
        assert_eq!(all.iter().filter(|row| row.status == AutomationStatus::Scheduled).count(), 31);
        assert_eq!(client.status, crate::clients::Status::Active);
        assert_eq!(client.current_month, Some(1));
        assert_eq!(messages(&studio, &client).await, ["activated"]);
        let again = start(&studio, &owner(), &client.id, None).await.unwrap_err();
        assert!(again.to_string().contains("started on 2026-03-30 already"));
    })
    .await;
}

#[tokio::test]
async fn one_month_from_draft_to_celebration() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let report = tick_at(&studio, "2026-03-30T12:01").await;
        assert_eq!((report.done, report.failed), (1, 0));
        let draft = document(&studio, &client, 1).await.unwrap();
        assert_eq!((draft.status, draft.generated_by.as_deref()), (DocumentStatus::PendingReview, Some("offline")));
        assert!(tick_at(&studio, "2026-03-30T12:02").await.is_idle(), "nothing is done twice");

        studio.clock.set(time("2026-04-01T10:00"));
        documents::approve(&studio, &owner(), &draft.id).await.unwrap();
        let delivered = documents::deliver(&studio, &owner(), &draft.id).await.unwrap();
        assert_eq!(delivered.highlights.len(), 3);
        assert!(delivered.approved_at.is_some() && delivered.delivered_at.is_some() && delivered.summary.is_some());
        assert_eq!(messages(&studio, &client).await, ["activated", "ready"]);

        studio.clock.set(time("2026-04-02T10:00"));
        let actor = Actor::Client(client.id.clone());
        documents::open(&studio, &actor, &draft.id, "telegram").await.unwrap();
        tick_at(&studio, "2026-04-02T10:01").await;
        assert_eq!(messages(&studio, &client).await, ["activated", "ready", "month_complete"]);

        let mut tx = studio.db.read().await.unwrap();
        let overview = overview(&mut tx, &studio, &client).await.unwrap();
        assert_eq!((overview.progress_percent, overview.current_month), (13, Some(1)));
        assert_eq!(overview.months[0].state, MonthState::Completed);
        assert_eq!(overview.months[1].state, MonthState::Upcoming);
        let json = serde_json::to_value(&overview).unwrap();
        assert_eq!(json["months"][0]["state"], "COMPLETED");
        assert_eq!(json["automations"][0]["payload"]["month"], 1);
        assert_eq!(json["program_start_date"], "2026-03-30T00:00:00Z");
    })
    .await;
}

#[tokio::test]
async fn oracle_retry() {
    on_both(|mut studio| async move {
        let endpoint = Scripted::start([Act::Status(503, None, "down")]).await;
        studio.studio.model = endpoint.model();
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let mut asked = 0;
        for (attempt, at) in ["12:00", "12:15", "12:30", "12:45"].into_iter().enumerate() {
            let report = tick_at(&studio, &format!("2026-03-30T{at}")).await;
            assert_eq!(report.retried + report.failed, 1, "one execution at {at}");
            assert_eq!(endpoint.requests().len() - asked, 3, "three tries within one execution");
            asked = endpoint.requests().len();
            let row = generation(&studio, &client, 1).await;
            if attempt < 3 {
                assert_eq!(row.status, AutomationStatus::Scheduled);
                assert_eq!(row.trigger_date, studio.clock.now() + TimeDelta::minutes(15));
            } else {
                assert_eq!((row.status, row.retry_count), (AutomationStatus::Failed, 3));
            }
        }
        assert!(tick_at(&studio, "2026-03-31T12:00").await.done == 0);
        let row = generation(&studio, &client, 1).await;
        let log = attempts(&studio, &row).await;
        assert_eq!(
            log.iter().map(|line| (line.attempt, line.status)).collect::<Vec<_>>(),
            [(1, LogStatus::Failed), (2, LogStatus::Failed), (3, LogStatus::Failed), (4, LogStatus::Failed)]
        );
        assert_eq!(count_events(&studio, &client, EventKind::AutomationFailed).await, 1, "one admin notice");

        studio.studio.model = crate::coach::model::Model::Offline;
        retry(&studio, &owner(), &row.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        assert!(document(&studio, &client, 1).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_failure_that_time_cannot_mend_is_final_at_once() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let row = generation(&studio, &client, 1).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE automation_schedules SET type = 'SEND_DIGEST' WHERE id = $1", &row.id).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(tick_at(&studio, "2026-03-30T12:00").await.failed, 1);
        assert_eq!(count_events(&studio, &client, EventKind::AutomationFailed).await, 1);
    })
    .await;
}

#[tokio::test]
async fn oracle_manual() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let month = Month::new(4).unwrap();
        documents::add(&studio, &owner(), &client.id, month, "Four", TEXT).await.unwrap();
        let row_4 = generation(&studio, &client, 4).await;
        assert_eq!(stands(&row_4), (AutomationStatus::Cancelled, Some("MANUAL")));
        for (kind, template) in
            [(SendReminder, Some(Template::Upcoming)), (SendReminder, Some(Template::Overdue)), (EscalateToAdmin, None)]
        {
            assert_eq!(
                row(&studio, &client, kind, template, 4).await.status,
                AutomationStatus::Scheduled,
                "{template:?}"
            );
        }
        // Noticed only at its time: the row was live although the document was there.
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE automation_schedules SET status = 'SCHEDULED' WHERE id = $1", &row_4.id).unwrap();
        tx.commit().await.unwrap();
        run_now(&studio, &owner(), &row_4.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        let row_4 = generation(&studio, &client, 4).await;
        assert_eq!(row_4.status, AutomationStatus::Completed);
        assert_eq!(attempts(&studio, &row_4).await[0].reason, Some(SkipReason::AlreadyExists));
        assert_eq!(document(&studio, &client, 4).await.unwrap().title.raw(), "Four");
    })
    .await;
}

#[tokio::test]
async fn oracle_overdue_opened_on_day_one() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        studio.clock.set(time("2026-03-31T10:00"));
        let document = deliver(&studio, &client, 1).await;
        studio.clock.set(time("2026-04-01T10:00"));
        documents::open(&studio, &Actor::Client(client.id.clone()), &document.id, "telegram").await.unwrap();
        for day in ["2026-04-01T12:00", "2026-04-03T09:00", "2026-04-07T00:00", "2026-04-20T12:00"] {
            tick_at(&studio, day).await;
        }
        assert_eq!(messages(&studio, &client).await, ["activated", "ready", "month_complete"]);
        assert_eq!(count_events(&studio, &client, EventKind::ClientSilent).await, 0);
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        assert_eq!(stands(&nudge), (AutomationStatus::Cancelled, Some("NOT_NEEDED")));
        assert_eq!(attempts(&studio, &nudge).await[0].reason, Some(SkipReason::NotNeeded));
    })
    .await;
}

#[tokio::test]
async fn oracle_overdue_never_opened() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        // Delivered two days after its date: both clocks count from the delivery.
        studio.clock.set(time("2026-04-01T10:00"));
        deliver(&studio, &client, 1).await;
        tick_at(&studio, "2026-04-04T08:59").await;
        assert_eq!(messages(&studio, &client).await, ["activated", "ready"]);
        tick_at(&studio, "2026-04-04T09:00").await;
        assert_eq!(messages(&studio, &client).await, ["activated", "ready", "overdue"]);
        tick_at(&studio, "2026-04-06T09:00").await;
        assert_eq!(messages(&studio, &client).await.last().unwrap(), "month_complete", "five days after delivery");
        tick_at(&studio, "2026-04-07T23:59").await;
        assert_eq!(count_events(&studio, &client, EventKind::ClientSilent).await, 0);
        tick_at(&studio, "2026-04-08T00:00").await;
        assert_eq!(count_events(&studio, &client, EventKind::ClientSilent).await, 1);
        tick_at(&studio, "2026-04-10T00:00").await;
        assert_eq!(count_events(&studio, &client, EventKind::ClientSilent).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_late_studio_owns_up_once_and_the_nudge_waits_for_the_delivery() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        for day in ["2026-03-30T12:00", "2026-04-02T09:00", "2026-04-03T09:00", "2026-04-06T12:00", "2026-04-07T12:00"]
        {
            tick_at(&studio, day).await;
        }
        assert_eq!(messages(&studio, &client).await, ["activated", "studio_delay"]);
        assert_eq!(count_events(&studio, &client, EventKind::StudioLate).await, 1);
        assert_eq!(count_events(&studio, &client, EventKind::ClientSilent).await, 0);
        studio.clock.set(time("2026-04-08T10:00"));
        deliver(&studio, &client, 1).await;
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        assert_eq!(nudge.trigger_date, time("2026-04-11T09:00"));
        assert_eq!(row(&studio, &client, EscalateToAdmin, None, 1).await.trigger_date, time("2026-04-15"));
        tick_at(&studio, "2026-04-11T09:00").await;
        assert_eq!(messages(&studio, &client).await, ["activated", "studio_delay", "ready", "overdue"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn oracle_two_workers() {
    on_both(|studio| async move {
        let mut clients = Vec::new();
        for name in ["Ada Obi", "Bo Li", "Cy Ng", "Di Roy"] {
            clients.push(begun(&studio, name, "2026-04-02").await);
        }
        studio.clock.set(time("2026-04-02T09:00"));
        for _ in 0..3 {
            studio.clock.advance(TimeDelta::days(30));
            let workers: Vec<_> = ["one", "two", "three"]
                .map(|worker| {
                    let studio = studio.studio.clone();
                    tokio::spawn(async move { tick(&studio, worker).await.unwrap() })
                })
                .into();
            for worker in workers {
                assert_eq!(worker.await.unwrap().failed, 0);
            }
            // A step whose client another worker held for a document is left to the next look.
            tick(&studio, "heir").await.unwrap();
        }
        for client in &clients {
            for row in rows(&studio, client).await {
                let done = attempts(&studio, &row).await;
                let successes = done.iter().filter(|line| line.status == LogStatus::Success).count();
                assert!(
                    successes <= 1,
                    "{:?} {:?} month {:?}: {successes} executions",
                    row.kind,
                    row.template,
                    row.month
                );
            }
            let drafts = documents::list(&mut studio.db.read().await.unwrap(), &owner(), &client.id).await.unwrap();
            assert_eq!(drafts.len(), 1, "month 1 is written once, and the others wait for it");
            // Months 1 to 3 are late, and each is owned up to once.
            assert_eq!(messages(&studio, client).await, ["activated", "studio_delay", "studio_delay", "studio_delay"]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_generation_waits_for_the_month_before_and_is_released_by_its_delivery() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-04-26T00:00").await;
        let blocked = generation(&studio, &client, 2).await;
        assert_eq!((blocked.status, blocked.trigger_date), (AutomationStatus::Scheduled, time("2026-04-27")));
        tick_at(&studio, "2026-04-27T00:00").await;
        assert_eq!(
            count_events(&studio, &client, EventKind::AutomationBlocked).await,
            1,
            "one alert, however often it looks"
        );
        let mut tx = studio.db.read().await.unwrap();
        let months = overview(&mut tx, &studio, &client).await.unwrap().months;
        assert_eq!((months[1].state, months[1].client_state), (MonthState::Blocked, MonthState::Upcoming));
        drop(tx);
        deliver(&studio, &client, 1).await;
        tick_at(&studio, "2026-04-27T00:01").await;
        assert_eq!(document(&studio, &client, 2).await.unwrap().status, DocumentStatus::PendingReview);
    })
    .await;
}

#[tokio::test]
async fn an_admin_may_pass_the_gate() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let row = generation(&studio, &client, 3).await;
        run_now(&studio, &owner(), &row.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        assert!(document(&studio, &client, 3).await.is_none(), "the gates hold");
        force_now(&studio, &owner(), &row.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        assert!(document(&studio, &client, 3).await.is_some());
        let viewer = Actor::Admin { id: None, role: crate::staff::Role::Viewer };
        assert!(run_now(&studio, &viewer, &row.id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_hold_keeps_every_row_and_logs_once() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET is_paused = TRUE, status = 'PAUSED' WHERE id = $1", &client.id).unwrap();
        tx.commit().await.unwrap();
        for day in ["2026-03-30T13:00", "2026-03-31T14:00", "2026-04-02T15:00", "2026-04-30T16:00"] {
            tick_at(&studio, day).await;
        }
        assert_eq!(messages(&studio, &client).await, ["activated"]);
        let row = generation(&studio, &client, 1).await;
        assert_eq!((row.status, row.trigger_date), (AutomationStatus::Scheduled, time("2026-03-30")));
        let log = attempts(&studio, &row).await;
        assert_eq!(log.iter().map(|line| line.reason).collect::<Vec<_>>(), [Some(SkipReason::Paused)]);
        // A delivery by hand is allowed; the news of it waits.
        deliver(&studio, &client, 1).await;
        assert_eq!(messages(&studio, &client).await, ["activated"]);
        assert_eq!(reread(&studio, &client.id).await.current_month, Some(1), "time stands still");
    })
    .await;
}

#[tokio::test]
async fn a_client_gets_one_journey_message_a_day() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        // Month 2 is announced on the 26th; the celebration of month 1 falls on the same day.
        studio.clock.set(time("2026-04-21T10:00"));
        deliver(&studio, &client, 1).await;
        tick_at(&studio, "2026-04-26T09:00").await;
        let sent = messages(&studio, &client).await;
        assert_eq!(sent.len(), 3, "{sent:?}");
        tick_at(&studio, "2026-04-27T09:00").await;
        let sent = messages(&studio, &client).await;
        assert_eq!(sent.len(), 4);
        let mut last: Vec<&str> = sent[2..].iter().map(String::as_str).collect();
        last.sort_unstable();
        assert_eq!(last, ["month_complete", "upcoming"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_written_at_night_is_the_one_of_the_day_on_which_it_arrives() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let document = deliver(&studio, &client, 1).await;
        // The machine was off at nine: the nudge is written at ten in the evening and arrives at eight.
        tick_at(&studio, "2026-04-02T22:00").await;
        assert_eq!(messages(&studio, &client).await.last().unwrap(), "overdue");
        studio.clock.set(time("2026-04-03T08:30"));
        documents::open(&studio, &Actor::Client(client.id.clone()), &document.id, "telegram").await.unwrap();
        tick_at(&studio, "2026-04-03T09:00").await;
        assert_eq!(messages(&studio, &client).await.last().unwrap(), "overdue", "the day has its message");
        tick_at(&studio, "2026-04-04T09:00").await;
        assert_eq!(messages(&studio, &client).await.last().unwrap(), "month_complete");
    })
    .await;
}

#[tokio::test]
async fn a_message_that_could_not_be_sent_is_the_one_of_the_day_on_which_it_was() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        studio.clock.set(time("2026-04-21T10:00"));
        deliver(&studio, &client, 1).await;
        // The celebration of month 1 is written on the 26th; Telegram takes it in the next morning.
        tick_at(&studio, "2026-04-26T09:00").await;
        let mut tx = studio.db.write().await.unwrap();
        let late = "UPDATE outbox SET state = 'SENT', attempts = 3, sent_at = $1 WHERE client_id = $2";
        execute!(tx, late, time("2026-04-27T08:10"), &client.id).unwrap();
        tx.commit().await.unwrap();
        tick_at(&studio, "2026-04-27T09:00").await;
        assert_eq!(messages(&studio, &client).await.len(), 3, "the day has its message");
        tick_at(&studio, "2026-04-28T09:00").await;
        assert_eq!(messages(&studio, &client).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn reminders_that_an_outage_made_pointless_are_not_sent() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        deliver(&studio, &client, 1).await;
        tick_at(&studio, "2026-05-30T12:00").await;
        let reminder = row(&studio, &client, SendReminder, Some(Template::Upcoming), 2).await;
        assert_eq!(attempts(&studio, &reminder).await[0].reason, Some(SkipReason::Stale));
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        assert_eq!(attempts(&studio, &nudge).await[0].reason, Some(SkipReason::Stale));
        assert!(document(&studio, &client, 2).await.is_some(), "documents are written all the same");
        assert_eq!(count_events(&studio, &client, EventKind::ClientSilent).await, 1, "and escalations raised");
        assert_eq!(reread(&studio, &client.id).await.current_month, Some(3));
    })
    .await;
}

#[tokio::test]
async fn late_messages_are_rationed() {
    let settings =
        Settings { journey: JourneySettings { catch_up_per_minute: 2, ..Default::default() }, ..Default::default() };
    on_both_with(settings, |studio| async move {
        let mut clients = Vec::new();
        for name in ["Ada Obi", "Bo Li", "Cy Ng"] {
            clients.push(begun(&studio, name, "2026-04-10").await);
        }
        // Three reminders were due at nine; the machine comes back at noon.
        let sent = async |studio: &crate::Studio| {
            let mut count = 0;
            for client in &clients {
                count += messages(studio, client).await.iter().filter(|key| *key == "upcoming").count();
            }
            count
        };
        tick_at(&studio, "2026-04-07T12:00").await;
        assert_eq!(sent(&studio).await, 2);
        tick_at(&studio, "2026-04-07T12:00").await;
        assert_eq!(sent(&studio).await, 2);
        tick_at(&studio, "2026-04-07T12:01").await;
        assert_eq!(sent(&studio).await, 3);
    })
    .await;
}

#[tokio::test]
async fn months_delivered_together_are_celebrated_once() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        for month in 1..=4 {
            deliver(&studio, &client, month).await;
        }
        tick_at(&studio, "2026-04-04T09:00").await;
        let sent = messages(&studio, &client).await;
        assert_eq!(sent.iter().filter(|key| *key == "halfway").count(), 1);
        assert!(!sent.contains(&"month_complete".to_owned()));
        tick_at(&studio, "2026-04-06T09:00").await;
        let one = row(&studio, &client, SendCelebration, Some(Template::MonthComplete), 1).await;
        assert_eq!(one.status, AutomationStatus::Completed);
    })
    .await;
}

#[tokio::test]
async fn the_last_delivery_completes_the_programme() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        for month in 1..=8 {
            deliver(&studio, &client, month).await;
        }
        assert_eq!(reread(&studio, &client.id).await.status, crate::clients::Status::Completed);
        assert_eq!(count_events(&studio, &client, EventKind::JourneyCompleted).await, 1);
        tick_at(&studio, "2026-04-05T09:00").await;
        assert!(messages(&studio, &client).await.contains(&"program_complete".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_journey_that_runs_already_starts_in_the_past() {
    on_both(|studio| async move {
        // Seventy days ago: today falls in month 3.
        let client = begun(&studio, "Ada Obi", "2026-01-19").await;
        assert_eq!(client.current_month, Some(3));
        let all = rows(&studio, &client).await;
        assert!(all.iter().all(|row| row.month >= Some(3)), "nothing is planned for what is past");
        assert_eq!(messages(&studio, &client).await, [""; 0], "nobody is told of a start long gone");
        tick_at(&studio, "2026-03-30T12:01").await;
        assert!(document(&studio, &client, 3).await.is_some());
        let mut tx = studio.db.read().await.unwrap();
        let before = overview(&mut tx, &studio, &client).await.unwrap();
        drop(tx);
        assert_eq!((before.months_delivered, before.months_skipped), (0, 2));
        deliver(&studio, &client, 1).await;
        let mut tx = studio.db.read().await.unwrap();
        let after = overview(&mut tx, &studio, &client).await.unwrap();
        assert_eq!((after.months_delivered, after.months_skipped), (1, 1), "a document counts once it is added");
        drop(tx);
        let long_ago = crate::portal::fixture::stranger(&studio, "Bo Li").await;
        let refused = start(&studio, &owner(), &long_ago.id, Some("2025-01-01".parse().unwrap())).await;
        assert!(refused.unwrap_err().to_string().contains("ended on 2025-08-29"));
    })
    .await;
}

#[tokio::test]
async fn who_has_left_gets_nothing() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET status = 'CHURNED' WHERE id = $1", &client.id).unwrap();
        tx.commit().await.unwrap();
        tick_at(&studio, "2026-03-30T12:01").await;
        let row = generation(&studio, &client, 1).await;
        assert_eq!(stands(&row), (AutomationStatus::Cancelled, Some("CLIENT_INACTIVE")));
        assert_eq!(attempts(&studio, &row).await[0].reason, Some(SkipReason::ClientInactive));
    })
    .await;
}

#[tokio::test]
async fn months_move_on_at_the_clients_own_midnight() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET timezone = 'Asia/Tokyo' WHERE id = $1", &client.id).unwrap();
        tx.commit().await.unwrap();
        // Month 2 begins on 29 April; in Tokyo that is at 15:00 UTC of the day before.
        tick_at(&studio, "2026-04-28T14:59").await;
        assert_eq!(reread(&studio, &client.id).await.current_month, Some(1));
        assert_eq!(tick_at(&studio, "2026-04-28T15:00").await.months_moved, 1);
        assert_eq!(reread(&studio, &client.id).await.current_month, Some(2));
    })
    .await;
}

#[tokio::test]
async fn why_tells_the_rule_and_the_times() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let reminder = row(&studio, &client, SendReminder, Some(Template::Upcoming), 2).await;
        let why = why(&mut studio.db.read().await.unwrap(), &studio, &reminder.id).await.unwrap();
        assert!(why.standing.contains("26 Apr 2026 09:00"), "{}", why.standing);
        assert!(why.rule.contains("Three days before") && why.attempts.is_empty());
        cancel(&studio, &owner(), &reminder.id).await.unwrap();
        let why = super::super::why(&mut studio.db.read().await.unwrap(), &studio, &reminder.id).await.unwrap();
        assert_eq!(why.standing, "It was taken off (ADMIN).");
    })
    .await;
}

#[tokio::test]
async fn a_break_is_asked_for_once() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        assert!(request_break(&studio, &client.id, Some(&"exams".into())).await.unwrap());
        assert!(!request_break(&studio, &client.id, None).await.unwrap());
        assert_eq!(count_events(&studio, &client, EventKind::PauseRequested).await, 1);
    })
    .await;
}
