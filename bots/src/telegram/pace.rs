//! How fast Telegram lets a bot write: about one message a second in a chat with a small burst, and
//! thirty a second overall. Edits count like messages.
//!
//! Real time only, and in memory: what Telegram tells beyond it (`retry_after`) is kept in the
//! database by whoever was told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Messages that a chat takes at once, and the time after which it takes one more.
const CHAT: Rate = Rate { burst: 3, every: Duration::from_millis(1050) };
/// The same over all chats, kept a little below the limit.
const OVERALL: Rate = Rate { burst: 25, every: Duration::from_millis(36) };
/// Messages that stay possible, in a chat and over all chats, after one that can be done without.
const KEPT_IN_CHAT: u32 = 1;
const KEPT_OVERALL: u32 = 10;
/// Chats that are remembered; beyond it the ones that are free again are forgotten.
const REMEMBERED: usize = 5_000;

#[derive(Clone, Copy)]
struct Rate {
    burst: u32,
    every: Duration,
}

/// Hands out turns.
#[derive(Debug, Default)]
pub struct Pace {
    turns: Mutex<Turns>,
    lifted: AtomicBool,
}

#[derive(Debug, Default)]
struct Turns {
    /// When each chat's whole burst is back.
    chats: HashMap<i64, Instant>,
    overall: Option<Instant>,
}

impl Pace {
    /// Waits for the turn of a message to `chat`. Turns of one chat are given in the order in which
    /// they were asked for.
    pub async fn turn(&self, chat: i64) {
        if self.lifted.load(Ordering::Relaxed) {
            return;
        }
        let at = self.reserve(chat, Instant::now());
        tokio::time::sleep_until(at).await;
    }

    /// Takes a turn for a message that can be done without, if it can go at once and leaves enough for
    /// those that cannot.
    #[must_use]
    pub fn spare(&self, chat: i64) -> bool {
        let now = Instant::now();
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let in_chat = *turns.chats.entry(chat).or_insert(now);
        let overall = *turns.overall.get_or_insert(now);
        if !has_room(in_chat, CHAT, KEPT_IN_CHAT, now) || !has_room(overall, OVERALL, KEPT_OVERALL, now) {
            return false;
        }
        take(turns.chats.entry(chat).or_insert(now), CHAT, now);
        take(turns.overall.get_or_insert(now), OVERALL, now);
        true
    }

    /// From now on every turn comes at once: where days pass in moments, seconds between messages mean nothing.
    pub fn lift(&self) {
        self.lifted.store(true, Ordering::Relaxed);
    }

    /// Gives nobody a turn in `chat` for `wait`.
    pub fn hold(&self, chat: i64, wait: Duration) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + wait + CHAT.every * CHAT.burst;
        let full = turns.chats.entry(chat).or_insert(until);
        *full = (*full).max(until);
    }

    fn reserve(&self, chat: i64, now: Instant) -> Instant {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.chats.len() > REMEMBERED {
            turns.chats.retain(|_, full| *full > now);
        }
        let in_chat = take(turns.chats.entry(chat).or_insert(now), CHAT, now);
        in_chat.max(take(turns.overall.get_or_insert(now), OVERALL, now))
    }
}

/// Whether a bucket has one to take now, and `kept` more after it.
fn has_room(full: Instant, rate: Rate, kept: u32, now: Instant) -> bool {
    full.max(now) + rate.every * (1 + kept) <= now + rate.every * rate.burst
}

/// Takes one from a bucket and answers when it may be used.
fn take(full: &mut Instant, rate: Rate, now: Instant) -> Instant {
    *full = (*full).max(now) + rate.every;
    (*full).checked_sub(rate.every * rate.burst).unwrap_or(now).max(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of these messages, all asked for at once, may leave, in tenths of a second.
    fn turns(pace: &Pace, chats: impl IntoIterator<Item = i64>) -> Vec<u128> {
        let now = Instant::now();
        chats.into_iter().map(|chat| (pace.reserve(chat, now) - now).as_millis() / 100).collect()
    }

    #[test]
    fn a_chat_takes_a_burst_and_then_one_a_second() {
        let pace = Pace::default();
        assert_eq!(turns(&pace, [1; 5]), [0, 0, 0, 10, 21]);
        assert_eq!(turns(&pace, [2]), [0], "another chat does not wait");
    }

    #[test]
    fn all_chats_together_stay_below_thirty_a_second() {
        let turns = turns(&Pace::default(), 0..200);
        assert_eq!(turns[25 - 1], 0, "a burst goes at once");
        for second in turns[25..].windows(31) {
            assert!(second[30] - second[0] >= 10, "{turns:?}");
        }
    }

    #[test]
    fn what_can_be_done_without_leaves_room_for_the_rest() {
        let pace = Pace::default();
        assert!(pace.spare(1) && pace.spare(1));
        assert!(!pace.spare(1), "the last one of the chat is kept");
        assert_eq!(turns(&pace, [1]), [0], "for this");
        let spared = (2..100).filter(|chat| pace.spare(*chat)).count();
        assert_eq!(spared, 12, "25 at once, 3 are taken, 10 are kept");
        assert_eq!(turns(&pace, 200..210), [0; 10]);
    }

    #[test]
    fn a_held_chat_waits_it_out() {
        let pace = Pace::default();
        pace.hold(1, Duration::from_secs(7));
        assert_eq!(turns(&pace, [2]), [0]);
        assert!(turns(&pace, [1])[0] >= 70);
    }
}
