//! Why one automation stands as it does: its rule, its times, its tries, what made it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::id::AutomationId;
use wavelaunch_shared::journey::{Change, LogRow, Why};
use wavelaunch_shared::text::{Foreign, terminal_safe};

use super::{Place, Subject, parts, signs, words};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Problem, Query};
use crate::theme::Theme;
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::text::wrap;

/// Cells of the labels' column.
const LABEL: usize = 14;

/// The screen.
pub struct WhyScreen {
    id: AutomationId,
    why: Remote<Why>,
    scroll: Scroll,
}

impl WhyScreen {
    /// The explanation of one automation.
    pub fn new(id: AutomationId) -> Self {
        Self { id, why: Remote::default(), scroll: Scroll::default() }
    }
}

impl View for WhyScreen {
    fn place(&self) -> Place {
        Place::Why(self.id.clone())
    }

    fn title(&self) -> String {
        "Why".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Why(self.id.clone()))]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.why.take(answer, |answer| match answer {
            Answer::Why(why) => Some(*why),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::ToClient, Scope::Paper]
    }

    fn subject(&self) -> Subject {
        self.why.get().map_or(Subject::Nothing, |why| Subject::Automation(why.automation.status))
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.scroll.by(by);
        }
        let client = self.why.get().filter(|_| verb == VerbId::OpenClient);
        client.map(|why| Wish::Go(Place::client(&why.automation.client_id))).into_iter().collect()
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.why);
        let why = parts::content(buf, area, theme, &self.why)?;
        paper::draw(buf, area, theme, &lines(why, cx, area.width), &self.scroll);
        None
    }
}

fn lines(why: &Why, cx: &Cx<'_>, width: u16) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let (meaning, state) = signs::automation(why.automation.status);
    let month = why.automation.month.map(|month| format!(", month {month}")).unwrap_or_default();
    let mut head = Line::from(Span::styled(
        format!(" {}{month}, {}  ", words::step(&why.automation), why.client_name.line()),
        theme.strong(),
    ));
    head.spans.extend(signs::sign(theme, meaning, state).spans);
    let mut lines = vec![head, Line::default()];
    let ended = if why.automation.executed_at.is_some() { "It ended" } else { "Its time" };
    let (standing, rule) = (Foreign::new(why.standing.as_str()).line(), why.rule.to_owned());
    for (label, text) in [
        ("Now", standing),
        ("The rule", rule),
        (ended, why.local_time.clone()),
        ("", why.utc_time.clone()),
        ("Tries", why.budget.clone()),
        ("Quiet hours", why.quiet_hours.clone()),
    ] {
        field(&mut lines, theme, width, label, &text);
    }
    lines.push(Line::default());
    lines.push(Line::styled(" What made it, and what changed it last", theme.strong()));
    for change in &why.changes {
        let at = words::stamp(change.at, cx.now(), cx.look.zone);
        field(&mut lines, theme, width, at.trim(), &said(change));
    }
    if why.changes.is_empty() {
        lines.push(Line::styled(" no change was noted at its time", theme.dim()));
    }
    lines.push(Line::default());
    lines.push(Line::styled(" Tries so far", theme.strong()));
    lines.extend(why.attempts.iter().map(|attempt| attempt_line(attempt, cx)));
    if why.attempts.is_empty() {
        lines.push(Line::styled(" none yet", theme.dim()));
    }
    lines
}

fn field(lines: &mut Vec<Line<'static>>, theme: Theme, width: u16, label: &str, text: &str) {
    let room = width.saturating_sub(u16::try_from(LABEL).unwrap_or(0) + 2).max(10);
    for (at, part) in wrap(text, room).into_iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        lines.push(Line::from(vec![Span::styled(format!(" {label:<LABEL$}"), theme.dim()), Span::raw(part)]));
    }
}

/// What was done, and by whom.
fn said(change: &Change) -> String {
    let who = match (&change.admin_name, change.actor_kind.as_str()) {
        (Some(name), _) => name.line(),
        (None, "ADMIN") => "the studio".into(),
        (None, "CLIENT") => "the client".into(),
        (None, _) => "the machine".into(),
    };
    format!("{}, by {who}", change.description)
}

fn attempt_line(attempt: &LogRow, cx: &Cx<'_>) -> Line<'static> {
    let at = words::stamp(attempt.created_at, cx.now(), cx.look.zone);
    let (meaning, word) = signs::attempt(attempt.status);
    let because = match (&attempt.error_message, attempt.reason) {
        (Some(error), _) => terminal_safe(error).replace('\n', " "),
        (None, Some(reason)) => words::skipped(reason).to_owned(),
        (None, None) => String::new(),
    };
    let mut line =
        Line::from(Span::styled(format!(" {:<LABEL$}try {}  ", at.trim(), attempt.attempt), cx.theme().dim()));
    line.spans.extend(signs::sign(cx.theme(), meaning, word).spans);
    line.spans.push(Span::styled(format!("  {because}"), cx.theme().dim()));
    line
}
