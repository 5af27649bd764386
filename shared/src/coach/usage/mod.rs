//! What the model costs the studio: each use at its price, budgets over all of them, and the figures.
//!
//! Everything that asks the model writes what it took through [`record`], which counts it against
//! the budgets in the same transaction. A budget alerts the studio at 50, 75, 90 and 100 %; one that
//! pauses by itself is asked before the model is ([`spent`]): then the coach answers from the
//! playbooks, and documents wait for the next day. Days, weeks and months are those of UTC, as the
//! clients' allowance is.

mod board;
mod budget;
mod prices;
mod store;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::id::ClientId;
use crate::{Result, Studio};

pub use board::{By, Usage, usage};
pub use budget::{ALERTS, Budget, BudgetLimits, Period, budgets, remove_budget, set_budget, spent};
pub use prices::cost_micros;

/// What the model was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operation {
    /// An answer of the coach.
    Coach,
    /// An answer that an admin tried out.
    CoachTrial,
    /// A month's document.
    GenerateDeliverable,
    /// A business plan.
    GeneratePlan,
}

/// One use of the model.
#[derive(Clone, Debug)]
pub struct Use<'a> {
    /// For whom, where it is for a client.
    pub client: Option<&'a ClientId>,
    /// What for.
    pub operation: Operation,
    /// The model, as the endpoint calls it.
    pub model: &'a str,
    /// What was sent, in tokens.
    pub tokens_in: i64,
    /// What came back, in tokens.
    pub tokens_out: i64,
}

/// Writes down what one use took, and counts it against the studio's budgets.
pub async fn record(tx: &mut Tx, studio: &Studio, used: &Use<'_>, now: DateTime<Utc>) -> Result<()> {
    let cost = cost_micros(&studio.settings.model, used.model, used.tokens_in, used.tokens_out);
    store::insert(tx, used, cost, now).await?;
    budget::count(tx, used.tokens_in + used.tokens_out, cost, now).await
}

/// A UTC date as the tables keep it.
pub(super) fn stored_day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests;
