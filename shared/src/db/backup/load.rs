//! From lines to the database, in one transaction.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use super::file::{End, Line, Reader};
use super::{Moved, dump};
use crate::db::bulk::Bulk;
use crate::db::schema::{Table, quoted, schema};
use crate::db::{Db, Inner, Kind, Tx, migrate};
use crate::events::{self, EventKind};
use crate::staff::Actor;
use crate::{Error, Result, execute};

/// What a restore may find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onto {
    /// Only a database without any rows.
    Empty,
    /// Any database. What is there is copied to this file first, and then replaced.
    Replacing {
        /// Where the copy goes; it must not exist yet.
        safety_copy: PathBuf,
    },
}

/// Loads a backup, in one transaction that holds off every other writer from before the safety
/// copy until the end.
pub(super) async fn from_file(db: &Db, now: DateTime<Utc>, actor: &Actor, file: &Path, onto: &Onto) -> Result<Moved> {
    let end = whole(db, file).await?;
    let mut tx = db.write().await?;
    let tables = schema(&mut tx).await?;
    hold_others_off(&mut tx, &tables).await?;
    let safety_copy = keep_what_is_there(db, &mut tx, &tables, now, onto).await?;
    put_checks_off(&mut tx, &tables).await?;
    for table in tables.iter().rev() {
        run(&mut tx, format!("DELETE FROM {}", quoted(&table.name))).await?;
    }
    rows(&mut tx, &tables, Reader::open(file)?).await?;
    go_on_counting(&mut tx, &tables).await?;
    let metadata = serde_json::json!({ "digest": end.digest });
    events::record(&mut tx, now, actor, EventKind::BackupRestored, None, "Restored a backup", Some(metadata)).await?;
    check_references(&mut tx, &tables).await?;
    tx.count_anew().await?;
    tx.commit().await?;
    Ok(Moved { file: file.to_owned(), digest: end.digest, tables: end.tables, safety_copy })
}

/// The end line of a file that is whole and not of a newer schema than this database's.
async fn whole(db: &Db, file: &Path) -> Result<End> {
    let reader = Reader::open(file)?;
    let (theirs, ours) = (reader.header.schema, migrate::newest_applied(db).await?);
    if theirs > ours {
        return Err(Error::refused(format!(
            "{} was made by a newer Wavelaunch (schema {theirs}, here {ours}); update first",
            file.display()
        )));
    }
    reader.check()
}

/// SQLite's one writer is held already.
async fn hold_others_off(tx: &mut Tx, tables: &[Table]) -> Result<()> {
    if tx.kind() == Kind::Postgres {
        let names = tables.iter().map(|table| quoted(&table.name)).collect::<Vec<_>>().join(", ");
        run(tx, format!("LOCK TABLE {names} IN EXCLUSIVE MODE")).await?;
    }
    Ok(())
}

async fn keep_what_is_there(
    db: &Db,
    tx: &mut Tx,
    tables: &[Table],
    now: DateTime<Utc>,
    onto: &Onto,
) -> Result<Option<PathBuf>> {
    for table in tables {
        if has_rows(tx, table).await? {
            return match onto {
                Onto::Replacing { safety_copy } => {
                    dump::to_file(db, now, safety_copy).await?;
                    Ok(Some(safety_copy.clone()))
                }
                Onto::Empty => Err(Error::refused(format!(
                    "the database is not empty (it has rows in {}); restore into a new one, or replace it on purpose",
                    table.name
                ))),
            };
        }
    }
    Ok(None)
}

async fn has_rows(tx: &mut Tx, table: &Table) -> Result<bool> {
    let exists = format!("SELECT EXISTS (SELECT 1 FROM {})", quoted(&table.name));
    tx.flush().await?;
    Ok(match &mut tx.inner {
        Inner::Sqlite(connection) => sqlx::query_scalar(AssertSqlSafe(exists)).fetch_one(&mut **connection).await?,
        Inner::Postgres(connection) => sqlx::query_scalar(AssertSqlSafe(exists)).fetch_one(&mut **connection).await?,
    })
}

async fn run(tx: &mut Tx, sql: String) -> Result<u64> {
    execute!(tx, AssertSqlSafe(sql.as_str()))
}

/// A row may point at a later one of its own table, so foreign keys are looked at when all is there.
async fn put_checks_off(tx: &mut Tx, tables: &[Table]) -> Result<()> {
    match tx.kind() {
        Kind::Sqlite => {
            execute!(tx, "PRAGMA defer_foreign_keys = ON")?;
        }
        Kind::Postgres => {
            alter_constraints(tx, tables, "DEFERRABLE INITIALLY DEFERRED").await?;
        }
    }
    Ok(())
}

async fn check_references(tx: &mut Tx, tables: &[Table]) -> Result<()> {
    if tx.kind() == Kind::Postgres {
        execute!(tx, "SET CONSTRAINTS ALL IMMEDIATE")?;
        alter_constraints(tx, tables, "NOT DEFERRABLE").await?;
    }
    Ok(())
}

async fn alter_constraints(tx: &mut Tx, tables: &[Table], how: &str) -> Result<()> {
    for table in tables {
        for name in table.references.iter().filter_map(|reference| reference.constraint.as_deref()) {
            run(tx, format!("ALTER TABLE {} ALTER CONSTRAINT {} {how}", quoted(&table.name), quoted(name))).await?;
        }
    }
    Ok(())
}

/// Numbered rows came with their numbers; the next one must get a new one. SQLite sees to it itself.
async fn go_on_counting(tx: &mut Tx, tables: &[Table]) -> Result<()> {
    if tx.kind() == Kind::Sqlite {
        return Ok(());
    }
    for table in tables {
        for column in table.columns.iter().filter(|column| column.numbers_itself) {
            let (table, name) = (quoted(&table.name), quoted(&column.name));
            run(
                tx,
                format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', '{}'), GREATEST(MAX({name}), 1), MAX({name}) IS NOT NULL)
                     FROM {table}",
                    column.name
                ),
            )
            .await?;
        }
    }
    Ok(())
}

async fn rows(tx: &mut Tx, tables: &[Table], mut reader: Reader) -> Result<()> {
    let mut bulk: Option<Bulk> = None;
    while let Some(line) = reader.next()? {
        match line {
            Line::Table(told) => {
                flush(tx, bulk.take()).await?;
                // The file may be older than the schema, but not foreign to it.
                bulk = Some(Bulk::new(tables, &told.table, &told.columns).map_err(|what| reader.damaged(&what))?);
            }
            Line::Row(row) => {
                let Some(bulk) = &mut bulk else { return Err(reader.damaged("a row before any table")) };
                bulk.add(row).map_err(|what| reader.damaged(&what))?;
                if bulk.is_full() {
                    bulk.insert(tx).await?;
                }
            }
            Line::End(_) => break,
            Line::Header(_) => return Err(reader.damaged("a second header")),
        }
    }
    flush(tx, bulk).await
}

async fn flush(tx: &mut Tx, bulk: Option<Bulk>) -> Result<()> {
    match bulk {
        Some(mut bulk) => bulk.insert(tx).await,
        None => Ok(()),
    }
}
