//! The coach at large: who waits for a person, what is said, how good it is, what it costs, how it is set.

mod costs;
mod quality;
mod setup;
mod talks;
mod waiting;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use wavelaunch_shared::coach::{ConversationRow, Escalation};
use wavelaunch_shared::id::ConversationId;

use super::listing::Listing;
use super::narrowing::{Narrowed, Narrowing};
use super::place::CoachPart as Part;
use super::roll::Roll;
use super::{Place, Subject};
use crate::app::{Cx, Slot, View, Wish};
use crate::data::{Answer, Problem, Query};
use crate::term::Key;
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::{frame, line};

use costs::Costs;
use quality::QualityBoard;
use setup::Setup;

/// The slot of every part's one question; the conversations have one a page.
const ONLY: Slot = 0;

/// The screen.
pub struct CoachScreen {
    part: Part,
    waiting: Listing<Escalation>,
    narrowing: Narrowing,
    talks: Roll<ConversationRow, ConversationId>,
    quality: QualityBoard,
    costs: Costs,
    setup: Setup,
}

impl CoachScreen {
    /// The screen on one of its parts.
    pub fn new(part: Part) -> Self {
        Self {
            part,
            waiting: Listing::new(|row| row.id.as_str()),
            narrowing: Narrowing::default(),
            talks: Roll::new(|row| row.conversation.id.as_str()),
            quality: QualityBoard::default(),
            costs: Costs::default(),
            setup: Setup::default(),
        }
    }

    fn follow(&mut self, narrowed: Narrowed) {
        if narrowed == Narrowed::Changed {
            self.talks.begin_again();
        }
    }

    fn act_on_talks(&mut self, verb: VerbId) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.talks.step(by);
        }
        if verb == VerbId::Filter {
            self.narrowing.begin();
        }
        self.talks.chosen().map(|row| talks::act(verb, row)).unwrap_or_default()
    }
}

impl View for CoachScreen {
    fn place(&self) -> Place {
        Place::Coach(self.part)
    }

    fn title(&self) -> String {
        "Coach".into()
    }

    fn aside(&self, cx: &Cx<'_>) -> Option<Line<'static>> {
        (self.part == Part::Costs).then(|| self.costs.aside(cx))
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        match self.part {
            Part::Waiting => vec![(ONLY, Query::CoachCalls)],
            Part::Talks => {
                let words = || self.narrowing.words().to_owned();
                let pages = self.talks.wanted().into_iter();
                pages.map(|(page, after)| (page, Query::CoachTalks { words: words(), after })).collect()
            }
            Part::Quality => vec![(ONLY, Query::CoachQuality)],
            Part::Costs => vec![(ONLY, Query::CoachCosts(self.costs.by()))],
            Part::Setup => vec![(ONLY, Query::CoachSetup)],
        }
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, Problem>) {
        match self.part {
            Part::Waiting => self.waiting.take(answer, |answer| match answer {
                Answer::CoachCalls(rows) => Some(rows),
                _ => None,
            }),
            Part::Talks => self.talks.take(slot, answer, |answer| match answer {
                Answer::CoachTalks(rows) => Some(talks::stretch(rows)),
                _ => None,
            }),
            Part::Quality => self.quality.take(answer),
            Part::Costs => self.costs.take(answer),
            Part::Setup => self.setup.take(answer),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        match self.part {
            Part::Waiting => vec![Scope::Calls, Scope::Rows, Scope::Tabs, Scope::ToClient, Scope::List],
            Part::Talks => vec![Scope::CoachTalks, Scope::Rows, Scope::Tabs, Scope::ToClient, Scope::List],
            Part::Quality => vec![Scope::Rows, Scope::Tabs, Scope::ToClient, Scope::List],
            Part::Costs => vec![Scope::Costs, Scope::Tabs, Scope::List],
            Part::Setup => vec![Scope::Setup, Scope::Tabs, Scope::List],
        }
    }

    fn subject(&self) -> Subject {
        let found = match self.part {
            Part::Waiting => self.waiting.chosen().map(|_| Subject::Link),
            Part::Talks => self.talks.chosen().map(|row| Subject::Coach(row.conversation.mode)),
            Part::Quality => self.quality.chosen().map(|_| Subject::Link),
            Part::Costs => None,
            Part::Setup => self.setup.is_known().then_some(Subject::Link),
        };
        found.unwrap_or(Subject::Nothing)
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        match verb {
            VerbId::Tab(digit) => {
                if let Some(part) = Part::ALL.get(usize::from(digit).wrapping_sub(1)) {
                    self.part = *part;
                }
                return Vec::new();
            }
            VerbId::NextTab => {
                let at = Part::ALL.iter().position(|part| *part == self.part).unwrap_or(0);
                self.part = Part::ALL[(at + 1) % Part::ALL.len()];
                return Vec::new();
            }
            _ => {}
        }
        match self.part {
            Part::Waiting => {
                self.waiting.act(verb);
                self.waiting.chosen().map(|row| waiting::act(verb, row)).unwrap_or_default()
            }
            Part::Talks => self.act_on_talks(verb),
            Part::Quality => self.quality.act(verb),
            Part::Costs => {
                self.costs.act(verb);
                Vec::new()
            }
            Part::Setup => self.setup.act(verb),
        }
    }

    fn typed(&mut self, key: Key) -> Option<Vec<Wish>> {
        let narrowed = self.narrowing.typed(key);
        self.follow(narrowed);
        (narrowed != Narrowed::NotTyped).then(Vec::new)
    }

    fn pasted(&mut self, text: &str) {
        let narrowed = self.narrowing.pasted(text);
        self.follow(narrowed);
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let names: Vec<(&str, bool)> = Part::ALL.iter().map(|part| (part.name(), false)).collect();
        let chosen = Part::ALL.iter().position(|part| *part == self.part).unwrap_or(0);
        line::left(buf, line::row(area, 0), theme, frame::tabs(theme, &names, chosen));
        let body = line::below(area, 2);
        match self.part {
            Part::Waiting => waiting::draw(buf, body, cx, &self.waiting),
            Part::Talks => return talks::draw(buf, body, cx, &self.narrowing, &self.talks),
            Part::Quality => self.quality.draw(buf, body, cx),
            Part::Costs => self.costs.draw(buf, body, cx),
            Part::Setup => self.setup.draw(buf, body, cx),
        }
        None
    }
}
