use super::extras::{extras, write_extra};
use super::*;
use crate::clients::Client;
use crate::coach::model::scripted::{Act, Scripted};
use crate::documents::{self, Document, DocumentKind, DocumentRow, DocumentStatus, Edit};
use crate::journey::fixture::*;
use crate::programme::Month;
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both, sqlite};
use crate::{execute, fetch_scalar};

async fn all(studio: &TestStudio, actor: &Actor, client: &Client) -> Vec<DocumentRow> {
    documents::list(&mut studio.db.read().await.unwrap(), actor, &client.id).await.unwrap()
}

/// The extra of this title, whole.
async fn extra(studio: &TestStudio, client: &Client, title: &str) -> Option<Document> {
    let row = all(studio, &owner(), client).await.into_iter().find(|row| row.title.raw() == title)?;
    Some(documents::fetch(studio, &owner(), &row.id).await.unwrap())
}

async fn ask(studio: &TestStudio, client: &Client, title: &str) -> crate::Result<()> {
    write_extra(studio, &owner(), &client.id, Month::FIRST, title).await
}

#[tokio::test]
async fn an_extra_is_picked_written_and_delivered_beside_its_month() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let early = ask(&studio, &client, "Visual Identity").await.unwrap_err().to_string();
        assert!(early.contains("month 1 has no document yet"), "{early}");
        tick_at(&studio, "2026-03-30T12:01").await;
        let main = document(&studio, &client, 1).await.unwrap();
        let unknown = ask(&studio, &client, "Tax Advice").await.unwrap_err().to_string();
        assert!(
            unknown.contains("it has 1 Brand Architecture, 2 Market Fortification, 3 Visual Identity"),
            "{unknown}"
        );
        ask(&studio, &client, "visual identity").await.unwrap();
        assert!(ask(&studio, &client, "3").await.unwrap_err().to_string().contains("being written already"));
        ask(&studio, &client, "1").await.unwrap();
        assert_eq!(tick(&studio, "test").await.unwrap().done, 2);

        let written = extra(&studio, &client, "Visual Identity").await.unwrap();
        assert_eq!((written.kind, written.month), (DocumentKind::Subdocument, Some(1)));
        assert_eq!((written.parent_id.as_ref(), written.status), (Some(&main.id), DocumentStatus::PendingReview));
        assert!(ask(&studio, &client, "3").await.unwrap_err().to_string().contains("it is in review"));
        let titles: Vec<String> = all(&studio, &owner(), &client).await.iter().map(|row| row.title.line()).collect();
        assert_eq!(titles, ["Foundation Excellence", "Brand Architecture", "Visual Identity"], "under its month");
        let mut tx = studio.db.read().await.unwrap();
        let known = extras(&mut tx, &studio, &owner(), &client.id, Some(Month::FIRST)).await.unwrap();
        drop(tx);
        assert_eq!(known.iter().filter(|extra| extra.status.is_some()).count(), 2);
        assert_eq!(known.len(), 5);

        documents::approve_and_deliver(&studio, &owner(), &written.id).await.unwrap();
        let herself = Actor::Client(client.id.clone());
        assert_eq!(all(&studio, &herself, &client).await.len(), 1, "of her documents that alone is delivered");
        documents::open(&studio, &herself, &written.id, "telegram").await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        let sent = fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM outbox WHERE purpose = 'new_deliverable'").unwrap();
        assert_eq!(sent, 1);
    })
    .await;
}

#[tokio::test]
async fn an_extra_drives_nothing() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:01").await;
        let before = rows(&studio, &client).await;
        ask(&studio, &client, "1").await.unwrap();
        tick(&studio, "test").await.unwrap();
        let written = extra(&studio, &client, "Brand Architecture").await.unwrap();
        documents::approve_and_deliver(&studio, &owner(), &written.id).await.unwrap();
        let after = rows(&studio, &client).await;
        let state = |rows: &[Automation]| {
            rows.iter().map(|row| (row.id.clone(), row.status, row.trigger_date)).collect::<Vec<_>>()
        };
        assert_eq!(state(&before), state(&after), "no row of the journey moves, none is added");
        let mut tx = studio.db.read().await.unwrap();
        let overview = overview(&mut tx, &studio, &client).await.unwrap();
        drop(tx);
        assert_eq!((overview.months_delivered, overview.months[0].state), (0, MonthState::InProgress));
        tick_at(&studio, "2026-04-26T00:00").await;
        let second = generation(&studio, &client, 2).await;
        assert_eq!(
            second.payload.gate,
            Some(SkipReason::BlockedPrevious),
            "the gate asks for the month's own document"
        );
    })
    .await;
}

