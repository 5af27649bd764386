//! Settings: one TOML file, overridden by the environment, checked as a whole.
//!
//! `config/wavelaunch.toml` holds every setting at its default and is the manual; a test proves
//! that it and [`Settings::default`] agree. A wrong setting is named with its file and line, or
//! with its variable, and with what would be right.

mod email;
mod load;
mod secret;
mod sections;

use std::path::PathBuf;

use crate::Result;
use crate::db::Url;

pub use email::{EmailSettings, Encryption, MailServer};
pub use load::{Environment, environment};
pub use secret::Secret;
pub use sections::{
    CoachSettings, DatabaseSettings, DeliverySettings, DiscordSettings, DocumentSettings, FileSettings,
    JourneySettings, LogSettings, MessagesSettings, ModelPrice, ModelSettings, MonthStep, PortalSettings, QuietHours,
    StudioSettings, TelegramSettings, Typeset,
};

/// Everything that a studio can decide.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the sections are documented in config/wavelaunch.toml")]
pub struct Settings {
    pub studio: StudioSettings,
    pub database: DatabaseSettings,
    pub journey: JourneySettings,
    pub coach: CoachSettings,
    pub model: ModelSettings,
    pub documents: DocumentSettings,
    pub files: FileSettings,
    pub delivery: DeliverySettings,
    pub portal: PortalSettings,
    pub messages: MessagesSettings,
    pub discord: DiscordSettings,
    pub telegram: TelegramSettings,
    pub email: EmailSettings,
    pub log: LogSettings,
}

impl Settings {
    /// The configured database, or the file in the user's data folder.
    pub fn database_url(&self) -> Result<Url> {
        if self.database.url.is_empty() {
            return Ok(Url::Sqlite(load::data_folder().join("wavelaunch.db")));
        }
        self.database.url.parse()
    }

    /// Where files lie unless told otherwise: beside the embedded database, or in the user's data folder.
    pub(crate) fn files_folder(&self) -> Result<PathBuf> {
        Ok(match self.database_url()? {
            Url::Sqlite(path) => path.with_extension("files"),
            Url::Postgres(_) => load::data_folder().join("files"),
        })
    }
}

#[cfg(test)]
mod tests;
