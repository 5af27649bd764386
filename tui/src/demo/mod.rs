//! The demonstration: a studio of sixty invented clients on a simulated clock.
//!
//! Nothing here is painted: eight months of history are lived through with the product's own
//! functions, day by day, and go on unfolding while somebody watches.
//!
//! The same world is the **rehearsal**. In foul [`Weather`] every call to the outside may fail: the database at each
//! transaction, the model at each request, a platform at each message; workers die, clocks jump, machines are off for
//! days, people block the bot. At the end of each day the machine is left in peace until nothing is due any more, and
//! then the world counts, from outside, whether every promise was kept. The platforms are a port ([`Outside`]):
//! here they are played in memory, and the tests put the real senders and their stand-ins there. A [`Watcher`] may
//! follow everything and object.

mod audit;
mod events;
mod lines;
mod live;
mod luck;
mod machine;
mod mailbox;
mod members;
mod office;
mod outside;
mod people;
mod story;
#[cfg(test)]
mod tests;
mod totals;
mod understudy;
mod world;

pub use live::unfold;
pub use luck::{Fault, Luck, PostTrouble, Weather, WriterTrouble};
pub use mailbox::Mailbox;
pub use outside::{Address, Leaving, Outside};
pub use story::{Deed, Happening, Life, Look, Plot, Stage, Watcher};
pub use totals::{Struck, Totals};
pub use world::World;

use std::sync::Arc;

use anyhow::Result;
use tempfile::TempDir;
use wavelaunch_shared::Studio;
use wavelaunch_shared::clock::Clock;
use wavelaunch_shared::coach::model::Model;
use wavelaunch_shared::config::{Settings, Typeset};

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
        let mut demo = Self::founded(now - TimeDelta::days(HISTORY_DAYS), Plot::demonstration()).await?;
        for day in 0..HISTORY_DAYS {
            progress(day, HISTORY_DAYS);
            demo.world.live_until(now - TimeDelta::days(HISTORY_DAYS - day - 1)).await?;
        }
        Ok(demo)
    }

    /// Founds a studio at `day_one`; its clients join over the months that follow.
    pub async fn founded(day_one: DateTime<Utc>, plot: Plot) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("wavelaunch-demo").tempdir()?;
        let mut settings = Settings::default();
        settings.database.url = format!("sqlite://{}", folder.path().join("demo.db").display());
        settings.studio.name = "Harbour Studio".into();
        settings.studio.timezone = "Africa/Lagos".into();
        settings.telegram.bot_username = "HarbourStudioBot".into();
        // Hundreds of documents are delivered before anybody looks at one.
        settings.documents.typeset = Typeset::WhenOpened;
        let studio = Studio::open(settings, Clock::driven(day_one)).await?;
        Ok(Self { world: World::found(in_memory(studio, &plot), plot).await?, _folder: folder })
    }

    /// The studio, for the dashboard.
    #[must_use]
    pub fn studio(&self) -> Studio {
        self.world.studio.clone()
    }
}

/// A stage on which everything outside is played in memory.
fn in_memory(mut studio: Studio, plot: &Plot) -> Stage {
    let luck = plot.luck();
    if let Weather::Foul(_) = plot.weather {
        studio.db = studio.db.with_troubles(luck.clone());
        studio.model = Model::Other(Arc::new(understudy::Understudy { luck: Arc::clone(&luck) }));
    }
    let outside = Arc::new(Mailbox::new(Arc::clone(&luck)));
    Stage { studio, luck, outside }
}
