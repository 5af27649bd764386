//! From a text to its PDF: what an approval and a first opening wait for.

use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use wavelaunch_shared::config::DocumentSettings;
use wavelaunch_shared::press::{About, Document, Fonts, Frame, Job, Paper};

use super::figure::{Figure, millis};

/// Sections that fill some twenty-five pages.
const SECTIONS: usize = 31;
/// The longest that a document of twenty-five pages may take, in milliseconds.
const REACH: f64 = 2000.0;

/// The first document of a process, with its fonts still to be read, and one after it.
pub fn measure() -> Result<[Figure; 2]> {
    let fonts = Fonts::new(&DocumentSettings::default());
    let first = one("Market Entry", &fonts)?;
    let second = one("Sales Engine", &fonts)?;
    Ok([
        Figure::at_most("a PDF of 25 pages, the first of a process", first, REACH, "ms"),
        Figure::at_most("a PDF of 25 pages, a later one", second, REACH, "ms"),
    ])
}

fn one(title: &str, fonts: &Fonts) -> Result<f64> {
    let text = text_of(title)?;
    let date = NaiveDate::from_ymd_opt(2026, 3, 12).context("a day")?;
    let begun = Instant::now();
    let frame = Frame {
        above: "Month 3 of 8",
        below: &["Prepared for Maya by Harbour Studio".into()],
        footer: "Harbour Studio for Maya",
        contents: "Contents",
        page: ["", " of ", ""],
    };
    let paper = Paper::Document(Document::new(About::new(title, "Harbour Studio", date), &frame, &text));
    let printed = black_box(Job::new(&paper, fonts)?.run()?);
    let spent = millis(begun.elapsed());
    ensure!((23..=27).contains(&printed.pages), "{} pages are not about twenty-five", printed.pages);
    Ok(spent)
}

/// A document as a model writes them: headings, paragraphs, lists, a table a section.
fn text_of(title: &str) -> Result<String> {
    let mut text = String::new();
    for section in 1..=SECTIONS {
        writeln!(text, "## {title}, part {section}\n")?;
        for number in 1..=3 {
            writeln!(
                text,
                "In step {number} of part {section} we choose **one audience** and write down what they ask for, in their \
                 own words. The answer decides the offer, the offer decides the page, and the page decides what is \
                 measured in the weeks that follow. Keep it short enough to be read aloud in a minute.\n"
            )?;
        }
        for number in 1..=5 {
            writeln!(
                text,
                "{number}. Talk to {} people of that audience, and note *what they said*.",
                number + section
            )?;
        }
        writeln!(text, "\n| what | who | when |\n|---|---|--:|")?;
        for number in 1..=6 {
            writeln!(text, "| Draft {number} of part {section} | the studio | week {number} |")?;
        }
        text.push('\n');
    }
    Ok(text)
}
