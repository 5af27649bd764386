//! Taking in a list of clients from a CSV file.
//!
//! Everything is checked before anything is written, and all that is written is one transaction.
//! Each bad row gets one line that says what is wrong and where in the file it begins: a record
//! may span lines, and people look for them in an editor.

mod table;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use self::table::Row;
use super::validate::{Checked, check};
use super::{manage, store};
use crate::db::Tx;
use crate::id::ClientId;
use crate::staff::{Actor, Capability};
use crate::{Result, Studio};

/// What to do when some rows are bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// Add nobody unless every row is good.
    #[default]
    AllOrNothing,
    /// Add the good ones and leave the others out.
    SkipInvalid,
    /// Add nobody: the report tells what [`ImportMode::SkipInvalid`] would do.
    CheckOnly,
}

/// What an import did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ImportReport {
    /// The clients that were added, in the order of the file.
    pub added: Vec<ClientId>,
    /// The rows that were not usable, in the order of the file.
    pub refused: Vec<BadRow>,
    /// When the journeys of added clients are to begin, where the file says so. The import starts none.
    pub starts: Vec<(ClientId, NaiveDate)>,
}

/// A row that was not usable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// The line of the file on which the record begins; the header is line 1.
    pub line: u64,
    /// What is wrong, in one line that is safe to show.
    pub reason: String,
}

/// A row that passed every rule.
struct GoodRow {
    client: Checked,
    start: Option<NaiveDate>,
}

/// Adds the clients of a CSV file as leads. A file that is no such table at all is an error; bad
/// rows of a good table are in the report.
pub async fn import(studio: &Studio, actor: &Actor, csv: &[u8], mode: ImportMode) -> Result<ImportReport> {
    actor.require(Capability::Edit)?;
    let rows = table::read(csv)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let (good, refused) = sort_out(&mut tx, rows).await?;
    let mut report = ImportReport { refused, ..ImportReport::default() };
    if mode == ImportMode::AllOrNothing && !report.refused.is_empty() {
        return Ok(report);
    }
    for row in good {
        write(&mut tx, now, actor, row, &mut report).await?;
    }
    if mode != ImportMode::CheckOnly {
        tx.commit().await?;
    }
    Ok(report)
}

async fn write(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, row: GoodRow, report: &mut ImportReport) -> Result<()> {
    let id = manage::insert(tx, now, actor, &row.client).await?;
    report.starts.extend(row.start.map(|start| (id.clone(), start)));
    report.added.push(id);
    Ok(())
}

async fn sort_out(tx: &mut Tx, rows: Vec<Row>) -> Result<(Vec<GoodRow>, Vec<BadRow>)> {
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    let mut line_of_email = HashMap::new();
    for row in rows {
        let line = row.line;
        let checked = row.content.and_then(|(client, start)| match check(&client) {
            Ok(client) => Ok(GoodRow { client, start }),
            Err(error) => Err(error.to_string()),
        });
        let verdict = match checked {
            Ok(row) => match line_of_email.get(&row.client.email) {
                Some(first) => Err(format!("the e-mail {} stands on line {first} already", row.client.email)),
                None if store::by_email(tx, &row.client.email).await?.is_some() => {
                    Err(manage::email_taken(&row.client.email).to_string())
                }
                None => Ok(row),
            },
            Err(reason) => Err(reason),
        };
        match verdict {
            Ok(row) => {
                line_of_email.insert(row.client.email.clone(), line);
                good.push(row);
            }
            Err(reason) => refused.push(BadRow { line, reason }),
        }
    }
    Ok((good, refused))
}

#[cfg(test)]
mod tests;
