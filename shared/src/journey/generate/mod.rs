//! Writing a document, of a month or the plan before them: outside any transaction, once, into review.
//!
//! The row learns its job before the writer is asked, and its lease is stretched over the whole
//! writing. The text, its events and the row's end commit together under the claim's number, so
//! that a worker that was given up on leaves nothing, and one that crashed is followed by another
//! under the same job. A draft never reaches a client from here.

mod brief;
mod extra;
mod offline;
mod prompt;
mod store;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::automation::Automation;
use super::engine::{Decision, Deed, Ending, Note, Outcome, Said, decide, facts_of, leave, settle};
use super::{LogStatus, SkipReason, business_plan};
use crate::coach::model::{Completion, Model, ModelError};
use crate::coach::{self, Budget, Use};
use crate::db::Tx;
use crate::documents::{self, DocumentStatus, Draft};
use crate::events::EventKind;
use crate::id::{DocumentId, cuid};
use crate::staff::Actor;
use crate::{Result, Studio};

use brief::Brief;

/// How often the writer is asked within one attempt.
const TRIES: u32 = 3;
/// The pause after the first failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// The longest pause that an endpoint may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// The shortest text that is a document, in characters.
const SHORTEST: usize = 100;

/// What a writer made.
struct Written {
    markdown: String,
    /// The model's name, or `offline`.
    by: String,
    tokens_in: i64,
    tokens_out: i64,
}

/// Decides a claimed row and writes its document.
pub(super) async fn step(studio: &Studio, row: &Automation) -> Result<Note> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let facts = facts_of(&mut tx, studio, row).await?;
    let again = match decide(row, &facts, &studio.settings.journey, now) {
        Decision::Do(Deed::Generate) => false,
        Decision::Do(Deed::Regenerate) => true,
        other => return settle(tx, leave(row, other)?, now).await,
    };
    if let Some(budget) = spent(&mut tx, studio, now).await? {
        return settle(tx, wait_for_budget(row, &budget, now), now).await;
    }
    let Some(job) = begin(&mut tx, studio, row, now).await? else { return Ok(Note::Lost) };
    let brief = Brief::gather(&mut tx, facts, row, again).await?;
    tx.commit().await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::JobBegun);
    let written = write(studio, &brief).await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::TextWritten);
    finish(studio, row, &job, &brief, &written).await
}

/// The budget that keeps the model from being asked. The offline writer costs nothing.
async fn spent(tx: &mut Tx, studio: &Studio, now: DateTime<Utc>) -> Result<Option<Budget>> {
    match studio.model {
        Model::Offline => Ok(None),
        Model::OpenAi(_) | Model::Other(_) => coach::budget_spent(tx, now).await,
    }
}

/// The row looks again when the next day begins; the studio is told once a row.
fn wait_for_budget<'a>(row: &'a Automation, budget: &Budget, now: DateTime<Utc>) -> Outcome<'a> {
    let gate = SkipReason::BudgetSpent;
    let said = Said::This(LogStatus::Skipped, Some(gate));
    let outcome = Outcome::new(row, Ending::Gated(coach::resets_at(now), gate), said);
    if row.payload.gate == Some(gate) {
        return outcome;
    }
    let waits = row.month.map_or_else(|| "The business plan".to_owned(), |month| format!("Month {month}"));
    let word = budget.period.word();
    let what =
        format!("{waits} waits: the {word} budget for the model is used up; raise it, or it looks again tomorrow");
    let details = json!({ "automation_id": row.id, "month": row.month, "budget": budget.period });
    outcome.with_event(EventKind::AutomationBlocked, what, details)
}

/// Writes the job into the row, and stretches the lease over the longest that writing may take.
async fn begin(tx: &mut Tx, studio: &Studio, row: &Automation, now: DateTime<Utc>) -> Result<Option<String>> {
    let job = row.payload.job_id.clone().unwrap_or_else(|| cuid(now));
    let one = i64::try_from(studio.settings.model.document_timeout_seconds).unwrap_or(i64::MAX / 1000);
    let longest = i64::from(TRIES) * (one + 20) + 30;
    let until = now + TimeDelta::seconds(studio.settings.journey.lease_seconds.max(longest));
    Ok(store::begin(tx, row, &job, until, now).await?.then_some(job))
}

