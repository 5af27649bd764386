//! How Today is laid out.
//!
//! ```text
//! Waiting for you    │ The machine, 24 h
//! Behind             │ Programme
//! Lately (all the width)
//! ```
//! A narrow terminal gets the left column alone; a low one loses Lately first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use wavelaunch_shared::desk::{Behind, Delay, Today, Upcoming};

use super::{Queue, queues};
use crate::app::Cx;
use crate::screens::{parts, words};
use crate::theme::Meaning;
use crate::widgets::text::{clip, width};
use crate::widgets::{chart, line};

/// Below this width there is one column.
const TWO_COLUMNS: u16 = 72;

/// Draws the whole screen; `cursor` counts queues, then who is behind, then what
/// happened.
pub(super) fn all(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, today: &Today, cursor: usize) {
    let waiting = queues(today);
    let late_from = waiting.len();
    let recent_from = late_from + today.behind.len();
    let wide = area.width >= TWO_COLUMNS;
    let left = Rect { width: if wide { area.width / 2 } else { area.width }, ..area };

    let queue_rows = 1 + u16::try_from(waiting.len().max(1)).unwrap_or(1);
    draw_queues(buf, Rect { height: queue_rows.min(left.height), ..left }, cx, today, &waiting, cursor);
    // Both columns begin their second half on the same row.
    let second = if wide { queue_rows.max(6) + 1 } else { queue_rows + u16::from(area.height > 14) };
    let lower = line::below(left, second);
    let room = if area.height >= 16 { lower.height.saturating_sub(5) } else { lower.height };
    let late_rows = 1 + u16::try_from(today.behind.len().max(1)).unwrap_or(1).min(room.saturating_sub(1));
    let late = Rect { height: late_rows.min(lower.height), ..lower };
    draw_behind(buf, late, cx, &today.behind, cursor.checked_sub(late_from));

    let mut used = second + late_rows;
    if wide {
        let x = area.x + area.width / 2 + 1;
        let right = Rect { x, width: area.width - area.width / 2 - 1, ..area };
        draw_machine(buf, Rect { height: second.min(right.height), ..right }, cx, today);
        draw_programme(buf, line::below(right, second), cx, today);
        used = used.max(second + 5);
    }
    let rest = line::below(area, used + 1);
    if rest.height >= 2 {
        draw_recent(buf, rest, cx, today, cursor.checked_sub(recent_from));
    }
}

/// A row with its pointer, mark and text at the left, and a quiet end.
fn row(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, chosen: bool, mark: Span<'static>, text: &str, end: &str) {
    let theme = cx.theme();
    let pointer = if chosen { Span::styled(theme.pointer(), theme.accent()) } else { Span::raw(" ") };
    let mut body = Span::raw(format!(" {text}"));
    if chosen {
        body.style = body.style.add_modifier(Modifier::BOLD);
    }
    let end = Line::styled(end.to_owned(), theme.dim());
    line::both(buf, area, theme, Line::from(vec![pointer, mark, body]), end);
}

fn draw_queues(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, today: &Today, waiting: &[Queue], cursor: usize) {
    let theme = cx.theme();
    let all: i64 = waiting.iter().map(|queue| queue.of(today).count).sum();
    parts::heading(buf, line::row(area, 0), theme, "Waiting for you", Some(all.to_string()));
    if waiting.is_empty() {
        row(buf, line::row(area, 1), cx, false, line::mark(theme, Meaning::Done), "nothing; all is answered", "");
    }
    for (at, queue) in waiting.iter().enumerate() {
        let place = line::row(area, u16::try_from(at + 1).unwrap_or(u16::MAX));
        let (meaning, text, end) = queue_words(*queue, today, cx);
        // The age alone is understood where the word does not fit.
        let narrow = width(&text) + width(&end) + 4 > area.width;
        let end = if narrow { end.replace("oldest ", "") } else { end };
        row(buf, place, cx, cursor == at, line::mark(theme, meaning), &text, &end);
    }
}

fn queue_words(queue: Queue, today: &Today, cx: &Cx<'_>) -> (Meaning, String, String) {
    let waiting = queue.of(today);
    let waited = waiting.since.map(|since| cx.now() - since);
    let slow = waited.is_some_and(|waited| waited.num_hours() >= 24);
    let oldest = waited.map(|waited| format!("oldest {}", words::span(waited))).unwrap_or_default();
    let (one, many) = match queue {
        Queue::Documents => ("document to review", "documents to review"),
        Queue::Plans => ("business plan owed", "business plans owed"),
        Queue::Messages => ("message unanswered", "messages unanswered"),
        Queue::Escalations => ("coach escalation", "coach escalations"),
        Queue::Ratings => ("low coach rating", "low coach ratings"),
        Queue::Doubts => ("delivery in doubt", "deliveries in doubt"),
        Queue::Alerts => ("alert", "alerts"),
        Queue::Pauses => ("pause request", "pause requests"),
        Queue::Access => ("matter of access", "matters of access"),
        Queue::Holds => ("hold without an end", "holds without an end"),
    };
    let label = if waiting.count == 1 { one } else { many };
    let text = format!("{:>2}  {label}", waiting.count);
    match queue {
        // For these the date is when it is due.
        Queue::Escalations | Queue::Plans => match waited {
            Some(past) if past.num_seconds() > 0 => (Meaning::Late, text, format!("overdue {}", words::span(past))),
            Some(ahead) => (Meaning::Waiting, text, format!("due in {}", words::span(ahead))),
            None => (Meaning::Waiting, text, String::new()),
        },
        Queue::Doubts => (Meaning::Doubt, text, oldest),
        Queue::Documents | Queue::Messages if slow => (Meaning::Late, text, oldest),
        _ => (Meaning::Waiting, text, oldest),
    }
}

