//! A client's conversation with the coach, as the studio may read it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::coach::{Author, CoachMessage, Mode, Rating};
use wavelaunch_shared::id::{ClientId, ConversationId};

use super::{ClientTab, Place, Subject, parts, signs, words};
use crate::app::overlay::{Overlay, Write};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Command, Problem, Query, TranscriptPage};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::{line, markdown};

/// Lines longer than this are tiring to read.
const MEASURE: u16 = 84;

/// The screen.
pub struct TranscriptScreen {
    client: ClientId,
    id: ConversationId,
    page: Remote<TranscriptPage>,
    scroll: Scroll,
}

impl TranscriptScreen {
    /// The screen of one conversation.
    pub fn new(client: ClientId, id: ConversationId) -> Self {
        Self { client, id, page: Remote::default(), scroll: Scroll::bottom() }
    }

    fn reply(&self, name: &str) -> Wish {
        let id = self.id.clone();
        let hint = "goes into this conversation, marked as a person's";
        Wish::Show(Overlay::Write(Write::letter(format!("To {name}"), hint, move |body| {
            if body.trim().is_empty() {
                return Err("Nothing is written yet.".into());
            }
            Ok(Wish::Submit(Command::CoachReply { id: id.clone(), body: body.trim().to_owned() }))
        })))
    }
}

impl View for TranscriptScreen {
    fn place(&self) -> Place {
        Place::Transcript(self.client.clone(), self.id.clone())
    }

    fn title(&self) -> String {
        "Coach".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Transcript { client: self.client.clone(), id: self.id.clone() })]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::Transcript(page) => Some(*page),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Coach, Scope::ToClient, Scope::Paper]
    }

    fn subject(&self) -> Subject {
        self.page.get().map_or(Subject::Nothing, |page| Subject::Coach(page.conversation.mode))
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.scroll.by(by);
            return Vec::new();
        }
        let Some(page) = self.page.get() else { return Vec::new() };
        vec![match verb {
            VerbId::Reply => self.reply(&page.client.line()),
            VerbId::TakeOver => Wish::Submit(Command::TakeOver(self.id.clone())),
            VerbId::HandBack => Wish::Submit(Command::HandBack(self.id.clone())),
            VerbId::OpenClient => Wish::Go(Place::Client(self.client.clone(), ClientTab::Coach)),
            _ => return Vec::new(),
        }]
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.page);
        let page = parts::content(buf, area, theme, &self.page)?;
        let title = Line::styled(format!(" {}", page.conversation.title.line()), theme.strong());
        line::both(buf, line::row(area, 0), theme, title, mode_sign(page.conversation.mode, cx));
        let measure = area.width.saturating_sub(6).min(MEASURE);
        let lines: Vec<_> = page.messages.iter().flat_map(|message| set(message, page, cx, measure)).collect();
        paper::draw(buf, line::below(area, 2), theme, &lines, &self.scroll);
        None
    }
}

/// Who answers in a conversation.
pub fn mode_sign(mode: Mode, cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme();
    match mode {
        Mode::Ai => signs::sign(theme, Meaning::Machine, "the coach answers"),
        Mode::Human => signs::sign(theme, Meaning::Waiting, "a person answers"),
        Mode::Closed => signs::sign(theme, Meaning::Quiet, "closed"),
    }
}

/// A message as lines: who, when and how it was liked, then the text.
fn set(message: &CoachMessage, page: &TranscriptPage, cx: &Cx<'_>, measure: u16) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let who = match message.author {
        Author::User => page.client.line(),
        Author::Assistant => "the coach".into(),
        Author::Admin => "the studio".into(),
        Author::System => "Wavelaunch".into(),
    };
    let when = words::moment(message.created_at, cx.now(), cx.look.zone);
    let mut head = Line::from(vec![
        Span::styled(format!(" {who}"), theme.strong()),
        Span::styled(format!("  {when}  "), theme.dim()),
    ]);
    let rated = message.rating.map(|rating| match rating {
        Rating::Up => signs::sign(theme, Meaning::Done, "helped"),
        Rating::Down => signs::sign(theme, Meaning::Late, "did not help"),
    });
    head.spans.extend(rated.into_iter().flat_map(|sign| sign.spans));
    if message.is_escalation {
        head.spans.extend(signs::sign(theme, Meaning::Waiting, "called for a person").spans);
    }
    let mut lines = vec![head];
    for mut text in markdown::set(theme, &message.content.lines(), measure) {
        text.spans.insert(0, Span::raw("   "));
        lines.push(text);
    }
    lines.push(Line::default());
    lines
}
