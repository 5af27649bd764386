//! Points at which a test may have this process killed. They exist in this crate's own tests alone.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where a worker may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// Rows that a lost worker had are given back.
    Recovered,
    /// Rows are taken.
    Claimed,
    /// A row is looked at, within its transaction.
    Decided,
    /// The writer's job stands in the row; nothing is written yet.
    JobBegun,
    /// The document's text is there, and nowhere but in memory.
    TextWritten,
    /// Everything is written, and the transaction is open.
    BeforeCommit,
    /// The transaction is through.
    AfterCommit,
}

impl Point {
    /// Every point.
    pub(crate) const ALL: [Self; 7] = [
        Self::Recovered,
        Self::Claimed,
        Self::Decided,
        Self::JobBegun,
        Self::TextWritten,
        Self::BeforeCommit,
        Self::AfterCommit,
    ];
}

/// The variable that says where to die: a point, and at which passage.
pub(crate) const VARIABLE: &str = "WAVELAUNCH_TEST_DIE_AT";

/// What the variable says for a point and a passage, counted from one.
pub(crate) fn order(point: Point, passage: u32) -> String {
    format!("{point:?}:{passage}")
}

/// Dies here by `kill -9`, if this is the point and the passage that the variable names.
pub(crate) fn pass(point: Point) {
    static PASSAGES: AtomicU32 = AtomicU32::new(0);
    let Ok(wanted) = std::env::var(VARIABLE) else { return };
    if wanted.split(':').next() != Some(&format!("{point:?}")) {
        return;
    }
    let passage = PASSAGES.fetch_add(1, Ordering::SeqCst) + 1;
    if wanted == order(point, passage) {
        Command::new("kill").args(["-9", &std::process::id().to_string()]).status().unwrap();
        unreachable!("nobody survives kill -9");
    }
}
