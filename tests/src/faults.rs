//! Trouble on request: what a test may script to go wrong, and which request meets it.

use std::time::Duration;

/// Whom a 429 speaks of (Discord's `X-RateLimit-Scope`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitScope {
    /// This route, for this bot.
    User,
    /// The whole bot.
    Global,
    /// A resource that others use too; does not count as an invalid request.
    Shared,
}

impl LimitScope {
    /// The header's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Global => "global",
            Self::Shared => "shared",
        }
    }
}

/// One way in which the outside world fails.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// 429: come back later. Nothing was done.
    TooMany {
        /// Seconds.
        retry_after: f64,
        /// Whom it concerns.
        scope: LimitScope,
    },
    /// Any other error status, for instance 500 or 502. Nothing was done.
    Status(u16),
    /// The connection breaks before anything was done.
    Cut,
    /// It was done, and then the connection breaks before the answer.
    LostAnswer,
    /// It is done at once, but the answer takes so long.
    Slow(Duration),
}

/// How often a scripted fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The next so many matching requests.
    Next(u32),
    /// Until [`FaultScript::clear`].
    Always,
}

#[derive(Debug)]
struct Rule {
    pattern: String,
    fault: Fault,
    times: Times,
}

/// The faults that wait for their request, in the order in which they were scripted.
#[derive(Debug, Default)]
pub struct FaultScript {
    rules: Vec<Rule>,
}

impl FaultScript {
    /// Lets `fault` strike requests whose call matches `pattern`; `*` stands for any run of characters, case is ignored.
    pub fn add(&mut self, pattern: &str, fault: Fault, times: Times) {
        self.rules.push(Rule { pattern: pattern.to_owned(), fault, times });
    }

    /// Ends all trouble.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The fault for this call, if one waits; it counts as struck.
    pub fn strike(&mut self, call: &str) -> Option<Fault> {
        let index = self.rules.iter().position(|rule| matches(&rule.pattern, call))?;
        let rule = &mut self.rules[index];
        let fault = rule.fault.clone();
        if let Times::Next(left) = &mut rule.times {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.rules.remove(index);
            }
        }
        Some(fault)
    }
}

/// Whether `text` matches `pattern`, where `*` is any run of characters and case is ignored.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|head| text.strip_prefix(head)) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(tail) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run() {
        for (pattern, text, expected) in [
            ("sendMessage", "SendMessage", true),
            ("sendMessage", "sendMessages", false),
            ("*", "anything", true),
            ("send*", "sendDocument", true),
            ("POST /channels/*/messages", "POST /channels/12/messages", true),
            ("POST /channels/*/messages", "POST /channels/12/messages/3", false),
            ("POST /webhooks/*/*", "POST /webhooks/1/tok", true),
            ("a*ba", "aba", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} against {text}");
        }
    }

    #[test]
    fn faults_strike_in_order_and_as_often_as_scripted() {
        let mut script = FaultScript::default();
        script.add("send*", Fault::Status(500), Times::Next(2));
        script.add("*", Fault::Cut, Times::Always);
        let struck: Vec<_> = (0..4).map(|_| script.strike("sendMessage")).collect();
        assert_eq!(struck, [Some(Fault::Status(500)), Some(Fault::Status(500)), Some(Fault::Cut), Some(Fault::Cut)]);
        script.clear();
        assert_eq!(script.strike("sendMessage"), None);
    }
}
