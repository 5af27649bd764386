//! A cursor in a list, and the part of the list that is in sight.

use crate::verbs::VerbId;

/// The steps in which a cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One row back.
    Up,
    /// One row on.
    Down,
    /// A screenful back.
    PageUp,
    /// A screenful on.
    PageDown,
    /// The first row.
    Top,
    /// The last row.
    Bottom,
}

impl Step {
    /// The step that a verb of lists makes.
    #[must_use]
    pub fn of_verb(verb: VerbId) -> Option<Self> {
        Some(match verb {
            VerbId::Up => Self::Up,
            VerbId::Down => Self::Down,
            VerbId::PageUp => Self::PageUp,
            VerbId::PageDown => Self::PageDown,
            VerbId::Top => Self::Top,
            VerbId::Bottom => Self::Bottom,
            _ => return None,
        })
    }
}

/// Rows moved by a page key. A constant, because a list does not know how tall
/// it is drawn and a key must not depend on the last frame.
const PAGE: usize = 10;

/// Moves a cursor inside a list of `len` rows.
#[must_use]
pub fn step(cursor: usize, step: Step, len: usize) -> usize {
    let last = len.saturating_sub(1);
    match step {
        Step::Up => cursor.min(last).saturating_sub(1),
        Step::Down => (cursor + 1).min(last),
        Step::PageUp => cursor.min(last).saturating_sub(PAGE),
        Step::PageDown => (cursor + PAGE).min(last),
        Step::Top => 0,
        Step::Bottom => last,
    }
}

/// The first row to draw so that the cursor is in sight.
///
/// The view moves by half its height: over a slow line one repaint every few
/// keys costs less than shifting every row with each of them. It follows from
/// the cursor alone, so nothing has to be remembered between frames.
#[must_use]
pub fn first_in_sight(cursor: usize, height: usize) -> usize {
    if height == 0 || cursor < height {
        return 0;
    }
    let half = (height / 2).max(1);
    ((cursor - height) / half + 1) * half
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_list_has_its_cursor_at_the_top() {
        for by in [Step::Up, Step::Down, Step::PageUp, Step::PageDown, Step::Bottom] {
            assert_eq!(step(0, by, 0), 0);
        }
    }

    #[test]
    fn a_cursor_past_a_list_that_shrank_comes_back() {
        assert_eq!(step(50, Step::Up, 10), 8);
        assert_eq!(step(50, Step::Down, 10), 9);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_sight(cursor in 0usize..10_000, height in 1usize..200) {
            let first = first_in_sight(cursor, height);
            prop_assert!(first <= cursor && cursor < first + height);
        }
    }
}
