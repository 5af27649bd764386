//! What a client may use a day: counted in tokens of questions and answers, by the UTC day.
//!
//! Before the model is called, the most that the exchange can cost is reserved in one statement;
//! afterwards it is settled to what it did cost, or released. A question is admitted while what is
//! used and what is reserved stay below the limit together, so that two surfaces at once cannot
//! overspend. The last admitted answer may end above the limit; then it is over until midnight.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::Config;
use crate::clients::Client;
use crate::config::CoachSettings;
use crate::db::Tx;
use crate::id::ClientId;
use crate::{Result, execute, fetch_optional};

/// No answer takes this long: a reservation without a sign of life for so long was left by a
/// process that died, and no longer counts.
const FORGOTTEN: TimeDelta = TimeDelta::minutes(15);

/// From this share of the limit on, the client is told once a day that little is left.
const WARN_PERCENT: i64 = 80;

/// What one client may use on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// In tokens.
    pub tokens: i64,
    /// In questions.
    pub messages: i64,
}

impl Limit {
    /// What this client may use: their own number where an admin set one, else everybody's.
    #[must_use]
    pub fn of(client: &Client, config: &Config, settings: &CoachSettings) -> Self {
        Self {
            tokens: client.coach_daily_token_override.unwrap_or(config.max_tokens_per_day),
            messages: settings.max_messages_per_day,
        }
    }
}

/// What one exchange holds until it is settled or released.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a reservation has to be settled or released"]
pub struct Reservation {
    client: ClientId,
    day: String,
    tokens: i64,
}

/// A client's day so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Used {
    /// Settled, in tokens.
    pub charged_tokens: i64,
    /// Held by answers on their way.
    pub reserved_tokens: i64,
    /// Questions asked.
    pub messages: i64,
}

/// What the client has to be told after an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// About how many more questions fit today.
    pub remaining: i64,
}

/// Takes `tokens` out of today's allowance, or `None` when it is used up.
pub async fn reserve(
    tx: &mut Tx,
    client: &ClientId,
    now: DateTime<Utc>,
    limit: Limit,
    tokens: i64,
) -> Result<Option<Reservation>> {
    if limit.tokens <= 0 || limit.messages <= 0 {
        return Ok(None);
    }
    let day = day(now);
    let taken = execute!(
        tx,
        "INSERT INTO coach_usage_days (client_id, day, charged_tokens, reserved_tokens, messages, updated_at)
         VALUES ($1, $2, 0, $3, 1, $4)
         ON CONFLICT (client_id, day) DO UPDATE SET
             reserved_tokens = $3 + CASE WHEN coach_usage_days.updated_at < $5 THEN 0
                                         ELSE coach_usage_days.reserved_tokens END,
             messages = coach_usage_days.messages + 1,
             updated_at = $4
         WHERE coach_usage_days.messages < $7
           AND coach_usage_days.charged_tokens
               + CASE WHEN coach_usage_days.updated_at < $5 THEN 0
                      ELSE coach_usage_days.reserved_tokens END < $6",
        client,
        &day,
        tokens,
        now,
        now - FORGOTTEN,
        limit.tokens,
        limit.messages
    )?;
    Ok((taken == 1).then(|| Reservation { client: client.clone(), day, tokens }))
}

/// Replaces a reservation by what the exchange did cost. Answers with a warning the first time that
/// the day's use reaches four fifths.
pub async fn settle(
    tx: &mut Tx,
    reservation: Reservation,
    now: DateTime<Utc>,
    limit: Limit,
    charged: i64,
) -> Result<Option<Warning>> {
    give_back(tx, &reservation, now, charged, 0).await?;
    let warned = execute!(
        tx,
        "UPDATE coach_usage_days SET warned_at = $3
         WHERE client_id = $1 AND day = $2 AND warned_at IS NULL AND charged_tokens * 100 >= $4",
        &reservation.client,
        &reservation.day,
        now,
        limit.tokens.saturating_mul(WARN_PERCENT)
    )?;
    if warned == 0 {
        return Ok(None);
    }
    let used = used_on(tx, &reservation.client, &reservation.day).await?;
    let an_exchange = (used.charged_tokens / used.messages.max(1)).max(1);
    let left = (limit.tokens - used.charged_tokens).max(0);
    let remaining = (left + an_exchange - 1) / an_exchange;
    Ok(Some(Warning { remaining: remaining.min(limit.messages - used.messages).max(0) }))
}

/// Gives a reservation back as if nothing had been asked: no answer came.
pub async fn release(tx: &mut Tx, reservation: Reservation, now: DateTime<Utc>) -> Result<()> {
    give_back(tx, &reservation, now, 0, 1).await
}

async fn give_back(
    tx: &mut Tx,
    reservation: &Reservation,
    now: DateTime<Utc>,
    charged: i64,
    messages: i64,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE coach_usage_days SET
             charged_tokens = charged_tokens + $4,
             reserved_tokens = CASE WHEN reserved_tokens > $3 THEN reserved_tokens - $3 ELSE 0 END,
             messages = messages - $5,
             updated_at = $6
         WHERE client_id = $1 AND day = $2",
        &reservation.client,
        &reservation.day,
        reservation.tokens,
        charged,
        messages,
        now
    )?;
    Ok(())
}

/// What a client has used today.
pub async fn used(tx: &mut Tx, client: &ClientId, now: DateTime<Utc>) -> Result<Used> {
    used_on(tx, client, &day(now)).await
}

async fn used_on(tx: &mut Tx, client: &ClientId, day: &str) -> Result<Used> {
    let row = fetch_optional!(
        tx,
        Used,
        "SELECT charged_tokens, reserved_tokens, messages FROM coach_usage_days WHERE client_id = $1 AND day = $2",
        client,
        day
    )?;
    Ok(row.unwrap_or_default())
}

/// When a used-up allowance is free again.
#[must_use]
pub fn resets_at(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow: NaiveDate = now.date_naive().checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    tomorrow.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn day(now: DateTime<Utc>) -> String {
    now.format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests;
