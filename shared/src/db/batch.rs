//! Statements whose outcome nobody asks for, kept until the next one and sent together with it.
//!
//! On SQLite each statement is a trip to the connection's own thread, which takes far longer than the statement. What
//! only must have happened before the commit ([`defer!`](crate::defer)) rides along with what somebody waits for.

use futures::TryStreamExt;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments, AssertSqlSafe, Executor, SqlSafeStr};

use crate::Result;

/// So many statements stay prepared together. More of them hardly ever meet in the same order again.
const KEPT: usize = 8;

/// One or several statements with their values, in order.
#[derive(Default)]
pub struct Batch {
    text: String,
    arguments: SqliteArguments,
    /// Whether the values are found by their place (`?`) or by their number (`$1`). SQLite finds those of long lists
    /// by their place alone in time, and both cannot be mixed.
    by_place: bool,
    statements: usize,
    once: bool,
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("text", &self.text).finish_non_exhaustive()
    }
}

impl Batch {
    /// Adds a statement, and answers where its values go.
    pub fn statement(&mut self, sql: impl SqlSafeStr) -> &mut SqliteArguments {
        self.append();
        renumber(&mut self.text, sql.into_sql_str().as_str(), self.arguments.len());
        &mut self.arguments
    }

    /// Whether a statement that finds its values by their number must wait until what is here is done.
    #[must_use]
    pub fn bars_numbers(&self) -> bool {
        self.by_place && !self.text.is_empty()
    }

    /// Whether one that finds them by their place must wait.
    pub(super) fn bars_places(&self) -> bool {
        !self.by_place && !self.text.is_empty()
    }

    /// Adds a statement whose values are found by their place, and answers where they go. It stays prepared if it is
    /// to come again.
    pub(super) fn list(&mut self, sql: &str, comes_again: bool) -> &mut SqliteArguments {
        self.append();
        self.text.push_str(sql);
        self.by_place = true;
        self.once |= !comes_again;
        &mut self.arguments
    }

    fn append(&mut self) {
        if !self.text.is_empty() {
            self.text.push_str(";\n");
        }
        self.statements += 1;
    }

    /// Sends everything. Answers how many rows the last statement touched; 0 when there is none.
    pub async fn run(&mut self, connection: &mut SqliteConnection) -> Result<u64> {
        if self.text.is_empty() {
            return Ok(0);
        }
        let Self { text, arguments, statements, once, .. } = std::mem::take(self);
        let all = sqlx::query_with(AssertSqlSafe(text), arguments).persistent(!once && statements <= KEPT);
        let mut outcomes = connection.fetch_many(all);
        let mut touched = 0;
        while let Some(outcome) = outcomes.try_next().await? {
            if let Some(done) = outcome.left() {
                touched = done.rows_affected();
            }
        }
        Ok(touched)
    }
}

/// Appends `sql` with its placeholders counted on from `before`.
fn renumber(text: &mut String, sql: &str, before: usize) {
    let mut rest = sql;
    while let Some((head, tail)) = rest.split_once('$').filter(|_| before > 0) {
        text.push_str(head);
        text.push('$');
        let digits = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if let Ok(number) = tail[..digits].parse::<usize>() {
            text.push_str(&(number + before).to_string());
        }
        rest = &tail[digits..];
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_counted_on_and_paths_are_left_alone() {
        let mut text = String::new();
        renumber(&mut text, "UPDATE t SET a = $2, b = $10 WHERE c = $1 AND json_extract(d, '$.x') = '$[0]'", 3);
        assert_eq!(text, "UPDATE t SET a = $5, b = $13 WHERE c = $4 AND json_extract(d, '$.x') = '$[0]'");
    }
}
