//! The options that every noun shares, and what they mean for one run.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use wavelaunch_shared::clock::{Clock, typed_moment};
use wavelaunch_shared::config::{Settings, environment};
use wavelaunch_shared::db::Url;

use super::exit::Outcome;
use super::output::{Format, Out};

/// Options that may stand before or after the noun.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Options {
    /// Where the data is: `sqlite://path` or `postgres://host/name` (else `DATABASE_URL`, else the settings)
    #[arg(long, global = true, value_name = "URL", value_parser = database_address)]
    pub database: Option<String>,
    /// The settings file (else wavelaunch.toml in the current folder)
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Act as if it were this time, for instance 2026-03-30T12:00:00Z
    #[arg(long, global = true, value_name = "RFC3339", value_parser = typed_moment)]
    pub now: Option<DateTime<Utc>>,
    /// Act with the rights of this member of staff
    #[arg(long = "as", global = true, value_name = "ADMIN_EMAIL")]
    pub admin: Option<String>,
    /// Print one JSON value on standard output, and nothing else
    #[arg(long, global = true, conflicts_with = "plain")]
    pub json: bool,
    /// Print bare lines with tabs between the fields
    #[arg(long, global = true)]
    pub plain: bool,
    /// Refuse everything that would change something
    #[arg(long, global = true)]
    pub read_only: bool,
}

impl Options {
    /// How answers are printed.
    #[must_use]
    pub fn out(&self) -> Out {
        Out::new(match (self.json, self.plain) {
            (true, _) => Format::Json,
            (_, true) => Format::Plain,
            _ => Format::Human,
        })
    }

    /// The time that this run believes in.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.now.map_or_else(Clock::system, Clock::driven)
    }

    /// The settings: file, environment, and `--database` over both.
    pub fn settings(&self) -> Outcome<Settings> {
        let mut settings = Settings::load(self.config.as_deref(), &environment())?;
        if let Some(address) = &self.database {
            settings.database.url.clone_from(address);
        }
        Ok(settings)
    }
}

fn database_address(text: &str) -> Result<String, wavelaunch_shared::Error> {
    text.parse::<Url>()?;
    Ok(text.to_owned())
}
