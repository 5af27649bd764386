use std::path::Path;

use super::*;
use crate::config::{Settings, Typeset};
use crate::documents::{self, DocumentStatus, Edit};
use crate::execute;
use crate::journey::fixture::{TEXT, begun, owner};
use crate::programme::Month;
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both, on_both_with, paper};

/// The settings of a studio as they are without a file.
fn at_approval() -> Settings {
    assert_eq!(Settings::default().documents.typeset, Typeset::AtApproval);
    Settings::default()
}

async fn draft(studio: &Studio, name: &str) -> DocumentId {
    let client = begun(studio, name, "2026-03-30").await;
    let month = Month::new(1).unwrap();
    documents::add(studio, &owner(), &client.id, month, "Foundation Excellence", TEXT).await.unwrap().id
}

async fn print_of(studio: &Studio, id: &DocumentId) -> Option<Print> {
    documents::print_of(&mut studio.db.read().await.unwrap(), id).await.unwrap()
}

async fn count(studio: &Studio) -> i64 {
    crate::fetch_scalar!(studio.db.read().await.unwrap(), i64, "SELECT COUNT(*) FROM files").unwrap()
}

#[tokio::test]
async fn a_pdf_is_made_at_approval_and_kept_until_the_text_changes() {
    on_both_with(at_approval(), |studio| async move {
        let id = draft(&studio, "Ada Obi").await;
        documents::submit(&studio, &owner(), &id).await.unwrap();
        assert!(print_of(&studio, &id).await.is_none(), "nothing is made for a draft");
        documents::approve(&studio, &owner(), &id).await.unwrap();
        let made = print_of(&studio, &id).await.unwrap();
        assert_eq!((made.pages, made.lacking.as_str(), made.error), (Some(1), "", None));

        studio.clock.advance(chrono::TimeDelta::days(3));
        let delivered = documents::deliver(&studio, &owner(), &id).await.unwrap();
        assert_eq!(print_of(&studio, &id).await.unwrap().made_at, made.made_at, "delivery changes nothing in it");
        let actor = Actor::Client(delivered.client_id.clone());
        let first = documents::pdf(&studio, &actor, &id).await.unwrap();
        assert_eq!((first.name.as_str(), first.mime), ("month-1-foundation-excellence.pdf", "application/pdf"));
        assert!(first.bytes.starts_with(b"%PDF-"));
        assert_eq!(documents::pdf(&studio, &owner(), &id).await.unwrap(), first);

        let change = Edit { markdown: Some(format!("{TEXT}\nSharper.")), ..Edit::default() };
        documents::edit(&studio, &owner(), &id, change).await.unwrap();
        let second = documents::pdf(&studio, &actor, &id).await.unwrap();
        assert_ne!(second.sha256, first.sha256);
        assert_eq!(count(&studio).await, 1, "the file before is forgotten");
        if let Some(text) = paper::text(&second.bytes) {
            assert!(text.contains("Prepared for Ada Obi by Wavelaunch Studio") && text.contains("Sharper."), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn with_lazy_settings_nothing_is_made_before_it_is_wanted() {
    on_both(|studio| async move {
        let id = draft(&studio, "Ada Obi").await;
        let delivered = documents::approve_and_deliver(&studio, &owner(), &id).await.unwrap();
        let actor = Actor::Client(delivered.client_id.clone());
        documents::open(&studio, &actor, &id, "telegram").await.unwrap();
        assert!(print_of(&studio, &id).await.is_none());
        documents::pdf(&studio, &actor, &id).await.unwrap();
        assert!(print_of(&studio, &id).await.is_some());
    })
    .await;
}

/// Puts a file where the store's folder would be.
fn block(studio: &TestStudio) {
    std::fs::write(Path::new(&studio.settings.files.url), "in the way").unwrap();
}

#[tokio::test]
async fn what_cannot_be_printed_is_not_delivered_until_it_can() {
    on_both_with(at_approval(), |studio| async move {
        let id = draft(&studio, "Ada Obi").await;
        block(&studio);
        let error = documents::approve_and_deliver(&studio, &owner(), &id).await.unwrap_err().to_string();
        assert!(error.starts_with("not delivered, for ") && error.contains("`wavelaunch document print`"), "{error}");
        let document = documents::fetch(&studio, &owner(), &id).await.unwrap();
        assert_eq!(document.status, DocumentStatus::Approved, "the approval stands");
        let print = print_of(&studio, &id).await.unwrap();
        assert!(print.file_id.is_none() && print.error.is_some());
        assert!(documents::print(&studio, &owner(), &id).await.is_err());

        std::fs::remove_file(&studio.settings.files.url).unwrap();
        assert_eq!(documents::print(&studio, &owner(), &id).await.unwrap().error, None);
        documents::deliver(&studio, &owner(), &id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_file_that_the_store_lost_is_made_anew() {
    on_both(|studio| async move {
        let id = draft(&studio, "Ada Obi").await;
        let first = documents::pdf(&studio, &owner(), &id).await.unwrap();
        std::fs::remove_dir_all(Path::new(&studio.settings.files.url).join(&first.sha256[..2])).unwrap();
        assert_eq!(documents::pdf(&studio, &owner(), &id).await.unwrap(), first);
        assert_eq!(count(&studio).await, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_the_pdf_of_somebody_elses_document() {
    on_both(|studio| async move {
        let id = draft(&studio, "Ada Obi").await;
        documents::approve_and_deliver(&studio, &owner(), &id).await.unwrap();
        let bo = begun(&studio, "Bo Li", "2026-03-30").await;
        let refused = documents::pdf(&studio, &Actor::Client(bo.id), &id).await.unwrap_err();
        assert!(matches!(refused, Error::NotFound("document")));
    })
    .await;
}

#[tokio::test]
async fn erasing_a_client_takes_their_prints_along() {
    on_both(|studio| async move {
        let id = draft(&studio, "Ada Obi").await;
        documents::pdf(&studio, &owner(), &id).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "DELETE FROM clients").unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&studio).await, 0);
        assert!(print_of(&studio, &id).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_deleted_document_takes_its_print_along() {
    on_both(|studio| async move {
        let id = draft(&studio, "Ada Obi").await;
        documents::pdf(&studio, &owner(), &id).await.unwrap();
        documents::delete(&studio, &owner(), &id).await.unwrap();
        assert_eq!(count(&studio).await, 0);
        assert!(print_of(&studio, &id).await.is_none());
    })
    .await;
}