fn draw_behind(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, behind: &[Behind], cursor: Option<usize>) {
    let theme = cx.theme();
    parts::heading(buf, line::row(area, 0), theme, "Behind", Some(behind.len().to_string()));
    if behind.is_empty() {
        row(buf, line::row(area, 1), cx, false, line::mark(theme, Meaning::Done), "nobody", "");
    }
    for (at, late) in behind.iter().enumerate() {
        let days = (cx.now() - late.since).num_days();
        let (meaning, why) = match late.delay {
            Delay::Studio => (Meaning::Late, "studio late"),
            Delay::NotOpened if days >= 7 => (Meaning::Late, "not opened"),
            Delay::NotOpened => (Meaning::Waiting, "not opened"),
        };
        let end = format!("M{}  {why:<11} {days:>3} d", late.month);
        let room = area.width.saturating_sub(width(&end) + 4);
        let name = clip(&late.name.line(), room, theme.ellipsis());
        let place = line::row(area, u16::try_from(at + 1).unwrap_or(u16::MAX));
        row(buf, place, cx, cursor == Some(at), line::mark(theme, meaning), &name, &end);
    }
}

fn draw_machine(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, today: &Today) {
    let theme = cx.theme();
    let machine = &today.machine;
    parts::heading(buf, line::row(area, 0), theme, "The machine, 24 h", None);
    let figure = |meaning, number: i64, label: &str| {
        let shown = if number == 0 { Meaning::Quiet } else { meaning };
        [line::mark(theme, shown), Span::raw(format!(" {number} {label}  "))]
    };
    let mut spans = vec![Span::raw(" ")];
    spans.extend(figure(Meaning::Done, machine.done, "done"));
    spans.extend(figure(Meaning::Late, machine.failed, "failed"));
    spans.extend(figure(Meaning::Doubt, today.in_doubt.count, "in doubt"));
    line::left(buf, line::row(area, 1), theme, Line::from(spans));
    let hours: Vec<u64> = machine.hours.iter().map(|count| u64::try_from(*count).unwrap_or(0)).collect();
    let spark = Line::from(vec![Span::raw(" "), chart::sparkline(theme, &hours)]);
    line::left(buf, line::row(area, 2), theme, spark);
    for (at, entry) in today.upcoming.iter().enumerate() {
        let label = if at == 0 { " next" } else { "     " };
        let text = upcoming_words(entry, cx);
        let spans = vec![Span::styled(label, theme.dim()), Span::raw(format!(" {text}"))];
        line::left(buf, line::row(area, 3 + u16::try_from(at).unwrap_or(0)), theme, Line::from(spans));
    }
    if today.upcoming.is_empty() {
        let text = " next: nothing is planned";
        line::left(buf, line::row(area, 3), theme, Line::styled(text, theme.dim()));
    }
}

fn upcoming_words(entry: &Upcoming, cx: &Cx<'_>) -> String {
    let zone = cx.look.zone;
    let (at, today) = (entry.at.with_timezone(&zone), cx.now().with_timezone(&zone));
    let near = at.date_naive() == today.date_naive();
    let when = if near { at.format("%H:%M") } else { at.format("%-d %b") };
    let who = match &entry.client {
        Some((_, name, Some(month))) => format!("{}  M{month}", name.line()),
        Some((_, name, None)) => name.line(),
        None => format!("{} clients", entry.clients),
    };
    format!("{:<6} {:<8} {who}", when.to_string(), entry.what)
}

fn draw_programme(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, today: &Today) {
    let theme = cx.theme();
    let on_time = today.on_time_percent.map(|percent| format!("on time {percent} %"));
    parts::heading(buf, line::row(area, 0), theme, "Programme", on_time);
    let most = today.months.iter().copied().max().unwrap_or(0);
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let half = area.width / 2;
    for (at, count) in today.months.iter().enumerate() {
        let (column, row) = (at / 4, at % 4);
        let digits = count.to_string();
        let room = half.saturating_sub(6 + width(&digits));
        let stroke = chart::stroke(theme, number(*count), number(most), room.min(12));
        let spans = vec![
            Span::styled(format!(" M{} ", at + 1), theme.dim()),
            Span::styled(stroke, theme.style(Meaning::Machine)),
            Span::raw(format!(" {digits}")),
        ];
        let place = line::row(area, 1 + u16::try_from(row).unwrap_or(0));
        let x = place.x + if column == 0 { 0 } else { half };
        line::left(buf, Rect { x, width: half, ..place }, theme, Line::from(spans));
    }
}

fn draw_recent(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, today: &Today, cursor: Option<usize>) {
    let theme = cx.theme();
    parts::heading(buf, line::row(area, 0), theme, "Lately", None);
    if today.recent.is_empty() {
        parts::empty(buf, area, theme, "Nothing has happened yet. Import clients with: wavelaunch client import FILE");
    }
    for (at, event) in today.recent.iter().enumerate() {
        let chosen = cursor == Some(at);
        let pointer = if chosen { Span::styled(theme.pointer(), theme.accent()) } else { Span::raw(" ") };
        let when = words::moment(event.at, cx.now(), cx.look.zone);
        let who = event.name.as_ref().map(|name| format!("{}  ", name.line())).unwrap_or_default();
        let look = if chosen { theme.strong() } else { ratatui::style::Style::new() };
        let spans = vec![
            pointer,
            Span::styled(format!("{when:<10}"), theme.dim()),
            Span::styled(who, theme.strong()),
            Span::styled(event.description.clone(), look),
        ];
        line::left(buf, line::row(area, u16::try_from(at + 1).unwrap_or(u16::MAX)), theme, Line::from(spans));
    }
}
