//! 👍 and 👎: what a client thought of an answer, and what three 👎 in a row lead to.

use serde::Serialize;

use super::Rating;
use super::conversation::{Owned, not_theirs, store};
use super::escalation::{self, Opened, Trigger};
use crate::events::{self, EventKind};
use crate::id::{ClientId, CoachMessageId};
use crate::staff::Actor;
use crate::text::Foreign;
use crate::{Error, Result, Studio};

/// This many 👎 one after the other call for a person.
const IN_A_ROW: usize = 3;
/// The longest reason that is kept, in characters.
const FEEDBACK: usize = 1000;

/// What a rating led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rated {
    /// It is noted.
    Noted,
    /// It is noted, and a person will look at the conversation.
    Escalated,
}

/// Notes what the client thought of one of their answers; a second rating replaces the first. When
/// the last three rated answers of the conversation are all 👎, a person is called for; answers
/// without a rating do not break the run.
pub async fn rate(studio: &Studio, client: &ClientId, id: &CoachMessageId, rating: Rating) -> Result<Rated> {
    let actor = Actor::Client(client.clone());
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let Some(answer) = store::own_answer(&mut tx, client, id).await? else {
        return Err(not_theirs(tx, now, client, Owned::Answer(id)).await?);
    };
    if answer.rating == Some(rating) {
        return Ok(Rated::Noted);
    }
    store::set_rating(&mut tx, &answer, rating, now).await?;
    let word = match rating {
        Rating::Up => "up",
        Rating::Down => "down",
    };
    let metadata = serde_json::json!({ "message": id, "rating": word });
    let what = format!("Rated a coach answer {word}");
    events::record(&mut tx, now, &actor, EventKind::CoachRated, Some(client), &what, Some(metadata)).await?;

    let last = store::last_ratings(&mut tx, &answer.conversation_id, IN_A_ROW).await?;
    let run = rating == Rating::Down && last == [Rating::Down; IN_A_ROW];
    let mut rated = Rated::Noted;
    if run {
        let opened =
            escalation::open(&mut tx, now, &actor, client, &answer.conversation_id, Trigger::Ratings, Some(id)).await?;
        if matches!(opened, Opened::New(..)) {
            rated = Rated::Escalated;
        }
    }
    tx.commit().await?;
    Ok(rated)
}

/// Keeps the client's reason beside a rating that they gave.
pub async fn rating_feedback(studio: &Studio, client: &ClientId, id: &CoachMessageId, words: &Foreign) -> Result<()> {
    let mut tx = studio.db.write().await?;
    let Some(answer) = store::own_answer(&mut tx, client, id).await? else {
        return Err(not_theirs(tx, studio.clock.now(), client, Owned::Answer(id)).await?);
    };
    if answer.rating.is_none() {
        return Err(Error::refused("rate the answer first"));
    }
    let words: String = words.raw().chars().take(FEEDBACK).collect();
    store::set_feedback(&mut tx, id, &words).await?;
    tx.commit().await
}
