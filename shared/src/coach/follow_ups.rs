//! Questions that may come next, offered below an answer: they cost nothing and depend on nothing but
//! what was said, so that the same exchange always offers the same.

use super::playbooks::{self, Source};
use crate::programme::{Month, Programme};
use crate::text::fold;

/// How many are offered.
const OFFERED: usize = 2;
/// How much of an answer says what it is about, in characters.
const READ: usize = 160;

/// The playbooks' questions that are nearest to the exchange, without the one that it answers; then
/// those with which the month begins.
pub(super) fn after(programme: &Programme, month: Option<Month>, question: &str, answer: &str) -> Vec<String> {
    let read: String = answer.chars().take(READ).collect();
    let near = playbooks::search(&format!("{question} {read}"), month);
    // Beside a boundary nothing is near that anybody wants to hear.
    let is_beyond = near.first().is_some_and(|passage| matches!(passage.source, Source::Boundaries));
    let near = near.into_iter().filter(|passage| !is_beyond && !matches!(passage.source, Source::Boundaries));
    let starters = match month {
        Some(month) => &programme.month(month).starters,
        None => &programme.generic_starters,
    };
    let asked = fold(question);
    let mut offered: Vec<String> = Vec::new();
    for candidate in near.skip(1).map(|passage| &passage.heading).chain(starters) {
        if fold(candidate) != asked && !offered.contains(candidate) {
            offered.push(candidate.clone());
        }
        if offered.len() == OFFERED {
            break;
        }
    }
    offered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_offered_and_never_what_was_asked() {
        let programme = Programme::load().unwrap();
        let month = Month::new(3).ok();
        let asked = "How should I price my product?";
        let offered = after(&programme, month, asked, "Set the price between a floor and a ceiling.");
        assert_eq!(offered.len(), OFFERED);
        assert!(offered.iter().all(|question| question != asked && question.ends_with('?')), "{offered:?}");
        assert_eq!(offered, after(&programme, month, asked, "Set the price between a floor and a ceiling."));
    }

    #[test]
    fn where_nothing_is_near_the_months_own_questions_are() {
        let programme = Programme::load().unwrap();
        let month = Month::new(6).ok();
        let offered = after(&programme, month, "zxcvb", "qwrtz");
        assert_eq!(offered, programme.month(month.unwrap()).starters[..OFFERED]);
    }
}
