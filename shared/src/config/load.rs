//! Reading the file, the environment, and checking what no type can.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Settings;
use crate::{Error, Result};

/// The variables that overrule the file, as `(name, value)` pairs.
pub type Environment = Vec<(String, String)>;

/// Prefix of a variable that names a setting.
const PREFIX: &str = "WAVELAUNCH__";

/// The usual names, and the setting each stands for.
const USUAL: [(&str, &str, &str); 8] = [
    ("DATABASE_URL", "database", "url"),
    ("DISCORD_TOKEN", "discord", "token"),
    ("DISCORD_API_BASE", "discord", "api_base"),
    ("TELEGRAM_TOKEN", "telegram", "token"),
    ("TELEGRAM_API_BASE", "telegram", "api_base"),
    ("SMTP_URL", "email", "smtp_url"),
    ("OPENAI_API_KEY", "model", "api_key"),
    ("OPENAI_BASE_URL", "model", "base_url"),
];

impl Settings {
    /// Reads `file` (or `wavelaunch.toml` here, or nothing) and lays the environment over it.
    pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Self> {
        let here = Path::new("wavelaunch.toml");
        let (name, text) = match file {
            Some(path) => (path, std::fs::read_to_string(path).map_err(|e| Error::file(path, e))?),
            None if here.exists() => (here, std::fs::read_to_string(here).map_err(|e| Error::file(here, e))?),
            None => (here, String::new()),
        };
        Self::parse(&name.display().to_string(), &text, environment)
    }

    /// The same from text; `name` is what an error calls the file.
    pub fn parse(name: &str, text: &str, environment: &Environment) -> Result<Self> {
        toml::from_str::<Self>(text).map_err(|e| wrong_in_file(name, text, &e))?;
        let mut table: Table = toml::from_str(text).map_err(|e| wrong_in_file(name, text, &e))?;
        for (variable, section, key, value) in overrides(environment) {
            set(&mut table, &section, &key, &value);
            table.clone().try_into::<Self>().map_err(|e| {
                Error::Setting(format!("{variable}: {}; see {section}.{key} in config/wavelaunch.toml", e.message()))
            })?;
        }
        let settings: Self = table.try_into().map_err(|e| wrong_in_file(name, text, &e))?;
        settings.check(name)?;
        Ok(settings)
    }

    /// What the types cannot say.
    fn check(&self, name: &str) -> Result<()> {
        let wrong = |key: &str, what: &str| Err(Error::Setting(format!("{name}: {key} {what}")));
        if self.studio.timezone.parse::<chrono_tz::Tz>().is_err() {
            return wrong(
                "studio.timezone",
                &format!("{:?} is no IANA zone; write for instance \"Africa/Lagos\"", self.studio.timezone),
            );
        }
        if !(8..=20).contains(&self.journey.send_hour) {
            return wrong("journey.send_hour", "must be from 8 to 20, outside the quiet hours");
        }
        if self.studio.digest_hour > 23 {
            return wrong("studio.digest_hour", "must be from 0 to 23");
        }
        if self.journey.generate_lead_days > 20 {
            return wrong("journey.generate_lead_days", "must be from 0 to 20");
        }
        if !(1..=720).contains(&self.journey.plan_hours) {
            return wrong("journey.plan_hours", "must be from 1 to 720");
        }
        if self.journey.plan_wait_days > 30 {
            return wrong("journey.plan_wait_days", "must be from 0 to 30");
        }
        if !(1..=1000).contains(&self.journey.steps_together) {
            return wrong("journey.steps_together", "must be from 1 to 1000");
        }
        if !(0.0..=2.0).contains(&self.model.temperature) {
            return wrong("model.temperature", "must be from 0 to 2");
        }
        let general = [self.model.input_price_per_million, self.model.output_price_per_million];
        let of_models = self.model.prices.values().flat_map(|price| [price.input, price.output]);
        if !general.into_iter().chain(of_models).all(|price| price.is_finite() && price >= 0.0) {
            return wrong("model.prices, model.*_price_per_million", "must be 0 or more");
        }
        for (key, base) in [
            ("discord.api_base", &self.discord.api_base),
            ("telegram.api_base", &self.telegram.api_base),
            ("model.base_url", &self.model.base_url),
        ] {
            if !base.is_empty() && !base.starts_with("http://") && !base.starts_with("https://") {
                return wrong(key, "must begin with http:// or https://");
            }
        }
        if let Err(error) = self.email.check() {
            return wrong(error.key, &error.what);
        }
        let positive = [
            ("journey.tick_seconds", self.journey.tick_seconds > 0),
            ("journey.retry_minutes", self.journey.retry_minutes > 0),
            ("journey.lease_seconds", self.journey.lease_seconds > 0),
            ("files.max_file_mb", self.files.max_file_mb > 0),
            ("files.max_total_gb", self.files.max_total_gb > 0),
            ("delivery.lease_seconds", self.delivery.lease_seconds > 0),
            ("portal.invite_days", self.portal.invite_days > 0),
            ("coach.max_tokens_per_day", self.coach.max_tokens_per_day > 0),
        ];
        match positive.iter().find(|(_, right)| !right) {
            Some((key, _)) => wrong(key, "must be more than 0"),
            None => Ok(()),
        }
    }
}

