//! One document, set for reading.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::id::DocumentId;
use wavelaunch_shared::prints::Print;
use wavelaunch_shared::text;

use super::{Place, Subject, papers, parts, signs, words};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, DocumentPage, Problem, Query};
use crate::theme::{Meaning, Theme};
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::markdown;
use crate::widgets::paper::{self, Scroll};

/// Lines longer than this are tiring to read.
const MEASURE: u16 = 84;

/// The screen.
pub struct DocumentScreen {
    id: DocumentId,
    page: Remote<DocumentPage>,
    scroll: Scroll,
}

impl DocumentScreen {
    /// The screen of one document.
    pub fn new(id: DocumentId) -> Self {
        Self { id, page: Remote::default(), scroll: Scroll::default() }
    }
}

impl View for DocumentScreen {
    fn place(&self) -> Place {
        Place::Document(self.id.clone())
    }

    fn title(&self) -> String {
        self.page.get().map_or_else(|| "Document".into(), |page| words::paper(&page.client.line(), page.document.month))
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Document(self.id.clone()))]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::Document(page) => Some(*page),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Review, Scope::Document, Scope::ToClient, Scope::Paper]
    }

    fn subject(&self) -> Subject {
        self.page.get().map_or(Subject::Nothing, |page| Subject::Document(page.document.status))
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.scroll.by(by);
            return Vec::new();
        }
        let Some(page) = self.page.get() else { return Vec::new() };
        if verb == VerbId::OpenClient {
            return vec![Wish::Go(Place::client(&page.document.client_id))];
        }
        if verb == VerbId::Highlights {
            return vec![Wish::Show(papers::highlights(&page.document, &self.title()))];
        }
        papers::act(verb, &self.id, &self.title())
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let area = parts::with_problem(buf, area, cx.theme(), &self.page);
        if let Some(page) = parts::content(buf, area, cx.theme(), &self.page) {
            draw_text(buf, area, cx, page, &self.scroll);
        }
        None
    }
}

/// Draws a document: its state, then its text.
pub fn draw_text(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, page: &DocumentPage, scroll: &Scroll) {
    let theme = cx.theme();
    let document = &page.document;
    let mut lines = vec![head(cx, page)];
    if let Some(reason) = document.rejection_reason.as_ref().filter(|reason| !reason.is_blank()) {
        let style = theme.style(Meaning::Late);
        lines.push(Line::from(vec![
            Span::styled(format!("{} rejected: ", theme.mark(Meaning::Late)), style),
            Span::raw(reason.line()),
        ]));
    }
    lines.extend(told(theme, "to look for", &document.highlights));
    lines.extend(told(theme, "what stands", &document.accomplishments));
    let measure = area.width.saturating_sub(2).min(MEASURE);
    if let Some(trouble) = page.print.as_ref().and_then(Print::trouble) {
        lines.extend(markdown::set(theme, &format!("**PDF** {trouble}"), measure));
    }
    lines.push(Line::default());
    lines.extend(markdown::set(theme, &document.content_markdown.lines(), measure));
    let page = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area };
    paper::draw(buf, page, theme, &lines, scroll);
}

/// What the client is told of it.
fn told(theme: Theme, label: &str, lines: &[String]) -> Vec<Line<'static>> {
    let label = |at: usize| if at == 0 { format!("{label:<13}") } else { " ".repeat(13) };
    let line = |(at, line): (usize, &String)| {
        Line::from(vec![Span::styled(label(at), theme.dim()), Span::raw(text::terminal_safe(line))])
    };
    lines.iter().enumerate().map(line).collect()
}

fn head(cx: &Cx<'_>, page: &DocumentPage) -> Line<'static> {
    let (theme, document) = (cx.theme(), &page.document);
    let mut head = signs::sign(theme, signs::document(document.status), document.status.words());
    let mut add = |text: String| head.spans.push(Span::styled(format!("   {text}"), theme.dim()));
    if let Some(by) = &document.generated_by {
        add(format!("by {by}"));
    }
    if let Some(due) = document.due_at {
        add(format!("promised {}", words::day(due, cx.now(), cx.look.zone)));
    }
    if let Some(opened) = document.first_opened_at {
        add(format!("opened {}", words::day(opened, cx.now(), cx.look.zone)));
    } else if document.delivered_at.is_some() {
        add("not opened".into());
    }
    if let Some(print) = page.print.as_ref().filter(|print| print.file_id.is_some()) {
        add(format!("PDF {}", print.length()));
    }
    head
}
