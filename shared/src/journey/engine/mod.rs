//! The engine: takes what is due, does it once, and writes down what it did.
//!
//! Whatever a step brings about (the message in the outbox, the log, the row's end) commits in one transaction. A step
//! that needs nothing from outside is decided, worded and written in that transaction, which holds its row; up to a
//! hundred of them share one. A document is written outside any transaction, under a claim. A crash at any point
//! therefore leaves a row that is done, or one that is done again from its beginning.

mod claim;
mod compose;
mod decide;
mod due;
mod facts;
mod fresh;
mod outcome;
mod perform;
mod ration;
mod settle;

#[cfg(test)]
mod batch_tests;
#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod kill_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod waiting_tests;

use serde::Serialize;
use serde_json::json;

use super::{generate, moves};
use crate::events::{self, EventKind};
use crate::staff::Actor;
use crate::{Result, Studio};

#[cfg(test)]
pub(super) use claim::claim_document;
pub(super) use decide::{Decision, Deed, decide};
pub use due::next_due;
pub(super) use facts::{Facts, facts_of};
pub(super) use outcome::{Ending, Note, Outcome, Said, action, action_of, leave};
pub(super) use settle::settle;

use claim::{claim, recover_expired};
use ration::Ration;

/// How many rows one tick does at most; the next tick goes on.
const MOST: u64 = 100_000;

/// What one tick did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TickReport {
    /// Attempts that did what they were for.
    pub done: u64,
    /// Attempts that found nothing to do, or that must wait.
    pub skipped: u64,
    /// Attempts that failed and will be made again.
    pub retried: u64,
    /// Rows that failed for good.
    pub failed: u64,
    /// Rows whose claim had run out: a worker was lost.
    pub recovered: u64,
    /// Holds that began or ended.
    pub holds_turned: u64,
    /// Clients whose month moved on.
    pub months_moved: u64,
    /// Digests made, summaries sent, and notices to the staff.
    pub told: u64,
}

impl TickReport {
    /// True when nothing was due.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        *self == Self::default()
    }

    fn count(&mut self, note: Note) {
        match note {
            Note::Done => self.done += 1,
            Note::Skipped => self.skipped += 1,
            Note::Retried => self.retried += 1,
            Note::Failed => self.failed += 1,
            Note::Lost => {}
        }
    }

    fn steps(&self) -> u64 {
        self.done + self.skipped + self.retried + self.failed
    }
}

/// Does everything that is due now and that no other worker holds: messages and alerts first, then the documents,
/// one by one. `worker` names the caller; any number may run at once.
pub async fn tick(studio: &Studio, worker: &str) -> Result<TickReport> {
    let mut report = TickReport {
        recovered: recover_expired(studio).await?,
        holds_turned: moves::turn_holds(studio).await?,
        ..TickReport::default()
    };
    while report.steps() < MOST {
        // Each time anew: no message waits while document after document is written.
        do_steps(studio, &mut report).await?;
        // One at a time: each may take minutes, and its lease begins when it is taken.
        let Some(row) = claim(studio, worker, 1).await?.pop() else { break };
        let note = match generate::step(studio, &row).await {
            Ok(note) => note,
            // Only a database that cannot even note that ends the tick.
            Err(error) => settle::fail(studio, &row, &error).await?,
        };
        report.count(note);
    }
    report.months_moved = fresh::move_months(studio).await?;
    announce(studio, &report).await?;
    report.told = crate::digest::look(studio).await?;
    Ok(report)
}

/// Does the steps that need nothing from outside, until a look finds none that another worker does not hold.
async fn do_steps(studio: &Studio, report: &mut TickReport) -> Result<()> {
    let together = studio.settings.journey.steps_together;
    let mut ration = Ration::new(studio).await?;
    while report.steps() < MOST {
        let before = report.steps();
        for ids in due::look(studio).await?.chunks(together) {
            for note in perform::perform(studio, ids, &mut ration).await? {
                report.count(note);
            }
        }
        if report.steps() == before {
            break;
        }
    }
    Ok(())
}

/// Wakes whoever watches for changes, and tells them what the machine did.
async fn announce(studio: &Studio, report: &TickReport) -> Result<()> {
    if report.is_idle() {
        return Ok(());
    }
    let what = format!("The engine did {}, skipped {}, failed {}", report.done, report.skipped, report.failed);
    let mut tx = studio.db.write().await?;
    let (now, details) = (studio.clock.now(), json!(report));
    events::record(&mut tx, now, &Actor::System, EventKind::AutomationRan, None, &what, Some(details)).await?;
    tx.commit().await
}
