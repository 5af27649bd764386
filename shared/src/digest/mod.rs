//! Accounts of a week: the studio's digest, and the summary that a client may ask for.
//!
//! The **digest** is made once a week at `studio.digest_hour` on Monday, where the studio is: what the machine did,
//! what failed, which months were completed, who is behind, and what comes in the next seven days. It covers
//! the time since the one before, so that nothing falls between two of them, and it is kept: an admin reads it
//! in the dashboard whether or not it reached a chat. Its week is its key, and so two workers, a restart or a
//! clock that jumps make one; of several weeks that passed while nothing ran, the last is made and no other.
//!
//! A **summary** goes to a client who has switched it on, at the journey's hour on Monday where they are. It is
//! muted while the journey is on hold, and it is late after a day like any reminder.
//!
//! `look` does what is due of both, and tells the staff of what happened; the engine calls it with each tick.

mod figures;
mod store;
mod summary;
#[cfg(test)]
mod tests;
mod week;
mod words;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use crate::db::Tx;
use crate::delivery::{Queued, Urgency};
use crate::events::{self, EventKind};
use crate::id::DigestId;
use crate::staff::notices::{self, NoticeKind, StaffNotice};
use crate::staff::{Actor, Capability};
use crate::{Result, Studio};

pub use figures::{Behind, DayAhead, Figures};
pub use words::worded;

/// How long what was told is remembered. Nothing that is older is ever told again.
const REMEMBERED: TimeDelta = TimeDelta::days(90);

/// The account of a week.
#[derive(Clone, Debug, Serialize)]
pub struct Digest {
    /// Row id; none for one that is only looked at.
    pub id: Option<DigestId>,
    /// The Monday of its week, by the studio's calendar.
    pub week: NaiveDate,
    /// What it tells of began then.
    pub since: DateTime<Utc>,
    /// And ended then.
    pub until: DateTime<Utc>,
    /// What it tells.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Does what is due: digest, summaries, notices to the staff. Answers how many messages were queued, the
/// digest itself counting as one.
pub(crate) async fn look(studio: &Studio) -> Result<u64> {
    let done = [
        ("digest", make_if_due(studio).await),
        ("summaries", summary::send_due(studio).await),
        ("notices", notices::watch(studio).await),
    ];
    let mut queued = 0;
    for (what, told) in done {
        match told {
            Ok(told) => queued += told,
            Err(error) if error.is_transient() => return Err(error),
            // The journeys go on without them.
            Err(error) => tracing::error!(what, %error, "what was due could not be told"),
        }
    }
    Ok(queued)
}

/// The digest as it would be made now; nothing is kept or sent.
pub async fn preview(tx: &mut Tx, studio: &Studio, actor: &Actor) -> Result<Digest> {
    actor.require(Capability::View)?;
    let now = studio.clock.now();
    let (week, due) = week::last_due(now, studio.zone()?, studio.settings.studio.digest_hour);
    let since = since(tx, due, now).await?;
    compose(tx, studio, week, since, now).await
}

/// The digests that were made, the newest first.
pub async fn list(tx: &mut Tx, actor: &Actor, limit: i64) -> Result<Vec<Digest>> {
    actor.require(Capability::View)?;
    store::list(tx, limit).await
}

/// Makes the week's digest if its time has come and nobody made it before.
async fn make_if_due(studio: &Studio) -> Result<u64> {
    let now = studio.clock.now();
    let (week, due) = week::last_due(now, studio.zone()?, studio.settings.studio.digest_hour);
    let mut tx = studio.db.read().await?;
    if store::is_made(&mut tx, week).await? || !store::had_clients(&mut tx, due).await? {
        return Ok(0);
    }
    drop(tx);
    let mut tx = studio.db.write().await?;
    let since = since(&mut tx, due, now).await?;
    let digest = compose(&mut tx, studio, week, since, now).await?;
    if !store::keep(&mut tx, &digest, now).await? {
        return Ok(0);
    }
    let what = format!("Made the digest of the week of {week}");
    events::record(&mut tx, now, &Actor::System, EventKind::DigestMade, None, &what, None).await?;
    let notice = StaffNotice { key: "digest", values: words::values(studio, &digest)?, actions: Vec::new() };
    let occasion = format!("digest:{week}");
    let mut queued = 1;
    for listener in notices::listeners(&mut tx, NoticeKind::Digest).await? {
        let told = notices::tell(&mut tx, studio, now, &listener, &notice, &occasion, Urgency::Digest).await?;
        queued += u64::from(matches!(told, Queued::Queued(_)));
    }
    notices::store::forget_told(&mut tx, now - REMEMBERED).await?;
    tx.commit().await?;
    Ok(queued)
}

/// The end of the digest before, or a week ago for the first one. One that a wrong clock dated into the
/// future is passed over.
async fn since(tx: &mut Tx, due: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    Ok(store::last_until(tx, now).await?.unwrap_or(due - TimeDelta::days(7)))
}

async fn compose(
    tx: &mut Tx,
    studio: &Studio,
    week: NaiveDate,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Digest> {
    let figures = figures::gather(tx, since, until, studio.zone()?).await?;
    Ok(Digest { id: None, week, since, until, figures })
}
