//! How long to wait after a failure: twice as long after each that follows.

use std::time::Duration;

/// The longest pause, where nothing else is said.
const LONGEST: Duration = Duration::from_secs(30);

/// The pauses of one thing that may fail.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first: Duration,
    next: Duration,
    longest: Duration,
}

impl Backoff {
    /// Nothing has failed yet; the first pause is this long.
    pub const fn new(first: Duration) -> Self {
        Self { first, next: first, longest: LONGEST }
    }

    /// The same with another longest pause.
    pub const fn up_to(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// It failed: how long to wait.
    pub fn failed(&mut self) -> Duration {
        let wait = self.next;
        self.next = (wait * 2).min(self.longest);
        wait
    }

    /// It worked: the next failure is the first again.
    pub fn worked(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::new(Duration::from_secs(4));
        let seconds: Vec<u64> = (0..5).map(|_| backoff.failed().as_secs()).collect();
        assert_eq!(seconds, [4, 8, 16, 30, 30]);
        backoff.worked();
        assert_eq!(backoff.failed().as_secs(), 4);
    }
}
