//! A digest in the catalogue's words, the same in a chat, the dashboard and a terminal.

use chrono::Datelike;

use super::{Behind, Digest};
use crate::desk::Delay;
use crate::messages::Rendered;
use crate::{Result, Studio};

type Values = Vec<(&'static str, String)>;

/// The digest as it is sent.
pub fn worded(studio: &Studio, digest: &Digest) -> Result<Rendered> {
    studio.messages.render("digest", &values(studio, digest)?)
}

pub(super) fn values(studio: &Studio, digest: &Digest) -> Result<Values> {
    let figures = &digest.figures;
    let phrase =
        |key: &str, values: &[(&str, String)]| -> Result<String> { Ok(studio.messages.body(key, values)?.to_plain()) };
    let failed = if figures.failed + figures.waiting == 0 {
        "0".to_owned()
    } else {
        let values = [("failed", figures.failed.to_string()), ("waiting", figures.waiting.to_string())];
        phrase("digest_failed", &values)?
    };
    let completed =
        [("months", figures.months_completed.to_string()), ("programmes", figures.programmes_completed.to_string())];
    let mut overdue = Vec::new();
    for behind in &figures.overdue {
        overdue.push(phrase(key_of(behind), &of_behind(behind))?);
    }
    let more = figures.overdue_count - i64::try_from(figures.overdue.len()).unwrap_or(0);
    if more > 0 {
        overdue.push(phrase("digest_more", &[("more", more.to_string())])?);
    }
    let mut days = Vec::new();
    for day in &figures.next_days {
        let values = [
            ("day", day.day.format("%a %-d %B").to_string()),
            ("documents", day.documents.to_string()),
            ("reminders", day.reminders.to_string()),
            ("months", day.months.to_string()),
        ];
        days.push(phrase("digest_day", &values)?);
    }
    Ok(vec![
        ("period", period(studio, digest)?),
        ("fired", figures.fired.to_string()),
        ("failed", failed),
        ("completions", phrase("digest_completions", &completed)?),
        ("overdue", bullets(&overdue).map_or_else(|| phrase("digest_nobody", &[]), Ok)?),
        ("next_days", bullets(&days).map_or_else(|| phrase("digest_quiet", &[]), Ok)?),
    ])
}

/// From which day to which, where the studio is.
fn period(studio: &Studio, digest: &Digest) -> Result<String> {
    let zone = studio.zone()?;
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).date_naive();
    let (first, last) = (day(digest.since), day(digest.until));
    let from = if first.year() == last.year() { first.format("%-d %B") } else { first.format("%-d %B %Y") };
    Ok(format!("{from} to {}", last.format("%-d %B %Y")))
}

fn key_of(behind: &Behind) -> &'static str {
    match behind.delay {
        Delay::Studio => "digest_late",
        Delay::NotOpened => "digest_unopened",
    }
}

fn of_behind(behind: &Behind) -> [(&'static str, String); 3] {
    let name = behind.full_name.as_ref().map_or_else(|| "?".to_owned(), |name| one_line(name.raw()));
    [("client_name", name), ("month", behind.month.to_string()), ("days", behind.days.to_string())]
}

/// A name must not begin another line of a list.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bullets(lines: &[String]) -> Option<String> {
    (!lines.is_empty()).then(|| lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"))
}
