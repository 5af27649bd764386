//! After an outage many messages are late at once; so many a minute go out.

use chrono::{DateTime, TimeDelta, Utc};

use crate::delivery::Prepared;
use crate::{Result, Studio, fetch_scalar};

/// A message that is later than this comes from an outage.
const LATE_AFTER: TimeDelta = TimeDelta::minutes(10);

/// How many more late messages may be queued within this minute.
#[derive(Clone, Copy)]
pub(super) struct Ration {
    left: i64,
}

impl Ration {
    /// How long until there is more.
    pub(super) const ANEW: TimeDelta = TimeDelta::minutes(1);

    pub(super) async fn new(studio: &Studio) -> Result<Self> {
        let now = studio.clock.now();
        let mut tx = studio.db.read().await?;
        // What a clock that was set back since says of later is no message of this minute.
        let sent = fetch_scalar!(
            tx,
            i64,
            "SELECT COUNT(*) FROM automation_logs WHERE created_at > $1 AND created_at <= $2 AND status = 'SUCCESS'
               AND action IN ('UPCOMING', 'OVERDUE', 'STUDIO_DELAY', 'MONTH_COMPLETE')",
            now - Self::ANEW,
            now
        )?;
        Ok(Self { left: i64::from(studio.settings.journey.catch_up_per_minute) - sent })
    }

    /// Whether a message that was due at `due` must wait for the next minute.
    pub(super) fn is_spent(self, due: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.left <= 0 && now - due > LATE_AFTER
    }

    /// This one goes out.
    pub(super) fn take(&mut self, message: &Prepared) {
        if matches!(message, Prepared::Wanted { .. }) {
            self.left -= 1;
        }
    }
}
