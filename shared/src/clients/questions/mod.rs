//! The onboarding questionnaire: 29 data points in six steps, eleven of them required (domain 0.6).
//!
//! The registry is data; answers are rows keyed by [`Question::key`]. Prompts are worded for a
//! chat: one at a time, to a person, answerable by thumb.

mod check;
mod form;
mod registry;

pub use check::Unfit;
pub use form::{Form, Standing, Step};
pub use registry::{STEPS, all};

/// One thing that the studio asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Question {
    /// The stored name; never reused for another meaning.
    pub key: &'static str,
    /// 1 to 29, the order of asking.
    pub number: u8,
    /// 1 to 6: see [`STEPS`].
    pub step: u8,
    /// Whether it may not be skipped.
    pub required: bool,
    /// The fewest characters that say something.
    pub least: usize,
    /// A word or three for a table.
    pub label: &'static str,
    /// What the person reads.
    pub prompt: &'static str,
    /// The allowed answers; empty where any text will do.
    pub choices: &'static [Choice],
}

/// One allowed answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    /// The stored word.
    pub key: &'static str,
    /// What the person reads.
    pub label: &'static str,
}

/// The question with this key.
#[must_use]
pub fn find(key: &str) -> Option<&'static Question> {
    all().iter().find(|question| question.key == key)
}

impl Question {
    /// The choice that `text` means: its stored word, its label or its number in the list.
    #[must_use]
    pub fn choice(&self, text: &str) -> Option<Choice> {
        let text = crate::text::fold(text);
        let by_number = text.parse::<usize>().ok().and_then(|number| self.choices.get(number.checked_sub(1)?));
        by_number
            .or_else(|| {
                self.choices.iter().find(|choice| choice.key == text || crate::text::fold(choice.label) == text)
            })
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_29_points_in_six_steps_and_eleven_are_required() {
        let questions = all();
        assert_eq!(questions.len(), 29);
        assert_eq!(questions.iter().map(|q| q.key).collect::<HashSet<_>>().len(), 29);
        assert!(questions.iter().map(|q| q.number).eq(1..=29));
        assert!(questions.is_sorted_by_key(|q| q.step));
        let required: Vec<u8> = questions.iter().filter(|q| q.required).map(|q| q.number).collect();
        assert_eq!(required, [1, 2, 4, 5, 6, 7, 10, 11, 14, 15, 16]);
        assert!(questions.iter().filter(|q| q.step >= 5).all(|q| !q.required));
        let of_step = |step| questions.iter().filter(|q| q.step == step).count();
        assert_eq!([1, 2, 3, 4, 5, 6].map(of_step), [3, 6, 4, 7, 5, 4]);
    }

    #[test]
    fn the_vocabularies_are_complete() {
        assert_eq!(find("brand_personality").unwrap().choices.len(), 10);
        assert_eq!(find("preferred_font").unwrap().choices.len(), 5);
    }

    #[test]
    fn a_choice_is_meant_by_word_label_or_number() {
        let font = find("preferred_font").unwrap();
        for typed in ["elegant-serif", "Elegant SERIF", "2", " 2 "] {
            assert_eq!(font.choice(typed).unwrap().key, "elegant-serif", "{typed}");
        }
        for typed in ["0", "6", "comic", ""] {
            assert_eq!(font.choice(typed), None, "{typed}");
        }
    }
}
