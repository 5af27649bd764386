//! A client's conversation with the coach, as the studio may read it.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::coach::{Author, CoachMessage, Mode, Rating};
use wavelaunch_shared::id::{ClientId, CoachMessageId, ConversationId};
use wavelaunch_shared::text::Foreign;

use super::{ClientTab, Place, Subject, parts, signs, words};
use crate::app::overlay::{Overlay, Write};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Command, Problem, Query, TranscriptPage};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::text::wrap;
use crate::widgets::{line, markdown};

/// Lines longer than this are tiring to read.
const MEASURE: u16 = 84;

/// How often an answer that is being written is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The screen.
pub struct TranscriptScreen {
    client: ClientId,
    id: ConversationId,
    page: Remote<TranscriptPage>,
    /// The answer that a correction would put right, if another than the last is marked.
    marked: Option<CoachMessageId>,
    scroll: Scroll,
}

impl TranscriptScreen {
    /// The screen of one conversation.
    pub fn new(client: ClientId, id: ConversationId) -> Self {
        Self { client, id, page: Remote::default(), marked: None, scroll: Scroll::bottom() }
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

impl TranscriptScreen {
    /// The coach's answers, and which of them is marked: the last one unless another was chosen.
    fn answers(&self) -> (Vec<&CoachMessage>, usize) {
        let messages = self.page.get().map_or(&[][..], |page| &page.messages);
        let answers: Vec<&CoachMessage> =
            messages.iter().filter(|message| message.author == Author::Assistant).collect();
        let at = answers.iter().position(|answer| Some(&answer.id) == self.marked.as_ref());
        let last = answers.len().saturating_sub(1);
        (answers, at.unwrap_or(last))
    }

    fn mark(&mut self, verb: VerbId) {
        let (answers, at) = self.answers();
        let to = if verb == VerbId::Left { at.saturating_sub(1) } else { at + 1 };
        self.marked = answers.get(to).or(answers.last()).map(|answer| answer.id.clone());
    }

    fn correct(&self) -> Wish {
        let (answers, at) = self.answers();
        let Some(answer) = answers.get(at) else {
            return Wish::Say(Meaning::Waiting, "The coach has answered nothing here.".into());
        };
        let id = answer.id.clone();
        let title = format!("Instead of: {}", answer.content.line());
        Wish::Show(Overlay::Write(Write::letter(title, "the client is told that it corrects the coach", move |body| {
            if body.trim().is_empty() {
                return Err("Nothing is written yet.".into());
            }
            Ok(Wish::Submit(Command::Correct { answer: id.clone(), body: body.trim().to_owned() }))
        })))
    }

    fn hand_back(&self) -> Wish {
        let id = self.id.clone();
        let hint = "what was settled, for the coach to know; empty: the last words of both sides";
        Wish::Show(Overlay::Write(Write::line("Hand back to the coach", hint, move |text| {
            let summary = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            Ok(Wish::Submit(Command::HandBack { id: id.clone(), summary }))
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

    fn follows(&self) -> Option<Duration> {
        self.page.get()?.writing.as_ref().map(|_| LOOK)
    }

    fn subject(&self) -> Subject {
        self.page.get().map_or(Subject::Nothing, |page| Subject::Coach(page.conversation.mode))
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.scroll.by(by);
            return Vec::new();
        }
        if matches!(verb, VerbId::Left | VerbId::Right) {
            self.mark(verb);
            return Vec::new();
        }
        let Some(page) = self.page.get() else { return Vec::new() };
        vec![match verb {
            VerbId::Correct => self.correct(),
            VerbId::Reply => self.reply(&page.client.line()),
            VerbId::TakeOver => Wish::Submit(Command::TakeOver(self.id.clone())),
            VerbId::HandBack => self.hand_back(),
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
        let (answers, at) = self.answers();
        let marked = answers.get(at).map(|answer| &answer.id);
        let mut lines: Vec<_> = page
            .messages
            .iter()
            .flat_map(|message| set(message, page, cx, measure, marked == Some(&message.id)))
            .collect();
        lines.extend(page.writing.iter().flat_map(|so_far| writing(so_far, cx, measure)));
        lines.extend(called(page, cx));
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

/// What is said so far of an answer.
fn writing(so_far: &Foreign, cx: &Cx<'_>, measure: u16) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let mut head = signs::sign(theme, Meaning::Machine, "the coach is writing");
    head.spans.insert(0, Span::raw(" "));
    let mut lines = vec![head];
    for part in wrap(&so_far.lines(), measure) {
        lines.push(Line::styled(format!("   {part}"), theme.dim()));
    }
    lines.push(Line::default());
    lines
}

/// What led to the open call for a person.
fn called(page: &TranscriptPage, cx: &Cx<'_>) -> Option<Line<'static>> {
    let theme = cx.theme();
    let mut reasons: Vec<&str> = page.calls.iter().map(|call| call.trigger.reason()).collect();
    reasons.dedup();
    let since = words::age(page.calls.first()?.at, cx.now());
    let mut line =
        signs::sign(theme, Meaning::Waiting, format!("waits for a person for {since}: {}", reasons.join("; ")));
    line.spans.insert(0, Span::raw(" "));
    Some(line)
}

/// A message as lines: who, when and how it was liked, then the text.
fn set(message: &CoachMessage, page: &TranscriptPage, cx: &Cx<'_>, measure: u16, marked: bool) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let who = match message.author {
        Author::User => page.client.line(),
        Author::Assistant => "the coach".into(),
        Author::Admin if message.correction_of.is_some() => "the studio, correcting the coach".into(),
        Author::Admin => "the studio".into(),
        Author::System => "Wavelaunch".into(),
    };
    let when = words::moment(message.created_at, cx.now(), cx.look.zone);
    let mut head = Line::from(vec![
        if marked { Span::styled(theme.pointer(), theme.accent()) } else { Span::raw(" ") },
        Span::styled(who, theme.strong()),
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
    if let Some(error) = &message.error {
        let text = Foreign::new(format!("no answer: {error}")).line();
        lines.extend(wrap(&text, measure).into_iter().map(|part| Line::styled(format!("   {part}"), theme.dim())));
    }
    for mut text in markdown::set(theme, &message.content.lines(), measure) {
        text.spans.insert(0, Span::raw("   "));
        lines.push(text);
    }
    lines.push(Line::default());
    lines
}
