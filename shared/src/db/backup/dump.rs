//! From the database to lines.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use futures::TryStreamExt;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};

use super::digest::Sum;
use super::file::{Line, TableLine, Writer};
use super::{Moved, TableSum};
use crate::db::schema::{ColumnKind, Table, quoted, schema};
use crate::db::{Db, Inner, Tx, migrate};
use crate::{Error, Result};

pub(super) async fn to_file(db: &Db, now: DateTime<Utc>, file: &Path) -> Result<Moved> {
    let version = migrate::newest_applied(db).await?;
    let mut tx = db.snapshot().await?;
    let mut writer = Writer::create(file, version, now)?;
    let mut tables = BTreeMap::new();
    for table in schema(&mut tx).await? {
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        writer.line(&Line::Table(TableLine { table: table.name.clone(), columns }))?;
        let sum = rows(&mut tx, &table, |row| writer.line(&Line::Row(row))).await?;
        tables.insert(table.name, sum);
    }
    let end = writer.finish(tables)?;
    Ok(Moved { file: file.to_owned(), digest: end.digest, tables: end.tables, safety_copy: None })
}

/// Rows and digest of each table as they are now.
pub(super) async fn sums(db: &Db) -> Result<BTreeMap<String, TableSum>> {
    let mut tx = db.snapshot().await?;
    let mut tables = BTreeMap::new();
    for table in schema(&mut tx).await? {
        let sum = rows(&mut tx, &table, |_| Ok(())).await?;
        tables.insert(table.name, sum);
    }
    Ok(tables)
}

/// Hands every row of a table to `take`, one at a time.
async fn rows(tx: &mut Tx, table: &Table, mut take: impl FnMut(Vec<Value>) -> Result<()>) -> Result<TableSum> {
    let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let kinds: Vec<ColumnKind> = table.columns.iter().map(|column| column.kind).collect();
    let list = names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let select = format!("SELECT {list} FROM {}", quoted(&table.name));
    let mut sum = Sum::default();
    let unreadable = |at: usize, error: sqlx::Error| Error::Corrupt {
        what: "value",
        detail: format!("{}.{}: {error}", table.name, names[at]),
    };
    tx.flush().await?;
    match &mut tx.inner {
        Inner::Sqlite(connection) => {
            let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut **connection);
            while let Some(row) = rows.try_next().await? {
                let values = kinds
                    .iter()
                    .enumerate()
                    .map(|(at, kind)| sqlite_value(&row, at, *kind).map_err(|error| unreadable(at, error)));
                let values = values.collect::<Result<Vec<_>>>()?;
                sum.add(&names, &values);
                take(values)?;
            }
        }
        Inner::Postgres(connection) => {
            let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut **connection);
            while let Some(row) = rows.try_next().await? {
                let values = kinds
                    .iter()
                    .enumerate()
                    .map(|(at, kind)| postgres_value(&row, at, *kind).map_err(|error| unreadable(at, error)));
                let values = values.collect::<Result<Vec<_>>>()?;
                sum.add(&names, &values);
                take(values)?;
            }
        }
    }
    Ok(sum.finish())
}

fn sqlite_value(row: &SqliteRow, at: usize, kind: ColumnKind) -> sqlx::Result<Value> {
    Ok(match kind {
        ColumnKind::Int => row.try_get::<Option<i64>, _>(at)?.into(),
        ColumnKind::Real => row.try_get::<Option<f64>, _>(at)?.into(),
        ColumnKind::Bool => row.try_get::<Option<bool>, _>(at)?.into(),
        ColumnKind::Text | ColumnKind::Time | ColumnKind::Json => row.try_get::<Option<String>, _>(at)?.into(),
    })
}

/// Times and JSON in the words in which SQLite would keep them.
fn postgres_value(row: &PgRow, at: usize, kind: ColumnKind) -> sqlx::Result<Value> {
    Ok(match kind {
        ColumnKind::Int => row.try_get::<Option<i64>, _>(at)?.into(),
        ColumnKind::Real => row.try_get::<Option<f64>, _>(at)?.into(),
        ColumnKind::Bool => row.try_get::<Option<bool>, _>(at)?.into(),
        ColumnKind::Text => row.try_get::<Option<String>, _>(at)?.into(),
        ColumnKind::Time => row
            .try_get::<Option<DateTime<Utc>>, _>(at)?
            .map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, false))
            .into(),
        ColumnKind::Json => row.try_get::<Option<Value>, _>(at)?.map(|json| json.to_string()).into(),
    })
}
