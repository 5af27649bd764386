//! `coach usage` and `coach budget`: what the model costs, and what it may.

use chrono::{NaiveDate, TimeDelta};
use clap::{Args, Subcommand, ValueEnum};
use wavelaunch_shared::clock::typed_day;
use wavelaunch_shared::coach::{self, Budget, BudgetLimits, By, Period, Usage};
use wavelaunch_shared::text::Foreign;

use crate::cli::client;
use crate::cli::context::{Context, or_look};
use crate::cli::exit::Outcome;
use crate::cli::output::{csv, dash, left, print, right, word};

/// Millionths of a whole.
const MICROS: f64 = 1_000_000.0;

#[derive(Args, Debug)]
pub struct Shown {
    /// Only this client's: id, e-mail, or the start of the name
    client: Option<String>,
    /// What to add up by
    #[arg(long, value_enum, default_value_t = Key::Client)]
    by: Key,
    /// From this day on, UTC (else the last 30 days)
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    from: Option<NaiveDate>,
    /// Until the end of this day, UTC (else today)
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    until: Option<NaiveDate>,
    /// As CSV
    #[arg(long)]
    csv: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Key {
    Client,
    Day,
    Month,
}

#[derive(Subcommand, Debug)]
pub enum BudgetVerb {
    /// The budgets, and what is used of them
    List,
    /// Set one; what was used in its period counts already
    Set {
        /// daily, weekly or monthly, by the calendar of UTC
        period: Period,
        /// The most tokens, sent and received together
        #[arg(long, value_name = "TOKENS", required_unless_present = "cost")]
        tokens: Option<i64>,
        /// The most money, in the currency of the price settings
        #[arg(long, value_name = "AMOUNT")]
        cost: Option<f64>,
        /// Once it is used up, answer from the playbooks and let documents wait
        #[arg(long)]
        auto_pause: bool,
    },
    /// Take one away
    Remove {
        /// daily, weekly or monthly
        period: Period,
    },
}

impl BudgetVerb {
    pub fn changes(&self) -> bool {
        !matches!(self, Self::List)
    }
}

pub async fn usage(shown: &Shown, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = match &shown.client {
        Some(client) => Some(client::found(&mut tx, client).await?.id),
        None => None,
    };
    let until = shown.until.unwrap_or_else(|| context.studio.clock.now().date_naive());
    let from = shown.from.unwrap_or(until - TimeDelta::days(29));
    let by = match shown.by {
        Key::Client => By::Client,
        Key::Day => By::Day,
        Key::Month => By::Month,
    };
    let rows = coach::usage(&mut tx, &context.actor, by, client.as_ref(), from, until).await?;
    if shown.csv {
        return print(&csv::text(&COLUMNS, rows.iter().map(cells))?);
    }
    let heading = match shown.by {
        Key::Client => "client",
        Key::Day => "day",
        Key::Month => "month",
    };
    context.out.list(
        &rows,
        [left(heading), left("for"), left("model"), right("calls"), right("in"), right("out"), right("cost")],
        |row| {
            [
                dash(row.period.clone().or(row.client_name.as_ref().map(Foreign::line))),
                row.operation.clone(),
                row.model.clone(),
                row.calls.to_string(),
                row.tokens_in.to_string(),
                row.tokens_out.to_string(),
                money(row.cost_micros),
            ]
        },
        "Nothing was used in these days.",
    )
}

/// The columns of the CSV file: as the JSON names them.
const COLUMNS: [&str; 9] =
    ["client_id", "client_name", "period", "operation", "model", "calls", "tokens_in", "tokens_out", "cost_micros"];

fn cells(row: &Usage) -> [String; 9] {
    [
        row.client_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        row.client_name.as_ref().map(Foreign::line).unwrap_or_default(),
        row.period.clone().unwrap_or_default(),
        row.operation.clone(),
        row.model.clone(),
        row.calls.to_string(),
        row.tokens_in.to_string(),
        row.tokens_out.to_string(),
        row.cost_micros.to_string(),
    ]
}

pub async fn budget(verb: BudgetVerb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    match verb {
        BudgetVerb::List => list(context).await,
        BudgetVerb::Set { period, tokens, cost, auto_pause } => {
            #[expect(clippy::cast_possible_truncation, reason = "an amount of money; beyond the range it saturates")]
            let cost_limit_micros = cost.map(|amount| (amount * MICROS).round() as i64);
            let limits = BudgetLimits { token_limit: tokens, cost_limit_micros, auto_pause };
            let budget = coach::set_budget(studio, actor, period, limits).await?;
            let sentence = format!("The {} budget is set; {} % of it is used.", period.word(), budget.percent());
            context.out.done(&budget, &sentence)
        }
        BudgetVerb::Remove { period } => {
            or_look(coach::remove_budget(studio, actor, period).await, "`wavelaunch coach budget list` names them")?;
            let left = coach::budgets(&mut studio.db.read().await?, actor, studio.clock.now()).await?;
            context.out.done(&left, &format!("There is no {} budget any more.", period.word()))
        }
    }
}

async fn list(context: &Context) -> Outcome {
    let now = context.studio.clock.now();
    let rows = coach::budgets(&mut context.studio.db.read().await?, &context.actor, now).await?;
    context.out.list(
        &rows,
        [
            left("budget"),
            left("since"),
            right("used"),
            right("tokens"),
            right("of"),
            right("cost"),
            right("of"),
            left("when used up"),
        ],
        |row: &Budget| {
            [
                word(row.period),
                row.period_start.clone(),
                format!("{} %", row.percent()),
                row.used_tokens.to_string(),
                dash(row.token_limit),
                money(row.used_cost_micros),
                dash(row.cost_limit_micros.map(money)),
                if row.auto_pause { "pauses" } else { "tells you" }.to_owned(),
            ]
        },
        "No budget is set; `wavelaunch coach budget set monthly --cost 50` sets one.",
    )
}

/// Millionths as an amount with four decimals.
pub(super) fn money(micros: i64) -> String {
    format!("{}.{:04}", micros / 1_000_000, micros % 1_000_000 / 100)
}
