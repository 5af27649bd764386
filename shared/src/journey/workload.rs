//! What the engine has before it: what is due, what it works on, what it gave up on.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::Tx;
use crate::{Result, fetch_one};

/// The engine's work in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Workload {
    /// Rows whose time has come and that nobody has taken yet.
    pub due: i64,
    /// When the oldest of them was due. Far in the past means that no engine is running.
    pub oldest_due: Option<DateTime<Utc>>,
    /// Rows that a worker holds now.
    pub running: i64,
    /// Rows that were tried as often as they may be, and wait for an admin.
    pub failed: i64,
    /// Rows whose time is still to come.
    pub scheduled: i64,
    /// When the next of them is due.
    pub next: Option<DateTime<Utc>>,
}

/// The work at `now`.
pub async fn workload(tx: &mut Tx, now: DateTime<Utc>) -> Result<Workload> {
    fetch_one!(
        tx,
        Workload,
        "SELECT COUNT(CASE WHEN status = 'SCHEDULED' AND COALESCE(held_until, trigger_date) <= $1 THEN 1 END) AS due,
                MIN(CASE WHEN status = 'SCHEDULED' AND COALESCE(held_until, trigger_date) <= $1
                    THEN COALESCE(held_until, trigger_date) END) AS oldest_due,
                COUNT(CASE WHEN status = 'RUNNING' THEN 1 END) AS running,
                COUNT(CASE WHEN status = 'FAILED' THEN 1 END) AS failed,
                COUNT(CASE WHEN status = 'SCHEDULED' AND COALESCE(held_until, trigger_date) > $1 THEN 1 END) AS scheduled,
                MIN(CASE WHEN status = 'SCHEDULED' AND COALESCE(held_until, trigger_date) > $1
                    THEN COALESCE(held_until, trigger_date) END) AS next
         FROM automation_schedules WHERE status IN ('SCHEDULED', 'RUNNING', 'FAILED')",
        now
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::clients::{self, NewClient};
    use crate::journey::{start, tick};
    use crate::staff::Actor;
    use crate::testing::on_both;

    #[tokio::test]
    async fn the_engines_work_is_counted() {
        on_both(|studio| async move {
            let actor = Actor::local_owner();
            let new =
                NewClient { full_name: "Ada Ode".into(), email: "ada@example.com".into(), ..NewClient::default() };
            let client = clients::add(&studio, &actor, new).await.unwrap();
            start(&studio, &actor, &client.id, None).await.unwrap();
            let now = studio.clock.now();
            let look = async |at| workload(&mut studio.db.read().await.unwrap(), at).await.unwrap();
            let before = look(now).await;
            assert!(before.due > 0 && before.oldest_due.is_some_and(|due| due <= now), "{before:?}");
            assert!(before.scheduled > 0 && before.next.is_some_and(|next| next > now), "{before:?}");
            tick(&studio, "test").await.unwrap();
            assert_eq!(look(now).await.due, 0);
            assert_eq!(look(now + TimeDelta::days(400)).await.scheduled, 0);
        })
        .await;
    }
}
