use super::*;
use crate::Error;
use crate::events::EventKind;
use crate::execute;
use crate::journey::fixture::{TEXT, begun, count_events, deliver, owner};
use crate::programme::Month;
use crate::staff::{Actor, Role};
use crate::testing::on_both;

fn month(number: i64) -> Month {
    Month::new(number).unwrap()
}

#[tokio::test]
async fn oracle_isolation() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let bo = begun(&studio, "Bo Li", "2026-03-30").await;
        let hers = deliver(&studio, &ada, 1).await;
        let draft = add(&studio, &owner(), &ada.id, month(2), "Two", TEXT).await.unwrap();
        let asker = Actor::Client(bo.id.clone());
        let nothing = fetch(&studio, &asker, &crate::id::DocumentId::from_input("c0")).await.unwrap_err().to_string();
        assert_eq!(count_events(&studio, &bo, EventKind::AccessDenied).await, 0);
        for id in [&hers.id, &draft.id] {
            assert_eq!(fetch(&studio, &asker, id).await.unwrap_err().to_string(), nothing);
            assert_eq!(open(&studio, &asker, id, "telegram").await.unwrap_err().to_string(), nothing);
            assert_eq!(get(&mut studio.db.read().await.unwrap(), &asker, id).await.unwrap_err().to_string(), nothing);
        }
        assert_eq!(count_events(&studio, &bo, EventKind::AccessDenied).await, 4);
        assert!(matches!(list(&mut studio.db.read().await.unwrap(), &asker, &ada.id).await, Err(Error::NotFound(_))));
        // Her own undelivered draft is as unfindable for her.
        let ada_herself = Actor::Client(ada.id.clone());
        assert_eq!(open(&studio, &ada_herself, &draft.id, "telegram").await.unwrap_err().to_string(), nothing);
        let shown = list(&mut studio.db.read().await.unwrap(), &ada_herself, &ada.id).await.unwrap();
        assert_eq!(shown.len(), 1);
        assert!(approve(&studio, &ada_herself, &draft.id).await.is_err());
        assert_eq!(fetch(&studio, &owner(), &hers.id).await.unwrap().download_count, 0);
    })
    .await;
}

#[tokio::test]
async fn a_document_goes_its_way_and_no_other() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let draft = add(&studio, &owner(), &ada.id, month(1), " One ", TEXT).await.unwrap();
        assert_eq!((draft.status, draft.title.raw(), draft.version), (DocumentStatus::Draft, "One", 0));
        assert!(draft.due_at.is_some());
        let early = deliver_err(&studio, &draft).await;
        assert!(early.contains("a draft and cannot become delivered: send it to review first"), "{early}");

        let review = submit(&studio, &owner(), &draft.id).await.unwrap();
        assert_eq!(review_queue(&mut studio.db.read().await.unwrap()).await.unwrap()[0].id, review.id);
        assert!(reject(&studio, &owner(), &draft.id, "  ").await.is_err(), "a reason is required");
        let rejected = reject(&studio, &owner(), &draft.id, "too vague").await.unwrap();
        assert_eq!(rejected.rejection_reason.unwrap().raw(), "too vague");
        assert!(approve(&studio, &owner(), &draft.id).await.is_err());

        let text = format!("{TEXT}\nSharper.");
        let change = Edit { markdown: Some(text), ..Edit::default() };
        assert_eq!(edit(&studio, &owner(), &draft.id, change).await.unwrap().status, DocumentStatus::Draft);
        let viewer = Actor::Admin { id: None, role: Role::Viewer };
        assert!(matches!(approve(&studio, &viewer, &draft.id).await, Err(Error::Forbidden { .. })));
        let approved = approve(&studio, &owner(), &draft.id).await.unwrap();
        assert_eq!(approved.highlights, ["One thing", "Another thing", "A third"]);
        assert_eq!(deliver_once(&studio, &draft).await.status, DocumentStatus::Delivered);
        assert!(deliver_err(&studio, &draft).await.contains("delivered and cannot become delivered"));
        assert_eq!(count_events(&studio, &ada, EventKind::DeliverableDelivered).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_told_of_a_document_follows_its_text_unless_an_admin_wrote_it() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let draft = add(&studio, &owner(), &ada.id, month(1), "One", TEXT).await.unwrap();
        let lines = |lines: &[&str]| Some(lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        let telling = Telling { highlights: lines(&["Mine", " "]), ..Telling::default() };
        let early = tell(&studio, &owner(), &draft.id, telling.clone()).await.unwrap_err();
        assert!(early.to_string().contains("taken when it is approved"), "{early}");
        let approved = approve(&studio, &owner(), &draft.id).await.unwrap();
        assert_eq!(approved.accomplishments, approved.highlights, "the text names no templates");
        assert!(approved.summary.unwrap().raw().contains("One thing"));

        let stale = Telling { version: Some(0), ..telling.clone() };
        assert!(matches!(tell(&studio, &owner(), &draft.id, stale).await, Err(Error::Conflict(_))));
        let told = tell(&studio, &owner(), &draft.id, telling).await.unwrap();
        assert_eq!((told.highlights, told.version), (vec!["Mine".to_owned()], approved.version + 1));
        let text = TEXT.replace("One thing", "Something else");
        let edited =
            edit(&studio, &owner(), &draft.id, Edit { markdown: Some(text), ..Edit::default() }).await.unwrap();
        assert_eq!(edited.highlights, ["Mine"], "an admin's words stay");
        assert_eq!(edited.accomplishments[0], "Something else", "the others follow the text");
        assert!(edited.summary.unwrap().raw().contains("Something else"));
        let viewer = Actor::Admin { id: None, role: Role::Viewer };
        assert!(tell(&studio, &viewer, &draft.id, Telling::default()).await.is_err());
        assert_eq!(count_events(&studio, &ada, EventKind::DeliverableUpdated).await, 3);
    })
    .await;
}

