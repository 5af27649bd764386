//! What one client answered about their brand, question by question; the studio may answer in their
//! place.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::clients::questions::{Question, STEPS, Standing, all};
use wavelaunch_shared::id::ClientId;

use super::{Place, Subject, parts};
use crate::app::overlay::{Confirm, Overlay, Write};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, AnswersPage, Command, Problem, Query};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::line;
use crate::widgets::list::{Step, step};
use crate::widgets::table::{Column, Table};

const COLUMNS: [Column; 4] = [
    Column::number("#", 2, 1),
    Column::text("Part", 8, 16, 2),
    Column::text("Question", 14, 20, 0),
    Column::text("Answer", 20, 200, 0),
];

/// The screen.
pub struct AnswersScreen {
    id: ClientId,
    page: Remote<AnswersPage>,
    cursor: usize,
}

impl AnswersScreen {
    /// A client's answers.
    pub fn new(id: ClientId) -> Self {
        Self { id, page: Remote::default(), cursor: 0 }
    }

    fn question(&self) -> Option<&'static Question> {
        all().get(self.cursor)
    }

    fn name(&self) -> String {
        self.page.get().map(|page| page.client.full_name.line()).unwrap_or_default()
    }

    fn write(&self, question: &'static Question) -> Overlay {
        let client = self.id.clone();
        let answer = self.page.get().and_then(|page| page.form.answer(question));
        let before = answer.map(|answer| question.shown(answer.raw()).to_owned()).unwrap_or_default();
        let hint = if question.choices.is_empty() {
            question.prompt.to_owned()
        } else {
            let labels = question.choices.iter().zip(1..).map(|(choice, number)| format!("{number} {}", choice.label));
            labels.collect::<Vec<_>>().join(" · ")
        };
        let then = move |text: &str| match question.check(text) {
            Ok(_) => {
                let text = text.trim().to_owned();
                Ok(Wish::Submit(Command::SaveAnswer { client: client.clone(), question: question.key, text }))
            }
            Err(unfit) => Err(unfit.to_string()),
        };
        let title = format!("{}. {}", question.number, question.label);
        let sheet =
            if question.choices.is_empty() { Write::letter(title, hint, then) } else { Write::line(title, hint, then) };
        // What people wrote is put into the editor as it would be drawn.
        Overlay::Write(sheet.with(&wavelaunch_shared::text::terminal_safe(&before)))
    }

    fn ask_again(&self) -> Overlay {
        let lines = vec![
            "The client is told, and asked all 29 questions once more.".into(),
            "What they answered stands beside each question until they answer anew.".into(),
        ];
        let title = format!("Ask {} everything again?", self.name());
        Overlay::Confirm(Confirm::command(title, lines, Command::AskAgain(self.id.clone())))
    }
}

impl View for AnswersScreen {
    fn place(&self) -> Place {
        Place::Answers(self.id.clone())
    }

    fn title(&self) -> String {
        match self.page.get() {
            Some(page) => format!("{}: answers", page.client.full_name.line()),
            None => "Answers".into(),
        }
    }

    fn aside(&self, cx: &Cx<'_>) -> Option<Line<'static>> {
        let form = &self.page.get()?.form;
        let (meaning, standing) = match form.standing() {
            Standing::Open => (Meaning::Waiting, "open"),
            Standing::Finished => (Meaning::Done, "finished"),
            Standing::Planned => (Meaning::Done, "finished, plan written"),
            Standing::Spared => (Meaning::Quiet, "not needed"),
        };
        let missing = form.missing().len();
        let needed = match (form.standing(), missing) {
            (Standing::Open, 1..) => format!(", {missing} needed"),
            _ => String::new(),
        };
        let mut aside = Line::raw(format!("{} of 29{needed}  ", form.answered()));
        aside.spans.push(line::mark(cx.theme(), meaning));
        aside.spans.push(Span::raw(format!(" {standing}")));
        Some(aside)
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Answers(self.id.clone()))]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::Answers(page) => Some(*page),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Answers, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.page.get().map_or(Subject::Nothing, |page| Subject::Questionnaire(page.form.standing()))
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.cursor = step(self.cursor, by, all().len());
        }
        vec![match verb {
            VerbId::WriteAnswer => match self.question() {
                Some(question) => Wish::Show(self.write(question)),
                None => return Vec::new(),
            },
            VerbId::FinishAnswers => Wish::Submit(Command::FinishAnswers(self.id.clone())),
            VerbId::AskAgain => Wish::Show(self.ask_again()),
            _ => return Vec::new(),
        }]
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.page);
        let page = parts::content(buf, area, theme, &self.page)?;
        let table = Table { columns: &COLUMNS, len: all().len(), cursor: Some(self.cursor), first: None };
        table.draw(buf, area, theme, |at| {
            let question = &all()[at];
            let part = STEPS.get(usize::from(question.step) - 1).copied().unwrap_or_default();
            let answer = match page.form.answer(question) {
                Some(answer) => Line::raw(wavelaunch_shared::text::Foreign::from(question.shown(answer.raw())).line()),
                None if question.required => Line::styled("needed", theme.style(Meaning::Waiting)),
                None => Line::styled("–", theme.dim()),
            };
            vec![
                Line::raw(question.number.to_string()),
                Line::styled(part, theme.dim()),
                Line::raw(question.label),
                answer,
            ]
        });
        None
    }
}
