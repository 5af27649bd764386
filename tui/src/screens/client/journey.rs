//! The journey of one client: eight months, then what the machine will do.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use wavelaunch_shared::documents::{DocumentKind, DocumentRow, DocumentStatus};
use wavelaunch_shared::journey::{Automation, AutomationStatus, MonthState, MonthView};
use wavelaunch_shared::text::Foreign;

use crate::app::overlay::{Confirm, Overlay};
use crate::app::{Cx, Wish};
use crate::data::{ClientPage, Command};
use crate::screens::{Place, Subject, parts, signs, words};
use crate::theme::Meaning;
use crate::verbs::VerbId;
use crate::widgets::line;
use crate::widgets::list::{Step, first_in_sight, step};
use crate::widgets::text::clip;

/// How far ahead the list of planned steps looks.
const AHEAD_DAYS: i64 = 30;

/// The cursor of the tab: months first, then planned steps.
#[derive(Default)]
pub struct JourneyTab {
    cursor: usize,
}

/// What one row is about.
enum Row<'a> {
    Month(&'a MonthView),
    Step(&'a Automation),
}

/// Months, then the steps that failed, run, or are planned within thirty days of
/// the first one still to come.
fn rows(page: &ClientPage) -> Vec<Row<'_>> {
    let open = |row: &&Automation| {
        matches!(row.status, AutomationStatus::Scheduled | AutomationStatus::Running | AutomationStatus::Failed)
    };
    let next = page.journey.automations.iter().filter(open).map(|row| row.trigger_date).min();
    let until = next.map(|next| next + TimeDelta::days(AHEAD_DAYS));
    let soon = |row: &&Automation| until.is_some_and(|until| row.trigger_date <= until);
    let months = page.journey.months.iter().map(Row::Month);
    months.chain(page.journey.automations.iter().filter(open).filter(soon).map(Row::Step)).collect()
}

/// The main document of a month.
fn of_month(documents: &[DocumentRow], month: i64) -> Option<&DocumentRow> {
    documents.iter().find(|row| row.month == Some(month) && row.kind == DocumentKind::Main)
}

impl JourneyTab {
    /// With the cursor on a month from 1 to 8.
    pub fn at_month(month: i64) -> Self {
        Self { cursor: usize::try_from(month - 1).unwrap_or(0) }
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: Step, page: &ClientPage) {
        self.cursor = step(self.cursor, by, rows(page).len());
    }

    /// What is under the cursor, to the verbs.
    pub fn subject(&self, page: &ClientPage, documents: &[DocumentRow]) -> Subject {
        match rows(page).get(self.cursor) {
            Some(Row::Month(month)) => {
                of_month(documents, month.month).map_or(Subject::EmptyMonth, |row| Subject::Document(row.status))
            }
            Some(Row::Step(row)) => Subject::Automation(row.status),
            None => Subject::Nothing,
        }
    }

    /// The month under the cursor.
    pub fn month<'a>(&self, page: &'a ClientPage) -> Option<&'a MonthView> {
        match rows(page).into_iter().nth(self.cursor)? {
            Row::Month(month) => Some(month),
            Row::Step(_) => None,
        }
    }

    /// The document of the month under the cursor.
    pub fn document<'a>(&self, page: &ClientPage, documents: &'a [DocumentRow]) -> Option<&'a DocumentRow> {
        match rows(page).get(self.cursor)? {
            Row::Month(month) => of_month(documents, month.month),
            Row::Step(row) => of_month(documents, row.month?),
        }
    }

    /// Does a verb with the planned step under the cursor.
    pub fn act(&self, verb: VerbId, page: &ClientPage) -> Vec<Wish> {
        let rows = rows(page);
        let Some(Row::Step(row)) = rows.get(self.cursor) else { return Vec::new() };
        let id = row.id.clone();
        vec![match verb {
            VerbId::Why => Wish::Go(Place::Why(id)),
            VerbId::RunNow => Wish::Submit(Command::RunNow(id)),
            VerbId::RetryRow => Wish::Submit(Command::RetryStep(id)),
            _ => {
                let title = format!("Take {} off?", words::step(row));
                let lines = vec!["It will not happen. Other steps stay as they are.".into()];
                Wish::Show(Overlay::Confirm(Confirm::command(title, lines, Command::CancelStep(id))))
            }
        }]
    }

    /// Draws the tab.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>, page: &ClientPage, documents: &[DocumentRow]) {
        let theme = cx.theme();
        let rows = rows(page);
        let mut lines: Vec<(Line<'static>, Line<'static>)> = plan_line(cx, page).into_iter().collect();
        if rows.is_empty() {
            for (at, (left, right)) in lines.into_iter().enumerate() {
                line::both(buf, line::row(area, u16::try_from(at).unwrap_or(u16::MAX)), theme, left, right);
            }
            let text = "The journey has not started. S starts its eight months on a day of your choice.";
            return parts::empty(buf, area, theme, text);
        }
        let mut cursor_line = 0;
        let mut in_steps = false;
        for (at, row) in rows.iter().enumerate() {
            if matches!(row, Row::Step(_)) && !in_steps {
                in_steps = true;
                lines.push(Default::default());
                lines.extend(hold(cx, page));
                lines.push(steps_heading(cx, page));
            }
            let chosen = at == self.cursor;
            if chosen {
                cursor_line = lines.len();
            }
            lines.push(match row {
                Row::Month(month) => month_line(month, documents, cx, area.width, chosen),
                Row::Step(step) => step_line(step, page, cx, chosen),
            });
        }
        let height = usize::from(area.height);
        let first = first_in_sight(cursor_line, height).min(lines.len().saturating_sub(height));
        for (at, (left, right)) in lines.into_iter().skip(first).take(height).enumerate() {
            line::both(buf, line::row(area, u16::try_from(at).unwrap_or(u16::MAX)), theme, left, right);
        }
    }
}

