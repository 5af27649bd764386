//! Budgets over everything that the studio asks of the model.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::store;
use super::stored_day;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// The shares of a budget, in percent, at which the studio is told, each once a period.
pub const ALERTS: [i64; 4] = [50, 75, 90, 100];

/// How long a budget lasts before it begins anew, by the calendar of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Period {
    /// A day.
    Daily,
    /// A week, from Monday.
    Weekly,
    /// A calendar month.
    Monthly,
}

impl Period {
    /// Every period, the shortest first.
    pub const ALL: [Self; 3] = [Self::Daily, Self::Weekly, Self::Monthly];

    /// The word for it, before "budget".
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        }
    }

    /// The first day of the period in which `day` lies.
    #[must_use]
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        let back = match self {
            Self::Daily => 0,
            Self::Weekly => day.weekday().num_days_from_monday(),
            Self::Monthly => day.day0(),
        };
        day.checked_sub_days(Days::new(back.into())).unwrap_or(day)
    }
}

impl std::str::FromStr for Period {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|period| period.word().eq_ignore_ascii_case(text)).ok_or_else(|| {
            let shown = crate::text::terminal_safe(text);
            Error::invalid(format!("there is no period {shown:?}; choose daily, weekly or monthly"))
        })
    }
}

/// A budget, and what is used of it. Fields are named as the columns are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Budget {
    /// How long it lasts.
    pub period: Period,
    /// The most tokens, sent and received together.
    pub token_limit: Option<i64>,
    /// The most that may be paid, in millionths of the currency of the price settings.
    pub cost_limit_micros: Option<i64>,
    /// Whether the model is left alone once it is used up.
    pub auto_pause: bool,
    /// The UTC date from which it counts.
    pub period_start: String,
    /// Tokens used since then.
    pub used_tokens: i64,
    /// Paid since then, in millionths.
    pub used_cost_micros: i64,
    /// The highest of [`ALERTS`] of which the studio knows.
    pub alerted_percent: i64,
    /// When it was last changed by a person.
    pub updated_at: DateTime<Utc>,
    /// By whom.
    pub updated_by: Option<String>,
}

impl Budget {
    /// How much of it is used, in percent of the limit that is nearer.
    #[must_use]
    pub fn percent(&self) -> i64 {
        let share = |used: i64, limit: Option<i64>| limit.map_or(0, |limit| used.saturating_mul(100) / limit.max(1));
        share(self.used_tokens, self.token_limit).max(share(self.used_cost_micros, self.cost_limit_micros))
    }

    /// Whether nothing is left of it, with so many tokens more on their way.
    #[must_use]
    pub fn is_used_up(&self, on_their_way: i64) -> bool {
        let reached = |used: i64, limit: Option<i64>| limit.is_some_and(|limit| used >= limit);
        reached(self.used_tokens.saturating_add(on_their_way), self.token_limit)
            || reached(self.used_cost_micros, self.cost_limit_micros)
    }

    /// The same budget in the period in which `day` lies.
    fn on(self, day: NaiveDate) -> Self {
        let start = stored_day(self.period.start(day));
        if self.period_start == start {
            return self;
        }
        Self { period_start: start, used_tokens: 0, used_cost_micros: 0, alerted_percent: 0, ..self }
    }

    /// The alert that is due: the highest share that is reached and of which the studio does not know.
    fn alert(&self) -> Option<i64> {
        let percent = self.percent();
        ALERTS.into_iter().rev().find(|share| percent >= *share).filter(|share| *share > self.alerted_percent)
    }
}

/// What a person decides about a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetLimits {
    /// The most tokens.
    pub token_limit: Option<i64>,
    /// The most that may be paid, in millionths.
    pub cost_limit_micros: Option<i64>,
    /// Whether the model is left alone once it is used up.
    pub auto_pause: bool,
}

