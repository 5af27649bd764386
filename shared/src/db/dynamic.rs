//! Statements whose shape is known only at run time: filters, sort orders, lists of ids.
//!
//! The text is put together from `&'static str` alone and every value is bound, so that nothing
//! that somebody typed can become SQL. A statement of fixed shape uses the macros instead.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};

use super::{Inner, Tx};
use crate::Result;

/// A statement in the making.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

/// A bound value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Any text, ids and enumerations included.
    Text(String),
    /// Any integer.
    Int(i64),
    /// A time.
    Time(DateTime<Utc>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(time: DateTime<Utc>) -> Self {
        Self::Time(time)
    }
}

impl Sql {
    /// Begins a statement.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Goes on with our own words.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Goes on with a bound value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Goes on with a list of bound values in parentheses; an empty one matches nothing.
    pub fn bind_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        let start = self.values.len();
        self.text.push('(');
        for value in values {
            if self.values.len() > start {
                self.text.push_str(", ");
            }
            self.bind(value);
        }
        if self.values.len() == start {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    /// Runs it and takes every row.
    pub async fn fetch_all<R>(&self, tx: &mut Tx) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        tx.flush().await?;
        Ok(match &mut tx.inner {
            Inner::Sqlite(connection) => {
                let mut query = sqlx::query_as::<_, R>(AssertSqlSafe(self.text.as_str()));
                for value in &self.values {
                    query = match value {
                        Value::Text(text) => query.bind(text),
                        Value::Int(number) => query.bind(number),
                        Value::Time(time) => query.bind(time),
                    };
                }
                query.fetch_all(&mut **connection).await?
            }
            Inner::Postgres(connection) => {
                let mut query = sqlx::query_as::<_, R>(AssertSqlSafe(self.text.as_str()));
                for value in &self.values {
                    query = match value {
                        Value::Text(text) => query.bind(text),
                        Value::Int(number) => query.bind(number),
                        Value::Time(time) => query.bind(time),
                    };
                }
                query.fetch_all(&mut **connection).await?
            }
        })
    }

    /// Puts words before the statement, for instance `EXPLAIN`.
    #[must_use]
    pub fn prefixed(&self, words: &'static str) -> Self {
        Self { text: format!("{words} {}", self.text), values: self.values.clone() }
    }
}
