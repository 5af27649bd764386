//! What happens to the journey when a document moves.
//!
//! Called by the documents in their own transaction, so that a delivery and all it brings about
//! happen together or not at all.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::automation::Payload;
use super::plan::{CELEBRATE_DAYS, ESCALATE_DAYS, OVERDUE_DAYS, REVISION_DAYS};
use super::store::{self, Entry, MonthRow, NewAutomation, Slot};
use super::zone::{at_hour, local_date, plus_days, stored_date};
use super::{AutomationKind, LogStatus, SkipReason, Template, business_plan, moves, notices};
use crate::clients::{self, Client, Status};
use crate::db::Tx;
use crate::delivery::{self, Notice, Queued};
use crate::documents::{Document, DocumentKind};
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::programme::{MONTHS, Month};
use crate::staff::Actor;
use crate::{Result, Studio};

/// A month's document, or the plan where no month is given, was added by hand: the engine need not write it.
pub(crate) async fn written_by_hand(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    client: &ClientId,
    month: Option<Month>,
) -> Result<()> {
    let slot = match month {
        Some(month) => Slot::generation(client, i64::from(month.number())),
        None => Slot::plan(client),
    };
    store::cancel(tx, slot, "MANUAL", actor.id(), now).await?;
    Ok(())
}

pub(crate) use business_plan::promised as plan_promised;

/// A document was rejected: if nobody takes it up, the studio is reminded. Rejected again, it counts
/// from then. Extras hurry nobody: they wait in the review queue.
pub(crate) async fn rejected(tx: &mut Tx, studio: &Studio, now: DateTime<Utc>, document: &Document) -> Result<()> {
    if document.kind == DocumentKind::Subdocument {
        return Ok(());
    }
    let date = plus_days(local_date(now, studio.zone()?), REVISION_DAYS);
    let payload = Payload {
        month: document.month,
        template: Some(Template::Revision),
        document_id: Some(document.id.clone()),
        ..Payload::default()
    };
    let row = NewAutomation {
        client: &document.client_id,
        kind: AutomationKind::SendReminder,
        payload,
        at: stored_date(date),
        date: Some(date),
        cancelled: None,
        actor: None,
    };
    if store::insert(tx, &row, now).await?.is_none() {
        store::retime(tx, Slot::revision(&document.client_id, document.month), stored_date(date), date, now).await?;
    }
    Ok(())
}

/// A document was approved. With the plan, what waited for it may be written.
pub(crate) async fn approved(tx: &mut Tx, now: DateTime<Utc>, document: &Document) -> Result<()> {
    match document.kind {
        DocumentKind::Plan => business_plan::approved(tx, now, &document.client_id).await,
        DocumentKind::Main | DocumentKind::Subdocument => Ok(()),
    }
}

/// A document is with the client, who is told: of a plan, of a month that is complete, of an extra.
pub(crate) async fn delivered(
    tx: &mut Tx,
    studio: &Studio,
    now: DateTime<Utc>,
    actor: &Actor,
    client: &Client,
    document: &Document,
) -> Result<()> {
    match document.kind {
        DocumentKind::Plan => business_plan::delivered(tx, &client.id).await?,
        DocumentKind::Main => month_delivered(tx, studio, now, actor, client, document.its_month()?).await?,
        // It drives nothing.
        DocumentKind::Subdocument => {}
    }
    if client.is_paused {
        announce_after_hold(tx, now, client, document).await?;
    } else {
        announce(tx, studio, client, document, now).await?;
    }
    if document.kind == DocumentKind::Main {
        complete_programme(tx, now, actor, client).await?;
    }
    Ok(())
}

/// The month is complete, the next one may be written, and the clocks of nudge, escalation and celebration start.
async fn month_delivered(
    tx: &mut Tx,
    studio: &Studio,
    now: DateTime<Utc>,
    actor: &Actor,
    client: &Client,
    month: Month,
) -> Result<()> {
    let number = i64::from(month.number());
    if store::complete_month(tx, &client.id, number, now).await? == 0 {
        return Ok(());
    }
    start_clocks(tx, studio, now, client, month).await?;
    store::cancel(tx, Slot::generation(&client.id, number), "DELIVERED", actor.id(), now).await?;
    // During a hold it keeps its place, from which the hold's end moves it.
    if let Some(next) = month.next().filter(|_| !client.is_paused) {
        store::release_generation(tx, &client.id, i64::from(next.number()), now).await?;
    }
    Ok(())
}

/// Times the rows that count from the delivery, also those that were taken off while the month was not delivered:
/// nobody goes without a nudge because the month was moved or left out before.
async fn start_clocks(tx: &mut Tx, studio: &Studio, now: DateTime<Utc>, client: &Client, month: Month) -> Result<()> {
    let number = i64::from(month.number());
    let (zone, hour) = (client.zone(), studio.settings.journey.send_hour);
    let today = local_date(now, zone);
    let due = store::months(tx, &client.id).await?.iter().find(|row| row.month == number).map_or(today, MonthRow::due);
    let nudge = plus_days(today, OVERDUE_DAYS);
    store::plan_for(tx, Slot::overdue(&client.id, number), at_hour(nudge, hour, zone), nudge, now).await?;
    let escalate = plus_days(due.max(today), ESCALATE_DAYS);
    store::plan_for(tx, Slot::escalation(&client.id, number), stored_date(escalate), escalate, now).await?;
    let celebrate = plus_days(today, CELEBRATE_DAYS);
    let payload = Payload { month: Some(number), template: Some(Template::MonthComplete), ..Payload::default() };
    let row = NewAutomation {
        client: &client.id,
        kind: AutomationKind::SendCelebration,
        payload,
        at: at_hour(celebrate, hour, zone),
        date: Some(celebrate),
        cancelled: None,
        actor: None,
    };
    store::insert(tx, &row, now).await?;
    Ok(())
}

