//! Documents that are taken back, deleted, or belong to others.

use super::*;

#[tokio::test]
async fn a_delivery_that_is_rolled_back_opens_its_month_and_is_celebrated_once() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let document = deliver(&studio, &client, 1).await;
        open(&studio, &client, 1).await;
        tick_at(&studio, "2026-03-30T12:05").await;
        send_all(&studio).await;
        studio.clock.set(time("2026-03-31T10:00"));
        let draft = documents::take_back(&studio, &owner(), &document.id).await.unwrap();
        assert_eq!((draft.status, draft.delivered_at, draft.first_opened_at), (DocumentStatus::Draft, None, None));
        assert_eq!(messages(&studio, &client).await.last().unwrap(), "document_taken_back");
        assert_eq!(count_events(&studio, &client, EventKind::DeliverableTakenBack).await, 1);
        let mut tx = studio.db.read().await.unwrap();
        let months = overview(&mut tx, &studio, &reread(&studio, &client.id).await).await.unwrap().months;
        drop(tx);
        assert_eq!(months[0].state, MonthState::InProgress);
        assert_eq!(the(&studio, &client, OVERDUE, 1).await.trigger_date, time("2026-04-02T09:00"));
        let error = documents::take_back(&studio, &owner(), &document.id).await.unwrap_err().to_string();
        assert!(error.contains("a draft; only a delivered one"), "{error}");
        let asker = Actor::Client(client.id.clone());
        assert!(documents::open(&studio, &asker, &document.id, "telegram").await.is_err(), "it is not theirs any more");

        studio.clock.set(time("2026-04-01T10:00"));
        documents::approve_and_deliver(&studio, &owner(), &document.id).await.unwrap();
        open(&studio, &client, 1).await;
        for day in ["2026-04-01T12:00", "2026-04-06T09:00", "2026-04-10T09:00"] {
            tick_at(&studio, day).await;
        }
        let sent = messages(&studio, &client).await;
        assert_eq!(sent.iter().filter(|key| *key == "ready").count(), 2, "the second delivery is told, too");
        assert_eq!(sent.iter().filter(|key| *key == "month_complete").count(), 1, "and not celebrated again");
    })
    .await;
}

#[tokio::test]
async fn who_was_told_before_the_clock_was_set_back_hears_that_it_is_taken_back() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        studio.clock.set(time("2026-03-31T12:00"));
        make_move(&studio, &client, Move::Pause { from: None, until: None, reason: None }).await.unwrap();
        studio.clock.set(time("2026-04-02T12:00"));
        let document = deliver(&studio, &client, 1).await;
        // By the clock that was set back, the news is older than the delivery.
        studio.clock.set(time("2026-04-01T12:00"));
        make_move(&studio, &client, Move::Resume).await.unwrap();
        tick_at(&studio, "2026-04-01T12:05").await;
        send_all(&studio).await;
        documents::take_back(&studio, &owner(), &document.id).await.unwrap();
        let told = messages(&studio, &client).await;
        assert!(told.contains(&"ready".to_owned()) && told.contains(&"document_taken_back".to_owned()), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_back_before_it_was_told_is_not_told() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        studio.clock.set(time("2026-03-30T22:00"));
        let document = deliver(&studio, &client, 1).await;
        assert_eq!(queued(&studio, "ready").await, 1, "it waits for the morning");
        documents::take_back(&studio, &owner(), &document.id).await.unwrap();
        assert_eq!(queued(&studio, "ready").await, 0);
        assert_eq!(queued(&studio, "document_taken_back").await, 0);
        let celebration = the(&studio, &client, CELEBRATION, 1).await;
        assert_eq!(stands(&celebration), (AutomationStatus::Cancelled, Some("SUPERSEDED")));
    })
    .await;
}

