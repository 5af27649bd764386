//! The schema as the live database has it: what backup, restore and the checks of the schema walk.
//!
//! Nothing here is typed twice: a table or column that a migration adds is seen at once.

mod postgres;
mod sqlite;

use super::{Kind, Tx};
use crate::Result;

/// A table, with the schema's own history left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// In their order.
    pub columns: Vec<Column>,
    /// Every index, those behind UNIQUE and PRIMARY KEY included.
    pub indexes: Vec<Index>,
    /// What it points at.
    pub references: Vec<Reference>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// How its values are read and written.
    pub kind: ColumnKind,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Its default, in the database's own words.
    pub default: Option<String>,
    /// Whether it numbers its rows by itself.
    pub numbers_itself: bool,
}

/// How a column's values are read and written. SQLite keeps times and JSON as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A 64-bit integer.
    Int,
    /// A double.
    Real,
    /// True or false.
    Bool,
    /// A time, on PostgreSQL.
    Time,
    /// JSON, on PostgreSQL.
    Json,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its columns, in order; an expression counts as none.
    pub columns: Vec<String>,
    /// Whether no two rows may agree.
    pub unique: bool,
    /// Whether it covers only some rows.
    pub partial: bool,
    /// Whether it is the primary key.
    pub primary: bool,
}

/// A foreign key of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The pointing column.
    pub column: String,
    /// The table pointed at.
    pub table: String,
    /// CASCADE, SET NULL, RESTRICT or NO ACTION.
    pub on_delete: String,
    /// The constraint's name, where the database gives it one.
    pub constraint: Option<String>,
}

/// Reads every table, each after those that it points at.
pub async fn schema(tx: &mut Tx) -> Result<Vec<Table>> {
    let tables = match tx.kind() {
        Kind::Sqlite => sqlite::tables(tx).await?,
        Kind::Postgres => postgres::tables(tx).await?,
    };
    Ok(pointed_at_first(tables))
}

/// Orders tables so that each stands after those that it points at. Pointing at itself is no
/// obstacle; a circle, which the schema does not have, would be left in the order given.
fn pointed_at_first(mut tables: Vec<Table>) -> Vec<Table> {
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let waits = |table: &Table| {
            table
                .references
                .iter()
                .any(|to| to.table != table.name && tables.iter().any(|other| other.name == to.table))
        };
        let next = tables.iter().position(|table| !waits(table)).unwrap_or(0);
        ordered.push(tables.remove(next));
    }
    ordered
}

/// A name from the live schema, quoted for a statement.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests;
