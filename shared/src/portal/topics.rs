//! What news is about: what a client may turn off for one channel and keep on another (domain 1.6).

use super::Switch;

/// A kind of news. What is about the client's account has none: it always comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Topic {
    /// The business plan is ready.
    Plan,
    /// A month's document is ready, or was taken back.
    Document,
    /// The studio has written.
    Message,
    /// What comes next, and what was reached.
    Milestone,
    /// A document waits to be opened.
    Overdue,
    /// The programme is complete.
    Completion,
    /// A number of followers was reached.
    Social,
    /// An answer in the community.
    CommunityReply,
    /// A private message in the community.
    CommunityMessage,
    /// Something takes place soon.
    Event,
    /// The week in short.
    Summary,
}

impl Topic {
    /// Every topic, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Plan,
        Self::Document,
        Self::Message,
        Self::Milestone,
        Self::Overdue,
        Self::Completion,
        Self::Social,
        Self::CommunityReply,
        Self::CommunityMessage,
        Self::Event,
        Self::Summary,
    ];

    /// What a message of the catalogue is about; `preference` is the catalogue's.
    #[must_use]
    pub fn of(key: &str, preference: Option<Switch>) -> Option<Self> {
        let preset = preference?;
        Some(match (key, preset) {
            ("plan_ready", _) => Self::Plan,
            ("overdue", _) => Self::Overdue,
            ("program_complete", _) => Self::Completion,
            ("social_celebration", _) => Self::Social,
            ("community_reply", _) => Self::CommunityReply,
            ("community_dm", _) => Self::CommunityMessage,
            ("event_reminder", _) => Self::Event,
            (_, Switch::NewDeliverable) => Self::Document,
            (_, Switch::NewMessage) => Self::Message,
            (_, Switch::MilestoneReminder) => Self::Milestone,
            (_, Switch::WeeklySummary) => Self::Summary,
        })
    }

    /// The switch that turns it on or off on all channels at once.
    #[must_use]
    pub fn preset(self) -> Switch {
        match self {
            Self::Plan | Self::Document => Switch::NewDeliverable,
            Self::Message | Self::CommunityReply | Self::CommunityMessage => Switch::NewMessage,
            Self::Milestone | Self::Overdue | Self::Completion | Self::Social | Self::Event => {
                Switch::MilestoneReminder
            }
            Self::Summary => Switch::WeeklySummary,
        }
    }

    /// Whether it comes even when nobody can say what the client has chosen: the documents that they wait for.
    #[must_use]
    pub fn is_awaited(self) -> bool {
        matches!(self, Self::Plan | Self::Document)
    }

    /// What the studio calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Plan => "the business plan",
            Self::Document => "documents",
            Self::Message => "messages of the studio",
            Self::Milestone => "what comes and what was reached",
            Self::Overdue => "documents not opened",
            Self::Completion => "the end of the programme",
            Self::Social => "follower numbers",
            Self::CommunityReply => "answers in the community",
            Self::CommunityMessage => "community messages",
            Self::Event => "events",
            Self::Summary => "the week in short",
        }
    }

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "PLAN",
            Self::Document => "DOCUMENT",
            Self::Message => "MESSAGE",
            Self::Milestone => "MILESTONE",
            Self::Overdue => "OVERDUE",
            Self::Completion => "COMPLETION",
            Self::Social => "SOCIAL",
            Self::CommunityReply => "COMMUNITY_REPLY",
            Self::CommunityMessage => "COMMUNITY_MESSAGE",
            Self::Event => "EVENT",
            Self::Summary => "SUMMARY",
        }
    }

    /// The topic with this stored word, however it is written.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let word = word.trim().replace(['-', ' '], "_");
        Self::ALL.into_iter().find(|topic| topic.as_str().eq_ignore_ascii_case(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Catalogue;

    #[test]
    fn each_message_is_about_something_that_its_own_switch_turns_off() {
        let catalogue = Catalogue::built_in().unwrap();
        for (key, message) in catalogue.iter() {
            let topic = Topic::of(key, message.preference);
            assert_eq!(topic.map(Topic::preset), message.preference, "{key}");
        }
    }

    #[test]
    fn a_topic_is_found_by_its_word() {
        for topic in Topic::ALL {
            assert_eq!(Topic::named(&topic.as_str().to_lowercase().replace('_', "-")), Some(topic));
        }
        assert_eq!(Topic::named("marketing"), None);
    }
}
