//! A journey drawn as a line of eight months, complete on 80 columns.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use unicode_width::UnicodeWidthStr;
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::journey::{Automation, AutomationStatus, MonthState, MonthView, Overview, PlanView};

use crate::cli::output::{date, day, moment, word};
use crate::term::Facts;

/// Columns from one month to the next on the line.
const STRIDE: usize = 9;
/// Columns of the longest title that is shown whole.
const TITLE: usize = 37;
/// How far ahead the automations are listed.
const AHEAD: TimeDelta = TimeDelta::days(30);

/// What the line is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    Unicode,
    Ascii,
}

impl Signs {
    /// What this process's terminal can show.
    pub fn of_this_terminal() -> Self {
        let facts = Facts::read(|name| std::env::var(name).ok());
        if facts.speaks_unicode() { Self::Unicode } else { Self::Ascii }
    }

    fn rail(self) -> &'static str {
        match self {
            Self::Unicode => "─",
            Self::Ascii => "-",
        }
    }

    fn month(self, state: MonthState) -> &'static str {
        let (unicode, ascii) = match state {
            MonthState::Completed => ("✓", "+"),
            MonthState::InProgress => ("●", "*"),
            MonthState::Delayed | MonthState::Blocked => ("▲", "!"),
            MonthState::Upcoming => ("·", "."),
            MonthState::Skipped => ("×", "x"),
            MonthState::Paused => ("‖", "="),
        };
        match self {
            Self::Unicode => unicode,
            Self::Ascii => ascii,
        }
    }
}

/// The whole picture.
pub fn draw(client: &Client, overview: &Overview, now: DateTime<Utc>, signs: Signs) -> String {
    let zone = client.zone();
    let mut lines = vec![heading(client, overview)];
    lines.extend(overview.plan.as_ref().map(|plan| plan_line(plan, zone)));
    if overview.months.is_empty() {
        lines.push("The journey has not started; `wavelaunch journey start CLIENT` starts it.".into());
        return lines.join("\n");
    }
    lines.push(String::new());
    lines.extend(rail(&overview.months, signs));
    lines.push(String::new());
    lines.extend(overview.months.iter().map(|month| row(month, zone, signs)));
    lines.extend(next(&overview.automations, now, zone));
    lines.join("\n")
}

fn heading(client: &Client, overview: &Overview) -> String {
    let planned = client.pause_start_date.filter(|_| !overview.is_paused);
    let planned = planned.map(|start| format!(", hold planned from {}", date(start, client.zone())));
    let month = match overview.current_month {
        _ if overview.is_paused => on_hold(client),
        Some(month) => format!("month {month} of {}", overview.months.len()),
        None => "not begun".to_owned(),
    };
    format!(
        "{}  {month}{}, {} % delivered, follows {}",
        client.full_name.line(),
        planned.unwrap_or_default(),
        overview.progress_percent,
        client.timezone
    )
}

fn on_hold(client: &Client) -> String {
    let end = client.pause_end_date.map(|end| date(end, client.zone()));
    end.map_or_else(|| "on hold, no end set".to_owned(), |end| format!("on hold until {end}"))
}

/// Where the business plan stands.
fn plan_line(plan: &PlanView, zone: Tz) -> String {
    let stands = match &plan.latest {
        Some(latest) => match latest.delivered_at {
            Some(at) => format!("delivered {}", date(at, zone)),
            None => latest.status.words().to_owned(),
        },
        None => "not written yet".to_owned(),
    };
    let owed = plan.due_at.map(|due| format!(", promised for {}", moment(due))).unwrap_or_default();
    format!("Business plan: {stands}{owed}")
}

/// Numbers, signs on a rail, and days below each other.
fn rail(months: &[MonthView], signs: Signs) -> [String; 3] {
    let column = |text: String| format!("{text}{}", " ".repeat(STRIDE.saturating_sub(text.width())));
    let numbers: String = months.iter().map(|month| column(format!("M{}", month.month))).collect();
    let marks: Vec<String> = months.iter().map(|month| signs.month(month.state).to_owned()).collect();
    let days: String =
        months.iter().map(|month| column(month.planned_date.format("%e %b").to_string().trim().to_owned())).collect();
    let line = marks.join(&signs.rail().repeat(STRIDE - 1));
    [numbers, line, days].map(|line| format!(" {}", line.trim_end()))
}

fn row(month: &MonthView, zone: Tz, signs: Signs) -> String {
    let when = match (month.state, month.delivered_at) {
        (MonthState::Completed, Some(at)) => format!("delivered {}", date(at, zone)),
        (state, _) => format!("{}, planned {}", words(state), day(month.planned_date.date_naive())),
    };
    let room = " ".repeat(TITLE.saturating_sub(month.title.width()));
    format!(" {} M{} {}{room} {when}", signs.month(month.state), month.month, month.title)
}

fn words(state: MonthState) -> &'static str {
    match state {
        MonthState::Upcoming => "to come",
        MonthState::InProgress => "in progress",
        MonthState::Delayed => "late",
        MonthState::Blocked => "blocked",
        MonthState::Completed => "delivered",
        MonthState::Skipped => "skipped",
        MonthState::Paused => "on hold",
    }
}

/// What the engine does in the next weeks, and what it gave up on.
fn next(automations: &[Automation], now: DateTime<Utc>, zone: Tz) -> Vec<String> {
    let failed = automations.iter().filter(|row| row.status == AutomationStatus::Failed);
    let coming =
        automations.iter().filter(|row| row.status == AutomationStatus::Scheduled && row.trigger_date <= now + AHEAD);
    let lines: Vec<String> = failed.chain(coming).map(|row| one(row, now, zone)).collect();
    if lines.is_empty() {
        return lines;
    }
    [String::new(), " Next 30 days".to_owned()].into_iter().chain(lines).collect()
}

fn one(row: &Automation, now: DateTime<Utc>, zone: Tz) -> String {
    let at = row.trigger_date.with_timezone(&zone).format("%a %e %b %H:%M");
    let what = row.template.map_or_else(|| word(row.kind), word);
    let month = row.month.map(|month| format!("M{month}")).unwrap_or_default();
    let failed = match row.status {
        AutomationStatus::Failed => "  failed",
        _ if row.trigger_date <= now => "  due",
        _ => "",
    };
    format!("   {at}  {what:<20}  {month:<3} {}{failed}", row.id)
}

#[cfg(test)]
mod tests;
