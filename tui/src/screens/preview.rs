//! A move before it is made: every row before and after, and the line that proves that none is lost.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::journey::{Effect, MonthChange, Move, Preview, RowChange, zone};

use super::{Place, Subject, parts, words};
use crate::app::overlay::{Confirm, Overlay};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Command, MovePage, Problem, Query};
use crate::theme::{Meaning, Theme};
use crate::verbs::{Scope, VerbId};
use crate::widgets::line;
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};

/// Lines below the rows: a blank one, what it comes to, and the proof.
const FOOT: u16 = 3;

/// The screen.
pub struct PreviewScreen {
    client: ClientId,
    wanted: Box<Move>,
    page: Remote<MovePage>,
    scroll: Scroll,
}

impl PreviewScreen {
    /// The preview of one move.
    pub fn new(client: ClientId, wanted: Box<Move>) -> Self {
        Self { client, wanted, page: Remote::default(), scroll: Scroll::default() }
    }

    /// What is in force at this moment: a preview that could not be worked out again is none.
    fn sound(&self) -> Option<&MovePage> {
        self.page.get().filter(|page| {
            let proof = page.preview.proof;
            self.page.problem().is_none() && proof.lost == 0 && proof.doubled == 0
        })
    }

    /// What takes steps off for good is asked about once more.
    fn make(&self, page: &MovePage) -> Vec<Wish> {
        let command =
            Command::Move { client: self.client.clone(), wanted: self.wanted.clone(), seen: page.preview.version };
        let off = page.preview.rows.iter().filter(|row| matches!(row.effect, Effect::Cancelled(_))).count();
        let for_good = matches!(*self.wanted, Move::Skip { .. } | Move::AdjustStart { .. });
        if off == 0 || !for_good {
            return vec![Wish::Submit(command), Wish::Back];
        }
        let steps = if off == 1 { "1 planned step is".to_owned() } else { format!("{off} planned steps are") };
        let lines = vec![format!("{steps} taken off, as the preview showed.")];
        let title = format!("{}?", what(&self.wanted));
        vec![Wish::Back, Wish::Show(Overlay::Confirm(Confirm::command(title, lines, command)))]
    }
}

impl View for PreviewScreen {
    fn place(&self) -> Place {
        Place::Move(self.client.clone(), self.wanted.clone())
    }

    fn title(&self) -> String {
        what(&self.wanted)
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Preview { client: self.client.clone(), wanted: self.wanted.clone() })]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::Preview(page) => Some(*page),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Preview, Scope::Paper]
    }

    fn subject(&self) -> Subject {
        self.sound().map_or(Subject::Nothing, |_| Subject::Preview)
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.scroll.by(by);
        }
        let page = self.sound().filter(|_| verb == VerbId::MakeMove);
        page.map(|page| self.make(page)).unwrap_or_default()
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.page);
        let page = parts::content(buf, area, theme, &self.page)?;
        let tz = page.client.zone();
        let city = tz.name().rsplit('/').next().unwrap_or("UTC").replace('_', " ");
        let head = Line::styled(format!(" {}", sentence(&self.wanted, page, cx.now())), theme.strong());
        line::both(buf, line::row(area, 0), theme, head, Line::styled(format!("{city} time "), theme.dim()));
        let body = line::below(area, 1);
        let foot = FOOT.min(body.height.saturating_sub(1));
        let rows = Rect { height: body.height - foot, ..body };
        paper::draw(buf, rows, theme, &lines(&page.preview, tz, cx), &self.scroll);
        let below = line::below(body, rows.height);
        let told = if tells_the_client(&self.wanted) { "  The client is told." } else { "" };
        line::left(buf, line::row(below, 1), theme, Line::raw(format!(" {}{told}", result(&page.preview))));
        line::left(buf, line::row(below, 2), theme, proof(&page.preview, theme));
        None
    }
}

/// Whether the client gets a message about it.
fn tells_the_client(wanted: &Move) -> bool {
    match wanted {
        Move::Pause { .. } | Move::Resume | Move::Extend { .. } | Move::AdjustStart { .. } => true,
        Move::Skip { .. } | Move::Unskip { .. } | Move::Replan => false,
    }
}

/// A move in two or three words, for the path and for questions.
fn what(wanted: &Move) -> String {
    match wanted {
        Move::Pause { .. } => "Pause".into(),
        Move::Resume => "End the pause".into(),
        Move::Extend { .. } => "Another end of the pause".into(),
        Move::AdjustStart { .. } => "Another start".into(),
        Move::Skip { month } => format!("Leave month {month} out"),
        Move::Unskip { month } => format!("Take month {month} in"),
        Move::Replan => "Plan again".into(),
    }
}

