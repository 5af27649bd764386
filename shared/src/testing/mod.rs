//! For tests alone: a studio on a fresh database of each kind, at a time that stands still.
//!
//! SQLite always; PostgreSQL whenever `WAVELAUNCH_TEST_POSTGRES` names a server or its programs are
//! found on this machine. Where neither is, the test says so in a visible line, or fails when
//! `WAVELAUNCH_REQUIRE_POSTGRES` is set, as it is in CI.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot be set up must fail loudly")]

pub mod paper;
mod postgres;
mod rich;

use std::io::Write;

use chrono::{DateTime, TimeZone, Utc};
use tempfile::TempDir;

use crate::Studio;
use crate::clock::Clock;
use crate::config::{Settings, Typeset};
use crate::db::{self, Db, Url};

pub use rich::any_rich;

/// A studio with a database of its own, which goes when this is dropped.
pub struct TestStudio {
    /// The studio itself.
    pub studio: Studio,
    /// Where its database is, for a second process.
    pub url: Url,
    /// The address as a command line or the environment takes it.
    pub address: String,
    _folder: TempDir,
}

impl std::ops::Deref for TestStudio {
    type Target = Studio;

    fn deref(&self) -> &Studio {
        &self.studio
    }
}

/// The time at which every test begins: a Monday, 12:00 UTC.
#[must_use]
pub fn monday_noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 30, 12, 0, 0).unwrap()
}

/// The settings of tests that look at no PDF: the defaults, and nothing is typeset before it is wanted.
#[must_use]
pub fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.documents.typeset = Typeset::WhenOpened;
    settings
}

/// A studio on SQLite with those settings.
pub async fn sqlite() -> TestStudio {
    sqlite_with(settings()).await
}

/// A studio on SQLite with these settings.
pub async fn sqlite_with(settings: Settings) -> TestStudio {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite://{}", folder.path().join("test.db").display());
    open(address, folder, settings).await
}

/// A studio on PostgreSQL, if there is a server.
pub async fn postgres_with(settings: Settings) -> Option<TestStudio> {
    match postgres::fresh_database().await {
        Some(address) => Some(open(address, tempfile::tempdir().unwrap(), settings).await),
        None if std::env::var_os("WAVELAUNCH_REQUIRE_POSTGRES").is_some() => {
            panic!("PostgreSQL is required here and no server was found: set WAVELAUNCH_TEST_POSTGRES or install one")
        }
        None => {
            visible("skipped on PostgreSQL: no server found (set WAVELAUNCH_TEST_POSTGRES to one)");
            None
        }
    }
}

/// Runs a test on SQLite and then on PostgreSQL.
pub async fn on_both<F>(test: impl Fn(TestStudio) -> F)
where
    F: Future<Output = ()>,
{
    on_both_with(settings(), test).await;
}

/// The same with other settings.
pub async fn on_both_with<F>(settings: Settings, test: impl Fn(TestStudio) -> F)
where
    F: Future<Output = ()>,
{
    test(sqlite_with(settings.clone()).await).await;
    if let Some(studio) = postgres_with(settings).await {
        test(studio).await;
    }
}

/// Says a line once a process that the test runner shows even when the test passes.
pub fn visible(line: &str) {
    static SAID: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
    let mut said = SAID.lock().unwrap();
    if !said.iter().any(|known| known == line) {
        said.push(line.to_owned());
        // Written past the runner's capture, which would hide it.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

async fn open(address: String, folder: TempDir, mut settings: Settings) -> TestStudio {
    settings.database.url.clone_from(&address);
    if settings.files.url.is_empty() {
        settings.files.url = folder.path().join("files").display().to_string();
    }
    let url: Url = address.parse().unwrap();
    let db = Db::open(&url).await.unwrap();
    db::migrate(&db).await.unwrap();
    let studio = Studio::with_db(db, settings, Clock::driven(monday_noon())).unwrap();
    TestStudio { studio, url, address, _folder: folder }
}
