//! One conversation, the newest message at the bottom.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::delivery::{Passage, State};
use wavelaunch_shared::id::ThreadId;
use wavelaunch_shared::portal::{Message, ThreadStatus};

use super::{Place, Subject, Talk, parts, signs, talks, words};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Problem, Query, ThreadPage};
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::text::wrap;

/// Lines longer than this are tiring to read.
const MEASURE: u16 = 84;

/// The screen.
pub struct ThreadScreen {
    id: ThreadId,
    page: Remote<ThreadPage>,
    scroll: Scroll,
}

impl ThreadScreen {
    /// The screen of one conversation.
    pub fn new(id: ThreadId) -> Self {
        Self { id, page: Remote::default(), scroll: Scroll::bottom() }
    }
}

impl View for ThreadScreen {
    fn place(&self) -> Place {
        Place::Thread(self.id.clone())
    }

    fn title(&self) -> String {
        self.page.get().map_or_else(|| "Conversation".into(), |page| page.client.line())
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Thread(self.id.clone()))]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::Thread(page) => Some(*page),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Talk, Scope::ToClient, Scope::Paper]
    }

    fn subject(&self) -> Subject {
        self.page.get().map_or(Subject::Nothing, |page| {
            Subject::Thread(match page.thread.status {
                ThreadStatus::Open => Talk::Open,
                ThreadStatus::Closed => Talk::Closed,
            })
        })
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.scroll.by(by);
            return Vec::new();
        }
        let Some(page) = self.page.get() else { return Vec::new() };
        match verb {
            VerbId::OpenClient => vec![Wish::Go(Place::client(&page.thread.client_id))],
            _ => talks::act(verb, &page.thread, &page.client.line()),
        }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let area = parts::with_problem(buf, area, cx.theme(), &self.page);
        let page = parts::content(buf, area, cx.theme(), &self.page)?;
        parts::heading(buf, area, cx.theme(), &page.thread.subject.line(), None);
        let measure = area.width.saturating_sub(6).min(MEASURE);
        let lines: Vec<_> = page.messages.iter().flat_map(|message| set(message, page, cx, measure)).collect();
        let body = crate::widgets::line::below(area, 2);
        paper::draw(buf, body, cx.theme(), &lines, &self.scroll);
        None
    }
}

/// A message as lines: who and when, then the text, indented.
fn set(message: &Message, page: &ThreadPage, cx: &Cx<'_>, measure: u16) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let who = match (&message.author, message.is_from_admin) {
        (Some(admin), true) => admin.line(),
        (None, true) => "the studio".into(),
        (_, false) => page.client.line(),
    };
    let when = words::moment(message.created_at, cx.now(), cx.look.zone);
    let mut head = Line::from(vec![
        Span::styled(format!(" {who}"), theme.strong()),
        Span::styled(format!("  {when}"), theme.dim()),
    ]);
    if let [only] = message.passages.as_slice() {
        head.spans.push(Span::raw("  "));
        head.spans.extend(passage(only, message, cx).spans);
    }
    let mut lines = vec![head];
    if message.passages.len() > 1 {
        lines.extend(message.passages.iter().map(|way| {
            let mut line = Line::raw("   ");
            line.spans.extend(passage(way, message, cx).spans);
            line
        }));
    }
    if let (Some(State::Dead | State::InDoubt), Some(error)) = (message.delivery, &message.delivery_error) {
        let error = wavelaunch_shared::text::terminal_safe(error).replace('\n', " ");
        lines.extend(wrap(&error, measure).into_iter().map(|part| Line::styled(format!("   {part}"), theme.dim())));
    }
    lines.extend(wrap(&message.body.lines(), measure).into_iter().map(|part| Line::raw(format!("   {part}"))));
    lines.push(Line::default());
    lines
}

/// One way that a message took: how far, by what, and when, where that is not when it was written.
fn passage(way: &Passage, message: &Message, cx: &Cx<'_>) -> Line<'static> {
    let (meaning, word) = signs::passage(way);
    let later = way.at - message.created_at >= TimeDelta::minutes(1);
    let when = if later { format!(" {}", words::moment(way.at, cx.now(), cx.look.zone)) } else { String::new() };
    signs::sign(cx.theme(), meaning, format!("{word} {}{when}", way.channel.way()))
}
