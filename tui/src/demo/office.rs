//! What the invented staff does: review, deliver, answer, and tidy up once a day.

use anyhow::Result;
use chrono::TimeDelta;
use rand::Rng;
use wavelaunch_shared::delivery::{Settlement, State};
use wavelaunch_shared::documents::{self, DocumentStatus};
use wavelaunch_shared::id::{DocumentId, ThreadId};
use wavelaunch_shared::journey::AutomationStatus;
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{Error, delivery, journey, portal, social};

use super::lines::{ANSWERS, REJECTIONS};
use super::members;
use super::story::Deed;
use super::world::{Act, World};

/// Most drafts are read within two days; some lie for a week, and their clients wait.
pub(super) fn plan_review(world: &mut World, document: DocumentId) {
    let hours = if world.rng.random_ratio(1, 9) { 120..190 } else { 5..46 };
    let at = world.in_hours(hours);
    world.plan(at, Act::Review(document));
}

/// Reads a draft: approves and delivers it, or sends it back to be written anew.
pub(super) async fn review(world: &mut World, id: &DocumentId) -> Result<()> {
    let studio = world.studio.clone();
    let noor = world.staff[1].clone();
    let document = documents::get(&mut studio.db.read().await?, &noor, id).await?;
    let (client, month) = (document.client_id.clone(), document.its_month().ok());
    match document.status {
        DocumentStatus::PendingReview if world.rng.random_ratio(1, 12) => {
            let reason = REJECTIONS[world.rng.random_range(0..REJECTIONS.len())];
            documents::reject(&studio, &noor, id, reason).await?;
            world.did(&client, Deed::Rejected(month)).await?;
            journey::regenerate(&studio, &noor, id).await?;
            world.did(&client, Deed::Regenerated(month)).await?;
        }
        DocumentStatus::PendingReview => {
            documents::approve_and_deliver(&studio, &noor, id).await?;
            world.did(&client, Deed::Delivered(month)).await?;
            members::plan_opening(world, client, id.clone());
        }
        // It was sent back a moment ago, and the second half of that is still to be done.
        DocumentStatus::Rejected => match journey::regenerate(&studio, &noor, id).await {
            Ok(()) => world.did(&client, Deed::Regenerated(month)).await?,
            Err(Error::Refused(_)) => {}
            Err(other) => return Err(other.into()),
        },
        _ => {}
    }
    Ok(())
}

/// Answers a conversation.
pub(super) async fn answer(world: &mut World, thread: &ThreadId) -> Result<()> {
    let noor: Actor = world.staff[1].clone();
    let body = ANSWERS[world.rng.random_range(0..ANSWERS.len())];
    match portal::reply_from_admin(&world.studio, &noor, thread, body).await {
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// Once a day somebody settles what is in doubt, reads what is older than two days, and has another try at what
/// has failed.
pub(super) async fn tidy(world: &mut World) -> Result<()> {
    let studio = world.studio.clone();
    let noor = world.staff[1].clone();
    let old = studio.clock.now() - TimeDelta::days(2);
    let mut tx = studio.db.read().await?;
    let doubtful = delivery::list(&mut tx, Some(State::InDoubt), None, 50).await?;
    let alerts = social::alerts(&mut tx, None, 50).await?;
    drop(tx);
    for message in doubtful.iter().filter(|message| message.created_at < old) {
        // They ask the client.
        let found = if world.audit.has_arrived(message) { Settlement::Sent } else { Settlement::NotSent };
        delivery::settle(&studio, &noor, &message.id, found).await?;
    }
    for alert in alerts.iter().filter(|alert| !alert.is_read && alert.created_at < old) {
        social::mark_alert_read(&studio, &noor, &alert.id).await?;
    }
    try_again(world, &noor).await?;
    let tomorrow = studio.clock.now() + TimeDelta::days(1);
    world.plan(tomorrow, Act::Tidy);
    Ok(())
}

/// Gives failed automations their tries back.
async fn try_again(world: &mut World, noor: &Actor) -> Result<()> {
    let clients: Vec<_> = world.joined.values().cloned().collect();
    for client in clients {
        let mut tx = world.studio.db.read().await?;
        let mut rows = journey::automations(&mut tx, &client).await?;
        drop(tx);
        rows.retain(|row| row.status == AutomationStatus::Failed);
        for row in rows {
            journey::retry(&world.studio, noor, &row.id).await?;
            let month = row.month.and_then(|month| Month::new(month).ok());
            world.did(&client, Deed::Retried(row.kind, row.template, month)).await?;
        }
    }
    Ok(())
}
