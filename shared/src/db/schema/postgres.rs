//! The schema as PostgreSQL tells it.

use super::{Column, ColumnKind, Index, Reference, Table};
use crate::db::Tx;
use crate::{Error, Result, fetch_all};

#[derive(sqlx::FromRow)]
struct ColumnRow {
    table_name: String,
    name: String,
    data_type: String,
    nullable: bool,
    default_value: Option<String>,
    numbers_itself: bool,
}

pub(super) async fn tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let names = fetch_all!(
        tx,
        (String,),
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_sqlx%'"
    )?;
    let mut columns = columns(tx).await?;
    let mut indexes = indexes(tx).await?;
    let mut references = references(tx).await?;
    let tables = names.into_iter().map(|(name,)| Table {
        columns: take(&mut columns, &name),
        indexes: take(&mut indexes, &name),
        references: take(&mut references, &name),
        name,
    });
    Ok(tables.collect())
}

fn take<T>(rows: &mut Vec<(String, T)>, table: &str) -> Vec<T> {
    rows.extract_if(.., |(owner, _)| owner == table).map(|(_, row)| row).collect()
}

async fn columns(tx: &mut Tx) -> Result<Vec<(String, Column)>> {
    let rows = fetch_all!(
        tx,
        ColumnRow,
        "SELECT table_name::text, column_name::text AS name, data_type::text, is_nullable = 'YES' AS nullable,
                column_default::text AS default_value, is_identity = 'YES' AS numbers_itself
         FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    )?;
    rows.into_iter()
        .filter(|row| !row.table_name.starts_with("_sqlx"))
        .map(|row| {
            let column = Column {
                kind: kind(&row)?,
                nullable: row.nullable,
                default: row.default_value,
                numbers_itself: row.numbers_itself,
                name: row.name,
            };
            Ok((row.table_name, column))
        })
        .collect()
}

fn kind(row: &ColumnRow) -> Result<ColumnKind> {
    match row.data_type.as_str() {
        "text" => Ok(ColumnKind::Text),
        "bigint" => Ok(ColumnKind::Int),
        "double precision" => Ok(ColumnKind::Real),
        "boolean" => Ok(ColumnKind::Bool),
        "timestamp with time zone" => Ok(ColumnKind::Time),
        "jsonb" => Ok(ColumnKind::Json),
        other => Err(Error::Corrupt {
            what: "schema",
            detail: format!("{}.{} has the type {other:?}, which is none of ours", row.table_name, row.name),
        }),
    }
}

async fn indexes(tx: &mut Tx) -> Result<Vec<(String, Index)>> {
    let rows = fetch_all!(
        tx,
        (String, Option<String>, bool, bool, bool),
        "SELECT owner.relname::text,
                (SELECT string_agg(a.attname, ',' ORDER BY part.place)
                 FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS part (number, place)
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = part.number),
                i.indisunique, i.indpred IS NOT NULL, i.indisprimary
         FROM pg_index i
         JOIN pg_class owner ON owner.oid = i.indrelid
         JOIN pg_namespace n ON n.oid = owner.relnamespace
         WHERE n.nspname = current_schema()"
    )?;
    Ok(rows
        .into_iter()
        .map(|(table, columns, unique, partial, primary)| {
            let columns = columns.unwrap_or_default().split(',').map(str::to_owned).collect();
            (table, Index { columns, unique, partial, primary })
        })
        .collect())
}

async fn references(tx: &mut Tx) -> Result<Vec<(String, Reference)>> {
    let rows = fetch_all!(
        tx,
        (String, String, String, String, String),
        "SELECT owner.relname::text, a.attname::text, target.relname::text,
                CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'r' THEN 'RESTRICT'
                                   ELSE 'NO ACTION' END,
                c.conname::text
         FROM pg_constraint c
         JOIN pg_class owner ON owner.oid = c.conrelid
         JOIN pg_class target ON target.oid = c.confrelid
         JOIN pg_namespace n ON n.oid = owner.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND n.nspname = current_schema()"
    )?;
    Ok(rows
        .into_iter()
        .map(|(owner, column, table, on_delete, constraint)| {
            (owner, Reference { column, table, on_delete, constraint: Some(constraint) })
        })
        .collect())
}