fn pointer(cx: &Cx<'_>, chosen: bool) -> Span<'static> {
    if chosen { Span::styled(cx.theme().pointer(), cx.theme().accent()) } else { Span::raw(" ") }
}

/// A promised day is a date, kept as midnight UTC, and means that date anywhere.
fn date(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    words::day(at, now, chrono_tz::Tz::UTC)
}

fn month_line(
    month: &MonthView,
    documents: &[DocumentRow],
    cx: &Cx<'_>,
    width: u16,
    chosen: bool,
) -> (Line<'static>, Line<'static>) {
    let theme = cx.theme();
    let document = of_month(documents, month.month);
    let (mut meaning, mut word) = signs::month(month.state);
    if let Some(row) = document.filter(|row| row.status != DocumentStatus::Delivered)
        && matches!(month.state, MonthState::InProgress | MonthState::Delayed | MonthState::Upcoming)
    {
        word = row.status.words();
        if month.state != MonthState::Delayed {
            meaning = signs::document(row.status);
        }
    }
    let narrow = width < 60;
    let title_room = if narrow { width.saturating_sub(28).clamp(6, 24) } else { (width - 44).clamp(10, 36) };
    let title = clip(&month.title, title_room, theme.ellipsis());
    let mut look = ratatui::style::Style::new();
    if chosen {
        look = look.add_modifier(Modifier::BOLD);
    }
    let mut left = Line::from(vec![
        pointer(cx, chosen),
        Span::styled(format!("M{} ", month.month), theme.dim()),
        Span::styled(format!("{title:<room$}  ", room = usize::from(title_room)), look),
    ]);
    left.spans.extend(signs::sign(theme, meaning, word).spans);
    if let Some(delivered) = month.delivered_at.filter(|_| !narrow) {
        left.spans.push(Span::raw(format!(" {}", words::day(delivered, cx.now(), cx.look.zone))));
    }
    let right = match (month.delivered_at, document.and_then(|row| row.first_opened_at)) {
        (Some(_), Some(opened)) => {
            Line::styled(format!("opened {} ", words::day(opened, cx.now(), cx.look.zone)), theme.dim())
        }
        (Some(_), None) => Line::styled("not opened ", theme.style(Meaning::Waiting)),
        (None, _) if narrow => Line::styled(date(month.planned_date, cx.now()), theme.dim()),
        (None, _) => {
            let late = (cx.now() - month.planned_date).num_days();
            let text = if month.state == MonthState::Delayed {
                format!("promised {}, {late} d ago ", date(month.planned_date, cx.now()))
            } else {
                format!("promised {} ", date(month.planned_date, cx.now()))
            };
            Line::styled(text, theme.dim())
        }
    };
    (left, right)
}

/// Where the business plan stands, which precedes the months.
fn plan_line(cx: &Cx<'_>, page: &ClientPage) -> Option<(Line<'static>, Line<'static>)> {
    let plan = page.journey.plan.as_ref()?;
    let theme = cx.theme();
    let writing = plan.writing.as_ref().map(|row| row.status);
    let (meaning, word) = match (&plan.latest, writing) {
        (_, Some(AutomationStatus::Running)) => (Meaning::Machine, "being written"),
        (_, Some(AutomationStatus::Scheduled)) => (Meaning::Machine, "written with the next look"),
        (None, Some(AutomationStatus::Failed)) => (Meaning::Late, "could not be written"),
        (None, _) => (Meaning::Waiting, "not written"),
        (Some(latest), _) => (signs::document(latest.status), latest.status.words()),
    };
    let mut left = Line::from(vec![Span::raw(" "), Span::styled("Business plan  ", theme.dim())]);
    left.spans.extend(signs::sign(theme, meaning, word).spans);
    let latest = plan.latest.as_ref();
    let right =
        match (plan.due_at, latest.and_then(|plan| plan.delivered_at), latest.and_then(|plan| plan.first_opened_at)) {
            (Some(due), ..) => {
                Line::styled(format!("{} ", words::promise(due, cx.now())), theme.style(owed(due, cx.now())))
            }
            (None, Some(_), Some(opened)) => {
                Line::styled(format!("opened {} ", words::day(opened, cx.now(), cx.look.zone)), theme.dim())
            }
            (None, Some(_), None) => Line::styled("not opened ", theme.style(Meaning::Waiting)),
            (None, None, _) => Line::default(),
        };
    Some((left, right))
}

fn owed(due: DateTime<Utc>, now: DateTime<Utc>) -> Meaning {
    if due < now { Meaning::Late } else { Meaning::Waiting }
}

/// Since when and until when the journey is on hold, if it is.
fn hold(cx: &Cx<'_>, page: &ClientPage) -> Option<(Line<'static>, Line<'static>)> {
    let client = &page.client;
    if !client.is_paused {
        return None;
    }
    let day = |at: DateTime<Utc>| words::day(at, cx.now(), client.zone());
    let since = client.pause_start_date.map(|at| format!(" since {}", day(at))).unwrap_or_default();
    let until =
        client.pause_end_date.map_or_else(|| ", with no end yet".to_owned(), |at| format!(" until {}", day(at)));
    let mut line = Line::raw(" ");
    line.spans.extend(signs::sign(cx.theme(), Meaning::Paused, format!("on hold{since}{until}")).spans);
    let why = client.pause_reason.as_ref().map(Foreign::line).unwrap_or_default();
    Some((line, Line::styled(format!("{why} "), cx.theme().dim())))
}

fn steps_heading(cx: &Cx<'_>, page: &ClientPage) -> (Line<'static>, Line<'static>) {
    let zone = page.client.zone();
    let city = zone.name().rsplit('/').next().unwrap_or("UTC").replace('_', " ");
    let title = Line::styled(format!(" Next {AHEAD_DAYS} days"), cx.theme().strong());
    (title, Line::styled(format!("{city} time "), cx.theme().dim()))
}

fn step_line(row: &Automation, page: &ClientPage, cx: &Cx<'_>, chosen: bool) -> (Line<'static>, Line<'static>) {
    let theme = cx.theme();
    let at = row.trigger_date.with_timezone(&page.client.zone());
    let month = row.month.map(|month| format!("M{month}")).unwrap_or_default();
    let left = Line::from(vec![
        pointer(cx, chosen),
        Span::styled(format!("  {}  ", at.format("%e %b %H:%M")), theme.dim()),
        Span::styled(
            format!("{:<14} {month:<3} ", words::step(row)),
            if chosen { theme.strong() } else { ratatui::style::Style::new() },
        ),
    ]);
    let right = match (row.status, &row.error_message) {
        (AutomationStatus::Failed, Some(error)) => {
            let error = wavelaunch_shared::text::terminal_safe(error).replace('\n', " ");
            signs::sign(theme, Meaning::Late, format!("{error} "))
        }
        _ if page.client.is_paused => signs::sign(theme, Meaning::Paused, "held "),
        _ if row.trigger_date <= cx.now() && row.status == AutomationStatus::Scheduled => {
            signs::sign(theme, Meaning::Waiting, "due ")
        }
        (status, _) => {
            let (meaning, word) = signs::automation(status);
            signs::sign(theme, meaning, format!("{word} "))
        }
    };
    (left, right)
}
