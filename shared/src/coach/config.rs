//! What an admin decides about the coach: its instructions, what it helps with, its limits.
//!
//! As long as nobody has edited it there is no row, and the defaults follow the settings file.

use serde::{Deserialize, Serialize};

use crate::config::CoachSettings;
use crate::db::Tx;
use crate::{Result, fetch_optional};

const PROMPT: &str = include_str!("../../../config/coach/system_prompt.md");

/// Words that call for a person, whole words in any case; a `*` stands for any ending.
const KEYWORDS: [&str; 14] = [
    "lawyer",
    "lawyers",
    "legal",
    "lawsuit",
    "sue",
    "sued",
    "suing",
    "accountant",
    "accountants",
    "tax",
    "taxes",
    "medical",
    "doctor",
    "doctors",
];

/// Something that the coach may help with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "`phrase` says what each is")]
pub enum Topic {
    BusinessAdvice,
    ContentIdeation,
    PricingStrategy,
    MarketingGuidance,
    PlanFeedback,
    DeliverableExplainer,
    LaunchReadiness,
    CommunityGrowth,
}

/// The coach as the studio wants it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Config {
    /// Our instructions, with `{capabilities}` where the topics go.
    pub system_prompt: String,
    /// The longest answer, in tokens.
    pub max_tokens_per_message: i64,
    /// What a client may use a day, in tokens.
    pub max_tokens_per_day: i64,
    /// What it helps with; for the rest it offers a person.
    #[serde(rename = "enabled_capabilities")]
    pub topics: Vec<Topic>,
    /// What calls for a person.
    #[serde(rename = "escalation_keywords")]
    pub keywords: Vec<String>,
    /// Whether it answers at all.
    pub is_active: bool,
    /// Grows with each edit; 0 while these are the defaults.
    pub version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    system_prompt: String,
    max_tokens_per_message: i64,
    max_tokens_per_day: i64,
    #[sqlx(json)]
    enabled_capabilities: Vec<Topic>,
    #[sqlx(json)]
    escalation_keywords: Vec<String>,
    is_active: bool,
    version: i64,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 8] = [
        Self::BusinessAdvice,
        Self::ContentIdeation,
        Self::PricingStrategy,
        Self::MarketingGuidance,
        Self::PlanFeedback,
        Self::DeliverableExplainer,
        Self::LaunchReadiness,
        Self::CommunityGrowth,
    ];

    /// What it is, in the words that the model reads.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::BusinessAdvice => "the fundamentals of a creator's business, common obstacles, next steps",
            Self::ContentIdeation => "content ideas and formats for their niche",
            Self::PricingStrategy => "offers and prices",
            Self::MarketingGuidance => "marketing, channels and campaigns",
            Self::PlanFeedback => "feedback on parts of their business plan",
            Self::DeliverableExplainer => "explaining the documents that they received, and how the programme works",
            Self::LaunchReadiness => "getting ready to launch",
            Self::CommunityGrowth => "growing and looking after a community",
        }
    }
}

impl Config {
    /// The coach as delivered, within the limits of the settings file.
    #[must_use]
    pub fn defaults(settings: &CoachSettings) -> Self {
        Self {
            system_prompt: PROMPT.trim().to_owned(),
            max_tokens_per_message: settings.max_tokens_per_message.into(),
            max_tokens_per_day: settings.max_tokens_per_day,
            topics: Topic::ALL.to_vec(),
            keywords: KEYWORDS.map(str::to_owned).to_vec(),
            is_active: true,
            version: 0,
        }
    }

    /// The instructions with the topics in place: what is off is named too, so that it is declined.
    #[must_use]
    pub fn instructions(&self) -> String {
        let (on, off): (Vec<Topic>, Vec<Topic>) = Topic::ALL.iter().partition(|topic| self.topics.contains(topic));
        let mut lines: Vec<String> = on.iter().map(|topic| format!("- {}", topic.phrase())).collect();
        if !off.is_empty() {
            let phrases: Vec<&str> = off.iter().map(|topic| topic.phrase()).collect();
            lines.push(format!(
                "- The studio answers these itself; decline them and offer a person: {}",
                phrases.join("; ")
            ));
        }
        self.system_prompt.replace("{capabilities}", &lines.join("\n"))
    }
}

/// The coach's configuration in force. `coach.enabled = false` in the settings file overrules the row.
pub async fn config(tx: &mut Tx, settings: &CoachSettings) -> Result<Config> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT system_prompt, max_tokens_per_message, max_tokens_per_day, enabled_capabilities,
                escalation_keywords, is_active, version
         FROM coach_config ORDER BY version DESC LIMIT 1"
    )?;
    let mut config = row.map_or_else(|| Config::defaults(settings), Config::from);
    config.is_active &= settings.enabled;
    Ok(config)
}

impl From<Row> for Config {
    fn from(row: Row) -> Self {
        Self {
            system_prompt: row.system_prompt,
            max_tokens_per_message: row.max_tokens_per_message,
            max_tokens_per_day: row.max_tokens_per_day,
            topics: row.enabled_capabilities,
            keywords: row.escalation_keywords,
            is_active: row.is_active,
            version: row.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_that_is_off_is_named_as_declined() {
        let mut config = Config::defaults(&CoachSettings::default());
        assert!(config.instructions().contains("- offers and prices") && !config.instructions().contains('{'));
        config.topics.retain(|topic| *topic != Topic::PricingStrategy);
        assert!(config.instructions().contains("offer a person: offers and prices"));
    }
}
