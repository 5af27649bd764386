//! What the model costs, by client, day or month, and what is left of the budgets.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use wavelaunch_shared::coach::{Budget, By, Usage};
use wavelaunch_shared::text::Foreign;

use crate::app::{Cx, Remote};
use crate::data::{Answer, CostsPage, Problem};
use crate::screens::{parts, signs};
use crate::theme::{Meaning, Theme};
use crate::verbs::VerbId;
use crate::widgets::line;
use crate::widgets::list::{Step, step};
use crate::widgets::table::{Column, Table};

const COLUMNS: [Column; 6] = [
    Column::text("Whose or when", 14, 26, 0),
    Column::text("For", 12, 20, 1),
    Column::text("Model", 8, 20, 3),
    Column::number("Calls", 6, 4),
    Column::number("Tokens", 10, 2),
    Column::number("Cost", 10, 0),
];

#[derive(Default)]
pub struct Costs {
    page: Remote<CostsPage>,
    by: By,
    cursor: usize,
}

impl Costs {
    pub fn by(&self) -> By {
        self.by
    }

    pub fn aside(&self, cx: &Cx<'_>) -> Line<'static> {
        let name = match self.by {
            By::Client => "30 days by client",
            By::Day => "30 days by day",
            By::Month => "a year by month",
        };
        Line::styled(name, cx.theme().dim())
    }

    pub fn take(&mut self, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::CoachCosts(page) => Some(*page),
            _ => None,
        });
    }

    pub fn act(&mut self, verb: VerbId) {
        if let Some(by) = Step::of_verb(verb) {
            self.cursor = step(self.cursor, by, self.page.get().map_or(0, |page| page.rows.len()));
        }
        if verb == VerbId::NextShow {
            self.by = match self.by {
                By::Client => By::Day,
                By::Day => By::Month,
                By::Month => By::Client,
            };
            self.cursor = 0;
        }
    }

    pub fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.page);
        let Some(page) = parts::content(buf, area, theme, &self.page) else { return };
        let mut lines: Vec<Line<'static>> = page.budgets.iter().map(|budget| told(budget, theme)).collect();
        if lines.is_empty() {
            let hint = " No budget is set; `wavelaunch coach budget set monthly --cost 50` sets one.";
            lines.push(Line::styled(hint, theme.dim()));
        }
        let above = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        for (at, text) in lines.into_iter().enumerate() {
            line::left(buf, line::row(area, u16::try_from(at).unwrap_or(u16::MAX)), theme, text);
        }
        let list = line::below(area, above.saturating_add(1));
        if page.rows.is_empty() {
            return parts::empty(
                buf,
                list,
                theme,
                "The model was not asked. What it answers and writes is counted here.",
            );
        }
        let table = Table { columns: &COLUMNS, len: page.rows.len(), cursor: Some(self.cursor), first: None };
        table.draw(buf, list, theme, |index| cells(&page.rows[index], theme));
    }
}

fn told(budget: &Budget, theme: Theme) -> Line<'static> {
    let percent = budget.percent();
    let meaning = match percent {
        90.. => Meaning::Late,
        75.. => Meaning::Waiting,
        _ => Meaning::Done,
    };
    let then = if budget.auto_pause { "then the playbooks answer" } else { "then you are told" };
    let mut line =
        Line::from(vec![Span::styled(format!(" {:<18}", format!("{} budget", budget.period.word())), theme.dim())]);
    line.spans.extend(signs::sign(theme, meaning, format!("{percent} % used")).spans);
    line.spans.push(Span::styled(format!("  {then}"), theme.dim()));
    line
}

fn cells(row: &Usage, theme: Theme) -> Vec<Line<'static>> {
    let name = row.client_name.as_ref().map(Foreign::line);
    let what = match row.operation.as_str() {
        "COACH" => "answers",
        "COACH_TRIAL" => "trials",
        "GENERATE_PLAN" => "plans",
        _ => "documents",
    };
    vec![
        Line::raw(row.period.clone().or(name).unwrap_or_else(|| "nobody in particular".into())),
        Line::raw(what),
        Line::styled(Foreign::new(row.model.as_str()).line(), theme.dim()),
        Line::raw(row.calls.to_string()),
        Line::raw((row.tokens_in + row.tokens_out).to_string()),
        Line::raw(format!("{}.{:04}", row.cost_micros / 1_000_000, row.cost_micros % 1_000_000 / 100)),
    ]
}
