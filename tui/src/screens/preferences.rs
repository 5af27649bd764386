//! What one client is told, by which channel, in which order those are tried.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::portal::{Topic, Way};

use super::{Place, Subject, parts, signs, words};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Command, PreferencePage, Problem, Query};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::line;
use crate::widgets::list::{Step, step};

/// The cells of a topic's name and of a channel.
const NAME: usize = 34;
const CELL: usize = 12;

/// The screen.
pub struct PreferencesScreen {
    client: ClientId,
    page: Remote<PreferencePage>,
    topic: usize,
    channel: usize,
}

impl PreferencesScreen {
    /// The screen of one client.
    pub fn new(client: ClientId) -> Self {
        Self { client, page: Remote::default(), topic: 0, channel: 0 }
    }

    /// The channel and topic under the cursor.
    fn chosen(&self) -> Option<(Topic, Channel)> {
        let way = self.page.get()?.channels.get(self.channel)?;
        Some((*Topic::ALL.get(self.topic)?, way.channel))
    }
}

impl View for PreferencesScreen {
    fn place(&self) -> Place {
        Place::Preferences(self.client.clone())
    }

    fn title(&self) -> String {
        "What they are told".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Preferences(self.client.clone()))]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::Preferences(page) => Some(*page),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Preferences, Scope::ToClient, Scope::List]
    }

    fn subject(&self) -> Subject {
        if self.chosen().is_some() { Subject::Link } else { Subject::Nothing }
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.topic = step(self.topic, by, Topic::ALL.len());
        }
        let channels = self.page.get().map_or(0, |page| page.channels.len());
        match verb {
            VerbId::Left => self.channel = self.channel.saturating_sub(1),
            VerbId::Right => self.channel = (self.channel + 1).min(channels.saturating_sub(1)),
            VerbId::OpenClient => return vec![Wish::Go(Place::client(&self.client))],
            _ => {}
        }
        let (Some((topic, channel)), Some(page)) = (self.chosen(), self.page.get()) else { return Vec::new() };
        let client = self.client.clone();
        match verb {
            VerbId::TurnOver => {
                let on = !page.chosen.wants(topic, channel);
                vec![Wish::Submit(Command::SetTopic { client, topic, channel, on })]
            }
            VerbId::TryFirst => vec![Wish::Submit(Command::TryFirst { client, channel })],
            _ => Vec::new(),
        }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.page);
        let page = parts::content(buf, area, theme, &self.page)?;
        let tried = "tried in this order; what is about the account always comes".to_owned();
        parts::heading(buf, line::row(area, 0), theme, &page.client.line(), Some(tried));
        if page.channels.is_empty() {
            let text =
                "Nothing reaches this client yet. Invite them with i on their page; what they choose stands here.";
            parts::empty(buf, line::below(area, 1), theme, text);
            return None;
        }
        let mut head = vec![Span::raw(" ".repeat(NAME))];
        head.extend(page.channels.iter().enumerate().map(|(at, way)| {
            let style = if at == self.channel { theme.strong() } else { theme.dim() };
            Span::styled(format!("{:CELL$}", way.channel.name()), style)
        }));
        let topics = Topic::ALL.into_iter().enumerate().map(|(at, topic)| self.row(at, topic, page, cx));
        let broken = page.channels.iter().filter(|way| way.unreachable_at.is_some()).map(|way| broken(way, cx));
        let rows = std::iter::once(Line::from(head)).chain(topics).chain([Line::default()]).chain(broken);
        for (at, row) in rows.enumerate() {
            line::left(buf, line::row(area, u16::try_from(at + 1).unwrap_or(u16::MAX)), theme, row);
        }
        None
    }
}

impl PreferencesScreen {
    /// A topic with what each channel does with it.
    fn row(&self, at: usize, topic: Topic, page: &PreferencePage, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme();
        let here = at == self.topic;
        let pointer = if here { theme.pointer() } else { " " };
        let style = if here { theme.strong() } else { Style::new() };
        let mut line = Line::from(Span::styled(format!("{:NAME$}", format!("{pointer} {}", topic.words())), style));
        for (column, way) in page.channels.iter().enumerate() {
            let on = page.chosen.wants(topic, way.channel);
            let (meaning, word) = if on { (Meaning::Done, "on") } else { (Meaning::Quiet, "off") };
            let mark = if here && column == self.channel { format!("[{word}]") } else { word.to_owned() };
            let sign = signs::sign(theme, meaning, mark);
            let width: usize = sign.width();
            line.spans.extend(sign.spans);
            line.spans.push(Span::raw(" ".repeat(CELL.saturating_sub(width))));
        }
        line
    }
}

/// A channel by which nothing arrives any more.
fn broken(way: &Way, cx: &Cx<'_>) -> Line<'static> {
    let since = way.unreachable_at.map(|at| words::moment(at, cx.now(), cx.look.zone)).unwrap_or_default();
    let why = way.unreachable_reason.as_deref().map(wavelaunch_shared::text::terminal_safe).unwrap_or_default();
    let told = format!("{}: nothing arrives since {since} ({})", way.channel.name(), why.replace('\n', " "));
    signs::sign(cx.theme(), Meaning::Late, told)
}
