//! The schema as SQLite tells it.

use super::{Column, ColumnKind, Index, Reference, Table};
use crate::db::Tx;
use crate::{Error, Result, fetch_all};

#[derive(sqlx::FromRow)]
struct ColumnRow {
    name: String,
    declared: String,
    not_null: i64,
    default_value: Option<String>,
    key_place: i64,
}

pub(super) async fn tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let names = fetch_all!(
        tx,
        (String,),
        "SELECT name FROM sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'"
    )?;
    let mut tables = Vec::with_capacity(names.len());
    for (name,) in names {
        let (columns, key) = columns(tx, &name).await?;
        let mut indexes = indexes(tx, &name).await?;
        // A rowid's key has no index of its own to be listed.
        if !key.is_empty() && !indexes.iter().any(|index| index.primary) {
            indexes.push(Index { columns: key, unique: true, partial: false, primary: true });
        }
        let references = references(tx, &name).await?;
        tables.push(Table { name, columns, indexes, references });
    }
    Ok(tables)
}

async fn columns(tx: &mut Tx, table: &str) -> Result<(Vec<Column>, Vec<String>)> {
    let rows = fetch_all!(
        tx,
        ColumnRow,
        "SELECT name, type AS declared, \"notnull\" AS not_null, dflt_value AS default_value, pk AS key_place
         FROM pragma_table_info($1) ORDER BY cid",
        table
    )?;
    let mut key: Vec<(i64, String)> =
        rows.iter().filter(|row| row.key_place > 0).map(|row| (row.key_place, row.name.clone())).collect();
    key.sort();
    let only_key = key.len() == 1;
    let columns = rows.into_iter().map(|row| {
        let kind = kind(table, &row)?;
        Ok(Column {
            numbers_itself: kind == ColumnKind::Int && row.key_place > 0 && only_key,
            nullable: row.not_null == 0 && row.key_place == 0,
            default: row.default_value,
            name: row.name,
            kind,
        })
    });
    Ok((columns.collect::<Result<_>>()?, key.into_iter().map(|(_, name)| name).collect()))
}

fn kind(table: &str, row: &ColumnRow) -> Result<ColumnKind> {
    match row.declared.to_uppercase().as_str() {
        "TEXT" => Ok(ColumnKind::Text),
        "INTEGER" => Ok(ColumnKind::Int),
        "REAL" => Ok(ColumnKind::Real),
        "BOOLEAN" => Ok(ColumnKind::Bool),
        other => Err(Error::Corrupt {
            what: "schema",
            detail: format!("{table}.{} has the type {other:?}, which is none of ours", row.name),
        }),
    }
}

async fn indexes(tx: &mut Tx, table: &str) -> Result<Vec<Index>> {
    let rows = fetch_all!(
        tx,
        (String, i64, String, i64),
        "SELECT name, \"unique\", origin, partial FROM pragma_index_list($1)",
        table
    )?;
    let mut indexes = Vec::with_capacity(rows.len());
    for (name, unique, origin, partial) in rows {
        let columns =
            fetch_all!(tx, (Option<String>,), "SELECT name FROM pragma_index_info($1) ORDER BY seqno", &name)?;
        indexes.push(Index {
            columns: columns.into_iter().filter_map(|(column,)| column).collect(),
            unique: unique != 0,
            partial: partial != 0,
            primary: origin == "pk",
        });
    }
    Ok(indexes)
}

async fn references(tx: &mut Tx, table: &str) -> Result<Vec<Reference>> {
    let rows = fetch_all!(
        tx,
        (String, String, String),
        "SELECT \"from\", \"table\", on_delete FROM pragma_foreign_key_list($1)",
        table
    )?;
    Ok(rows
        .into_iter()
        .map(|(column, table, on_delete)| Reference { column, table, on_delete, constraint: None })
        .collect())
}
