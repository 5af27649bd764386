//! The SQL of `token_usage` and `token_budgets`.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Budget, Period, Use, stored_day};
use crate::db::Tx;
use crate::id::cuid;
use crate::{Result, execute, fetch_all, fetch_one, fetch_scalar};

macro_rules! budgets {
    ($tail:literal) => {
        concat!(
            "SELECT period, token_limit, cost_limit_micros, auto_pause, period_start, used_tokens, used_cost_micros,
                    alerted_percent, updated_at, updated_by
             FROM token_budgets ",
            $tail
        )
    };
}

pub(super) async fn insert(tx: &mut Tx, used: &Use<'_>, cost_micros: i64, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO token_usage (id, at, day, client_id, operation, model, tokens_in, tokens_out, cost_micros)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        cuid(now),
        now,
        stored_day(now.date_naive()),
        used.client,
        used.operation,
        used.model,
        used.tokens_in,
        used.tokens_out,
        cost_micros
    )?;
    Ok(())
}

pub(super) async fn list(tx: &mut Tx) -> Result<Vec<Budget>> {
    fetch_all!(tx, Budget, budgets!("ORDER BY CASE period WHEN 'DAILY' THEN 1 WHEN 'WEEKLY' THEN 2 ELSE 3 END"))
}

/// Adds a use to a budget, which begins anew with a new period, and reads it as it is then.
pub(super) async fn add(tx: &mut Tx, period: Period, start: NaiveDate, tokens: i64, cost: i64) -> Result<Budget> {
    fetch_one!(
        tx,
        Budget,
        "UPDATE token_budgets SET
             used_tokens = $3 + CASE WHEN period_start = $2 THEN used_tokens ELSE 0 END,
             used_cost_micros = $4 + CASE WHEN period_start = $2 THEN used_cost_micros ELSE 0 END,
             alerted_percent = CASE WHEN period_start = $2 THEN alerted_percent ELSE 0 END,
             period_start = $2
         WHERE period = $1
         RETURNING period, token_limit, cost_limit_micros, auto_pause, period_start, used_tokens, used_cost_micros,
                   alerted_percent, updated_at, updated_by",
        period,
        stored_day(start),
        tokens,
        cost
    )
}

pub(super) async fn alerted(tx: &mut Tx, period: Period, percent: i64) -> Result<()> {
    execute!(tx, "UPDATE token_budgets SET alerted_percent = $2 WHERE period = $1", period, percent)?;
    Ok(())
}

/// Writes a budget, with what was used since its period began.
pub(super) async fn put(tx: &mut Tx, budget: &Budget) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO token_budgets (period, token_limit, cost_limit_micros, auto_pause, period_start, used_tokens,
                                    used_cost_micros, alerted_percent, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (period) DO UPDATE SET token_limit = excluded.token_limit,
             cost_limit_micros = excluded.cost_limit_micros, auto_pause = excluded.auto_pause,
             period_start = excluded.period_start, used_tokens = excluded.used_tokens,
             used_cost_micros = excluded.used_cost_micros, alerted_percent = excluded.alerted_percent,
             updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        budget.period,
        budget.token_limit,
        budget.cost_limit_micros,
        budget.auto_pause,
        &budget.period_start,
        budget.used_tokens,
        budget.used_cost_micros,
        budget.alerted_percent,
        budget.updated_at,
        budget.updated_by.as_deref()
    )?;
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, period: Period) -> Result<u64> {
    execute!(tx, "DELETE FROM token_budgets WHERE period = $1", period)
}

/// Tokens and cost since a UTC date.
pub(super) async fn used_since(tx: &mut Tx, start: NaiveDate) -> Result<(i64, i64)> {
    fetch_one!(
        tx,
        (i64, i64),
        "SELECT CAST(COALESCE(SUM(tokens_in + tokens_out), 0) AS BIGINT),
                CAST(COALESCE(SUM(cost_micros), 0) AS BIGINT)
         FROM token_usage WHERE day >= $1",
        stored_day(start)
    )
}

/// What answers that are on their way may still take, in tokens.
pub(super) async fn on_their_way(tx: &mut Tx) -> Result<i64> {
    fetch_scalar!(tx, i64, "SELECT CAST(COALESCE(SUM(reserved_tokens), 0) AS BIGINT) FROM coach_turns")
}
