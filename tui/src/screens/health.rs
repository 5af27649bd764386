//! How the engine does: today, lately, and in the week to come.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use wavelaunch_shared::desk::{Grade, Health, Punctuality};

use super::parts;
use crate::app::{Cx, Remote};
use crate::theme::{Meaning, Theme};
use crate::widgets::line;
use crate::widgets::paper::{self, Scroll};

/// From this width on, what was and what comes stand beside each other.
const BESIDE: u16 = 70;
/// So many lines that takes.
const LINES: u16 = 15;

/// Draws the figures. Where there is little room they stand below each other, and can be scrolled.
pub fn draw(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, health: &Remote<Health>, scroll: &Scroll) {
    let theme = cx.theme();
    let area = parts::with_problem(buf, area, theme, health);
    let Some(health) = parts::content(buf, area, theme, health) else { return };
    let (today, ahead, lately) = (today(health, theme), ahead(health, theme), lately(health, theme));
    if area.width < BESIDE || area.height < LINES {
        let all = [today, vec![Line::default()], ahead, vec![Line::default()], lately].concat();
        return paper::draw(buf, area, theme, &all, scroll);
    }
    let half = area.width / 2;
    let at = column(buf, area, theme, today);
    column(buf, Rect { x: area.x + half, width: area.width - half, ..area }, theme, ahead);
    column(buf, line::below(area, at + 1), theme, lately);
}

/// Draws lines below each other; answers how many.
fn column(buf: &mut Buffer, area: Rect, theme: Theme, lines: Vec<Line<'static>>) -> u16 {
    let mut at = 0;
    for text in lines {
        line::left(buf, line::row(area, at), theme, text);
        at += 1;
    }
    at
}

/// Late when there is any.
fn bad(count: i64) -> Meaning {
    if count > 0 { Meaning::Late } else { Meaning::Quiet }
}

fn today(health: &Health, theme: Theme) -> Vec<Line<'static>> {
    let today = &health.today;
    vec![
        heading(theme, "Today"),
        count(theme, today.generated, "documents written", Meaning::Quiet),
        count(theme, today.reminders, "reminders sent", Meaning::Quiet),
        count(theme, today.escalations, "escalations", Meaning::Quiet),
        count(theme, today.failures, "failed tries", bad(today.failures)),
    ]
}

fn ahead(health: &Health, theme: Theme) -> Vec<Line<'static>> {
    let ahead = &health.ahead;
    vec![
        heading(theme, "Next seven days"),
        count(theme, ahead.to_generate, "documents to write", Meaning::Quiet),
        count(theme, ahead.reminders, "reminders to send", Meaning::Quiet),
        count(theme, ahead.months_due, "months promised", Meaning::Quiet),
        count(theme, ahead.completions, "programmes that end", Meaning::Quiet),
    ]
}

fn lately(health: &Health, theme: Theme) -> Vec<Line<'static>> {
    let Health { week, month, behind, .. } = health;
    let thresholds = Line::styled("   good from 95 %, fair from 90 %", theme.dim());
    vec![
        Line::styled(format!(" {:<19}{:>8}{:>11}", "Punctuality", "7 days", "30 days"), theme.strong()),
        shares(theme, "delivered in time", week, month, |days| days.delivered_on_time),
        shares(theme, "written in time", week, month, |days| days.generated_on_time),
        numbers(theme, "months completed", week.months_completed, month.months_completed),
        thresholds,
        Line::default(),
        heading(theme, "Behind now"),
        count(theme, behind.studio_late, "clients wait for the studio", bad(behind.studio_late)),
        count(theme, behind.not_opened, "clients silent for three days", bad(behind.not_opened)),
    ]
}

fn heading(theme: Theme, text: &'static str) -> Line<'static> {
    Line::styled(format!(" {text}"), theme.strong())
}

fn count(theme: Theme, count: i64, what: &'static str, meaning: Meaning) -> Line<'static> {
    let mark = if meaning == Meaning::Quiet { Span::raw(" ") } else { line::mark(theme, meaning) };
    Line::from(vec![Span::raw(" "), mark, Span::styled(format!("{count:>5}  "), theme.strong()), Span::raw(what)])
}

fn shares(
    theme: Theme,
    what: &'static str,
    week: &Punctuality,
    month: &Punctuality,
    of: impl Fn(&Punctuality) -> Option<i64>,
) -> Line<'static> {
    let mut line = Line::raw(format!("   {what:<17}"));
    for days in [week, month] {
        line.spans.extend(share(theme, of(days)));
    }
    line
}

/// A percentage with its mark: without colour, the mark alone says how good it is.
fn share(theme: Theme, percent: Option<i64>) -> [Span<'static>; 3] {
    let Some(percent) = percent else {
        return [Span::raw(" "), Span::styled(format!("{:>7}", "none"), theme.dim()), Span::raw("   ")];
    };
    let meaning = match Grade::of(percent) {
        Grade::Good => Meaning::Done,
        Grade::Fair => Meaning::Waiting,
        Grade::Poor => Meaning::Late,
    };
    [line::mark(theme, meaning), Span::styled(format!("{percent:>5} %"), theme.style(meaning)), Span::raw("   ")]
}

fn numbers(theme: Theme, what: &'static str, week: i64, month: i64) -> Line<'static> {
    Line::from(vec![
        Span::raw(format!("   {what:<17}")),
        Span::styled(format!("{week:>6}     {month:>6}"), theme.strong()),
    ])
}
