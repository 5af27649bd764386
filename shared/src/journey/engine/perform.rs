//! Steps that need nothing from outside: decided, worded and written in one short transaction, many at a time.
//!
//! What one step cannot do must not keep the others from it. Where it cannot be decided or worded, nothing of it has
//! been written and its failure is noted beside what the others did. Where the database refuses, the transaction has
//! done nothing, and each of its steps is done again in one of its own.

use chrono::{DateTime, Utc};

use super::compose::Composer;
use super::decide::{Decision, decide};
use super::facts::{Library, Step, take};
use super::outcome::{Note, Outcome};
use super::ration::Ration;
use super::settle::{settle, write};
use crate::db::Tx;
use crate::id::AutomationId;
use crate::{Error, Result, Studio};

/// Does those of the steps that are due. They are of one client each.
pub(super) async fn perform(studio: &Studio, ids: &[AutomationId], ration: &mut Ration) -> Result<Vec<Note>> {
    match together(studio, ids, ration).await {
        Err(error) if !error.is_transient() => one_by_one(studio, ids, ration, error).await,
        other => other,
    }
}

/// The same after it failed with `error`, with a transaction a step.
async fn one_by_one(studio: &Studio, ids: &[AutomationId], ration: &mut Ration, error: Error) -> Result<Vec<Note>> {
    if let [id] = ids {
        return fail(studio, id, &error).await;
    }
    let mut notes = Vec::with_capacity(ids.len());
    for id in ids {
        notes.extend(match together(studio, std::slice::from_ref(id), ration).await {
            Err(error) if !error.is_transient() => fail(studio, id, &error).await?,
            other => other?,
        });
    }
    Ok(notes)
}

/// In one transaction: all of it happens, or nothing.
async fn together(studio: &Studio, ids: &[AutomationId], ration: &mut Ration) -> Result<Vec<Note>> {
    let mut tx = studio.db.write().await?;
    let mut left = *ration;
    let notes = match within(&mut tx, studio, ids, &mut left).await {
        Ok(notes) if !notes.is_empty() => notes,
        nothing => {
            // What it holds must be free for whoever does these steps one by one.
            tx.rollback().await?;
            return nothing;
        }
    };
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::BeforeCommit);
    tx.commit().await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::AfterCommit);
    *ration = left;
    Ok(notes)
}

async fn within(tx: &mut Tx, studio: &Studio, ids: &[AutomationId], ration: &mut Ration) -> Result<Vec<Note>> {
    let now = studio.clock.now();
    let steps = take(tx, studio, ids).await?;
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::Claimed);
    let decisions: Vec<Decision> =
        steps.iter().map(|step| decide(&step.row, &step.facts, &studio.settings.journey, now)).collect();
    let library = Library::gather(tx, steps.iter().zip(&decisions)).await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::Decided);
    let outcomes = compose(studio, &steps, decisions, &library, ration, now);
    write(tx, outcomes, now).await?.ok_or(Error::Conflict("the automation".into()))
}

fn compose<'a>(
    studio: &Studio,
    steps: &'a [Step],
    decisions: Vec<Decision>,
    library: &Library,
    ration: &mut Ration,
    now: DateTime<Utc>,
) -> Vec<Outcome<'a>> {
    let decided = steps.iter().zip(decisions);
    decided
        .map(|(step, decision)| {
            let composer = Composer { studio, step, library, now, ration };
            composer.compose(decision).unwrap_or_else(|error| Outcome::failure(studio, &step.row, &error, now))
        })
        .collect()
}

/// Notes that a step failed, if it is still there to be done.
async fn fail(studio: &Studio, id: &AutomationId, error: &Error) -> Result<Vec<Note>> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let Some(step) = take(&mut tx, studio, std::slice::from_ref(id)).await?.pop() else { return Ok(Vec::new()) };
    Ok(vec![settle(tx, Outcome::failure(studio, &step.row, error, now), now).await?])
}
