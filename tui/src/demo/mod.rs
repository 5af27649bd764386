//! The demonstration: a studio of sixty invented clients on a simulated clock.
//!
//! Nothing here is painted: eight months of history are lived through with the product's own
//! functions, day by day, and go on unfolding while somebody watches. The same world runs without
//! a terminal as a rehearsal.

mod lines;
mod live;
mod members;
mod office;
mod people;
mod world;

pub use live::unfold;
pub use world::{Totals, World};

use anyhow::Result;
use tempfile::TempDir;
use wavelaunch_shared::Studio;
use wavelaunch_shared::clock::Clock;
use wavelaunch_shared::config::Settings;

use chrono::{DateTime, TimeDelta, Utc};

/// How long before today the studio of the demonstration was founded.
const HISTORY_DAYS: i64 = 242;

/// A demonstration's studio, on a database that goes when this is dropped.
pub struct Demo {
    /// The world that lives in it.
    pub world: World,
    _folder: TempDir,
}

impl Demo {
    /// Founds a studio whose history of eight months ends at `now`, and lives through it.
    pub async fn with_history(now: DateTime<Utc>, progress: impl Fn(i64, i64)) -> Result<Self> {
        let mut demo = Self::founded(now - TimeDelta::days(HISTORY_DAYS)).await?;
        for day in 0..HISTORY_DAYS {
            progress(day, HISTORY_DAYS);
            demo.world.live_until(now - TimeDelta::days(HISTORY_DAYS - day - 1)).await?;
        }
        Ok(demo)
    }

    /// Founds a studio at `day_one`; its clients join over the months that follow.
    pub async fn founded(day_one: DateTime<Utc>) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("wavelaunch-demo").tempdir()?;
        let mut settings = Settings::default();
        settings.database.url = format!("sqlite://{}", folder.path().join("demo.db").display());
        settings.studio.name = "Harbour Studio".into();
        settings.studio.timezone = "Africa/Lagos".into();
        settings.telegram.bot_username = "HarbourStudioBot".into();
        let studio = Studio::open(settings, Clock::driven(day_one)).await?;
        Ok(Self { world: World::found(studio).await?, _folder: folder })
    }

    /// The studio, for the dashboard.
    #[must_use]
    pub fn studio(&self) -> Studio {
        self.world.studio.clone()
    }
}
