//! Keeping `clients.current_month` true as the days go by.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::zone::local_date;
use crate::id::ClientId;
use crate::{Result, Studio, execute, fetch_all};

/// A month that may have begun for a client.
#[derive(sqlx::FromRow)]
struct Begun {
    id: ClientId,
    timezone: String,
    month: i64,
    planned_date: DateTime<Utc>,
}

/// Moves on every client whose next month has begun on their calendar, also of those who were done
/// early. Who is on hold stays.
pub(super) async fn move_months(studio: &Studio) -> Result<u64> {
    let now = studio.clock.now();
    let mut tx = studio.db.read().await?;
    // The easternmost zones are fourteen hours ahead.
    let candidates = fetch_all!(
        tx,
        Begun,
        "SELECT c.id, c.timezone, m.month, m.planned_date
         FROM clients c JOIN journey_months m ON m.client_id = c.id AND m.month > COALESCE(c.current_month, 0)
         WHERE c.status IN ('ACTIVE', 'COMPLETED') AND c.is_paused = FALSE AND m.planned_date <= $1
         ORDER BY c.id, m.month",
        now + TimeDelta::hours(14)
    )?;
    drop(tx);
    let reached: Vec<&Begun> = candidates
        .iter()
        .filter(|row| row.planned_date.date_naive() <= local_date(now, row.timezone.parse().unwrap_or(chrono_tz::UTC)))
        .collect();
    // Of several months that have begun, the last one counts.
    let last: Vec<&&Begun> = reached
        .iter()
        .enumerate()
        .filter(|(at, row)| reached.get(at + 1).is_none_or(|next| next.id != row.id))
        .map(|(_, row)| row)
        .collect();
    if last.is_empty() {
        return Ok(0);
    }
    let mut moved = 0;
    let mut tx = studio.db.write().await?;
    for row in last {
        // No change that an admin made: the version stays.
        moved += execute!(
            tx,
            "UPDATE clients SET current_month = $2 WHERE id = $1 AND is_paused = FALSE
               AND COALESCE(current_month, 0) < $2",
            &row.id,
            row.month
        )?;
    }
    tx.commit().await?;
    Ok(moved)
}