/// The same with its dates and the client's name.
fn sentence(wanted: &Move, page: &MovePage, now: DateTime<Utc>) -> String {
    let name = page.client.full_name.line();
    let until = |until: &Option<NaiveDate>| {
        until.map_or_else(|| "with no end yet".to_owned(), |day| format!("until {}", date(day)))
    };
    match wanted {
        Move::Pause { from, until: end, .. } => {
            let from = from.map_or_else(
                || "now".to_owned(),
                |from| format!("from {}", date(zone::local_date(from.max(now), page.client.zone()))),
            );
            format!("Pause {name} {from}, {}", until(end))
        }
        Move::Resume => format!("{name} goes on now"),
        Move::Extend { until: end } => format!("The pause of {name} goes on {}", until(end)),
        Move::AdjustStart { on } => format!("{name} starts on {}", date(*on)),
        Move::Skip { month } => format!("{name} goes without month {month}"),
        Move::Unskip { month } => format!("{name} gets month {month} after all"),
        Move::Replan => format!("Plan again what {name} still misses"),
    }
}

fn date(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// What changes comes first, then the promised days, then what stays.
fn lines(preview: &Preview, tz: Tz, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let untouched = |row: &&RowChange| matches!(row.effect, Effect::Kept | Effect::Done);
    let (same, changed): (Vec<_>, Vec<_>) = preview.rows.iter().partition(untouched);
    let head = format!("   {:<14} {:<3} {:<18} {}", "step", "M", "was", "becomes");
    let mut lines = vec![Line::styled(head, theme.dim())];
    lines.extend(changed.iter().map(|row| row_line(row, tz, theme)));
    if changed.is_empty() {
        lines.push(Line::styled("   no step changes its time", theme.dim()));
    }
    let months: Vec<_> = preview.months.iter().filter(|month| month.before != month.after).collect();
    if !months.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled(" Promised days", theme.strong()));
        lines.extend(months.iter().map(|month| month_line(month, theme)));
    }
    if !same.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled(format!(" {} steps stay as they are", same.len()), theme.strong()));
        lines.extend(same.iter().map(|row| row_line(row, tz, theme)));
    }
    lines
}

fn row_line(row: &RowChange, tz: Tz, theme: Theme) -> Line<'static> {
    let name = row.template.map_or_else(|| words::automation(row.kind.as_str()), |template| template.as_str());
    let month = row.month.map(|month| month.to_string()).unwrap_or_default();
    let at = |at: Option<DateTime<Utc>>| {
        at.map(|at| at.with_timezone(&tz).format("%e %b %Y %H:%M").to_string()).unwrap_or_default()
    };
    let (meaning, becomes) = match row.effect {
        Effect::Kept => (Meaning::Quiet, "unchanged".to_owned()),
        Effect::Done => (Meaning::Quiet, "over already".to_owned()),
        Effect::Held if row.after.is_none() => (Meaning::Paused, "held until the pause ends".to_owned()),
        Effect::Held => (Meaning::Paused, format!("{}  held", at(row.after))),
        Effect::Shifted => (Meaning::Machine, at(row.after)),
        Effect::Cancelled(reason) => (Meaning::Late, format!("taken off: {}", words::skipped(reason))),
        Effect::Restored => (Meaning::Done, format!("{}  again", at(row.after))),
        Effect::Added => (Meaning::Done, format!("{}  new", at(row.after))),
    };
    let quiet = meaning == Meaning::Quiet;
    let look = if quiet { theme.dim() } else { ratatui::style::Style::new() };
    Line::from(vec![
        Span::raw(" "),
        line::mark(theme, meaning),
        Span::styled(format!(" {name:<14} {month:<3} {:<18} ", at(row.before)), look),
        Span::styled(becomes, if quiet { theme.dim() } else { theme.strong() }),
    ])
}

fn month_line(month: &MonthChange, theme: Theme) -> Line<'static> {
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "left out".to_owned(), date);
    Line::from(vec![
        Span::styled(format!("   {:<14} {:<3} {:<18} ", "month", month.month.number(), day(month.before)), theme.dim()),
        Span::styled(day(month.after), theme.strong()),
    ])
}

fn result(preview: &Preview) -> String {
    let end = preview.end.map_or_else(|| "with no end yet".to_owned(), |end| format!("ends on {}", date(end)));
    let days = match preview.paused_days {
        0 => String::new(),
        1 => ", 1 day on hold in all".to_owned(),
        days => format!(", {days} days on hold in all"),
    };
    format!("The programme {end}{days}.")
}

fn proof(preview: &Preview, theme: Theme) -> Line<'static> {
    let sound = preview.proof.lost == 0 && preview.proof.doubled == 0;
    let meaning = if sound { Meaning::Done } else { Meaning::Late };
    Line::from(vec![
        Span::raw(" "),
        line::mark(theme, meaning),
        Span::styled(format!(" {}", preview.proof), theme.style(meaning)),
    ])
}
