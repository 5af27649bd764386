//! One statement, both databases: each macro expands the same query for SQLite and PostgreSQL.

/// All rows of a query: `fetch_all!(tx, Row, "SELECT …", a, b)?`.
#[macro_export]
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, fetch_all, query_as::<_, $row>, $sql $(, $bind)*)
    };
}

/// The row of a query, if there is one.
#[macro_export]
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, fetch_optional, query_as::<_, $row>, $sql $(, $bind)*)
    };
}

/// The one row of a query that always has one.
#[macro_export]
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, fetch_one, query_as::<_, $row>, $sql $(, $bind)*)
    };
}

/// The first column of the one row, for counts and flags: `fetch_scalar!(tx, i64, "SELECT COUNT(*) …")?`.
#[macro_export]
macro_rules! fetch_scalar {
    ($tx:expr, $value:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, fetch_one, query_scalar::<_, $value>, $sql $(, $bind)*)
    };
}

/// Runs a statement and answers how many rows it touched.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $crate::make_way!($tx) {
            Err(error) => Err(error),
            Ok(()) => match &mut $tx.inner {
                $crate::db::Inner::Sqlite(connection) => {
                    match $crate::add_statement!($tx, $sql $(, $bind)*) {
                        Ok(()) => $tx.waiting.run(connection).await,
                        Err(error) => Err($crate::Error::from(sqlx::Error::Encode(error))),
                    }
                }
                $crate::db::Inner::Postgres(connection) => sqlx::query($sql)$(.bind($bind))*
                    .execute(&mut **connection).await.map(|done| done.rows_affected()).map_err($crate::Error::from),
            },
        }
    };
}

/// Has a statement done before the next one or the commit, when nobody asks how many rows it touches.
#[macro_export]
macro_rules! defer {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $crate::make_way!($tx) {
            Err(error) => Err(error),
            Ok(()) => match &mut $tx.inner {
                $crate::db::Inner::Sqlite(_) => $crate::add_statement!($tx, $sql $(, $bind)*)
                    .map_err(|error| $crate::Error::from(sqlx::Error::Encode(error))),
                $crate::db::Inner::Postgres(connection) => sqlx::query($sql)$(.bind($bind))*
                    .execute(&mut **connection).await.map(|_| ()).map_err($crate::Error::from),
            },
        }
    };
}

/// Does what waits, where a statement whose values have numbers cannot join it.
#[doc(hidden)]
#[macro_export]
macro_rules! make_way {
    ($tx:expr) => {
        if $tx.waiting.bars_numbers() { $tx.flush().await } else { Ok(()) }
    };
}

/// Adds a statement to those that wait for the next trip to SQLite.
#[doc(hidden)]
#[macro_export]
macro_rules! add_statement {
    ($tx:expr, $sql:expr $(, $bind:expr)*) => {{
        let arguments = $tx.waiting.statement($sql);
        let added: ::std::result::Result<(), sqlx::error::BoxDynError> = Ok(());
        $(let added = added.and_then(|()| sqlx::Arguments::add(arguments, $bind));)*
        let _ = arguments;
        added
    }};
}

/// What the other macros share.
#[doc(hidden)]
#[macro_export]
macro_rules! run_query {
    ($tx:expr, $fetch:ident, $query:ident::<_, $row:ty>, $sql:expr $(, $bind:expr)*) => {
        match $tx.flush().await {
            Err(error) => Err(error),
            Ok(()) => match &mut $tx.inner {
                $crate::db::Inner::Sqlite(connection) => sqlx::$query::<_, $row>($sql)$(.bind($bind))*
                    .$fetch(&mut **connection).await,
                $crate::db::Inner::Postgres(connection) => sqlx::$query::<_, $row>($sql)$(.bind($bind))*
                    .$fetch(&mut **connection).await,
            }.map_err($crate::Error::from),
        }
    };
}