#[tokio::test]
async fn taking_the_last_document_back_lets_the_programme_go_on() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        for month in 1..=8 {
            deliver(&studio, &client, month).await;
        }
        assert_eq!(reread(&studio, &client.id).await.status, Status::Completed);
        let last = document(&studio, &client, 8).await.unwrap();
        documents::take_back(&studio, &owner(), &last.id).await.unwrap();
        assert_eq!(reread(&studio, &client.id).await.status, Status::Active);
        documents::approve_and_deliver(&studio, &owner(), &last.id).await.unwrap();
        assert_eq!(reread(&studio, &client.id).await.status, Status::Completed);
        tick_at(&studio, "2026-04-04T09:00").await;
        let sent = messages(&studio, &client).await;
        assert_eq!(sent.iter().filter(|key| *key == "program_complete").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_document_deleted_after_its_news_gives_the_month_back_to_the_engine() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:01").await;
        let gone = deliver(&studio, &client, 1).await;
        send_all(&studio).await;
        documents::delete(&studio, &owner(), &gone.id).await.unwrap();
        assert!(document(&studio, &client, 1).await.is_none());
        assert_eq!(messages(&studio, &client).await.last().unwrap(), "document_taken_back");
        assert_eq!(count_events(&studio, &client, EventKind::DeliverableDeleted).await, 1);
        tick_at(&studio, "2026-03-30T12:02").await;
        let new = document(&studio, &client, 1).await.unwrap();
        assert_eq!(new.status, DocumentStatus::PendingReview, "the month is written anew");
        assert!(new.id != gone.id);
        let viewer = Actor::Admin { id: None, role: crate::staff::Role::Viewer };
        assert!(documents::delete(&studio, &viewer, &new.id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_deleted_draft_is_written_by_the_engine_at_its_time() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let draft = documents::add(&studio, &owner(), &client.id, Month::new(3).unwrap(), "Three", TEXT).await.unwrap();
        assert_eq!(generation(&studio, &client, 3).await.status, AutomationStatus::Cancelled);
        documents::delete(&studio, &owner(), &draft.id).await.unwrap();
        let planned = generation(&studio, &client, 3).await;
        assert_eq!((planned.status, planned.trigger_date), (AutomationStatus::Scheduled, time("2026-05-26")));
        // What an admin took off stays off.
        let draft = documents::add(&studio, &owner(), &client.id, Month::new(4).unwrap(), "Four", TEXT).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        let row = generation(&studio, &client, 4).await;
        execute!(tx, "UPDATE automation_schedules SET cancel_reason = 'ADMIN' WHERE id = $1", &row.id).unwrap();
        tx.commit().await.unwrap();
        documents::delete(&studio, &owner(), &draft.id).await.unwrap();
        assert_eq!(generation(&studio, &client, 4).await.status, AutomationStatus::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn sub_documents_never_drive_the_chain() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let main = documents::add(&studio, &owner(), &client.id, Month::FIRST, "One", TEXT).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        execute!(
            tx,
            "INSERT INTO deliverables (id, client_id, month, type, parent_id, title, content_markdown, status, updated_at)
             VALUES ('extra', $1, 1, 'SUBDOCUMENT', $2, 'More', $3, 'APPROVED', $4)",
            &client.id,
            &main.id,
            TEXT,
            studio.clock.now()
        )
        .unwrap();
        tx.commit().await.unwrap();
        let refused = documents::delete(&studio, &owner(), &main.id).await.unwrap_err().to_string();
        assert!(refused.contains("extras of its own (1); delete them first"), "{refused}");
        let before = rows(&studio, &client).await.len();
        let extra = crate::id::DocumentId::from_input("extra");
        documents::deliver(&studio, &owner(), &extra).await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        let months = overview(&mut tx, &studio, &reread(&studio, &client.id).await).await.unwrap().months;
        drop(tx);
        assert_eq!(months[0].state, MonthState::InProgress);
        assert_eq!(rows(&studio, &client).await.len(), before, "nothing is planned for it");
        documents::take_back(&studio, &owner(), &extra).await.unwrap();
        documents::delete(&studio, &owner(), &extra).await.unwrap();
        assert_eq!(rows(&studio, &client).await.len(), before);
    })
    .await;
}
