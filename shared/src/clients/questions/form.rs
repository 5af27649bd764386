//! Where somebody stands in the questionnaire. Pure.
//!
//! Nothing remembers "the current question": it is the first one that is neither answered nor left
//! out. So a form goes on where it was left, after days, after a restart, on another platform, and
//! an answer that is taken in twice moves it on once. The clock comes first, since it decides when
//! everything else is sent.

use std::collections::{BTreeMap, BTreeSet};

use super::{Question, all};
use crate::text::Foreign;

/// What is asked next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Which clock is theirs.
    Timezone,
    /// This question.
    Question(&'static Question),
    /// Nothing: they may look it all through, and finish.
    Review,
}

/// Whether the questionnaire is still to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    /// It is.
    Open,
    /// It is finished; answers may be changed until the plan is written.
    Finished,
    /// It is finished, and the plan was written from it.
    Planned,
    /// It was never needed: the client came with a profile.
    Spared,
}

/// Somebody's form.
#[derive(Clone, Debug)]
pub struct Form {
    pub(crate) standing: Standing,
    pub(crate) zone_chosen: bool,
    pub(crate) answers: BTreeMap<String, Foreign>,
    /// Answered or left out in this round, by key.
    pub(crate) settled: BTreeSet<String>,
}

impl Form {
    /// Whether it is still to be answered.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// True while the client may write into it.
    #[must_use]
    pub fn can_change(&self) -> bool {
        self.standing != Standing::Planned
    }

    /// The answer to a question, if there is one.
    #[must_use]
    pub fn answer(&self, question: &Question) -> Option<&Foreign> {
        self.answers.get(question.key)
    }

    /// How many of the 29 have an answer.
    #[must_use]
    pub fn answered(&self) -> usize {
        all().iter().filter(|question| self.answers.contains_key(question.key)).count()
    }

    /// What is asked next.
    #[must_use]
    pub fn next(&self) -> Step {
        if !self.zone_chosen {
            return Step::Timezone;
        }
        all().iter().find(|question| !self.settled.contains(question.key)).map_or(Step::Review, Step::Question)
    }

    /// The question before this one.
    #[must_use]
    pub fn before(question: &Question) -> Option<&'static Question> {
        all().iter().rev().find(|other| other.number < question.number)
    }

    /// The required questions that have no answer yet.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static Question> {
        all().iter().filter(|question| question.required && !self.answers.contains_key(question.key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(zone_chosen: bool, answered: &[&str], skipped: &[&str]) -> Form {
        let text = |key: &&str| ((*key).to_owned(), Foreign::from("an answer"));
        Form {
            standing: Standing::Open,
            zone_chosen,
            answers: answered.iter().map(text).collect(),
            settled: answered.iter().chain(skipped).map(|key| (*key).to_owned()).collect(),
        }
    }

    #[test]
    fn the_clock_is_asked_first_and_then_one_question_after_the_other() {
        assert_eq!(form(false, &[], &[]).next(), Step::Timezone);
        assert_eq!(form(true, &[], &[]).next(), Step::Question(&all()[0]));
        let some = form(true, &["industry_niche", "vision_for_venture"], &["hope_to_achieve"]);
        assert_eq!(some.next(), Step::Question(&all()[3]));
        assert_eq!((some.answered(), some.missing().len()), (2, 9));
        assert_eq!(Form::before(&all()[3]), Some(&all()[2]));
        assert_eq!(Form::before(&all()[0]), None);
    }

    proptest! {
        /// In whatever order answers come, and however often, 29 of them end the form.
        #[test]
        fn every_question_is_asked_until_it_is_settled(order in Just((0..29).collect::<Vec<usize>>()).prop_shuffle(), twice in 0..29_usize) {
            let mut form = form(true, &[], &[]);
            for (count, at) in order.iter().chain([&twice]).enumerate() {
                if count < 29 {
                    prop_assert_ne!(form.next(), Step::Review);
                }
                let question = &all()[*at];
                form.answers.insert(question.key.to_owned(), Foreign::from("an answer"));
                form.settled.insert(question.key.to_owned());
                prop_assert_ne!(form.next(), Step::Question(question));
            }
            prop_assert_eq!(form.next(), Step::Review);
            prop_assert!(form.missing().is_empty());
        }
    }
}
