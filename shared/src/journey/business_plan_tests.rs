use chrono::TimeDelta;

use super::business_plan::{plans_owed, want_plan, write_plan};
use super::*;
use crate::clients::Client;
use crate::coach::model::Model;
use crate::coach::model::scripted::{Act, Scripted};
use crate::documents::{self, Document, DocumentKind, DocumentStatus};
use crate::events::EventKind;
use crate::journey::fixture::*;
use crate::portal::fixture::linked;
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both, sqlite};
use crate::{Error, execute};

/// The client finishes the questionnaire.
async fn finish(studio: &TestStudio, client: &Client) {
    let mut tx = studio.db.write().await.unwrap();
    let now = studio.clock.now();
    let client_herself = Actor::Client(client.id.clone());
    want_plan(&mut tx, studio, &client_herself, client, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn plan(studio: &TestStudio, client: &Client) -> Option<Document> {
    documents::latest_plan(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap()
}

/// A client whose plan was asked for and is in review.
async fn asked(studio: &TestStudio, name: &str, day: &str) -> (Client, Document) {
    let client = begun(studio, name, day).await;
    finish(studio, &client).await;
    tick(studio, "test").await.unwrap();
    let plan = plan(studio, &client).await.unwrap();
    (reread(studio, &client.id).await, plan)
}

async fn delivered(studio: &TestStudio, client: &Client) -> Document {
    let plan = plan(studio, client).await.unwrap();
    documents::approve_and_deliver(studio, &owner(), &plan.id).await.unwrap()
}

#[tokio::test]
async fn a_finished_questionnaire_has_the_plan_written_and_promised() {
    on_both(|studio| async move {
        let client = linked(&studio, "Ada Obi", &[crate::delivery::Channel::Telegram]).await;
        finish(&studio, &client).await;
        finish(&studio, &client).await;
        let due = studio.clock.now() + TimeDelta::hours(48);
        assert_eq!(reread(&studio, &client.id).await.plan_due_at, Some(due));
        assert_eq!(tick(&studio, "test").await.unwrap().done, 1, "once, although it was asked for twice");
        let written = plan(&studio, &client).await.unwrap();
        assert_eq!((written.kind, written.month, written.plan_version), (DocumentKind::Plan, None, Some(1)));
        assert_eq!((written.status, written.due_at), (DocumentStatus::PendingReview, Some(due)));
        assert_eq!(written.title.raw(), "Business plan");
        let queue = documents::review_queue(&mut studio.db.read().await.unwrap()).await.unwrap();
        assert_eq!((queue.len(), &queue[0].id, queue[0].kind), (1, &written.id, DocumentKind::Plan));
        let owed = plans_owed(&mut studio.db.read().await.unwrap(), &owner()).await.unwrap();
        assert_eq!((owed[0].plan_due_at, owed[0].status), (due, Some(DocumentStatus::PendingReview)));
        assert_eq!(owed[0].writing, Some(AutomationStatus::Completed));
        finish(&studio, &client).await;
        assert!(tick(&studio, "test").await.unwrap().done == 0, "a client who has a plan needs none");
    })
    .await;
}

#[tokio::test]
async fn the_first_month_waits_for_the_plan_and_follows_its_approval() {
    on_both(|studio| async move {
        let (client, plan) = asked(&studio, "Ada Obi", "2026-03-30").await;
        let first = generation(&studio, &client, 1).await;
        assert_eq!((first.status, first.payload.gate), (AutomationStatus::Scheduled, Some(SkipReason::AwaitingPlan)));
        assert!(document(&studio, &client, 1).await.is_none());
        let mut tx = studio.db.read().await.unwrap();
        let overview = overview(&mut tx, &studio, &client).await.unwrap();
        drop(tx);
        assert_eq!(overview.automations.len(), 32, "the plan is none of the time rows");
        assert_eq!(overview.plan.unwrap().latest.unwrap().id, plan.id);
        assert_eq!(overview.months[0].state, MonthState::InProgress, "it is not blocked");

        studio.clock.advance(TimeDelta::hours(5));
        documents::approve(&studio, &owner(), &plan.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        assert_eq!(document(&studio, &client, 1).await.unwrap().status, DocumentStatus::PendingReview);
        assert_eq!(count_events(&studio, &client, EventKind::PlanMissing).await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_early_approval_has_the_first_month_written_early() {
    on_both(|studio| async move {
        let (client, _) = asked(&studio, "Ada Obi", "2026-04-20").await;
        delivered(&studio, &client).await;
        tick(&studio, "test").await.unwrap();
        assert!(document(&studio, &client, 1).await.is_some(), "three weeks before its day");
        tick_at(&studio, "2026-04-20T09:00").await;
        assert_eq!(rows(&studio, &client).await.iter().filter(|row| row.month == Some(1)).count(), 4);
    })
    .await;
}

#[tokio::test]
async fn the_first_month_goes_on_after_three_days_and_the_studio_is_told() {
    on_both(|studio| async move {
        let (client, _) = asked(&studio, "Ada Obi", "2026-03-30").await;
        for day in ["2026-03-31T12:00", "2026-04-01T12:00", "2026-04-01T23:59"] {
            tick_at(&studio, day).await;
            assert!(document(&studio, &client, 1).await.is_none(), "{day}");
        }
        let first = generation(&studio, &client, 1).await;
        assert_eq!(attempts(&studio, &first).await.len(), 1, "it is said once that it waits");
        tick_at(&studio, "2026-04-02T00:00").await;
        assert!(document(&studio, &client, 1).await.is_some());
        assert_eq!(count_events(&studio, &client, EventKind::PlanMissing).await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_admin_may_have_the_first_month_before_the_plan() {
    on_both(|studio| async move {
        let (client, _) = asked(&studio, "Ada Obi", "2026-03-30").await;
        force_now(&studio, &owner(), &generation(&studio, &client, 1).await.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        assert!(document(&studio, &client, 1).await.is_some());
        assert_eq!(count_events(&studio, &client, EventKind::PlanMissing).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_delivery_tells_the_client_and_keeps_the_promise() {
    on_both(|studio| async move {
        let (client, plan) = asked(&studio, "Ada Obi", "2026-03-30").await;
        delivered(&studio, &client).await;
        assert_eq!(messages(&studio, &client).await, ["activated", "plan_ready"]);
        assert_eq!(reread(&studio, &client.id).await.plan_due_at, None);
        assert_eq!(count_events(&studio, &client, EventKind::PlanDelivered).await, 1);
        let herself = Actor::Client(client.id.clone());
        let file = documents::pdf(&studio, &herself, &plan.id).await.unwrap();
        assert_eq!(file.name, "business-plan.pdf");
        documents::open(&studio, &herself, &plan.id, "telegram").await.unwrap();
        let opened = documents::fetch(&studio, &owner(), &plan.id).await.unwrap();
        assert_eq!((opened.download_count, opened.is_opened()), (1, true));
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET documents_locked = TRUE WHERE id = $1", &client.id).unwrap();
        tx.commit().await.unwrap();
        let refused = documents::open(&studio, &herself, &plan.id, "telegram").await.unwrap_err();
        assert!(refused.to_string().contains("locked"));
    })
    .await;
}

#[tokio::test]
async fn a_client_sees_the_newest_delivered_plan_and_no_other() {
    on_both(|studio| async move {
        let (client, first) = asked(&studio, "Ada Obi", "2026-03-30").await;
        let herself = Actor::Client(client.id.clone());
        let seen = async |actor: &Actor| {
            let mut tx = studio.db.read().await.unwrap();
            documents::list(&mut tx, actor, &client.id).await.unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert!(seen(&herself).await.is_empty());
        let refused = write_plan(&studio, &owner(), &client.id).await.unwrap_err();
        assert!(refused.to_string().contains("version 1 of the plan is in review"), "{refused}");
        delivered(&studio, &client).await;
        write_plan(&studio, &owner(), &client.id).await.unwrap();
        assert_eq!(reread(&studio, &client.id).await.plan_due_at, None, "a second plan was never promised");
        tick(&studio, "test").await.unwrap();
        let second = plan(&studio, &client).await.unwrap();
        assert_eq!((second.plan_version, second.title.raw()), (Some(2), "Business plan, version 2"));
        assert_eq!(seen(&herself).await, std::slice::from_ref(&first.id), "the second is not delivered");
        delivered(&studio, &client).await;
        assert_eq!(seen(&herself).await, std::slice::from_ref(&second.id));
        assert!(matches!(documents::fetch(&studio, &herself, &first.id).await, Err(Error::NotFound(_))));
        assert_eq!(seen(&owner()).await[..2], [second.id, first.id]);
        let own = documents::plans(&mut studio.db.read().await.unwrap(), &herself, &client.id).await.unwrap();
        assert_eq!(own.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_rejected_plan_is_written_anew_with_the_reason() {
    on_both(|mut studio| async move {
        let (client, draft) = asked(&studio, "Ada Obi", "2026-03-30").await;
        documents::reject(&studio, &owner(), &draft.id, "no prices").await.unwrap();
        tick_at(&studio, "2026-04-02T12:00").await;
        assert_eq!(count_events(&studio, &client, EventKind::RevisionDue).await, 1, "the studio is reminded");
        let endpoint = Scripted::start([Act::Answer(TEXT, Some((500, 100)))]).await;
        studio.studio.model = endpoint.model();
        write_plan(&studio, &owner(), &client.id).await.unwrap();
        assert!(write_plan(&studio, &owner(), &client.id).await.is_err(), "once at a time");
        tick(&studio, "test").await.unwrap();
        let again = plan(&studio, &client).await.unwrap();
        assert_eq!((&again.id, again.plan_version, again.status), (&draft.id, Some(1), DocumentStatus::PendingReview));
        let asked = endpoint.requests();
        let said = |at: usize| asked[0]["messages"][at]["content"].as_str().unwrap().to_owned();
        assert!(said(0).contains("exactly these 8 second-level headings") && said(0).contains("- Financial plan: "));
        assert!(
            said(1).contains("Its reason:\n<data>\nno prices") && said(1).ends_with("Write the business plan now.")
        );
        let mut tx = studio.db.read().await.unwrap();
        let operation = crate::fetch_scalar!(tx, String, "SELECT operation FROM token_usage").unwrap();
        assert_eq!(operation, "GENERATE_PLAN");
    })
    .await;
}

#[tokio::test]
async fn the_plan_goes_along_with_every_month() {
    on_both(|mut studio| async move {
        let (client, _) = asked(&studio, "Ada Obi", "2026-03-30").await;
        let plan = delivered(&studio, &client).await;
        let endpoint = Scripted::start([Act::Answer(TEXT, None)]).await;
        studio.studio.model = endpoint.model();
        tick(&studio, "test").await.unwrap();
        let data = endpoint.requests()[0]["messages"][1]["content"].as_str().unwrap().to_owned();
        let summary = plan.summary.unwrap();
        assert!(data.contains("Business plan, summary: ") && data.contains(&summary.raw()[..60]), "{data}");
        studio.studio.model = Model::Offline;
        force_now(&studio, &owner(), &generation(&studio, &client, 2).await.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        let second = document(&studio, &client, 2).await.unwrap();
        assert!(second.content_markdown.raw().contains("- Business plan: The people come first; "));
    })
    .await;
}

#[tokio::test]
async fn a_plan_by_hand_stays() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-04-20").await;
        finish(&studio, &client).await;
        let by_hand = documents::add_plan(&studio, &owner(), &client.id, TEXT).await.unwrap();
        assert_eq!((by_hand.status, by_hand.plan_version), (DocumentStatus::Draft, Some(1)));
        assert!(tick(&studio, "test").await.unwrap().is_idle(), "the engine need not write it");
        assert!(documents::add_plan(&studio, &owner(), &client.id, TEXT).await.is_err(), "one at a time");
        delivered(&studio, &client).await;
        assert_eq!(messages(&studio, &client).await.last().unwrap(), "plan_ready");
    })
    .await;
}

#[tokio::test]
async fn a_writer_that_fails_is_tried_again_and_given_up_on_like_any_other() {
    on_both(|mut studio| async move {
        let endpoint = Scripted::start([Act::Status(503, None, "down")]).await;
        studio.studio.model = endpoint.model();
        let client = linked(&studio, "Ada Obi", &[]).await;
        finish(&studio, &client).await;
        for attempt in 0..4 {
            let report = tick(&studio, "test").await.unwrap();
            assert_eq!((report.retried, report.failed), if attempt < 3 { (1, 0) } else { (0, 1) });
            studio.clock.advance(TimeDelta::minutes(15));
        }
        assert_eq!(count_events(&studio, &client, EventKind::AutomationFailed).await, 1);
        let mut tx = studio.db.read().await.unwrap();
        let failed = overview(&mut tx, &studio, &client).await.unwrap().plan.unwrap().writing.unwrap();
        drop(tx);
        assert_eq!(failed.status, AutomationStatus::Failed);
        studio.studio.model = Model::Offline;
        retry(&studio, &owner(), &failed.id).await.unwrap();
        tick(&studio, "test").await.unwrap();
        assert!(plan(&studio, &client).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn news_of_a_plan_waits_for_the_end_of_a_hold() {
    on_both(|studio| async move {
        let (client, _) = asked(&studio, "Ada Obi", "2026-03-30").await;
        let hold = Move::Pause { from: None, until: None, reason: None };
        make(&studio, &owner(), &client.id, &hold, None).await.unwrap();
        delivered(&studio, &client).await;
        tick(&studio, "test").await.unwrap();
        assert!(!messages(&studio, &client).await.contains(&"plan_ready".to_owned()));
        assert!(document(&studio, &client, 1).await.is_none(), "the first month is on hold");
        studio.clock.advance(TimeDelta::days(2));
        make(&studio, &owner(), &client.id, &Move::Resume, None).await.unwrap();
        tick(&studio, "test").await.unwrap();
        assert!(messages(&studio, &client).await.contains(&"plan_ready".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn another_clients_plan_is_not_found() {
    let studio = sqlite().await;
    let (ada, _) = asked(&studio, "Ada Obi", "2026-03-30").await;
    let hers = delivered(&studio, &ada).await;
    let bo = begun(&studio, "Bo Li", "2026-03-30").await;
    let asker = Actor::Client(bo.id.clone());
    let refused = documents::open(&studio, &asker, &hers.id, "telegram").await.unwrap_err().to_string();
    let nothing = documents::fetch(&studio, &asker, &crate::id::DocumentId::from_input("c0")).await.unwrap_err();
    assert_eq!(refused, nothing.to_string());
    assert_eq!(count_events(&studio, &bo, EventKind::AccessDenied).await, 1);
    assert!(write_plan(&studio, &asker, &ada.id).await.is_err());
}
