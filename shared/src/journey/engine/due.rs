//! What is due, and whose turn it is.
//!
//! A step that needs nothing from outside is never claimed: the transaction in which it is done holds its row and its
//! client, so nobody else can do it, and a worker that dies leaves it as it was. Two steps of one client are never done
//! in one transaction: what the first one does may decide the second.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::super::AutomationStatus;
use super::super::automation::Automation;
use crate::db::rows::{Holds, Rows};
use crate::db::{Kind, Tx};
use crate::id::{AutomationId, ClientId};
use crate::{Result, Studio, fetch_all, fetch_scalar};

/// How far one look sees, in rows.
const SIGHT: i64 = 2_000;

/// The steps that are due, the oldest first, one a client. Whoever does them finds out whether they still are.
pub(super) async fn look(studio: &Studio) -> Result<Vec<AutomationId>> {
    macro_rules! look {
        ($index:literal) => {
            concat!(
                "SELECT id, client_id FROM automation_schedules ",
                $index,
                " WHERE status = 'SCHEDULED' AND trigger_date <= $1 AND (held_until IS NULL OR held_until <= $1)
                    AND type <> 'GENERATE_DELIVERABLE'
                  ORDER BY trigger_date, id LIMIT $2"
            )
        };
    }
    // A look costs no write lock: an idle engine leaves the database alone.
    let mut tx = studio.db.read().await?;
    // Without statistics SQLite would walk everything that is scheduled, for years ahead.
    let sql = match tx.kind() {
        Kind::Sqlite => look!("INDEXED BY automation_schedules_due_idx"),
        Kind::Postgres => look!(""),
    };
    let found = fetch_all!(tx, (AutomationId, ClientId), sql, studio.clock.now(), SIGHT)?;
    let mut clients = HashSet::with_capacity(found.len());
    Ok(found.into_iter().filter_map(|(id, client)| clients.insert(client).then_some(id)).collect())
}

/// When the next automation is due: in the past where one is due already, `None` where nothing is scheduled.
pub async fn next_due(studio: &Studio) -> Result<Option<DateTime<Utc>>> {
    macro_rules! next {
        ($index:literal) => {
            concat!(
                "SELECT MIN(at) FROM (
                     SELECT COALESCE(held_until, trigger_date) AS at FROM automation_schedules ",
                $index,
                "    WHERE status = 'SCHEDULED' AND trigger_date <= $1
                     UNION ALL
                     SELECT at FROM (SELECT trigger_date AS at FROM automation_schedules ",
                $index,
                "                    WHERE status = 'SCHEDULED' AND trigger_date > $1
                                     ORDER BY trigger_date LIMIT 1) AS first
                 ) AS next"
            )
        };
    }
    let mut tx = studio.db.read().await?;
    let sql = match tx.kind() {
        Kind::Sqlite => next!("INDEXED BY automation_schedules_due_idx"),
        Kind::Postgres => next!(""),
    };
    fetch_scalar!(tx, Option<DateTime<Utc>>, sql, studio.clock.now())
}

/// Holds those of the rows, and their clients, that no other worker holds, until the transaction ends. SQLite has
/// one writer anyway. Nobody is waited for, so that two workers never wait for each other.
pub(super) async fn hold(tx: &mut Tx, ids: &[AutomationId]) -> Result<Vec<AutomationId>> {
    if tx.kind() == Kind::Sqlite {
        return Ok(ids.to_vec());
    }
    let held = listed(ids)
        .fetch_all::<(AutomationId,)>(
            tx,
            "SELECT a.id FROM automation_schedules a JOIN clients c ON c.id = a.client_id
             WHERE a.id IN (SELECT id FROM r) AND a.status = 'SCHEDULED' FOR UPDATE OF a, c SKIP LOCKED",
        )
        .await?;
    Ok(held.into_iter().map(|(id,)| id).collect())
}

/// Ids as the table of a statement.
pub(super) fn listed(ids: &[AutomationId]) -> Rows<1> {
    let mut rows = Rows::new([("id", Holds::Text)]);
    for id in ids {
        rows.add([id.as_str().into()]);
    }
    rows
}

impl Automation {
    /// Whether its time has come, and nothing holds it back.
    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.status == AutomationStatus::Scheduled
            && self.trigger_date <= now
            && self.held_until.is_none_or(|until| until <= now)
    }
}
