//! What belongs to somebody else.

use crate::events::{self, EventKind};
use crate::staff::Actor;
use crate::{Error, Result, Studio};

/// Writes down that `actor` asked for a `noun` of somebody else's, and answers with the error for
/// it: the same words as for a thing that does not exist.
pub async fn not_yours(studio: &Studio, actor: &Actor, noun: &'static str, id: &str) -> Result<Error> {
    let client = match actor {
        Actor::Client(client) => Some(client),
        _ => None,
    };
    let mut tx = studio.db.write().await?;
    events::record(
        &mut tx,
        studio.clock.now(),
        actor,
        EventKind::AccessDenied,
        client,
        &format!("Asked for a {noun} of somebody else"),
        Some(serde_json::json!({ "noun": noun, "id": id })),
    )
    .await?;
    tx.commit().await?;
    Ok(Error::NotFound(noun))
}
