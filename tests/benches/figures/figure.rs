//! One line of the table: what was measured, what came out, what is wanted.

use std::fmt;
use std::time::Duration;

/// A measured figure.
pub struct Figure {
    what: String,
    measured: String,
    reach: Option<Reach>,
}

struct Reach {
    text: String,
    is_met: bool,
}

impl Figure {
    /// A figure that has no reach of its own and explains another.
    pub fn plain(what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { what: what.into(), measured: measured.into(), reach: None }
    }

    /// A figure of which less is better.
    pub fn at_most(what: impl Into<String>, value: f64, reach: f64, unit: &str) -> Self {
        let measured = format!("{} {unit}", number(value));
        let text = format!("≤ {} {unit}", number(reach));
        Self { what: what.into(), measured, reach: Some(Reach { text, is_met: value <= reach }) }
    }

    /// A figure of which more is better.
    pub fn at_least(what: impl Into<String>, value: f64, reach: f64, unit: &str) -> Self {
        let measured = format!("{} {unit}", number(value));
        let text = format!("≥ {} {unit}", number(reach));
        Self { what: what.into(), measured, reach: Some(Reach { text, is_met: value >= reach }) }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reach, verdict) = match &self.reach {
            None => ("", ""),
            Some(Reach { text, is_met: true }) => (text.as_str(), "OK"),
            Some(Reach { text, is_met: false }) => (text.as_str(), "short"),
        };
        write!(f, "{}", line(&self.what, self.measured.trim_end(), reach.trim_end(), verdict))
    }
}

/// The table's first line.
pub fn heading() -> String {
    line("figure", "measured", "reach", "")
}

fn line(what: &str, measured: &str, reach: &str, verdict: &str) -> String {
    format!("{what:<58} {measured:>16}   {reach:<16} {verdict}").trim_end().to_owned()
}

/// Three significant places where it is small, none where it is large.
fn number(value: f64) -> String {
    match value {
        v if v.fract() == 0.0 && v < 10_000.0 => format!("{v:.0}"),
        v if v < 10.0 => format!("{v:.2}"),
        v if v < 100.0 => format!("{v:.1}"),
        v => thousands(format!("{v:.0}")),
    }
}

fn thousands(digits: String) -> String {
    if digits.len() <= 4 {
        return digits;
    }
    let split = digits.len() - 3;
    format!("{},{}", thousands(digits[..split].to_owned()), &digits[split..])
}

/// Milliseconds, with their fraction.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The value below which `share` of them lie; they are put in order for it.
pub fn quantile<T: PartialOrd + Copy>(values: &mut [T], share: f64) -> Option<T> {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list of some thousand values"
    )]
    let place = (values.len() as f64 * share).ceil() as usize;
    values.get(place.saturating_sub(1)).copied()
}
