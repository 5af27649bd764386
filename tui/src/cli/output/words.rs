//! Values as people read them in a cell.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;
use wavelaunch_shared::text::Foreign;

/// Columns of foreign text that a list shows of a longer text.
const PREVIEW: usize = 48;
/// Columns of a name that a list shows.
const NAME: usize = 32;

/// A value that may be missing.
pub fn dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// The word by which an enumeration is stored and printed in JSON.
pub fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// A time in UTC, to the minute.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%MZ").to_string()
}

/// The day that a time falls on in a zone.
pub fn date(at: DateTime<Utc>, zone: Tz) -> String {
    day(at.with_timezone(&zone).date_naive())
}

/// A day.
pub fn day(day: NaiveDate) -> String {
    day.format("%e %b %Y").to_string().trim().to_owned()
}

/// How long ago, in one short word.
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (now - at).num_minutes();
    match minutes {
        ..=0 => "now".to_owned(),
        1..=59 => format!("{minutes} min"),
        60..=2879 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

/// The beginning of a longer text, on one line.
pub fn preview(text: &Foreign) -> String {
    shortened(text.line(), PREVIEW)
}

/// A person's name in a list.
pub fn name(text: &Foreign) -> String {
    shortened(text.line(), NAME)
}

fn shortened(line: String, room: usize) -> String {
    if line.width() <= room {
        return line;
    }
    let mut short = String::new();
    for cluster in line.graphemes(true) {
        if short.width() + cluster.width() >= room {
            break;
        }
        short.push_str(cluster);
    }
    format!("{}…", short.trim_end())
}
