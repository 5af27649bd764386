//! What every feature function needs, in one value.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::clock::Clock;
use crate::coach::model::Model;
use crate::config::Settings;
use crate::db::{self, Db};
use crate::files::Place;
use crate::messages::Catalogue;
use crate::press::Fonts;
use crate::programme::Programme;
use crate::{Error, Result};

/// Database, files, clock, settings, texts, fonts and model; cheap to clone.
#[derive(Clone, Debug)]
pub struct Studio {
    /// Where the data is.
    pub db: Db,
    /// Where the files are.
    pub files: Place,
    /// What time it is.
    pub clock: Clock,
    /// How the studio wants things.
    pub settings: Arc<Settings>,
    /// The eight months.
    pub programme: Arc<Programme>,
    /// Every text that a client reads.
    pub messages: Arc<Catalogue>,
    /// What PDFs are set in.
    pub fonts: Fonts,
    /// Who answers and writes.
    pub model: Model,
}

impl Studio {
    /// Opens the configured database and brings its schema up to date.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Self> {
        let db = Db::open(&settings.database_url()?).await?;
        db::migrate(&db).await?;
        Self::with_db(db, settings, clock)
    }

    /// The same on a database that is open and migrated already.
    pub fn with_db(db: Db, settings: Settings, clock: Clock) -> Result<Self> {
        let model = Model::from_settings(&settings.model)?;
        Ok(Self {
            db,
            files: Place::new(&settings)?,
            clock,
            programme: Arc::new(Programme::load()?),
            messages: Arc::new(Catalogue::load(&settings.messages.file)?),
            fonts: Fonts::new(&settings.documents),
            model,
            settings: Arc::new(settings),
        })
    }

    /// The studio's own time zone.
    pub fn zone(&self) -> Result<Tz> {
        self.settings.studio.timezone.parse().map_err(|_| {
            Error::Setting(format!("studio.timezone: {:?} is no IANA zone", self.settings.studio.timezone))
        })
    }
}
