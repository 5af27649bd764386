//! Whether a text answers a question. Pure.

use super::Question;
use crate::clients::validate::NICHE_LENGTH;

/// The most characters that one answer may have: one long chat message.
const LONGEST: usize = 4000;

/// Why a text is no answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nothing was written, and something is needed.
    #[error("this question needs an answer")]
    Needed,
    /// Too little to go by.
    #[error("the answer has {length} characters; {least} are the least")]
    TooShort {
        /// How many there are.
        length: usize,
        /// The fewest that will do.
        least: usize,
    },
    /// Too much to keep.
    #[error("the answer has {length} characters; at most {most} are kept")]
    TooLong {
        /// How many there are.
        length: usize,
        /// The most that are kept.
        most: usize,
    },
    /// None of the choices.
    #[error("please choose one of: {}", .0.choices.iter().map(|choice| choice.label).collect::<Vec<_>>().join("; "))]
    NoChoice(&'static Question),
}

impl Question {
    /// The most characters that an answer may have.
    #[must_use]
    pub fn longest(&self) -> usize {
        if self.key == "industry_niche" { NICHE_LENGTH } else { LONGEST }
    }

    /// The answer as it is stored, or `None` for an optional one that was left blank.
    pub fn check(&'static self, text: &str) -> Result<Option<String>, Unfit> {
        // A database refuses some controls, and no answer needs any but line breaks.
        let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let text = text.trim();
        if text.is_empty() {
            return if self.required { Err(Unfit::Needed) } else { Ok(None) };
        }
        if !self.choices.is_empty() {
            return self.choice(text).map(|choice| Some(choice.key.to_owned())).ok_or(Unfit::NoChoice(self));
        }
        match text.chars().count() {
            length if length < self.least => Err(Unfit::TooShort { length, least: self.least }),
            length if length > self.longest() => Err(Unfit::TooLong { length, most: self.longest() }),
            _ => Ok(Some(text.to_owned())),
        }
    }

    /// A stored answer as people read it: a choice by its label.
    #[must_use]
    pub fn shown<'a>(&self, answer: &'a str) -> &'a str {
        self.choices.iter().find(|choice| choice.key == answer).map_or(answer, |choice| choice.label)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::clients::questions::find;

    #[rstest]
    #[case("vision_for_venture", " \n ", Err(Unfit::Needed))]
    #[case("vision_for_venture", "A brand.", Err(Unfit::TooShort { length: 8, least: 10 }))]
    #[case("vision_for_venture", "A brand for two", Ok(Some("A brand for two")))]
    #[case("hope_to_achieve", "  ", Ok(None))]
    #[case("target_demographic_age", "?", Ok(Some("?")))]
    #[case("preferred_font", "2", Ok(Some("elegant-serif")))]
    #[case("industry_niche", "Pottery\0 for\u{1b} two", Ok(Some("Pottery for two")))]
    fn a_text_answers_or_it_does_not(
        #[case] key: &str,
        #[case] text: &str,
        #[case] expected: Result<Option<&str>, Unfit>,
    ) {
        assert_eq!(find(key).unwrap().check(text), expected.map(|answer| answer.map(str::to_owned)));
    }

    #[test]
    fn an_overlong_text_and_an_unknown_choice_are_refused_in_words() {
        let long = find("vision_for_venture").unwrap().check(&"ä".repeat(4001)).unwrap_err();
        assert_eq!(long.to_string(), "the answer has 4001 characters; at most 4000 are kept");
        assert!(find("industry_niche").unwrap().check(&"x".repeat(501)).is_err(), "as long as the client's field");
        let refusal = find("preferred_font").unwrap().check("comic").unwrap_err();
        assert!(refusal.to_string().contains("Elegant serif"), "{refusal}");
    }
}
