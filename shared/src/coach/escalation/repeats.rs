//! Noticing that somebody asks the same again and again: they are not helped, whatever the answers say. Pure.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::coach::playbooks::terms;
use crate::text::fold;

/// Within so long repeats are counted.
pub(in crate::coach) const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// So many repeats of a question call for a person.
const REPEATS: usize = 2;
/// So much of all their words must two questions share, in percent.
const ALIKE: usize = 75;

/// Whether a question is at least the second repeat of one among `earlier`.
#[must_use]
pub(in crate::coach) fn is_repeated<'a>(question: &str, earlier: impl Iterator<Item = &'a str>) -> bool {
    earlier.filter(|asked| are_alike(asked, question)).count() >= REPEATS
}

/// Whether two questions are nearly the same: the same words that carry meaning, but for few; without any,
/// the same text but for case and signs.
fn are_alike(one: &str, other: &str) -> bool {
    let (words, others) = (words(one), words(other));
    let all = words.union(&others).count();
    if all == 0 {
        let bare = |text: &str| fold(text).replace(|c: char| !c.is_alphanumeric(), "");
        return bare(one) == bare(other);
    }
    words.intersection(&others).count() * 100 >= all * ALIKE
}

fn words(text: &str) -> BTreeSet<String> {
    terms(text).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("How do I price my product?", "how do i PRICE my product??", true)]
    #[case("How do I price my product?", "So, how should I be pricing the product", true)]
    #[case("How do I price my product?", "How do I photograph my product?", false)]
    #[case("What goes on my landing page?", "What should go on the landing page, please?", true)]
    #[case("why?", "Why!!", true)]
    #[case("why?", "how?", false)]
    #[case("", "", true)]
    fn questions_are_alike_by_what_they_mean(#[case] one: &str, #[case] other: &str, #[case] alike: bool) {
        assert_eq!(are_alike(one, other), alike, "{one} / {other}");
        assert_eq!(are_alike(other, one), alike);
    }

    #[test]
    fn the_second_repeat_counts_and_the_first_does_not() {
        let ask = "How do I price my product?";
        assert!(!is_repeated(ask, ["How do I price my product", "Who is my audience?"].into_iter()));
        assert!(is_repeated(ask, ["How do I price my product", "?", "how to price the product"].into_iter()));
    }
}
