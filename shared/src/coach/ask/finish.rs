//! Storing what came of a question: the answer and what it took, or why there is none.

use chrono::{DateTime, Utc};

use super::{Answer, Asked, Outcome, Refusal};
use crate::coach::conversation::{Author, Mode, store};
use crate::coach::model::{Completion, estimate_tokens};
use crate::coach::{allowance, offline};
use crate::config::ModelSettings;
use crate::db::Tx;
use crate::id::ClientId;
use crate::{Result, Studio, execute};

/// Stores the answer, unless a person has taken over meanwhile: then the coach keeps silent.
pub(super) async fn store(studio: &Studio, asked: Asked, completion: &Completion, took: i64) -> Result<Outcome> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    if store::mode_for_answer(&mut tx, &asked.conversation).await? != Some(Mode::Ai) {
        store::fail(&mut tx, &asked.question, "a person took over before the answer was there").await?;
        allowance::release(&mut tx, asked.reservation, now).await?;
        tx.commit().await?;
        return Ok(Outcome::Refused(Refusal::Human));
    }
    let offline = completion.model == offline::OFFLINE;
    let charged = if offline {
        0
    } else {
        let context = if studio.settings.coach.count_context { completion.tokens_in } else { 0 };
        estimate_tokens(&asked.text).max(0) + completion.tokens_out + context
    };
    let message_id = store::add_message(&mut tx, &asked.conversation, Author::Assistant, &completion.text, now).await?;
    store::account(&mut tx, &asked.conversation, &message_id, completion, charged, took).await?;
    let warning = allowance::settle(&mut tx, asked.reservation, now, asked.limit, charged).await?;
    if !offline {
        record_usage(&mut tx, &studio.settings.model, &asked.client.id, completion, now).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Answer(Answer {
        conversation: asked.conversation,
        message_id,
        text: completion.text.clone(),
        offline,
        truncated: completion.truncated,
        question_cut: asked.cut,
        warning,
    }))
}

/// Keeps the question with the reason, and gives the allowance back.
pub(super) async fn give_up(studio: &Studio, asked: Asked, reason: &str) -> Result<Outcome> {
    tracing::warn!(client = %asked.client.id, question = %asked.question, reason, "the coach has no answer");
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    store::fail(&mut tx, &asked.question, reason).await?;
    allowance::release(&mut tx, asked.reservation, now).await?;
    tx.commit().await?;
    Ok(Outcome::Failed { conversation: asked.conversation, question: asked.question })
}

async fn record_usage(
    tx: &mut Tx,
    prices: &ModelSettings,
    client: &ClientId,
    completion: &Completion,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO token_usage (id, at, client_id, operation, model, tokens_in, tokens_out, cost_micros)
         VALUES ($1, $2, $3, 'COACH', $4, $5, $6, $7)",
        crate::id::cuid(now),
        now,
        client,
        &completion.model,
        completion.tokens_in,
        completion.tokens_out,
        cost_micros(prices, completion)
    )?;
    Ok(())
}

/// A price a million tokens is the price of one token in millionths.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a few thousand tokens")]
fn cost_micros(prices: &ModelSettings, completion: &Completion) -> i64 {
    let sent = completion.tokens_in as f64 * prices.input_price_per_million;
    let got = completion.tokens_out as f64 * prices.output_price_per_million;
    (sent + got).round() as i64
}
