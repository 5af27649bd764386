//! Many rows in one statement: a list of values on SQLite, arrays on PostgreSQL.
//!
//! The statement finds them as the table `r`: `INSERT INTO t (a, b) SELECT a, b FROM r`, or
//! `UPDATE t SET a = r.a FROM r WHERE t.id = r.id`. A hundred rows cost one trip to the database.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Arguments, AssertSqlSafe, FromRow};

use super::{Batch, Inner, Tx, Value};
use crate::{Error, Result};

/// Statements of so many rows, and of its multiples, stay prepared on SQLite. Any other is prepared for this once.
const KEPT: usize = 4;

/// What a column holds.
#[derive(Clone, Copy)]
pub(crate) enum Holds {
    Text,
    Int,
    Time,
    /// JSON, which PostgreSQL keeps as such.
    Json,
}

/// Rows on their way to a statement, with `N` columns.
pub(crate) struct Rows<const N: usize> {
    columns: [(&'static str, Holds); N],
    rows: Vec<[Cell; N]>,
}

/// A value, or none.
pub(crate) struct Cell(Option<Value>);

macro_rules! cells {
    ($($value:ty),+) => {$(
        impl From<$value> for Cell {
            fn from(value: $value) -> Self {
                Self(Some(value.into()))
            }
        }

        impl From<Option<$value>> for Cell {
            fn from(value: Option<$value>) -> Self {
                Self(value.map(Value::from))
            }
        }
    )+};
}
cells!(&str, String, i64, DateTime<Utc>);

impl Cell {
    /// No value.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Anything that is kept as JSON.
    pub(crate) fn json(value: &impl Serialize) -> Result<Self> {
        let text = serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        Ok(Self(Some(Value::Text(text))))
    }
}

impl<const N: usize> Rows<N> {
    /// No rows yet, of these columns.
    pub(crate) fn new(columns: [(&'static str, Holds); N]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Takes a row, whose values are in the order of the columns.
    pub(crate) fn add(&mut self, row: [Cell; N]) {
        self.rows.push(row);
    }

    /// Runs the statement and answers how many rows it touched.
    pub(crate) async fn execute(self, tx: &mut Tx, statement: &str) -> Result<u64> {
        if self.rows.is_empty() {
            return Ok(0);
        }
        if tx.waiting.bars_places() {
            tx.flush().await?;
        }
        match &mut tx.inner {
            Inner::Sqlite(connection) => {
                self.add_to(&mut tx.waiting, statement)?;
                tx.waiting.run(connection).await
            }
            Inner::Postgres(connection) => {
                let text = self.on_postgres(statement);
                let query = self.columns_bound(sqlx::query(AssertSqlSafe(text)), |query, column| match column {
                    Column::Text(values) => query.bind(values),
                    Column::Int(values) => query.bind(values),
                    Column::Time(values) => query.bind(values),
                });
                Ok(query.execute(&mut **connection).await?.rows_affected())
            }
        }
    }

    /// Has the statement done before the next look or the commit.
    pub(crate) async fn defer(self, tx: &mut Tx, statement: &str) -> Result<()> {
        if let Inner::Postgres(_) = tx.inner {
            return self.execute(tx, statement).await.map(drop);
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        if tx.waiting.bars_places() {
            tx.flush().await?;
        }
        self.add_to(&mut tx.waiting, statement)
    }

    /// Runs the statement and takes every row that it answers.
    pub(crate) async fn fetch_all<R>(self, tx: &mut Tx, statement: &str) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        if self.rows.is_empty() {
            return Ok(Vec::new());
        }
        tx.flush().await?;
        Ok(match &mut tx.inner {
            Inner::Sqlite(connection) => {
                let keep = self.comes_again();
                let text = self.on_sqlite(statement);
                let query =
                    self.rows.into_iter().flatten().fold(
                        sqlx::query_as(AssertSqlSafe(text)),
                        |query, cell| match cell.0 {
                            None => query.bind(None::<String>),
                            Some(Value::Text(text)) => query.bind(text),
                            Some(Value::Int(number)) => query.bind(number),
                            Some(Value::Time(time)) => query.bind(time),
                        },
                    );
                query.persistent(keep).fetch_all(&mut **connection).await?
            }
            Inner::Postgres(connection) => {
                let text = self.on_postgres(statement);
                let query = self.columns_bound(sqlx::query_as(AssertSqlSafe(text)), |query, column| match column {
                    Column::Text(values) => query.bind(values),
                    Column::Int(values) => query.bind(values),
                    Column::Time(values) => query.bind(values),
                });
                query.fetch_all(&mut **connection).await?
            }
        })
    }

    /// A statement of this length stays prepared; of so many lengths that all fit, and no more.
    fn comes_again(&self) -> bool {
        self.rows.len() == 1 || self.rows.len().is_multiple_of(KEPT)
    }

    fn add_to(self, waiting: &mut Batch, statement: &str) -> Result<()> {
        let arguments = waiting.list(&self.on_sqlite(statement), self.comes_again());
        for cell in self.rows.into_iter().flatten() {
            match cell.0 {
                None => arguments.add(None::<String>),
                Some(Value::Text(text)) => arguments.add(text),
                Some(Value::Int(number)) => arguments.add(number),
                Some(Value::Time(time)) => arguments.add(time),
            }
            .map_err(|error| Error::from(sqlx::Error::Encode(error)))?;
        }
        Ok(())
    }

    /// `WITH r (a, b) AS (VALUES (?, ?), (?, ?)) …`
    fn on_sqlite(&self, statement: &str) -> String {
        let mut text = String::with_capacity(statement.len() + self.rows.len() * (N * 3 + 4) + 200);
        self.name(&mut text);
        text.push_str("(VALUES ");
        for row in 0..self.rows.len() {
            text.push_str(if row == 0 { "(" } else { ", (" });
            text.push_str(&["?"; N].join(", "));
            text.push(')');
        }
        text.push_str(") ");
        text.push_str(statement);
        text
    }

    /// `WITH r (a, b) AS (SELECT a, CAST(b AS JSONB) FROM UNNEST($1, $2) AS u (a, b)) …`
    fn on_postgres(&self, statement: &str) -> String {
        let list = |of: &dyn Fn(usize, &str, Holds) -> String| {
            let columns = self.columns.iter().enumerate().map(|(at, (name, kind))| of(at, name, *kind));
            columns.collect::<Vec<_>>().join(", ")
        };
        let read = list(&|_, name, kind| match kind {
            Holds::Json => format!("CAST({name} AS JSONB)"),
            Holds::Text | Holds::Int | Holds::Time => name.to_owned(),
        });
        let arrays = list(&|at, _, _| format!("${}", at + 1));
        let names = list(&|_, name, _| name.to_owned());
        let mut text = String::new();
        self.name(&mut text);
        let _ = write!(text, "(SELECT {read} FROM UNNEST({arrays}) AS u ({names})) {statement}");
        text
    }

    fn name(&self, text: &mut String) {
        text.push_str("WITH r (");
        for (at, (name, _)) in self.columns.iter().enumerate() {
            text.push_str(if at == 0 { "" } else { ", " });
            text.push_str(name);
        }
        text.push_str(") AS ");
    }

    /// Binds the columns one after the other.
    fn columns_bound<Q>(self, query: Q, bind: impl Fn(Q, Column) -> Q) -> Q {
        let mut columns = self.columns.map(|(_, kind)| Column::new(kind, self.rows.len()));
        for row in self.rows {
            for (column, cell) in columns.iter_mut().zip(row) {
                column.push(cell);
            }
        }
        columns.into_iter().fold(query, bind)
    }
}

/// The values of one column, as PostgreSQL takes them.
enum Column {
    Text(Vec<Option<String>>),
    Int(Vec<Option<i64>>),
    Time(Vec<Option<DateTime<Utc>>>),
}

impl Column {
    fn new(kind: Holds, rows: usize) -> Self {
        match kind {
            Holds::Int => Self::Int(Vec::with_capacity(rows)),
            Holds::Time => Self::Time(Vec::with_capacity(rows)),
            Holds::Text | Holds::Json => Self::Text(Vec::with_capacity(rows)),
        }
    }

    /// A value of another kind than the column's reads as none.
    fn push(&mut self, cell: Cell) {
        match (self, cell.0) {
            (Self::Text(values), Some(Value::Text(text))) => values.push(Some(text)),
            (Self::Int(values), Some(Value::Int(number))) => values.push(Some(number)),
            (Self::Time(values), Some(Value::Time(time))) => values.push(Some(time)),
            (Self::Text(values), _) => values.push(None),
            (Self::Int(values), _) => values.push(None),
            (Self::Time(values), _) => values.push(None),
        }
    }
}