async fn deliver_once(studio: &crate::Studio, document: &Document) -> Document {
    super::deliver(studio, &owner(), &document.id).await.unwrap()
}

async fn deliver_err(studio: &crate::Studio, document: &Document) -> String {
    super::deliver(studio, &owner(), &document.id).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_month_has_one_document_and_it_says_something() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let short = add(&studio, &owner(), &ada.id, month(1), "One", "too short").await.unwrap_err();
        assert!(short.to_string().contains("at least 100"));
        assert!(add(&studio, &owner(), &ada.id, month(1), " ", TEXT).await.is_err());
        add(&studio, &owner(), &ada.id, month(1), "One", TEXT).await.unwrap();
        let second = add(&studio, &owner(), &ada.id, month(1), "One", TEXT).await.unwrap_err();
        assert!(second.to_string().contains("month 1 has a document already"));
    })
    .await;
}

#[tokio::test]
async fn two_editors_do_not_overwrite_each_other() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let draft = add(&studio, &owner(), &ada.id, month(1), "One", TEXT).await.unwrap();
        let change = |title: &str| Edit { title: Some(title.into()), version: Some(draft.version), ..Edit::default() };
        assert_eq!(edit(&studio, &owner(), &draft.id, change("Mine")).await.unwrap().version, 1);
        assert!(matches!(edit(&studio, &owner(), &draft.id, change("Theirs")).await, Err(Error::Conflict(_))));
    })
    .await;
}

#[tokio::test]
async fn a_locked_document_is_listed_and_stays_shut() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let document = deliver(&studio, &ada, 1).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET documents_locked = TRUE WHERE id = $1", &ada.id).unwrap();
        tx.commit().await.unwrap();
        let actor = Actor::Client(ada.id.clone());
        let shown = list(&mut studio.db.read().await.unwrap(), &actor, &ada.id).await.unwrap();
        assert!(shown[0].locked);
        assert!(open(&studio, &actor, &document.id, "telegram").await.unwrap_err().to_string().contains("locked"));
    })
    .await;
}

#[tokio::test]
async fn every_opening_counts_and_the_first_is_kept() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let document = deliver(&studio, &ada, 1).await;
        let actor = Actor::Client(ada.id.clone());
        let first = studio.clock.now();
        open(&studio, &actor, &document.id, "telegram").await.unwrap();
        studio.clock.advance(chrono::TimeDelta::hours(1));
        open(&studio, &actor, &document.id, "console").await.unwrap();
        let document = fetch(&studio, &owner(), &document.id).await.unwrap();
        assert_eq!((document.download_count, document.first_opened_at), (2, Some(first)));
        assert_eq!(document.last_opened_at, Some(studio.clock.now()));
        assert_eq!(count_events(&studio, &ada, EventKind::DocumentOpened).await, 2);
        assert!(open(&studio, &owner(), &document.id, "x").await.is_err(), "only a client opens");
    })
    .await;
}
