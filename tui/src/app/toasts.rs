//! Short notes at the edge of the screen, and everything that they said.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::theme::Meaning;

/// How long a note stays. Problems stay longer: they are to be acted on.
const STAY: Duration = Duration::from_secs(5);
const STAY_PROBLEM: Duration = Duration::from_secs(12);
/// Notes shown at once.
const SHOWN: usize = 3;
/// Notes remembered.
const KEPT: usize = 100;

struct Toast {
    meaning: Meaning,
    text: String,
    until: Instant,
}

/// The notes of one session.
#[derive(Default)]
pub struct Toasts {
    notes: VecDeque<Toast>,
}

impl Toasts {
    /// Says something. The same words again only stay longer.
    pub fn say(&mut self, meaning: Meaning, text: String, at: Instant) {
        let stay = if meaning == Meaning::Late { STAY_PROBLEM } else { STAY };
        if self.notes.back().is_some_and(|last| last.text == text) {
            self.notes.pop_back();
        }
        self.notes.push_back(Toast { meaning, text, until: at + stay });
        if self.notes.len() > KEPT {
            self.notes.pop_front();
        }
    }

    /// What is to be shown, oldest first.
    #[must_use]
    pub fn showing(&self, at: Instant) -> Vec<(Meaning, &str)> {
        let mut live: Vec<_> = self
            .notes
            .iter()
            .rev()
            .filter(|note| note.until > at)
            .take(SHOWN)
            .map(|note| (note.meaning, note.text.as_str()))
            .collect();
        live.reverse();
        live
    }

    /// When the next note goes away.
    #[must_use]
    pub fn next_end(&self, at: Instant) -> Option<Instant> {
        self.notes.iter().map(|note| note.until).filter(|until| *until > at).min()
    }

    /// Takes the notes off the screen; they stay in the history.
    pub fn dismiss(&mut self, at: Instant) {
        for note in &mut self.notes {
            note.until = note.until.min(at);
        }
    }

    /// Everything said, newest first.
    pub fn history(&self) -> impl Iterator<Item = (Meaning, &str)> {
        self.notes.iter().rev().map(|note| (note.meaning, note.text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_show_and_all_are_remembered() {
        let at = Instant::now();
        let mut toasts = Toasts::default();
        for n in 0..5 {
            toasts.say(Meaning::Done, format!("note {n}"), at);
        }
        let shown: Vec<_> = toasts.showing(at).into_iter().map(|(_, text)| text).collect();
        assert_eq!(shown, ["note 2", "note 3", "note 4"]);
        assert_eq!(toasts.history().count(), 5);
        assert!(toasts.showing(at + STAY).is_empty());
        assert_eq!(toasts.next_end(at), Some(at + STAY));
    }

    #[test]
    fn the_same_words_are_said_once() {
        let at = Instant::now();
        let mut toasts = Toasts::default();
        toasts.say(Meaning::Late, "no".into(), at);
        toasts.say(Meaning::Late, "no".into(), at + STAY);
        assert_eq!(toasts.history().count(), 1);
        assert_eq!(toasts.showing(at + STAY_PROBLEM).len(), 1);
    }
}
