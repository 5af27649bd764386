//! The configuration as a text to edit, and what an edit changes in it. Pure.

use serde::{Deserialize, Serialize};

use super::{Config, Topic};
use crate::{Error, Result};

/// What stands above the text.
const HEAD: &str = "# The coach. Lines that begin with # are notes and are not kept.
# enabled_capabilities: what it helps with; a topic that is left out is declined, with the offer of a person.
# escalation_keywords: whole words or phrases in any case; a * behind a word stands for any ending.
# system_prompt: the topics go where {capabilities} stands.
";

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// It is in both.
    Same(String),
    /// It goes.
    Gone(String),
    /// It comes.
    New(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    is_active: bool,
    max_tokens_per_message: i64,
    max_tokens_per_day: i64,
    enabled_capabilities: Vec<Topic>,
    escalation_keywords: Vec<String>,
    system_prompt: String,
}

impl Config {
    /// The configuration as TOML, with notes on what each field means.
    #[must_use]
    pub fn to_text(&self) -> String {
        let form = Form {
            is_active: self.is_active,
            max_tokens_per_message: self.max_tokens_per_message,
            max_tokens_per_day: self.max_tokens_per_day,
            enabled_capabilities: self.topics.clone(),
            escalation_keywords: self.keywords.clone(),
            system_prompt: format!("{}\n", self.system_prompt),
        };
        // Numbers, words and lists of words have a form in TOML.
        let text = toml::to_string_pretty(&form).unwrap_or_default();
        format!("{HEAD}\n{text}")
    }

    /// Reads an edited text; the version stays that of `self`, to which the edit was made.
    pub fn with_text(&self, text: &str) -> Result<Self> {
        let form: Form = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            Error::invalid(format!("{place}{}", error.message()))
        })?;
        Ok(Self {
            system_prompt: form.system_prompt.trim().to_owned(),
            max_tokens_per_message: form.max_tokens_per_message,
            max_tokens_per_day: form.max_tokens_per_day,
            topics: form.enabled_capabilities,
            keywords: form.escalation_keywords,
            is_active: form.is_active,
            version: self.version,
        })
    }

    /// What differs in the text of two configurations: the changed lines, with those around them.
    #[must_use]
    pub fn diff(&self, after: &Self) -> Vec<DiffLine> {
        let (before, after) = (self.to_text(), after.to_text());
        let diff = similar::TextDiff::from_lines(&before, &after);
        let changes =
            diff.grouped_ops(1).into_iter().flatten().flat_map(|op| diff.iter_changes(&op).collect::<Vec<_>>());
        changes
            .map(|change| {
                let line = change.value().trim_end().to_owned();
                match change.tag() {
                    similar::ChangeTag::Equal => DiffLine::Same(line),
                    similar::ChangeTag::Delete => DiffLine::Gone(line),
                    similar::ChangeTag::Insert => DiffLine::New(line),
                }
            })
            .collect()
    }
}

impl DiffLine {
    /// The line with its sign before it, as a patch has it.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Same(text) => format!("  {text}"),
            Self::Gone(text) => format!("- {text}"),
            Self::New(text) => format!("+ {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CoachSettings;

    #[test]
    fn the_text_reads_back_as_it_was_written() {
        let config = Config { version: 7, ..Config::defaults(&CoachSettings::default()) };
        let awkward =
            Config { system_prompt: "It's \"'''\" and \\n\n{capabilities}\n\n# end".into(), ..config.clone() };
        for config in [config, awkward] {
            assert_eq!(config.with_text(&config.to_text()).unwrap(), config);
        }
    }

    #[test]
    fn a_wrong_line_is_named_and_a_change_is_shown_alone() {
        let config = Config::defaults(&CoachSettings::default());
        let text = config.to_text().replace("max_tokens_per_day = 5000", "max_tokens_per_day = many");
        let error = config.with_text(&text).unwrap_err().to_string();
        assert!(error.contains("line 8"), "{error}");
        assert!(config.with_text(&config.to_text().replace("launch_readiness", "magic")).is_err());
        let fewer = Config { max_tokens_per_day: 4000, ..config.clone() };
        let lines: Vec<String> = config.diff(&fewer).iter().map(DiffLine::line).collect();
        assert!(lines.contains(&"- max_tokens_per_day = 5000".to_owned()), "{lines:?}");
        assert!(lines.contains(&"+ max_tokens_per_day = 4000".to_owned()) && lines.len() == 4, "{lines:?}");
    }
}
