//! Journeys under way, for the tests of this crate.

use chrono::{DateTime, Utc};

use super::{Automation, AutomationKind, AutomationStatus, LogRow, Template, automations, log, start, tick};
use crate::Studio;
use crate::clients::{self, Client};
use crate::delivery::{self, Channel};
use crate::documents::{self, Document};
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::portal::fixture::linked;
use crate::programme::Month;
use crate::staff::Actor;

/// A text that is long enough to be a document.
pub(crate) const TEXT: &str = "## Summary\n\n1. **One thing.** It matters.\n2. **Another thing.** It matters too.\n\
    3. **A third.** So there.\n\n## Context\n\nThis is where the month begins, and where it wants to go.\n";

pub(crate) fn owner() -> Actor {
    Actor::local_owner()
}

/// A client on Telegram whose journey starts on `day`.
pub(crate) async fn begun(studio: &Studio, name: &str, day: &str) -> Client {
    let client = linked(studio, name, &[Channel::Telegram]).await;
    start(studio, &owner(), &client.id, Some(day.parse().unwrap())).await.unwrap();
    reread(studio, &client.id).await
}

pub(crate) async fn reread(studio: &Studio, id: &ClientId) -> Client {
    clients::get(&mut studio.db.read().await.unwrap(), id).await.unwrap().unwrap()
}

pub(crate) async fn rows(studio: &Studio, client: &Client) -> Vec<Automation> {
    automations(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap()
}

/// The one row of a month that is of this kind; the newest where there are several.
pub(crate) async fn row(
    studio: &Studio,
    client: &Client,
    kind: AutomationKind,
    template: Option<Template>,
    month: i64,
) -> Automation {
    let mut all = rows(studio, client).await;
    all.retain(|row| row.kind == kind && row.template == template && row.month == Some(month));
    all.into_iter().max_by(|a, b| a.id.cmp(&b.id)).unwrap()
}

pub(crate) async fn generation(studio: &Studio, client: &Client, month: i64) -> Automation {
    row(studio, client, AutomationKind::GenerateDeliverable, None, month).await
}

pub(crate) async fn document(studio: &Studio, client: &Client, month: i64) -> Option<Document> {
    let mut tx = studio.db.read().await.unwrap();
    documents::main_of(&mut tx, &client.id, Month::new(month).unwrap()).await.unwrap()
}

/// Moves the clock to `at` and lets the engine work.
pub(crate) async fn tick_at(studio: &Studio, at: &str) -> super::TickReport {
    studio.clock.set(time(at));
    tick(studio, "test").await.unwrap()
}

pub(crate) fn time(text: &str) -> DateTime<Utc> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { format!("{text}:00Z") };
    whole.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What was queued for the client, oldest first, by the catalogue's keys.
pub(crate) async fn messages(studio: &Studio, client: &Client) -> Vec<String> {
    let mut tx = studio.db.read().await.unwrap();
    let mut all = delivery::list(&mut tx, None, None, 1000).await.unwrap();
    all.retain(|row| row.client_id.as_ref() == Some(&client.id));
    all.reverse();
    // The linking has its own words.
    let journey = [
        "activated",
        "plan_ready",
        "upcoming",
        "ready",
        "document_taken_back",
        "overdue",
        "studio_delay",
        "month_complete",
        "halfway",
        "program_complete",
    ];
    all.into_iter().map(|row| row.purpose).filter(|purpose| journey.contains(&purpose.as_str())).collect()
}

/// The log of one automation, oldest first.
pub(crate) async fn attempts(studio: &Studio, automation: &Automation) -> Vec<LogRow> {
    let filter = super::LogFilter { automation: Some(automation.id.clone()), ..Default::default() };
    let mut all = log(&mut studio.db.read().await.unwrap(), &filter).await.unwrap();
    all.reverse();
    all
}

pub(crate) async fn count_events(studio: &Studio, client: &Client, kind: EventKind) -> usize {
    let mut tx = studio.db.read().await.unwrap();
    let all = events::page(&mut tx, Some(&client.id), None, 1000).await.unwrap();
    all.iter().filter(|event| event.kind == kind).count()
}

/// Writes a month's document by hand and delivers it.
pub(crate) async fn deliver(studio: &Studio, client: &Client, month: i64) -> Document {
    let document = if let Some(document) = document(studio, client, month).await {
        document
    } else {
        let month = Month::new(month).unwrap();
        documents::add(studio, &owner(), &client.id, month, "By hand", TEXT).await.unwrap()
    };
    documents::approve_and_deliver(studio, &owner(), &document.id).await.unwrap()
}

pub(crate) fn stands(automation: &Automation) -> (AutomationStatus, Option<&str>) {
    (automation.status, automation.cancel_reason.as_deref())
}