/// Every budget as it stands now, the shortest period first.
pub async fn budgets(tx: &mut Tx, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Budget>> {
    actor.require(Capability::View)?;
    Ok(store::list(tx).await?.into_iter().map(|budget| budget.on(now.date_naive())).collect())
}

/// Sets a budget. What was used since its period began counts already.
pub async fn set_budget(studio: &Studio, actor: &Actor, period: Period, limits: BudgetLimits) -> Result<Budget> {
    actor.require(Capability::Configure)?;
    let BudgetLimits { token_limit, cost_limit_micros, auto_pause } = limits;
    if token_limit.is_none() && cost_limit_micros.is_none() {
        return Err(Error::invalid("a budget needs a limit in tokens, in money, or both"));
    }
    if token_limit.is_some_and(|limit| limit <= 0) || cost_limit_micros.is_some_and(|limit| limit <= 0) {
        return Err(Error::invalid("a budget's limit must be more than 0; remove the budget to have none"));
    }
    let now = studio.clock.now();
    let start = period.start(now.date_naive());
    let mut tx = studio.db.write().await?;
    let (used_tokens, used_cost_micros) = store::used_since(&mut tx, start).await?;
    let mut budget = Budget {
        period,
        token_limit,
        cost_limit_micros,
        auto_pause,
        period_start: stored_day(start),
        used_tokens,
        used_cost_micros,
        alerted_percent: 0,
        updated_at: now,
        updated_by: actor.id().map(str::to_owned),
    };
    // Whoever sets it sees what is used: shares that are behind it need no alert.
    budget.alerted_percent = budget.alert().unwrap_or(0);
    store::put(&mut tx, &budget).await?;
    let what = format!("Set the {} budget for the model", period.word());
    let details = json!({ "budget": budget });
    events::record(&mut tx, now, actor, EventKind::SettingsUpdated, None, &what, Some(details)).await?;
    tx.commit().await?;
    Ok(budget)
}

/// Takes a budget away.
pub async fn remove_budget(studio: &Studio, actor: &Actor, period: Period) -> Result<()> {
    actor.require(Capability::Configure)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    if store::remove(&mut tx, period).await? == 0 {
        return Err(Error::NotFound("budget"));
    }
    let what = format!("Removed the {} budget for the model", period.word());
    events::record(&mut tx, now, actor, EventKind::SettingsUpdated, None, &what, None).await?;
    tx.commit().await
}

/// The budget that keeps the model from being asked now, if one does: it pauses by itself, and what
/// was used and what answers on their way may take leave nothing of it.
pub async fn spent(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<Budget>> {
    let pausing: Vec<Budget> = store::list(tx).await?.into_iter().filter(|budget| budget.auto_pause).collect();
    if pausing.is_empty() {
        return Ok(None);
    }
    let on_their_way = store::on_their_way(tx).await?;
    Ok(pausing.into_iter().map(|budget| budget.on(now.date_naive())).find(|budget| budget.is_used_up(on_their_way)))
}

/// Counts a use against every budget, and tells the studio of the shares that it reaches.
pub(super) async fn count(tx: &mut Tx, tokens: i64, cost_micros: i64, now: DateTime<Utc>) -> Result<()> {
    for budget in store::list(tx).await? {
        let budget = store::add(tx, budget.period, budget.period.start(now.date_naive()), tokens, cost_micros).await?;
        let Some(percent) = budget.alert() else { continue };
        store::alerted(tx, budget.period, percent).await?;
        let what = alert_in_words(&budget, percent);
        let details = json!({ "budget": budget, "percent": percent });
        events::record(tx, now, &Actor::System, EventKind::BudgetAlert, None, &what, Some(details)).await?;
    }
    Ok(())
}

fn alert_in_words(budget: &Budget, percent: i64) -> String {
    let word = budget.period.word();
    match (percent, budget.auto_pause) {
        (100, true) => format!("The {word} budget for the model is used up; the coach answers from the playbooks"),
        (100, false) => format!("The {word} budget for the model is used up; nothing is paused"),
        _ => format!("{percent} % of the {word} budget for the model is used"),
    }
}
