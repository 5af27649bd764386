//! The one error type of the feature functions, worded for the person who must act.

use thiserror::Error;

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done. `Display` is one line: what happened, and what to do about it.
#[derive(Debug, Error)]
pub enum Error {
    /// The thing does not exist, or it belongs to somebody else: both read the same on purpose.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The request is understood and refused by a rule of the programme.
    #[error("{0}")]
    Refused(String),
    /// The input is not usable; the text says which part and what would be right.
    #[error("{0}")]
    Invalid(String),
    /// The caller's role does not allow it.
    #[error("your role ({role}) may not {what}; ask an owner or an admin")]
    Forbidden {
        /// The caller's role, as stored.
        role: &'static str,
        /// What was attempted, as a verb phrase.
        what: &'static str,
    },
    /// Somebody else changed the row first.
    #[error("{0} was changed by someone else meanwhile; look again and repeat")]
    Conflict(std::borrow::Cow<'static, str>),
    /// The model behind the coach or the writer failed.
    #[error(transparent)]
    Model(#[from] crate::coach::model::ModelError),
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Db(#[from] sqlx::Error),
    /// A migration could not be applied.
    #[error("migration: {0}; restore the last backup or run `wavelaunch db status`")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A stored value cannot be read back.
    #[error("stored {what} is unreadable: {detail}; run `wavelaunch db verify`")]
    Corrupt {
        /// Table and column.
        what: &'static str,
        /// What was wrong with it.
        detail: String,
    },
    /// A setting is wrong; the text names file or variable, line, and what would be right.
    #[error("{0}")]
    Setting(String),
    /// The store of files refused or could not be reached.
    #[error("files: {0}; check files.url, and that the place can be written")]
    Store(#[from] object_store::Error),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The path as given.
        path: String,
        /// The operating system's reason.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// A rule says no.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    /// The input is wrong.
    pub fn invalid(why: impl Into<String>) -> Self {
        Self::Invalid(why.into())
    }

    /// Reading or writing `path` failed.
    #[must_use]
    pub fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }

    /// True when the database was unreachable or busy, so that trying again may help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Store(_) | Self::Db(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
            Self::Db(sqlx::Error::Database(e)) => {
                matches!(e.code().as_deref(), Some("5" | "517" | "40001" | "40P01" | "57P01" | "57P03"))
            }
            Self::Model(e) => e.is_transient(),
            _ => false,
        }
    }
}
