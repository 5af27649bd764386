//! Extra documents beside a month's own: up to five a month from the programme, of which an admin picks.
//!
//! They have their own states and their own notice, and drive nothing: no month waits for one or is completed by one,
//! and no move of the journey touches the row that writes one.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::automation::Payload;
use super::store::{self, NewAutomation};
use super::zone::local_date;
use super::{AutomationKind, Template};
use crate::db::Tx;
use crate::documents::{self, DocumentKind, DocumentStatus};
use crate::events::{self, EventKind};
use crate::id::{ClientId, DocumentId};
use crate::programme::Month;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// An extra of the programme, and whether a client has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extra {
    /// 1 to 8.
    pub month: Month,
    /// Its title in the programme.
    pub title: String,
    /// The client's, once it is written.
    pub document_id: Option<DocumentId>,
    /// How that stands.
    pub status: Option<DocumentStatus>,
}

/// The extras of the programme, of one month or of all, with what a client has of them.
pub async fn extras(
    tx: &mut Tx,
    studio: &Studio,
    actor: &Actor,
    client: &ClientId,
    month: Option<Month>,
) -> Result<Vec<Extra>> {
    let written = documents::list(tx, actor, client).await?;
    let months = Month::all().filter(|number| month.is_none_or(|month| month == *number));
    let one = |month: Month, title: &String| {
        let number = i64::from(month.number());
        let found = written
            .iter()
            .find(|row| row.month == Some(number) && row.kind == DocumentKind::Subdocument && row.title.raw() == title);
        Extra {
            month,
            title: title.clone(),
            document_id: found.map(|row| row.id.clone()),
            status: found.map(|row| row.status),
        }
    };
    Ok(months
        .flat_map(|month| studio.programme.month(month).sub_documents.iter().map(move |title| one(month, title)))
        .collect())
}

/// Has an extra written, with the engine's next look. `title` is one of the programme's for that month, or its place
/// among them, counted from 1. A rejected one is written anew.
pub async fn write_extra(studio: &Studio, actor: &Actor, client: &ClientId, month: Month, title: &str) -> Result<()> {
    actor.require(Capability::Edit)?;
    let title = studio.programme.sub_document(month, title)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = store::lock_client(&mut tx, client).await?;
    if client.status.has_left() {
        return Err(Error::refused("this client has left the programme; restore them first"));
    }
    documents::require_main(&mut tx, &client.id, month).await?;
    let known = extras(&mut tx, studio, &Actor::System, &client.id, Some(month)).await?;
    let known = known.into_iter().find(|extra| extra.title == title);
    let rejected = match known.map(|extra| (extra.status, extra.document_id)) {
        Some((Some(DocumentStatus::Rejected), id)) => id,
        Some((Some(status), _)) => {
            return Err(Error::refused(format!("month {month} has “{title}” already; it is {}", status.words())));
        }
        _ => None,
    };
    if !schedule(&mut tx, actor, (&client.id, client.zone()), (month, title), rejected, now).await? {
        return Err(Error::refused(format!("“{title}” is being written already")));
    }
    let what = format!("Asked for a sub-document of month {month}");
    events::record(&mut tx, now, actor, EventKind::AutomationRan, Some(&client.id), &what, None).await?;
    tx.commit().await
}

async fn schedule(
    tx: &mut Tx,
    actor: &Actor,
    (client, zone): (&ClientId, chrono_tz::Tz),
    (month, title): (Month, &str),
    rejected: Option<DocumentId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let payload = Payload {
        month: Some(i64::from(month.number())),
        template: Some(Template::Subdocument),
        title: Some(title.to_owned()),
        reason: rejected.is_some().then(|| "REJECTED".to_owned()),
        document_id: rejected,
        ..Payload::default()
    };
    let row = NewAutomation {
        client,
        kind: AutomationKind::GenerateDeliverable,
        payload,
        at: now,
        date: Some(local_date(now, zone)),
        cancelled: None,
        actor: actor.id(),
    };
    Ok(store::insert(tx, &row, now).await?.is_some())
}
