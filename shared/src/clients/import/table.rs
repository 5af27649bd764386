//! From the bytes of a CSV file to rows, each with its line. Pure.

use chrono::{Datelike, NaiveDate};
use csv::StringRecord;

use crate::clients::NewClient;
use crate::clients::validate::shown;
use crate::{Error, Result};

/// The columns that are read, the first two of which must be there.
const COLUMNS: [&str; 10] = [
    "name",
    "email",
    "niche",
    "country",
    "age",
    "timezone",
    "instagram_handle",
    "tiktok_handle",
    "brand_name",
    "program_start_date",
];
const NEEDED: usize = 2;

/// One record of the file.
pub(super) struct Row {
    /// Where it begins.
    pub line: u64,
    /// The client and when the journey is to begin, or why that cannot be read.
    pub content: Result<(NewClient, Option<NaiveDate>), String>,
}

/// Reads the whole table.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>> {
    let text = utf8(bytes)?;
    if text.trim().is_empty() {
        return Err(Error::invalid(format!("the file is empty; its first line names the columns: {}", known())));
    }
    // Unequal lengths are told row by row, in our words.
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next().transpose().map_err(|e| unreadable(&e))?.unwrap_or_default();
    let columns = places(&header)?;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(|e| unreadable(&e))?;
        if record.len() == 1 && record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        rows.push(Row { line: lines.of(&record), content: row(&columns, header.len(), &record) });
    }
    if rows.is_empty() {
        return Err(Error::invalid("the file names its columns and no client below them"));
    }
    Ok(rows)
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].split(|byte| *byte == b'\n').count();
        Error::invalid(format!("line {line} is not UTF-8 text; save the file again as \"CSV UTF-8\""))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn unreadable(error: &csv::Error) -> Error {
    Error::invalid(format!("the file is no CSV table: {error}"))
}

fn known() -> String {
    COLUMNS.join(",")
}

/// For each of [`COLUMNS`], where the header has it.
fn places(header: &StringRecord) -> Result<[Option<usize>; COLUMNS.len()]> {
    let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    if let [only] = &names[..]
        && let Some(sign) = [';', '\t', '|'].into_iter().find(|sign| only.contains(*sign))
    {
        return Err(Error::invalid(format!("the columns are separated by {sign:?}; save the file with commas")));
    }
    let mut places = [None; COLUMNS.len()];
    for (at, name) in names.iter().enumerate() {
        let Some(column) = COLUMNS.iter().position(|column| column == name) else {
            let shown = shown(name);
            return Err(Error::invalid(format!("the column {shown:?} is not known; the columns are {}", known())));
        };
        if places[column].replace(at).is_some() {
            return Err(Error::invalid(format!("the column {name:?} is there twice; leave one out")));
        }
    }
    match (0..NEEDED).find(|&column| places[column].is_none()) {
        Some(column) => Err(Error::invalid(format!(
            "the column {:?} is missing; the first line names the columns: {}",
            COLUMNS[column],
            known()
        ))),
        None => Ok(places),
    }
}

/// Counts the lines of a text up to where each record begins. The reader's own count is off by
/// one after `\r\n`.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a record begins. Records are asked for in their order.
    fn of(&mut self, record: &StringRecord) -> u64 {
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let start = start.clamp(self.at, self.text.len());
        let breaks = self.text[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = &self.text[self.at..start + breaks];
        self.line += passed.split(|byte| *byte == b'\n').count() as u64 - 1;
        self.at = start + breaks;
        self.line
    }
}

fn row(
    places: &[Option<usize>; COLUMNS.len()],
    width: usize,
    record: &StringRecord,
) -> Result<(NewClient, Option<NaiveDate>), String> {
    if record.len() != width {
        return Err(format!(
            "{} fields where the first line names {width} columns; look for a comma or a quotation mark too many",
            record.len()
        ));
    }
    let field = |column: usize| places[column].and_then(|at| record.get(at)).map(str::trim).unwrap_or_default();
    let text = |column: usize| Some(field(column).to_owned());
    let client = NewClient {
        full_name: field(0).to_owned(),
        email: field(1).to_owned(),
        industry_niche: text(2),
        country: text(3),
        age: age(field(4))?,
        timezone: field(5).to_owned(),
        instagram_handle: text(6),
        tiktok_handle: text(7),
        brand_name: text(8),
        ..NewClient::default()
    };
    Ok((client, date(field(9))?))
}

fn age(text: &str) -> Result<Option<i64>, String> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| format!("the age {:?} is no whole number of years", shown(text))),
    }
}

fn date(text: &str) -> Result<Option<NaiveDate>, String> {
    match text {
        "" => Ok(None),
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|date| (2000..2100).contains(&date.year()))
            .map(Some)
            .ok_or_else(|| {
                format!("the start date {:?} is not in the calendar; write year-month-day, as 2026-03-30", shown(text))
            }),
    }
}
