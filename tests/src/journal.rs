//! What was asked of a stand-in, and what it said: the evidence of a test.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::faults::Fault;

/// How a request ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The vendor would have done it, and so did the stand-in.
    Accepted,
    /// The vendor would have refused it.
    Refused {
        /// HTTP status.
        status: u16,
        /// The vendor's words, or the rule that was broken.
        why: String,
    },
    /// The test had scripted a fault for it.
    Faulted(Fault),
    /// A later poll took over: a second poller, or the same one after it hung up.
    Superseded,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The method, for instance `sendMessage` or `POST /channels/1/messages`.
    pub call: String,
    /// The body as JSON; uploads appear as `{"upload": name, "bytes": length}`.
    pub body: Value,
    /// How it ended.
    pub verdict: Verdict,
    /// Vendor time since the stand-in started.
    pub at: Duration,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9.3}s {} {} -> {:?}", self.at.as_secs_f64(), self.call, self.body, self.verdict)
    }
}

/// Every request in the order of its end.
#[derive(Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
}

impl Journal {
    /// Writes one down.
    pub fn write(&mut self, entry: Entry) {
        tracing::debug!(%entry, "stand-in");
        self.entries.push(entry);
    }

    /// Everything so far.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The requests that the vendor would have refused; scripted faults are not among them.
    #[must_use]
    pub fn refused(&self) -> Vec<Entry> {
        self.entries.iter().filter(|entry| matches!(entry.verdict, Verdict::Refused { .. })).cloned().collect()
    }

    /// The last few requests as lines, for the message of a failed test.
    #[must_use]
    pub fn tail(&self) -> String {
        let from = self.entries.len().saturating_sub(12);
        self.entries[from..].iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }
}
