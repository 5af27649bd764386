//! Discord's rate limits, as its answers tell them: a bucket a route, and one limit over all.
//!
//! Real time only: a driven clock does not make a platform forget how fast it was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::route::{Lane, Route};

/// Requests in one [`GLOBAL_WINDOW`] over all routes.
const GLOBAL_REQUESTS: usize = 50;
/// A little more than Discord's second: requests do not arrive as evenly as they leave.
const GLOBAL_WINDOW: Duration = Duration::from_millis(1100);
/// Buckets that are remembered; beyond it those that are free again are forgotten.
const REMEMBERED: usize = 1000;

/// Everything known about the limits.
#[derive(Debug, Default)]
pub struct Limits {
    known: Mutex<Known>,
    changed: Notify,
    lifted: AtomicBool,
}

#[derive(Debug, Default)]
struct Known {
    /// The bucket that Discord named for a route, once it has.
    named: HashMap<String, String>,
    buckets: HashMap<String, Bucket>,
    recent: VecDeque<Instant>,
    held_until: Option<Instant>,
}

#[derive(Debug, Default)]
struct Bucket {
    /// Requests a window; unknown until the first answer.
    limit: Option<u32>,
    remaining: u32,
    reset: Option<Instant>,
    /// The first request to an unknown bucket is alone on its way.
    probing: bool,
    /// Discord told that this bucket has no limit.
    unlimited: bool,
}

/// What a request may do now.
enum Turn {
    Go,
    WaitUntil(Instant),
    WaitForAnswer,
}

impl Limits {
    /// Waits until `route` may be asked; `Err` at once with the time still to wait if that is later
    /// than `patience` from now.
    pub async fn acquire(&self, route: &Route, patience: Duration) -> Result<(), Duration> {
        if self.are_lifted() {
            return Ok(());
        }
        let give_up = Instant::now() + patience;
        loop {
            let changed = self.changed.notified();
            let now = Instant::now();
            let turn = self.known().turn(route, now);
            match turn {
                Turn::Go => return Ok(()),
                Turn::WaitUntil(at) if at > give_up => return Err(at - now),
                Turn::WaitUntil(at) => {
                    let _ = tokio::time::timeout_at(at, changed).await;
                }
                Turn::WaitForAnswer => {
                    if tokio::time::timeout_at(give_up, changed).await.is_err() {
                        return Err(Duration::from_secs(1));
                    }
                }
            }
        }
    }

    /// From now on every turn comes at once: where days pass in moments, seconds between requests mean nothing.
    pub fn lift(&self) {
        self.lifted.store(true, Ordering::Relaxed);
    }

    /// Whether they are.
    pub fn are_lifted(&self) -> bool {
        self.lifted.load(Ordering::Relaxed)
    }

    /// Learns from an answer.
    pub fn learn(&self, route: &Route, headers: &HeaderMap) {
        self.known().learn(route, headers, Instant::now());
        self.changed.notify_waiters();
    }

    /// The request got no answer.
    pub fn unanswered(&self, route: &Route) {
        self.known().bucket(route).probing = false;
        self.changed.notify_waiters();
    }

    /// Discord said to wait: for this route's bucket, or for everything.
    pub fn hold(&self, route: &Route, wait: Duration, everything: bool) {
        let until = Instant::now() + wait;
        let mut known = self.known();
        if everything {
            known.held_until = Some(known.held_until.map_or(until, |held| held.max(until)));
        } else {
            let bucket = known.bucket(route);
            bucket.remaining = 0;
            bucket.unlimited = false;
            bucket.limit.get_or_insert(1);
            bucket.reset = Some(bucket.reset.map_or(until, |reset| reset.max(until)));
        }
        bucket_released(&mut known, route);
        drop(known);
        self.changed.notify_waiters();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // A panic elsewhere leaves figures that are at worst out of date.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bucket_released(known: &mut Known, route: &Route) {
    known.bucket(route).probing = false;
}

impl Known {
    fn turn(&mut self, route: &Route, now: Instant) -> Turn {
        if route.lane == Lane::Callback {
            return Turn::Go;
        }
        if route.lane == Lane::Ordinary
            && let Some(at) = self.global_wait(now)
        {
            return Turn::WaitUntil(at);
        }
        self.forget_free(now);
        let turn = self.bucket(route).turn(now);
        if matches!(turn, Turn::Go) && route.lane == Lane::Ordinary {
            self.recent.push_back(now);
        }
        turn
    }