/// Lets the writer write, and asks again after a pause while the trouble may pass.
async fn write(studio: &Studio, brief: &Brief) -> Result<Written> {
    if let Model::Offline = studio.model {
        let markdown = offline::compose(studio, brief);
        return Ok(Written { markdown, by: "offline".into(), tokens_in: 0, tokens_out: 0 });
    }
    let prompt = prompt::build(studio, brief);
    let mut failures = 0;
    loop {
        let error = match ask(studio, &prompt).await {
            Ok(done) => {
                let Completion { text, model, tokens_in, tokens_out, .. } = done;
                return Ok(Written { markdown: text, by: model, tokens_in, tokens_out });
            }
            Err(error) => error,
        };
        failures += 1;
        let pause = pause_after(failures, &error, rand::random());
        let Some(pause) = pause.filter(|_| error.is_transient()) else { return Err(error.into()) };
        tracing::warn!(client = %brief.client.id, work = ?brief.work, failures, %error, "the writer is asked again");
        studio.clock.rest(pause).await;
    }
}

/// One question to the model, with an end to patience and a look at what came back.
async fn ask(studio: &Studio, prompt: &crate::coach::model::Prompt) -> Result<Completion, ModelError> {
    let transient = |what: String| ModelError::Transient { what, retry_after: None };
    let seconds = studio.settings.model.document_timeout_seconds;
    let done = tokio::time::timeout(Duration::from_secs(seconds), studio.model.complete(prompt, &mut |_| {}))
        .await
        .map_err(|_| transient(format!("no whole document within {seconds} seconds")))??;
    if done.truncated {
        return Err(transient("the document broke off; model.max_document_tokens may be too low".into()));
    }
    if done.text.trim().chars().count() < SHORTEST {
        return Err(transient("the answer was too short to be a document".into()));
    }
    Ok(done)
}

/// How long to wait after the `failures`-th failure, or `None` when it is time to give up.
fn pause_after(failures: u32, error: &ModelError, jitter: f64) -> Option<Duration> {
    if failures >= TRIES {
        return None;
    }
    let pause = FIRST_PAUSE * 2u32.pow(failures - 1);
    match error {
        ModelError::Transient { retry_after: Some(asked), .. } => (*asked <= LONGEST_PAUSE).then_some(*asked),
        _ => Some(pause.mul_f64(1.0 + jitter / 4.0)),
    }
}

/// Puts the text into review and ends the row, if the claim is still ours.
async fn finish(studio: &Studio, row: &Automation, job: &str, brief: &Brief, written: &Written) -> Result<Note> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    super::store::lock_client(&mut tx, &row.client_id).await?;
    let title = brief.title(&studio.programme);
    let draft = Draft {
        client_id: &row.client_id,
        place: brief.place(),
        title: &title,
        markdown: &written.markdown,
        status: DocumentStatus::PendingReview,
        generated_by: &written.by,
        job_id: Some(job),
    };
    let Some(id) = put(&mut tx, brief, &draft, now).await? else {
        // Somebody wrote it by hand while the writer was at work: theirs stays.
        let said = Said::This(LogStatus::Skipped, Some(SkipReason::AlreadyExists));
        return settle(tx, Outcome::new(row, Ending::Completed, said), now).await;
    };
    if written.tokens_out > 0 {
        let used = Use {
            client: Some(&row.client_id),
            operation: brief.operation(),
            model: &written.by,
            tokens_in: written.tokens_in,
            tokens_out: written.tokens_out,
        };
        coach::record_use(&mut tx, studio, &used, now).await?;
    }
    let document = documents::get(&mut tx, &Actor::System, &id).await?;
    documents::record(&mut tx, now, &Actor::System, documents::Deed::Written, &document).await?;
    if brief.lacks_plan {
        business_plan::missing(&mut tx, &brief.client, studio.settings.journey.plan_wait_days, now).await?;
    }
    settle(tx, Outcome::new(row, Ending::Completed, Said::This(LogStatus::Success, None)), now).await
}

/// Adds the draft, or puts it in the refused one's place. `None` when somebody was faster.
async fn put(tx: &mut Tx, brief: &Brief, draft: &Draft<'_>, now: DateTime<Utc>) -> Result<Option<DocumentId>> {
    let Some(refused) = &brief.refused else { return documents::insert(tx, draft, now).await };
    let refused = documents::get(tx, &Actor::System, &refused.id).await?;
    Ok(documents::replace_rejected(tx, &refused, draft, now).await?.then_some(refused.id))
}

#[cfg(test)]
mod tests;
