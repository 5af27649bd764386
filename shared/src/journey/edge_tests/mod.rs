//! Cases that a plan on paper forgets, on both databases. Those of a single feature stand beside it.

mod dates;
mod holds;
mod papers;
mod people;

use crate::clients::{self, Status};
use crate::config::{JourneySettings, MonthStep, Settings};
use crate::delivery::{self, Channel};
use crate::documents::{self, DocumentStatus};
use crate::events::EventKind;
use crate::execute;
use crate::journey::fixture::*;
use crate::journey::*;
use crate::portal;
use crate::portal::fixture::account;
use crate::programme::Month;
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both, on_both_with};

use AutomationKind::{EscalateToAdmin, GenerateDeliverable, SendCelebration, SendReminder};

const UPCOMING: (AutomationKind, Option<Template>) = (SendReminder, Some(Template::Upcoming));
const OVERDUE: (AutomationKind, Option<Template>) = (SendReminder, Some(Template::Overdue));
const CELEBRATION: (AutomationKind, Option<Template>) = (SendCelebration, Some(Template::MonthComplete));

type Client = clients::Client;

async fn the(studio: &TestStudio, client: &Client, kind: (AutomationKind, Option<Template>), month: i64) -> Automation {
    row(studio, client, kind.0, kind.1, month).await
}

async fn make_move(studio: &TestStudio, client: &Client, wanted: Move) -> crate::Result<Preview> {
    make(studio, &owner(), &client.id, &wanted, None).await
}

async fn open(studio: &TestStudio, client: &Client, month: i64) {
    let document = document(studio, client, month).await.unwrap();
    documents::open(studio, &Actor::Client(client.id.clone()), &document.id, "telegram").await.unwrap();
}

/// Whatever may leave by now leaves, and arrives.
async fn send_all(studio: &TestStudio) {
    let mut tx = studio.db.write().await.unwrap();
    execute!(tx, "UPDATE outbox SET state = 'SENT' WHERE state = 'QUEUED'").unwrap();
    tx.commit().await.unwrap();
}

async fn queued(studio: &TestStudio, purpose: &str) -> usize {
    let mut tx = studio.db.read().await.unwrap();
    let all = delivery::list(&mut tx, Some(delivery::State::Queued), None, 1000).await.unwrap();
    all.iter().filter(|row| row.purpose == purpose).count()
}
