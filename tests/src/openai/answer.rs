//! What the model says, in which pieces, and what goes wrong meanwhile.

use std::time::Duration;

use crate::faults::Fault;

/// Trouble within an otherwise good answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// The first piece takes so long.
    SlowStart(Duration),
    /// After so many pieces nothing comes any more, yet the connection stays.
    SilenceAfter(usize),
    /// After so many pieces the connection breaks.
    CutAfter(usize),
    /// After so many pieces comes something that is not JSON.
    GarbageAfter(usize),
    /// After so many pieces comes an `error` object instead of a piece, as OpenAI sends it.
    ErrorAfter(usize),
    /// No usage, although it was asked for.
    NoUsage,
    /// No `finish_reason`, and no `[DONE]`.
    NoFinish,
    /// No answer at all, but this.
    Instead(Fault),
}

/// One answer of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub(super) pieces: Vec<String>,
    pub(super) finish: &'static str,
    pub(super) pace: Duration,
    pub(super) trouble: Vec<Trouble>,
}

impl Answer {
    /// An answer in pieces of a word each.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::pieces(text.as_ref().split_inclusive(' ').map(str::to_owned))
    }

    /// An answer in exactly these pieces.
    pub fn pieces(pieces: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            pieces: pieces.into_iter().map(Into::into).collect(),
            finish: "stop",
            pace: Duration::ZERO,
            trouble: Vec::new(),
        }
    }

    /// Ends for another reason than `stop`, for instance `length` or `content_filter`.
    #[must_use]
    pub fn finished_by(mut self, reason: &'static str) -> Self {
        self.finish = reason;
        self
    }

    /// Leaves this much time between pieces.
    #[must_use]
    pub fn paced(mut self, pace: Duration) -> Self {
        self.pace = pace;
        self
    }

    /// Adds trouble.
    #[must_use]
    pub fn with(mut self, trouble: Trouble) -> Self {
        self.trouble.push(trouble);
        self
    }

    pub(super) fn whole(&self) -> String {
        self.pieces.concat()
    }

    pub(super) fn has(&self, trouble: &Trouble) -> bool {
        self.trouble.contains(trouble)
    }

    /// What comes instead of it.
    pub(super) fn instead(&self) -> Option<&Fault> {
        self.trouble.iter().find_map(|trouble| if let Trouble::Instead(fault) = trouble { Some(fault) } else { None })
    }

    pub(super) fn slow_start(&self) -> Option<Duration> {
        self.trouble
            .iter()
            .find_map(|trouble| if let Trouble::SlowStart(delay) = trouble { Some(*delay) } else { None })
    }
}