#[tokio::test]
async fn a_rejected_extra_is_written_anew_and_keeps_its_title() {
    on_both(|mut studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:01").await;
        ask(&studio, &client, "2").await.unwrap();
        tick(&studio, "test").await.unwrap();
        let draft = extra(&studio, &client, "Market Fortification").await.unwrap();
        let renamed = Edit { title: Some("Else".into()), ..Edit::default() };
        assert!(documents::edit(&studio, &owner(), &draft.id, renamed).await.is_err());
        documents::reject(&studio, &owner(), &draft.id, "no numbers").await.unwrap();
        let endpoint = Scripted::start([Act::Answer(TEXT, None)]).await;
        studio.studio.model = endpoint.model();
        regenerate(&studio, &owner(), &draft.id).await.unwrap();
        assert!(ask(&studio, &client, "2").await.is_err(), "once at a time");
        tick(&studio, "test").await.unwrap();
        let again = extra(&studio, &client, "Market Fortification").await.unwrap();
        assert_eq!((&again.id, again.status), (&draft.id, DocumentStatus::PendingReview));
        let asked = endpoint.requests();
        let said = |at: usize| asked[0]["messages"][at]["content"].as_str().unwrap().to_owned();
        assert!(said(0).contains("write the sub-document \"Market Fortification\""));
        assert!(said(1).contains("Its reason:\n<data>\nno numbers"));
    })
    .await;
}

#[tokio::test]
async fn two_deliveries_during_a_hold_are_both_told_after_it() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:01").await;
        let by_hand = documents::add_extra(&studio, &owner(), &client.id, Month::FIRST, "1", TEXT).await.unwrap();
        assert!(documents::add_extra(&studio, &owner(), &client.id, Month::FIRST, "1", TEXT).await.is_err());
        let hold = Move::Pause { from: None, until: None, reason: None };
        make(&studio, &owner(), &client.id, &hold, None).await.unwrap();
        deliver(&studio, &client, 1).await;
        documents::approve_and_deliver(&studio, &owner(), &by_hand.id).await.unwrap();
        studio.clock.advance(chrono::TimeDelta::days(1));
        make(&studio, &owner(), &client.id, &Move::Resume, None).await.unwrap();
        tick(&studio, "test").await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        for purpose in ["ready", "new_deliverable"] {
            let sent = fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM outbox WHERE purpose = $1", purpose).unwrap();
            assert_eq!(sent, 1, "{purpose}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_end_of_the_programme_takes_no_extra_off() {
    let studio = sqlite().await;
    let client = begun(&studio, "Ada Obi", "2026-03-30").await;
    deliver(&studio, &client, 1).await;
    ask(&studio, &client, "1").await.unwrap();
    for month in 2..=8 {
        deliver(&studio, &client, month).await;
    }
    tick(&studio, "test").await.unwrap();
    assert!(extra(&studio, &client, "Brand Architecture").await.is_some());
    let mut tx = studio.db.write().await.unwrap();
    execute!(tx, "DELETE FROM deliverables WHERE type = 'MAIN' AND month = 1").unwrap();
    tx.commit().await.unwrap();
    assert!(extra(&studio, &client, "Brand Architecture").await.is_none(), "it goes with its parent");
}

#[tokio::test]
async fn every_extra_of_the_programme_can_be_written_offline() {
    let studio = sqlite().await;
    let client = begun(&studio, "Ada *Obi*", "2026-03-30").await;
    for month in Month::all() {
        deliver(&studio, &client, i64::from(month.number())).await;
        for place in 1..=5 {
            write_extra(&studio, &owner(), &client.id, month, &place.to_string()).await.unwrap();
        }
    }
    tick(&studio, "test").await.unwrap();
    let written = all(&studio, &owner(), &client).await;
    let written: Vec<_> = written.iter().filter(|row| row.kind == DocumentKind::Subdocument).collect();
    assert_eq!(written.len(), 40);
    for row in written {
        let document = documents::fetch(&studio, &owner(), &row.id).await.unwrap();
        let text = document.content_markdown.raw();
        assert!(text.starts_with("> Composed offline, without a language model"), "{}", row.title.line());
        assert!(text.contains("## Summary") && text.contains("## Checks") && !text.contains("{brand_name}"));
        assert_eq!(documents::highlights_of(text).len(), 3, "{}", row.title.line());
        assert!(text.split_whitespace().count() > 300, "{}", row.title.line());
    }
}
