//! Follower counts by platform, newest first, each with its change since the reading before.

use std::collections::HashMap;

use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use wavelaunch_shared::social::{Platform, Reading};

use crate::app::{Cx, Remote};
use crate::screens::{parts, words};
use crate::widgets::paper::{self, Scroll};
use crate::widgets::text::grouped;

const EMPTY: &str = "Followers by platform appear here. Counts are recorded with: \
     wavelaunch social record CLIENT --platform instagram --followers N";

/// The tab.
pub fn draw(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, readings: &Remote<Vec<Reading>>, scroll: &Scroll) {
    let theme = cx.theme();
    let area = parts::with_problem(buf, area, theme, readings);
    let Some(readings) = parts::content(buf, area, theme, readings) else { return };
    if readings.is_empty() {
        return parts::empty(buf, area, theme, EMPTY);
    }
    let heading = format!(" {:<13}{:<11}{:>12}{:>10}{:>9}", "Day", "Platform", "Followers", "Change", "");
    let mut lines = vec![Line::styled(heading, theme.dim())];
    lines.extend(changes(readings).into_iter().rev().map(|(reading, before)| {
        // A reading belongs to a day of UTC, wherever the studio is.
        let day = words::day(reading.date, cx.now(), Tz::UTC);
        Line::from(vec![
            Span::styled(format!(" {day:<13}"), theme.dim()),
            Span::raw(format!("{:<11}{:>12}", reading.platform.name(), grouped(reading.followers))),
            Span::styled(changed(reading.followers, before), theme.dim()),
        ])
    }));
    paper::draw(buf, area, theme, &lines, scroll);
}

/// Each reading with the one before it on the same platform.
fn changes(readings: &[Reading]) -> Vec<(&Reading, Option<i64>)> {
    let mut last: HashMap<Platform, i64> = HashMap::new();
    readings.iter().map(|reading| (reading, last.insert(reading.platform, reading.followers))).collect()
}

/// By how many, and by how much in per cent where there was anybody before.
#[expect(clippy::cast_precision_loss, reason = "follower counts lie far below 2^52")]
fn changed(now: i64, before: Option<i64>) -> String {
    let Some(before) = before else { return String::new() };
    let by = now - before;
    let sign = if by > 0 { "+" } else { "" };
    let percent = if before > 0 { format!("{:+.1} %", 100.0 * by as f64 / before as f64) } else { String::new() };
    format!("{:>10}{percent:>9}", format!("{sign}{}", grouped(by)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_sign_and_its_share() {
        assert_eq!(changed(5786, Some(5724)), "       +62   +1.1 %");
        assert_eq!(changed(900, Some(1000)), "      -100  -10.0 %");
        assert_eq!(changed(900, Some(0)), "      +900         ");
        assert_eq!(changed(900, None), "");
    }
}
