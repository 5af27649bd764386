//! What the engine does about holds before it does anything else: those whose time has come begin, those whose end
//! has come end, and of those that nobody set an end to the studio is reminded every week.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::change::Move;
use super::state::Journey;
use super::{apply, make_in, store};
use crate::clients::{Client, Status};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::journey::store::lock_client;
use crate::journey::zone::local_date;
use crate::staff::Actor;
use crate::{Result, Studio, execute, fetch_all};

/// How often the studio is reminded of a hold without an end.
const REMIND_EVERY: TimeDelta = TimeDelta::days(7);

/// Turns every hold whose time has come. Answers how many began or ended.
pub(in crate::journey) async fn turn_holds(studio: &Studio) -> Result<u64> {
    let mut turned = 0;
    for client in due(studio).await? {
        turned += turn(studio, &client).await?;
    }
    Ok(turned)
}

/// The clients whose hold has something due.
async fn due(studio: &Studio) -> Result<Vec<ClientId>> {
    let now = studio.clock.now();
    let mut tx = studio.db.read().await?;
    let rows = fetch_all!(
        tx,
        (ClientId,),
        "SELECT p.client_id FROM pauses p JOIN clients c ON c.id = p.client_id
         WHERE p.ended_at IS NULL AND p.started_at <= $1 AND c.status IN ('ACTIVE', 'PAUSED')
           AND (c.is_paused = FALSE OR p.planned_end <= $1
                OR (p.planned_end IS NULL AND COALESCE(p.reminded_at, p.started_at) <= $2))
         ORDER BY p.started_at, p.id",
        now,
        now - REMIND_EVERY
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Turns one client's hold, as it is found once the client is held: another worker may have been here.
async fn turn(studio: &Studio, client: &ClientId) -> Result<u64> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let mut client = lock_client(&mut tx, client).await?;
    let journey = store::load(&mut tx, &client).await?;
    let Some(hold) = journey.hold.as_ref().filter(|hold| hold.in_force(now)) else { return Ok(0) };
    let mut turned = 0;
    if client.status == Status::Active {
        apply::begin(&mut tx, &Actor::System, &client, &journey, now).await?;
        client = lock_client(&mut tx, &client.id).await?;
        turned += 1;
    }
    match hold.planned_end {
        Some(end) if end <= now => {
            make_in(&mut tx, studio, &Actor::System, &client, &Move::Resume, now).await?;
            turned += 1;
        }
        None => remind(&mut tx, &client, &journey, hold.started_at, now).await?,
        Some(_) => {}
    }
    tx.commit().await?;
    Ok(turned)
}

/// Once a week, a hold without an end comes before the studio.
async fn remind(
    tx: &mut Tx,
    client: &Client,
    journey: &Journey,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let reminded = execute!(
        tx,
        "UPDATE pauses SET reminded_at = $2
         WHERE client_id = $1 AND ended_at IS NULL AND COALESCE(reminded_at, started_at) <= $3",
        &client.id,
        now,
        now - REMIND_EVERY
    )?;
    if reminded == 0 {
        return Ok(());
    }
    let (first, days) = (local_date(since, journey.zone), (now - since).num_days());
    let what = format!("On hold since {first} ({days} days), with no end; resume the journey or set one");
    let details = json!({ "since": since, "days": days });
    events::record(tx, now, &Actor::System, EventKind::HoldStillOpen, Some(&client.id), &what, Some(details)).await
}
