//! The few lines of a plan, and of social numbers, that bear on most questions. Pure.

use std::collections::BTreeMap;

use crate::social::Reading;
use crate::text::{Block, Rich};

/// What the coach wants to know of a plan, and the words by which headings speak of it.
const WANTED: [(&str, &[&str]); 3] = [
    ("Summary", &["summary", "overview"]),
    ("Audience", &["audience", "customer", "target market"]),
    ("Value", &["value", "proposition", "promise"]),
];
/// The longest part of a plan, in characters.
const PART: usize = 280;

/// The summary, audience and value of a plan; its beginning where no heading names any of them.
pub(super) fn of_plan(markdown: &str) -> String {
    let Rich(blocks) = Rich::from_markdown(markdown);
    let parts: Vec<String> = WANTED
        .iter()
        .filter_map(|(label, words)| Some(format!("{label}: {}", cut(&section(&blocks, words)?))))
        .collect();
    if parts.is_empty() { Rich(blocks).to_plain() } else { parts.join(" ") }
}

/// What stands under the first heading that holds one of `words`.
fn section(blocks: &[Block], words: &[&str]) -> Option<String> {
    let names = |block: &Block| match block {
        Block::Heading(_, spans) => {
            let heading = spans.iter().map(|span| span.text.as_str()).collect::<String>().to_lowercase();
            words.iter().any(|word| heading.contains(word))
        }
        _ => false,
    };
    let rest = &blocks[blocks.iter().position(names)? + 1..];
    let end = rest.iter().position(|block| matches!(block, Block::Heading(..))).unwrap_or(rest.len());
    let text = Rich(rest[..end].to_vec()).to_plain();
    (!text.trim().is_empty()).then_some(text)
}

fn cut(text: &str) -> String {
    super::one_line(text, PART)
}

/// A line for each platform: where it stands, and how it moved over the readings, oldest first.
pub(super) fn of_readings(readings: &[Reading], days: i64) -> Vec<(String, String)> {
    let mut platforms: BTreeMap<&str, Vec<&Reading>> = BTreeMap::new();
    for reading in readings {
        platforms.entry(reading.platform.name()).or_default().push(reading);
    }
    platforms
        .into_iter()
        .filter_map(|(name, readings)| {
            let (first, last) = (readings.first()?, readings.last()?);
            let now = format!("{} followers", last.followers);
            let moved = match readings.len() {
                0 | 1 => String::new(),
                _ => format!(", {:+} within {days} days", last.followers - first.followers),
            };
            let engaged = last.engagement.map(|percent| format!(", engagement {percent:.1} %")).unwrap_or_default();
            Some((format!("{name} numbers"), format!("{now}{moved}{engaged}")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::social::Platform;

    #[test]
    fn a_plan_is_read_by_its_headings() {
        let plan = "# Plan\n\nIntro.\n\n## Executive Summary\n\nA tea brand.\n\n## Market\n\nBig.\n\n\
                    ### Target customers\n\n- Office workers\n- Students\n\n## Unique value proposition\n\nCalm in a cup.\n";
        assert_eq!(of_plan(plan), "Summary: A tea brand. Audience: - Office workers - Students Value: Calm in a cup.");
        assert_eq!(of_plan("Just words."), "Just words.");
        assert!(of_plan(&format!("## Summary\n\n{}", "x".repeat(900))).chars().count() <= PART + 9);
    }

    #[test]
    fn numbers_are_told_a_platform_a_line() {
        let reading = |platform, day: &str, followers, engagement| Reading {
            platform,
            date: format!("{day}T00:00:00Z").parse().unwrap(),
            followers,
            engagement,
        };
        let readings = [
            reading(Platform::Instagram, "2026-03-01", 5000, None),
            reading(Platform::Tiktok, "2026-03-20", 90, None),
            reading(Platform::Instagram, "2026-03-29", 5210, Some(4.25)),
        ];
        let lines = of_readings(&readings, 30);
        assert_eq!(
            lines[0],
            ("Instagram numbers".into(), "5210 followers, +210 within 30 days, engagement 4.2 %".into())
        );
        assert_eq!(lines[1], ("TikTok numbers".into(), "90 followers".into()));
        assert!(of_readings(&[], 30).is_empty());
    }
}
