//! Trouble at the database's edge, for rehearsals: what they ask for strikes real transactions.
//!
//! A studio in service has no [`Troubles`], and then nothing here costs more than a look at an `Option`.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;

use sqlx::error::{DatabaseError, ErrorKind};

use super::Kind;
use crate::{Error, Result};

/// Where a transaction is when trouble may strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A transaction for looking begins.
    Look,
    /// A transaction that may change rows begins.
    Begin,
    /// A transaction is about to last.
    Commit,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The database is busy, or the transaction is in another one's way: nothing of it lasts.
    Refused,
    /// The connection breaks before the answer. What was committed lasts, and nobody is told.
    AnswerLost,
    /// Whoever asked never hears again, and nothing of the transaction lasts: so a worker's death looks from here.
    Death,
    /// The same once the commit is through.
    DeathAfter,
}

/// Decides what goes wrong, and when.
pub trait Troubles: fmt::Debug + Send + Sync {
    /// The trouble that strikes at this moment.
    fn strike(&self, moment: Moment) -> Option<Trouble>;
}

/// The troubles of a handle and of its transactions.
pub(super) type Maybe = Option<Arc<dyn Troubles>>;

/// Lets a transaction begin, or strikes it.
pub(super) async fn begin(troubles: &Maybe, moment: Moment, kind: Kind) -> Result<()> {
    match troubles.as_ref().and_then(|troubles| troubles.strike(moment)) {
        None => Ok(()),
        Some(trouble) => suffer(trouble, kind).await,
    }
}

/// What strikes a commit, if anything does.
pub(super) fn at_commit(troubles: &Maybe) -> Option<Trouble> {
    troubles.as_ref().and_then(|troubles| troubles.strike(Moment::Commit))
}

/// How trouble feels to whoever meets it: an error, or silence for ever.
pub(super) async fn suffer(trouble: Trouble, kind: Kind) -> Result<()> {
    match trouble {
        Trouble::Refused => Err(Error::Db(sqlx::Error::Database(Box::new(Busy(kind))))),
        Trouble::AnswerLost => Err(Error::Db(sqlx::Error::Io(io::ErrorKind::ConnectionReset.into()))),
        Trouble::Death | Trouble::DeathAfter => std::future::pending().await,
    }
}

/// The refusal of a database that is busy with somebody else, under the code by which each kind tells it.
#[derive(Debug)]
struct Busy(Kind);

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Busy {}

impl DatabaseError for Busy {
    fn message(&self) -> &str {
        match self.0 {
            Kind::Sqlite => "database is locked",
            Kind::Postgres => "could not serialize access due to concurrent update",
        }
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match self.0 {
            Kind::Sqlite => "5",
            Kind::Postgres => "40001",
        }))
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;
    use crate::testing::on_both;
    use crate::{execute, fetch_scalar};

    /// Strikes once, at the moment that it waits for.
    #[derive(Debug)]
    struct Once(Mutex<Option<(Moment, Trouble)>>);

    impl Troubles for Once {
        fn strike(&self, moment: Moment) -> Option<Trouble> {
            self.0.lock().unwrap().take_if(|(wanted, _)| *wanted == moment).map(|(_, trouble)| trouble)
        }
    }

    /// What a transaction with one row comes to, and whether the row lasts.
    async fn adds(db: &super::super::Db, moment: Moment, trouble: Trouble) -> (Option<Result<()>>, bool) {
        let struck = db.clone().with_troubles(Arc::new(Once(Mutex::new(Some((moment, trouble))))));
        let adding = async {
            let mut tx = struck.write().await?;
            let now = crate::testing::monday_noon();
            execute!(tx, "INSERT INTO rate_limits (scope, next_allowed_at, updated_at) VALUES ('t', $1, $1)", now)?;
            tx.commit().await
        };
        let told = tokio::time::timeout(Duration::from_millis(200), adding).await.ok();
        let mut tx = db.write().await.unwrap();
        let lasts = fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM rate_limits WHERE scope = 't'").unwrap() == 1;
        execute!(tx, "DELETE FROM rate_limits").unwrap();
        tx.commit().await.unwrap();
        (told, lasts)
    }

    #[tokio::test]
    async fn each_trouble_leaves_what_it_says_and_tells_what_it_says() {
        on_both(|studio| async move {
            for (moment, trouble, lasts) in [
                (Moment::Begin, Trouble::Refused, false),
                (Moment::Begin, Trouble::Death, false),
                (Moment::Commit, Trouble::Refused, false),
                (Moment::Commit, Trouble::AnswerLost, true),
                (Moment::Commit, Trouble::Death, false),
                (Moment::Commit, Trouble::DeathAfter, true),
            ] {
                let (told, lasted) = adds(&studio.db, moment, trouble).await;
                assert_eq!(lasted, lasts, "{moment:?} {trouble:?}");
                match trouble {
                    Trouble::Refused | Trouble::AnswerLost => assert!(told.unwrap().unwrap_err().is_transient()),
                    Trouble::Death | Trouble::DeathAfter => assert!(told.is_none(), "the dead hear nothing"),
                }
            }
        })
        .await;
    }
}
