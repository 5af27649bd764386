//! The sections of the settings file. What each key means stands in `config/wavelaunch.toml`.
#![expect(missing_docs, reason = "each key is documented in config/wavelaunch.toml, the manual of the settings")]

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::NaiveTime;
use serde::Deserialize;

use super::Secret;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StudioSettings {
    pub name: String,
    pub timezone: String,
    pub client_limit: u32,
    pub digest_hour: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    pub url: String,
}

/// How far apart the months of the programme are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum MonthStep {
    /// Thirty days.
    #[default]
    #[serde(rename = "30_days")]
    Days30,
    /// The same day of each calendar month, cut to the month's end.
    #[serde(rename = "calendar_month")]
    CalendarMonth,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JourneySettings {
    pub month_step: MonthStep,
    pub generate_lead_days: u32,
    pub plan_hours: u32,
    pub plan_wait_days: u32,
    pub send_hour: u32,
    pub tick_seconds: u64,
    pub retry_minutes: i64,
    pub lease_seconds: i64,
    pub catch_up_per_minute: u32,
    pub steps_together: usize,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoachSettings {
    pub enabled: bool,
    pub max_tokens_per_message: u32,
    pub max_tokens_per_day: i64,
    pub count_context: bool,
    pub max_messages_per_day: i64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelSettings {
    pub base_url: String,
    pub api_key: Secret,
    pub name: String,
    pub temperature: f32,
    pub max_document_tokens: u32,
    pub document_timeout_seconds: u64,
    pub first_token_timeout_seconds: u64,
    pub idle_timeout_seconds: u64,
    pub retry_seconds: Vec<u64>,
    pub structured_output: bool,
    pub input_price_per_million: f64,
    pub output_price_per_million: f64,
    pub prices: BTreeMap<String, ModelPrice>,
}

/// What a million tokens of one model cost.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelPrice {
    pub input: f64,
    pub output: f64,
}

/// When a document's PDF is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typeset {
    /// When it is approved; what cannot be made is not delivered.
    #[default]
    AtApproval,
    /// When somebody first wants the file.
    WhenOpened,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentSettings {
    pub typeset: Typeset,
    pub fonts: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    pub url: String,
    pub max_file_mb: i64,
    pub max_total_gb: i64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliverySettings {
    pub quiet_hours: QuietHours,
    pub lease_seconds: i64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortalSettings {
    pub invite_days: i64,
    pub invites_per_hour: i64,
    pub messages_per_hour: i64,
    pub commands_per_minute: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MessagesSettings {
    pub file: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiscordSettings {
    pub guild_id: String,
    pub token: Secret,
    pub api_base: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelegramSettings {
    pub bot_username: String,
    pub token: Secret,
    pub api_base: String,
    /// Where Telegram brings updates; empty to ask for them.
    pub webhook_url: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    pub filter: String,
}

/// The part of a client's day in which only urgent messages are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct QuietHours {
    /// When the quiet begins, local time.
    pub from: NaiveTime,
    /// When it ends, local time; earlier than `from` means the next morning.
    pub until: NaiveTime,
}

impl QuietHours {
    /// Whether a local time of day is quiet.
    #[must_use]
    pub fn contains(&self, time: NaiveTime) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

impl FromStr for QuietHours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let time = |part: &str| NaiveTime::parse_from_str(part.trim(), "%H:%M").ok();
        text.split_once('-')
            .and_then(|(from, until)| Some(Self { from: time(from)?, until: time(until)? }))
            .ok_or_else(|| format!("{text:?} is no span of hours; write for instance \"21:00-08:00\""))
    }
}

impl TryFrom<String> for QuietHours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Default for StudioSettings {
    fn default() -> Self {
        Self { name: "Wavelaunch Studio".into(), timezone: "UTC".into(), client_limit: 100, digest_hour: 9 }
    }
}

impl Default for JourneySettings {
    fn default() -> Self {
        Self {
            month_step: MonthStep::Days30,
            generate_lead_days: 3,
            plan_hours: 48,
            plan_wait_days: 3,
            send_hour: 9,
            tick_seconds: 60,
            retry_minutes: 15,
            lease_seconds: 300,
            catch_up_per_minute: 20,
            steps_together: 100,
        }
    }
}

impl Default for CoachSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            max_tokens_per_message: 500,
            max_tokens_per_day: 5000,
            count_context: false,
            max_messages_per_day: 50,
        }
    }
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            api_key: Secret::default(),
            name: "gpt-4.1".into(),
            temperature: 0.7,
            max_document_tokens: 8000,
            document_timeout_seconds: 120,
            first_token_timeout_seconds: 20,
            idle_timeout_seconds: 20,
            retry_seconds: vec![1, 3, 8],
            structured_output: true,
            input_price_per_million: 3.0,
            output_price_per_million: 15.0,
            prices: BTreeMap::new(),
        }
    }
}

impl Default for FileSettings {
    fn default() -> Self {
        Self { url: String::new(), max_file_mb: 10, max_total_gb: 50 }
    }
}

impl Default for DeliverySettings {
    fn default() -> Self {
        let quiet_hours = QuietHours {
            from: NaiveTime::from_hms_opt(21, 0, 0).unwrap_or_default(),
            until: NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default(),
        };
        Self { quiet_hours, lease_seconds: 60 }
    }
}

impl Default for PortalSettings {
    fn default() -> Self {
        Self { invite_days: 7, invites_per_hour: 20, messages_per_hour: 10, commands_per_minute: 30 }
    }
}

impl Default for DiscordSettings {
    fn default() -> Self {
        Self { guild_id: String::new(), token: Secret::default(), api_base: "https://discord.com".into() }
    }
}

impl Default for TelegramSettings {
    fn default() -> Self {
        Self {
            bot_username: String::new(),
            token: Secret::default(),
            api_base: "https://api.telegram.org".into(),
            webhook_url: String::new(),
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { filter: "info,sqlx=warn,serenity=warn,tracing=warn,async_openai=off".into() }
    }
}
