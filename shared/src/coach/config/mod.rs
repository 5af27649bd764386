//! What an admin decides about the coach: its instructions, what it helps with, its limits.
//!
//! As long as nobody has edited it there is no row, and the defaults follow the settings file.

mod edit;
mod form;

use serde::{Deserialize, Serialize};

pub use edit::{ConfigVersion, Restore, change_config, config_version, config_versions, restore_config};
pub use form::DiffLine;

use super::escalation::find_keyword;
use crate::config::CoachSettings;
use crate::db::Tx;
use crate::{Result, fetch_optional};

const PROMPT: &str = include_str!("../../../../config/coach/system_prompt.md");

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

    /// Its name: `pricing strategy`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BusinessAdvice => "business advice",
            Self::ContentIdeation => "content ideation",
            Self::PricingStrategy => "pricing strategy",
            Self::MarketingGuidance => "marketing guidance",
            Self::PlanFeedback => "plan feedback",
            Self::DeliverableExplainer => "explaining documents",
            Self::LaunchReadiness => "launch readiness",
            Self::CommunityGrowth => "community growth",
        }
    }

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

impl std::str::FromStr for Topic {
    type Err = crate::Error;

    fn from_str(slug: &str) -> Result<Self> {
        serde_json::from_value(serde_json::Value::String(slug.to_owned())).map_err(|_| {
            let known: Vec<String> = Self::ALL.iter().filter_map(|topic| slug_of(*topic)).collect();
            crate::Error::invalid(format!("{slug:?} is no topic of the coach: {}", known.join(", ")))
        })
    }
}

fn slug_of(topic: Topic) -> Option<String> {
    serde_json::to_value(topic).ok()?.as_str().map(str::to_owned)
}

impl Topic {
    /// Words by which a question is known to be about it. Where a studio answers a topic itself, the coach
    /// declines such a question whatever the model would say. The fundamentals have none: everything is.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::BusinessAdvice => &[],
            Self::ContentIdeation => {
                &["content idea*", "post idea*", "what to post", "what should i post", "caption*", "reel*"]
            }
            Self::PricingStrategy => &["price*", "pricing", "should i charge", "discount*", "how much should i ask"],
            Self::MarketingGuidance => &["marketing", "ads", "advert*", "campaign*", "funnel*", "newsletter*"],
            Self::PlanFeedback => &["my plan", "my business plan", "my brand plan"],
            Self::DeliverableExplainer => &["my document*", "this document", "the document*", "deliverable*"],
            Self::LaunchReadiness => &["launch*"],
            Self::CommunityGrowth => &["community", "followers", "engagement", "grow my audience"],
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

    /// The topic of a question that the studio answers itself, if it is about one.
    #[must_use]
    pub fn reserved_topic(&self, question: &str) -> Option<Topic> {
        Topic::ALL
            .into_iter()
            .filter(|topic| !self.topics.contains(topic))
            .find(|topic| topic.words().iter().any(|phrase| find_keyword(question, &[(*phrase).to_owned()]).is_some()))
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
        assert_eq!(config.reserved_topic("How do I set my PRICES?"), Some(Topic::PricingStrategy));
        assert_eq!(config.reserved_topic("How do I plan the launch?"), None);
    }
}