/// The process environment, as [`Settings::load`] takes it.
#[must_use]
pub fn environment() -> Environment {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Variables that set something, the usual names first so that the exact ones win.
fn overrides(environment: &Environment) -> Vec<(String, String, String, String)> {
    let usual = USUAL.iter().filter_map(|(variable, section, key)| {
        let (_, value) = environment.iter().find(|(name, value)| name == variable && !value.is_empty())?;
        Some(((*variable).to_owned(), (*section).to_owned(), (*key).to_owned(), value.clone()))
    });
    let exact = environment.iter().filter_map(|(name, value)| {
        let (section, key) = name.strip_prefix(PREFIX)?.split_once("__")?;
        Some((name.clone(), section.to_lowercase(), key.to_lowercase(), value.clone()))
    });
    usual.chain(exact).collect()
}

/// Puts a value in, read as the kind that the default has.
fn set(table: &mut Table, section: &str, key: &str, value: &str) {
    let entry = table.entry(section.to_owned()).or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(section) = entry {
        section.insert(key.to_owned(), typed(key, value));
    }
}

/// Text stays text for keys that hold text; elsewhere `3`, `0.5` and `true` are what they look like.
fn typed(key: &str, value: &str) -> Value {
    const TEXT: [&str; 17] = [
        "url",
        "token",
        "api_base",
        "api_key",
        "base_url",
        "name",
        "guild_id",
        "bot_username",
        "timezone",
        "file",
        "filter",
        "smtp_url",
        "from",
        "ca_file",
        "public_url",
        "fonts",
        "quiet_hours",
    ];
    if TEXT.contains(&key) {
        return Value::String(value.to_owned());
    }
    let trimmed = value.trim();
    trimmed
        .parse()
        .map(Value::Integer)
        .or_else(|_| trimmed.parse().map(Value::Float))
        .or_else(|_| trimmed.parse().map(Value::Boolean))
        .unwrap_or_else(|_| Value::String(value.to_owned()))
}

fn wrong_in_file(name: &str, text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
    Error::Setting(format!(
        "{name}, line {line}: {}; config/wavelaunch.toml shows every setting",
        error.message().lines().collect::<Vec<_>>().join(" ")
    ))
}

/// Where the embedded database lives unless told otherwise.
pub(super) fn data_folder() -> PathBuf {
    let from = |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    from("XDG_DATA_HOME")
        .or_else(|| from("HOME").map(|home| home.join(".local/share")))
        .unwrap_or_else(|| PathBuf::from("."))
        .join("wavelaunch")
}
