//! Scopes that have to wait: what a platform told us, and how fast one person may go.
//!
//! Both are one timestamp a scope, kept in the database, so that a restart or a second process
//! knows it too.

use chrono::{DateTime, TimeDelta, Utc};

use super::Channel;
use crate::db::Tx;
use crate::retention::AT_ONCE;
use crate::{Result, Studio, execute, fetch_optional};

/// What a hold covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A whole channel.
    Channel(Channel),
    /// One recipient on a channel, by the platform's address.
    Recipient(Channel, String),
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Channel(channel) => f.write_str(channel.as_str()),
            Self::Recipient(channel, recipient) => write!(f, "{}:{recipient}", channel.as_str()),
        }
    }
}

/// Sends nothing in `scope` before `until`. A later hold that is already there stays.
pub async fn hold(studio: &Studio, scope: &Scope, until: DateTime<Utc>) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(
        tx,
        "INSERT INTO rate_limits (scope, next_allowed_at, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (scope) DO UPDATE SET next_allowed_at = excluded.next_allowed_at, updated_at = excluded.updated_at
         WHERE rate_limits.next_allowed_at < excluded.next_allowed_at",
        scope.to_string(),
        until,
        studio.clock.now()
    )?;
    tx.commit().await
}

/// When the next message on `channel` may leave although some are due: the end of the channel's
/// hold, if it is held.
pub async fn release_after(studio: &Studio, channel: Channel) -> Result<Option<DateTime<Utc>>> {
    let mut tx = studio.db.read().await?;
    let held: Option<(DateTime<Utc>,)> = fetch_optional!(
        tx,
        (DateTime<Utc>,),
        "SELECT next_allowed_at FROM rate_limits WHERE scope = $1 AND next_allowed_at > $2",
        channel.as_str(),
        studio.clock.now()
    )?;
    Ok(held.map(|(until,)| until))
}

/// Takes off holds that ended before `before`.
pub(crate) async fn forget_holds(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM rate_limits WHERE scope IN (
             SELECT scope FROM rate_limits WHERE next_allowed_at < $1 AND updated_at < $1 LIMIT $2)",
        before,
        AT_ONCE
    )
}

/// Whether somebody may go on now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Yes.
    Go,
    /// Not before this long.
    Wait(TimeDelta),
}

/// Lets `scope` act `times` within `span`, evenly refilled. The row holds the moment at which the
/// whole allowance is back.
pub async fn allow(studio: &Studio, scope: &str, times: u32, span: TimeDelta) -> Result<Turn> {
    let now = studio.clock.now();
    let each = span / i32::try_from(times.max(1)).unwrap_or(i32::MAX);
    let mut tx = studio.db.write().await?;
    let stored: Option<(DateTime<Utc>,)> =
        fetch_optional!(tx, (DateTime<Utc>,), "SELECT next_allowed_at FROM rate_limits WHERE scope = $1", scope)?;
    let full = stored.map_or(now, |(at,)| at.max(now)) + each;
    if full - now > span {
        return Ok(Turn::Wait(full - now - span));
    }
    execute!(
        tx,
        "INSERT INTO rate_limits (scope, next_allowed_at, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (scope) DO UPDATE SET next_allowed_at = excluded.next_allowed_at, updated_at = excluded.updated_at",
        scope,
        full,
        now
    )?;
    tx.commit().await?;
    Ok(Turn::Go)
}
