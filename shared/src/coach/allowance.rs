//! What a client may use a day: counted in tokens of questions and answers, by the UTC day.
//!
//! Before the model is called, the most that the exchange can cost is reserved in one statement;
//! afterwards it is settled to what it did cost, or released. A question is admitted while what is
//! used and what is reserved stay below the limit together, so that two surfaces at once cannot
//! overspend. The last admitted answer may end above the limit; then it is over until midnight.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::Config;
use crate::clients::Client;
use crate::config::CoachSettings;
use crate::db::Tx;
use crate::id::ClientId;
use crate::{Result, execute, fetch_optional};

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
    /// What this client may use: their own numbers where an admin set some, else everybody's.
    #[must_use]
    pub fn of(client: &Client, config: &Config, settings: &CoachSettings) -> Self {
        Self {
            tokens: client.coach_daily_token_override.unwrap_or(config.max_tokens_per_day),
            messages: client.coach_daily_message_override.unwrap_or(settings.max_messages_per_day),
        }
    }
}

/// What one exchange holds until it is settled or released.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a reservation has to be settled or released"]
pub struct Reservation {
    pub(super) client: ClientId,
    /// The UTC date from whose allowance it was taken.
    pub(super) day: String,
    pub(super) tokens: i64,
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

impl Used {
    /// About how many more questions fit into the day, going by what one took so far. While anything
    /// is left, one more fits: the last answer may end above the limit.
    #[must_use]
    pub fn remaining(self, limit: Limit) -> i64 {
        let an_exchange = (self.charged_tokens / self.messages.max(1)).max(1);
        let left = (limit.tokens - self.charged_tokens).max(0);
        left.div_euclid(an_exchange)
            .saturating_add(i64::from(left % an_exchange > 0))
            .min(limit.messages - self.messages)
            .max(0)
    }
}

/// Little is left of a client's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// About how many more questions fit today.
    pub remaining: i64,
    /// Whether they know already.
    pub occasion: Occasion,
}

/// How often a client was told today that little is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// This is the one warning of the day.
    First,
    /// They were warned before; what is left is worth a line.
    Again,
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
             reserved_tokens = coach_usage_days.reserved_tokens + $3,
             messages = coach_usage_days.messages + 1,
             updated_at = $4
         WHERE coach_usage_days.messages < $6
           AND coach_usage_days.charged_tokens + coach_usage_days.reserved_tokens < $5",
        client,
        &day,
        tokens,
        now,
        limit.tokens,
        limit.messages
    )?;
    Ok((taken == 1).then(|| Reservation { client: client.clone(), day, tokens }))
}

/// Replaces a reservation by what the exchange did cost. Answers with a warning once the day's use
/// has reached four fifths: the first time it is the day's one warning.
pub async fn settle(
    tx: &mut Tx,
    reservation: Reservation,
    now: DateTime<Utc>,
    limit: Limit,
    charged: i64,
) -> Result<Option<Warning>> {
    give_back(tx, &reservation, now, charged, 0).await?;
    let used = used_on(tx, &reservation.client, &reservation.day).await?;
    if used.charged_tokens.saturating_mul(100) < limit.tokens.saturating_mul(WARN_PERCENT) {
        return Ok(None);
    }
    let warned = execute!(
        tx,
        "UPDATE coach_usage_days SET warned_at = $3 WHERE client_id = $1 AND day = $2 AND warned_at IS NULL",
        &reservation.client,
        &reservation.day,
        now
    )?;
    let occasion = if warned == 1 { Occasion::First } else { Occasion::Again };
    Ok(Some(Warning { remaining: used.remaining(limit), occasion }))
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
