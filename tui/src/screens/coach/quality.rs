//! How good the coach is, whom it does not help, and yesterday's conversations to be read.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use wavelaunch_shared::coach::{ConversationRow, Quality};

use super::talks;
use crate::app::{Cx, Remote, Wish};
use crate::data::{Answer, Problem, QualityPage};
use crate::screens::{parts, signs};
use crate::theme::{Meaning, Theme};
use crate::verbs::VerbId;
use crate::widgets::line;
use crate::widgets::list::{Step, step};
use crate::widgets::table::Table;

#[derive(Default)]
pub struct QualityBoard {
    page: Remote<QualityPage>,
    cursor: usize,
}

impl QualityBoard {
    pub fn take(&mut self, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::CoachQuality(page) => Some(*page),
            _ => None,
        });
    }

    pub fn chosen(&self) -> Option<&ConversationRow> {
        self.page.get()?.sample.get(self.cursor)
    }

    pub fn act(&mut self, verb: VerbId) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            let len = self.page.get().map_or(0, |page| page.sample.len());
            self.cursor = step(self.cursor, by, len);
        }
        self.chosen().map(|row| talks::act(verb, row)).unwrap_or_default()
    }

    pub fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.page);
        let Some(page) = parts::content(buf, area, theme, &self.page) else { return };
        let lines = figures(&page.figures, theme);
        let above = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        for (at, text) in lines.into_iter().enumerate() {
            line::left(buf, line::row(area, u16::try_from(at).unwrap_or(u16::MAX)), theme, text);
        }
        let below = line::below(area, above.saturating_add(1));
        parts::heading(buf, line::row(below, 0), theme, "To be read today", Some("a sample of yesterday ".into()));
        let list = line::below(below, 1);
        if page.sample.is_empty() {
            return parts::empty(buf, list, theme, "Nobody talked to the coach yesterday.");
        }
        let table = Table { columns: &talks::COLUMNS, len: page.sample.len(), cursor: Some(self.cursor), first: None };
        table.draw(buf, list, theme, |index| talks::cells(&page.sample[index], cx));
    }
}

fn figures(told: &Quality, theme: Theme) -> Vec<Line<'static>> {
    let percent = |share: Option<i64>| share.map_or_else(|| "not known yet".to_owned(), |share| format!("{share} %"));
    let stars = told.stars.map(|stars| format!(", {stars:.1} of 5")).unwrap_or_default();
    let liked = match told.satisfaction {
        Some(share) if share < 75 => Meaning::Waiting,
        Some(_) => Meaning::Done,
        None => Meaning::Quiet,
    };
    let figure = |name: &str, value: Line<'static>, more: String| {
        let mut line = Line::from(vec![Span::styled(format!(" {name:<18}"), theme.dim())]);
        line.spans.extend(value.spans);
        line.spans.push(Span::styled(format!("  {more}"), theme.dim()));
        line
    };
    let mut lines = vec![
        figure(
            "helped",
            signs::sign(theme, liked, format!("{}{stars}", percent(told.satisfaction))),
            format!("{} up, {} down in 30 days", told.up, told.down),
        ),
        figure("solved alone", Line::raw(percent(told.resolution)), "no call, no message within two days".into()),
        figure(
            "called a person",
            Line::raw(format!("{} of {}", told.escalated, told.conversations)),
            "conversations in 30 days".into(),
        ),
        figure(
            "clients",
            Line::raw(format!("{} this week, {} this month", told.weekly_clients, told.monthly_clients)),
            format!("{} questions", told.questions),
        ),
    ];
    for low in &told.low_rated {
        let sentence =
            format!("{} is not helped: {} % of {} ratings down", low.client_name.line(), low.percent(), low.ratings);
        let mut sign = signs::sign(theme, Meaning::Late, sentence);
        sign.spans.insert(0, Span::raw(" "));
        lines.push(sign);
    }
    lines
}
