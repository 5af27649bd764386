//! Telegram's sending rates: about one message a second in a chat with bursts tolerated, thirty a second overall.

use std::collections::HashMap;
use std::time::Duration;

/// How much a chat, and the bot as a whole, may send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateLimits {
    /// Messages a second in one chat.
    pub chat_per_second: f64,
    /// Messages in one chat that may come at once.
    pub chat_burst: f64,
    /// Messages a second over all chats, which may come at once too.
    pub overall_per_second: f64,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { chat_per_second: 1.0, chat_burst: 5.0, overall_per_second: 30.0 }
    }
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Bucket {
    fn refill(&mut self, now: Duration, rate: f64, most: f64) {
        self.left = (self.left + now.saturating_sub(self.at).as_secs_f64() * rate).min(most);
        self.at = now;
    }
}

/// The state of the limits; without limits everything passes.
#[derive(Debug)]
pub struct Rates {
    limits: Option<RateLimits>,
    chats: HashMap<i64, Bucket>,
    overall: Option<Bucket>,
}

impl Rates {
    /// Fresh buckets.
    #[must_use]
    pub fn new(limits: Option<RateLimits>) -> Self {
        Self { limits, chats: HashMap::new(), overall: None }
    }

    /// Takes one sending to `chat`, or says how many whole seconds to wait.
    pub fn take(&mut self, chat: i64, now: Duration) -> Result<(), u64> {
        let Some(limits) = self.limits else { return Ok(()) };
        let overall = self.overall.get_or_insert(Bucket { left: limits.overall_per_second, at: now });
        let bucket = self.chats.entry(chat).or_insert(Bucket { left: limits.chat_burst, at: now });
        overall.refill(now, limits.overall_per_second, limits.overall_per_second);
        bucket.refill(now, limits.chat_per_second, limits.chat_burst);
        wait(bucket.left, limits.chat_per_second)?;
        wait(overall.left, limits.overall_per_second)?;
        bucket.left -= 1.0;
        overall.left -= 1.0;
        Ok(())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a wait of seconds, never negative and small"
)]
fn wait(left: f64, rate: f64) -> Result<(), u64> {
    if left >= 1.0 { Ok(()) } else { Err(((1.0 - left) / rate).ceil().max(1.0) as u64) }
}
