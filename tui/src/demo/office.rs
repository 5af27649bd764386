//! What the invented staff does: review, deliver, answer, and tidy up once a day.

use anyhow::Result;
use chrono::TimeDelta;
use rand::Rng;
use wavelaunch_shared::delivery::{Settlement, State};
use wavelaunch_shared::documents::{self, DocumentStatus};
use wavelaunch_shared::id::{DocumentId, ThreadId};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{Error, delivery, journey, portal, social};

use super::lines::{ANSWERS, REJECTIONS};
use super::members;
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
    match document.status {
        DocumentStatus::PendingReview if world.rng.random_ratio(1, 12) => {
            let reason = REJECTIONS[world.rng.random_range(0..REJECTIONS.len())];
            documents::reject(&studio, &noor, id, reason).await?;
            journey::regenerate(&studio, &noor, id).await?;
        }
        DocumentStatus::PendingReview => {
            documents::approve_and_deliver(&studio, &noor, id).await?;
            members::plan_opening(world, document.client_id, id.clone());
        }
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

/// Once a day somebody settles what is in doubt and reads what is older than two days.
pub(super) async fn tidy(world: &mut World) -> Result<()> {
    let studio = world.studio.clone();
    let noor = world.staff[1].clone();
    let old = studio.clock.now() - TimeDelta::days(2);
    let mut tx = studio.db.read().await?;
    let doubtful = delivery::list(&mut tx, Some(State::InDoubt), None, 50).await?;
    let alerts = social::alerts(&mut tx, None, 50).await?;
    drop(tx);
    for message in doubtful.iter().filter(|message| message.created_at < old) {
        delivery::settle(&studio, &noor, &message.id, Settlement::Sent).await?;
    }
    for alert in alerts.iter().filter(|alert| !alert.is_read && alert.created_at < old) {
        social::mark_alert_read(&studio, &noor, &alert.id).await?;
    }
    let tomorrow = studio.clock.now() + TimeDelta::days(1);
    world.plan(tomorrow, Act::Tidy);
    Ok(())
}