    fn global_wait(&mut self, now: Instant) -> Option<Instant> {
        if let Some(held) = self.held_until {
            if held > now {
                return Some(held);
            }
            self.held_until = None;
        }
        while self.recent.front().is_some_and(|at| *at + GLOBAL_WINDOW <= now) {
            self.recent.pop_front();
        }
        (self.recent.len() >= GLOBAL_REQUESTS).then(|| self.recent.front().map(|at| *at + GLOBAL_WINDOW)).flatten()
    }

    fn bucket(&mut self, route: &Route) -> &mut Bucket {
        let key = self.named.get(&route.key).unwrap_or(&route.key).clone();
        self.buckets.entry(key).or_default()
    }

    fn learn(&mut self, route: &Route, headers: &HeaderMap, now: Instant) {
        self.bucket(route).probing = false;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(name) = text("x-ratelimit-bucket") {
            let key = format!("{name} {}", route.major);
            if self.named.get(&route.key) != Some(&key) {
                self.buckets.remove(&route.key);
                self.named.insert(route.key.clone(), key);
            }
        }
        let number = |name: &str| text(name).and_then(|value| value.parse::<u32>().ok());
        let seconds = text("x-ratelimit-reset-after").and_then(|value| value.parse::<f64>().ok());
        let bucket = self.bucket(route);
        match (number("x-ratelimit-limit"), number("x-ratelimit-remaining"), seconds.and_then(seconds_of)) {
            (Some(limit), Some(remaining), Some(wait)) => bucket.told(limit, remaining, now + wait, now),
            _ if bucket.limit.is_none() => bucket.unlimited = true,
            _ => {}
        }
    }

    fn forget_free(&mut self, now: Instant) {
        if self.buckets.len() > REMEMBERED {
            self.buckets.retain(|_, bucket| bucket.probing || bucket.reset.is_some_and(|reset| reset > now));
            self.named.clear();
        }
    }
}

impl Bucket {
    fn turn(&mut self, now: Instant) -> Turn {
        if self.unlimited {
            return Turn::Go;
        }
        let Some(limit) = self.limit else {
            if self.probing {
                return Turn::WaitForAnswer;
            }
            self.probing = true;
            return Turn::Go;
        };
        if self.reset.is_none_or(|reset| reset <= now) {
            self.remaining = limit.max(1);
            self.reset = None;
        }
        match (self.remaining.checked_sub(1), self.reset) {
            (Some(left), _) => {
                self.remaining = left;
                Turn::Go
            }
            (None, Some(reset)) => Turn::WaitUntil(reset),
            // All of a window is on its way; the next answer tells when it ends.
            (None, None) => Turn::WaitForAnswer,
        }
    }

    /// Within one window the lower figure is right: answers arrive out of order.
    fn told(&mut self, limit: u32, remaining: u32, reset: Instant, now: Instant) {
        let same_window = self.limit.is_some() && self.reset.is_none_or(|known| known > now);
        self.remaining = if same_window { self.remaining.min(remaining) } else { remaining };
        self.limit = Some(limit);
        self.unlimited = false;
        self.reset = Some(self.reset.map_or(reset, |known| known.max(reset)));
    }
}

/// A waiting time that Discord names, as long as it is one.
#[must_use]
pub fn seconds_of(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok().filter(|wait| *wait <= Duration::from_hours(24))
}
