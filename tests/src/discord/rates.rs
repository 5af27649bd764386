//! Discord's request limits: a bucket per route and major parameter, and fifty a second for the whole bot.

use std::collections::HashMap;
use std::time::Duration;

use crate::faults::LimitScope;

/// Whether limits are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RateSwitch {
    /// As Discord does.
    #[default]
    Enforced,
    /// Headers are sent, but nothing is refused.
    Lenient,
}

/// A bucket's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The bucket's name, without the major parameter.
    pub name: &'static str,
    /// Requests in a window.
    pub limit: u32,
    /// The window.
    pub window: Duration,
}

/// What the `X-RateLimit-*` headers say.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// `X-RateLimit-Bucket`.
    pub bucket: String,
    /// `X-RateLimit-Limit`.
    pub limit: u32,
    /// `X-RateLimit-Remaining`.
    pub remaining: u32,
    /// `X-RateLimit-Reset-After` in seconds.
    pub reset_after: f64,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Duration,
    used: u32,
}

const GLOBAL: Rule = Rule { name: "global", limit: 50, window: Duration::from_secs(1) };

/// The windows that are open.
#[derive(Debug)]
pub struct Rates {
    switch: RateSwitch,
    windows: HashMap<(&'static str, u64), Window>,
}

impl Rates {
    /// Nothing used yet.
    #[must_use]
    pub fn new(switch: RateSwitch) -> Self {
        Self { switch, windows: HashMap::new() }
    }

    /// Takes one request of a bucket, or says how long to wait and on whose account.
    pub fn take(
        &mut self,
        rule: Rule,
        major: u64,
        counts_globally: bool,
        now: Duration,
    ) -> (Standing, Option<(f64, LimitScope)>) {
        let over_global = counts_globally && !self.enter(GLOBAL, 0, now);
        let over_bucket = !over_global && !self.enter(rule, major, now);
        let standing = self.standing(rule, major, now);
        let refusal = match (self.switch, over_global, over_bucket) {
            (RateSwitch::Enforced, true, _) => Some((self.standing(GLOBAL, 0, now).reset_after, LimitScope::Global)),
            (RateSwitch::Enforced, _, true) => Some((standing.reset_after, LimitScope::User)),
            _ => None,
        };
        (standing, refusal)
    }

    fn enter(&mut self, rule: Rule, major: u64, now: Duration) -> bool {
        let window = self.windows.entry((rule.name, major)).or_insert(Window { began: now, used: 0 });
        if now.saturating_sub(window.began) >= rule.window {
            *window = Window { began: now, used: 0 };
        }
        let free = window.used < rule.limit;
        window.used += u32::from(free);
        free
    }

    fn standing(&self, rule: Rule, major: u64, now: Duration) -> Standing {
        let window = self.windows.get(&(rule.name, major)).copied().unwrap_or(Window { began: now, used: 0 });
        let left = (window.began + rule.window).saturating_sub(now).as_secs_f64();
        Standing {
            bucket: format!("{}-stand-in", rule.name),
            limit: rule.limit,
            remaining: rule.limit.saturating_sub(window.used),
            reset_after: left.max(0.001),
        }
    }
}
