//! Taking a document to write: the only place where a row becomes RUNNING.
//!
//! Writing may take minutes, outside any transaction. The worker therefore claims the row for a while (a lease) under
//! a number that grows with each claim, and whatever it brings asks for that number again: a worker whose claim was
//! taken over changes nothing. A row whose worker was lost is done again when its lease has run out.

use chrono::TimeDelta;

use super::super::automation::Automation;
use super::super::store::columns;
use crate::db::Kind;
use crate::{Result, Studio, execute, fetch_all};

/// Takes up to `limit` due documents for `worker`, the most urgent and oldest first. They are its own until the lease
/// runs out.
pub(in crate::journey) async fn claim(studio: &Studio, worker: &str, limit: i64) -> Result<Vec<Automation>> {
    /// One statement but for the two places in which the databases differ. The look is a table of its own: within the
    /// condition PostgreSQL may look again for each row, and take more than it was asked for.
    macro_rules! claim {
        ($index:literal, $skip:literal) => {
            concat!(
                "WITH due AS MATERIALIZED (
                     SELECT id FROM automation_schedules ",
                $index,
                "    WHERE status = 'SCHEDULED' AND trigger_date <= $3 AND (held_until IS NULL OR held_until <= $3)
                       AND type = 'GENERATE_DELIVERABLE'
                     ORDER BY priority, trigger_date, id LIMIT $4 ",
                $skip,
                ")
                 UPDATE automation_schedules SET status = 'RUNNING', claimed_by = $1, claimed_until = $2,
                        claim_epoch = claim_epoch + 1, updated_at = $3
                 WHERE id IN (SELECT id FROM due)
                 RETURNING ",
                columns!()
            )
        };
    }
    let now = studio.clock.now();
    // A look costs no write lock: an idle engine leaves the database alone.
    if !anything_due(studio).await? {
        return Ok(Vec::new());
    }
    let until = now + TimeDelta::seconds(studio.settings.journey.lease_seconds);
    let mut tx = studio.db.write().await?;
    let sql = match tx.kind() {
        Kind::Sqlite => claim!("INDEXED BY automation_schedules_due_idx", ""),
        Kind::Postgres => claim!("", "FOR UPDATE SKIP LOCKED"),
    };
    let mut rows = fetch_all!(tx, Automation, sql, worker, until, now, limit)?;
    tx.commit().await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::Claimed);
    rows.sort_by(|a, b| (a.trigger_date, &a.id).cmp(&(b.trigger_date, &b.id)));
    Ok(rows)
}

async fn anything_due(studio: &Studio) -> Result<bool> {
    macro_rules! look {
        ($index:literal) => {
            concat!(
                "SELECT CAST(1 AS BIGINT) FROM automation_schedules ",
                $index,
                " WHERE status = 'SCHEDULED' AND trigger_date <= $1 AND (held_until IS NULL OR held_until <= $1)
                    AND type = 'GENERATE_DELIVERABLE' LIMIT 1"
            )
        };
    }
    let mut tx = studio.db.read().await?;
    // Without statistics SQLite would walk everything that is scheduled, for years ahead.
    let sql = match tx.kind() {
        Kind::Sqlite => look!("INDEXED BY automation_schedules_due_idx"),
        Kind::Postgres => look!(""),
    };
    Ok(!fetch_all!(tx, (i64,), sql, studio.clock.now())?.is_empty())
}

/// Gives back the rows of workers that were lost. Answers how many there were.
pub(in crate::journey) async fn recover_expired(studio: &Studio) -> Result<u64> {
    let now = studio.clock.now();
    let mut tx = studio.db.read().await?;
    let lost = fetch_all!(
        tx,
        (i64,),
        "SELECT CAST(1 AS BIGINT) FROM automation_schedules WHERE status = 'RUNNING' AND claimed_until < $1 LIMIT 1",
        now
    )?;
    drop(tx);
    if lost.is_empty() {
        return Ok(0);
    }
    let mut tx = studio.db.write().await?;
    let recovered = execute!(
        tx,
        "UPDATE automation_schedules SET status = 'SCHEDULED', claimed_by = NULL, claimed_until = NULL, updated_at = $1
         WHERE status = 'RUNNING' AND claimed_until < $1",
        now
    )?;
    tx.commit().await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::Recovered);
    Ok(recovered)
}

/// The next document, for the tests of its writing.
#[cfg(test)]
pub(in crate::journey) async fn claim_document(studio: &Studio) -> Automation {
    claim(studio, "test", 1).await.unwrap().pop().unwrap()
}