/// While a journey is on hold, the news of a delivery waits for its end.
async fn announce_after_hold(tx: &mut Tx, now: DateTime<Utc>, client: &Client, document: &Document) -> Result<()> {
    let payload = Payload {
        month: document.month,
        template: Some(Template::Ready),
        document_id: Some(document.id.clone()),
        ..Payload::default()
    };
    let row = NewAutomation {
        client: &client.id,
        kind: AutomationKind::SendNotification,
        payload,
        at: now,
        date: Some(local_date(now, client.zone())),
        cancelled: None,
        actor: None,
    };
    store::insert(tx, &row, now).await?;
    Ok(())
}

/// Tells the client of a delivery.
async fn announce(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    document: &Document,
    now: DateTime<Utc>,
) -> Result<()> {
    let action = if document.kind == DocumentKind::Plan { "PLAN_READY" } else { "READY" };
    tell(tx, studio, client, notices::ready(studio, client, document)?, action, now).await
}

/// A document is no longer there, or no longer with the client: the news of it that waits goes, a month opens again
/// whose own it was, and a plan is owed once more.
pub(crate) async fn gone(
    tx: &mut Tx,
    studio: &Studio,
    now: DateTime<Utc>,
    actor: &Actor,
    client: &Client,
    document: &Document,
) -> Result<()> {
    store::cancel_news(tx, document, actor.id(), now).await?;
    match document.kind {
        DocumentKind::Plan if document.delivered_at.is_some() => business_plan::promised(tx, studio, client, now).await,
        DocumentKind::Main => moves::reopen(tx, studio, actor, client, document.its_month()?, now).await,
        DocumentKind::Plan | DocumentKind::Subdocument => Ok(()),
    }
}

/// Tells the client that a document which they had been told of is no longer there.
pub(crate) async fn taken_back(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    document: &Document,
    now: DateTime<Utc>,
) -> Result<()> {
    tell(tx, studio, client, notices::taken_back(studio, client, document)?, "TAKEN_BACK", now).await
}

/// Sends news that no automation was planned for, and writes it down among the others.
pub(super) async fn tell(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    notice: Notice<'_>,
    action: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let queued = delivery::notify(tx, studio, client, notice).await?;
    let (status, reason) = outcome(&queued);
    let entry = Entry {
        client: &client.id,
        automation: None,
        kind: AutomationKind::SendNotification,
        action,
        status,
        reason,
        error: None,
        attempt: 1,
    };
    store::log(tx, &entry, now).await
}

/// What the log says about an attempt to send.
pub(super) fn outcome(queued: &Queued) -> (LogStatus, Option<SkipReason>) {
    match queued {
        Queued::Queued(_) => (LogStatus::Success, None),
        Queued::Duplicate => (LogStatus::Skipped, Some(SkipReason::Superseded)),
        Queued::PreferenceOff => (LogStatus::Skipped, Some(SkipReason::PreferenceOff)),
        Queued::NoChannel => (LogStatus::Skipped, Some(SkipReason::NoChannel)),
    }
}

/// Ends the programme once every month is delivered or skipped.
pub(super) async fn complete_programme(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, client: &Client) -> Result<()> {
    let months = store::months(tx, &client.id).await?;
    let settled = months.iter().filter(|row| row.delivered_at.is_some() || row.skipped_at.is_some()).count();
    if settled < usize::from(MONTHS) || client.status != Status::Active {
        return Ok(());
    }
    let why = "every month is delivered or skipped";
    clients::change_status(tx, now, actor, client, Status::Completed, why).await?;
    store::cancel_leftovers(tx, &client.id, now).await?;
    let delivered = months.iter().filter(|row| row.delivered_at.is_some()).count();
    let what = format!("Completed the programme with {delivered} of {MONTHS} months delivered");
    let details = json!({ "months_delivered": delivered });
    events::record(tx, now, actor, EventKind::JourneyCompleted, Some(&client.id), &what, Some(details)).await
}

/// The client opened a document for the first time: nobody needs to nudge, and the month is
/// celebrated now.
pub(crate) async fn opened(tx: &mut Tx, now: DateTime<Utc>, client: &Client, month: Month) -> Result<()> {
    let month = i64::from(month.number());
    for slot in [Slot::overdue(&client.id, month), Slot::escalation(&client.id, month)] {
        let taken_off = store::cancel(tx, slot, "NOT_NEEDED", Some(client.id.as_str()), now).await?;
        if let Some(automation) = &taken_off {
            let entry = Entry {
                client: &client.id,
                automation: Some(automation),
                kind: slot.kind,
                action: slot.template.map_or("ESCALATE", Template::as_str),
                status: LogStatus::Skipped,
                reason: Some(SkipReason::NotNeeded),
                error: None,
                attempt: 1,
            };
            store::log(tx, &entry, now).await?;
        }
    }
    let today = local_date(now, client.zone());
    store::retime(tx, Slot::celebration(&client.id, month), now, today, now).await
}
