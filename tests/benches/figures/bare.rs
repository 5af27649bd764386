//! The yardstick: a loop that writes the rows which the engine wrote, with nothing around it.
//!
//! One connection with the pragmas that the program uses. It decides nothing and reads nothing, and it writes with the
//! fewest statements that we know: one a table, however many steps there are in a transaction.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection};

/// What one step left behind.
#[derive(sqlx::FromRow)]
pub struct Written {
    automation: String,
    client: String,
    log: String,
    kind: String,
    action: String,
    at: String,
    outbox: String,
    dedupe: String,
    purpose: String,
    channel: String,
    body: String,
    priority: i64,
    user: String,
    notice_kind: String,
    title: String,
    message: String,
}

/// Reads what the engine has written in `file`.
pub async fn written(file: &Path) -> Result<Vec<Written>> {
    let mut connection = connect(file).await?;
    let rows = sqlx::query_as(
        "SELECT a.id AS automation, a.client_id AS client, l.id AS log, l.type AS kind,
                l.action, l.created_at AS at, o.id AS outbox, o.dedupe_key AS dedupe, o.purpose, o.channel, o.body,
                o.priority, n.client_user_id AS user, n.type AS notice_kind, n.title, n.message
         FROM automation_schedules a JOIN automation_logs l ON l.automation_id = a.id AND l.status = 'SUCCESS'
         JOIN outbox o ON o.client_id = a.client_id JOIN portal_notifications n ON n.id = o.id
         WHERE a.status = 'COMPLETED' ORDER BY l.id",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(rows)
}

/// Writes the same rows into `file`, `together` steps a transaction; how long that took.
pub async fn write(file: &Path, rows: &[Written], together: usize) -> Result<Duration> {
    let mut connection = connect(file).await?;
    let begun = Instant::now();
    for steps in rows.chunks(together) {
        write_some(&mut connection, steps).await?;
    }
    let took = begun.elapsed();
    let completed: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM automation_schedules a JOIN outbox o ON o.client_id = a.client_id
         WHERE a.status = 'COMPLETED'",
    )
    .fetch_one(&mut connection)
    .await?;
    ensure!(usize::try_from(completed)? == rows.len(), "the bare loop wrote {completed} of {} steps", rows.len());
    connection.close().await?;
    Ok(took)
}

async fn write_some(connection: &mut SqliteConnection, steps: &[Written]) -> Result<()> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut outbox =
        Insert::new("outbox (id, dedupe_key, purpose, client_id, channel, body, not_before, created_at, priority)");
    let mut centre = Insert::new("portal_notifications (id, client_user_id, type, title, message, created_at)");
    let mut log =
        Insert::new("automation_logs (id, client_id, automation_id, type, action, created_at, status, attempt)");
    for step in steps {
        let Written { outbox: id, dedupe, purpose, client, channel, body, at, .. } = step;
        outbox.row(&[id, dedupe, purpose, client, channel, body, at, at], &step.priority.to_string())?;
        centre.row(&[id, &step.user, &step.notice_kind, &step.title, &step.message, at], "")?;
        log.row(&[&step.log, client, &step.automation, &step.kind, &step.action, at], "'SUCCESS', 1")?;
    }
    for insert in [outbox, centre, log] {
        insert.run(&mut tx).await?;
    }
    let mut end = SqliteArguments::default();
    let mut ids = String::new();
    for step in steps {
        end.add(&step.automation).map_err(sqlx::Error::Encode)?;
        ids.push_str(if ids.is_empty() { "?" } else { ", ?" });
    }
    let sql = format!(
        "UPDATE automation_schedules SET status = 'COMPLETED', executed_at = '{0}', updated_at = '{0}' WHERE id IN ({ids})",
        steps[0].at
    );
    sqlx::query_with(AssertSqlSafe(sql), end).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

/// One INSERT of several rows.
struct Insert {
    text: String,
    values: SqliteArguments,
}

impl Insert {
    fn new(into: &str) -> Self {
        Self { text: format!("INSERT INTO {into} VALUES"), values: SqliteArguments::default() }
    }

    /// A row: values to be bound, then some in SQL's own words.
    fn row(&mut self, values: &[&str], words: &str) -> Result<()> {
        self.text.push_str(if self.values.len() == 0 { " (" } else { ", (" });
        let mut parts = vec!["?"; values.len()];
        parts.extend((!words.is_empty()).then_some(words));
        self.text.push_str(&parts.join(", "));
        self.text.push(')');
        for value in values {
            self.values.add(*value).map_err(sqlx::Error::Encode)?;
        }
        Ok(())
    }

    async fn run(self, connection: &mut SqliteConnection) -> Result<()> {
        sqlx::query_with(AssertSqlSafe(self.text), self.values).execute(connection).await?;
        Ok(())
    }
}

/// A connection with the pragmas that the program uses.
pub async fn connect(file: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "MEMORY");
    Ok(options.connect().await?)
}
