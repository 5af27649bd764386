//! The schema's history: numbered pairs of files under `migrations/`, append-only.

use sqlx::migrate::Migrator;

use super::{Db, Pools};
use crate::Result;

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// What `db status` tells about one step of the schema.
#[derive(Clone, Debug, serde::Serialize)]
pub struct MigrationStatus {
    /// The number that the file name begins with.
    pub version: i64,
    /// The rest of the file name.
    pub name: String,
    /// Whether this database has it.
    pub applied: bool,
}

/// Brings the schema up to date. Safe to call from several processes at once.
pub async fn migrate(db: &Db) -> Result<()> {
    match &db.pools {
        Pools::Sqlite { writer, .. } => {
            let mut connection = writer.take().await?;
            // `run` would ask for any lifetime of the connection, which makes no future that may be spawned.
            SQLITE.run_direct(None, &mut *connection, false).await?;
        }
        Pools::Postgres(pool) => POSTGRES.run(pool).await?,
    }
    Ok(())
}

/// The number of the newest step that this database has; 0 when it was never migrated.
pub(super) async fn newest_applied(db: &Db) -> Result<i64> {
    Ok(status(db).await?.iter().filter(|step| step.applied).map(|step| step.version).max().unwrap_or_default())
}

/// Every known step, and whether this database has it.
pub async fn status(db: &Db) -> Result<Vec<MigrationStatus>> {
    const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success";
    // A database that was never migrated has no such table; that is a state, not a failure.
    let (migrator, applied) = match &db.pools {
        Pools::Sqlite { readers, .. } => {
            let mut reader = readers.take().await?;
            (&SQLITE, sqlx::query_scalar::<_, i64>(APPLIED).fetch_all(&mut *reader).await)
        }
        Pools::Postgres(pool) => (&POSTGRES, sqlx::query_scalar::<_, i64>(APPLIED).fetch_all(pool).await),
    };
    let applied = applied.unwrap_or_default();
    Ok(migrator
        .iter()
        .map(|step| MigrationStatus {
            version: step.version,
            name: step.description.to_string(),
            applied: applied.contains(&step.version),
        })
        .collect())
}
