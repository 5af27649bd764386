//! One client: the journey as the spine, and everything else on tabs.

mod journey;
mod social;
mod tabs;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::clients::Status;
use wavelaunch_shared::coach::Conversation;
use wavelaunch_shared::documents::DocumentRow;
use wavelaunch_shared::events::Event;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::portal::{ThreadRow, ThreadShow};
use wavelaunch_shared::social::Reading;

use self::journey::JourneyTab;
use super::listing::Listing;
use super::{ClientTab, Place, Subject, inbox, moves, papers, parts, people, talks, words};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, ClientPage, Problem, Query};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::paper::Scroll;
use crate::widgets::{frame, line};

const PAGE: Slot = 0;
const DOCUMENTS: Slot = 1;
const THREADS: Slot = 2;
const ACTIVITY: Slot = 3;
const COACH: Slot = 4;
const SOCIAL: Slot = 5;

/// The screen.
pub struct ClientScreen {
    id: ClientId,
    tab: ClientTab,
    page: Remote<ClientPage>,
    journey: JourneyTab,
    documents: Listing<DocumentRow>,
    threads: Listing<ThreadRow>,
    activity: Remote<Vec<Event>>,
    coach: Listing<Conversation>,
    social: Remote<Vec<Reading>>,
    scroll: Scroll,
}

impl ClientScreen {
    /// A client's page on one of its tabs.
    pub fn new(id: ClientId, tab: ClientTab) -> Self {
        Self {
            id,
            tab,
            page: Remote::default(),
            journey: JourneyTab::default(),
            documents: Listing::new(|row| row.id.as_str()),
            threads: Listing::new(|row| row.thread.id.as_str()),
            activity: Remote::default(),
            coach: Listing::new(|row| row.id.as_str()),
            social: Remote::default(),
            scroll: Scroll::default(),
        }
    }

    /// A client's journey with the cursor on a month from 1 to 8.
    pub fn at_month(id: ClientId, month: i64) -> Self {
        Self { journey: JourneyTab::at_month(month), ..Self::new(id, ClientTab::Journey) }
    }

    fn turn_to(&mut self, at: usize) {
        if let Some(tab) = ClientTab::ALL.get(at) {
            self.tab = *tab;
            self.scroll = Scroll::default();
        }
    }

    fn at(&self) -> usize {
        ClientTab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0)
    }

    fn name(&self) -> String {
        self.page.get().map(|page| page.client.full_name.line()).unwrap_or_default()
    }

    /// The document under the cursor, with its month.
    fn document(&self) -> Option<&DocumentRow> {
        match self.tab {
            ClientTab::Journey => self.journey.document(self.page.get()?, self.documents.rows()),
            ClientTab::Documents => self.documents.chosen(),
            _ => None,
        }
    }

    fn move_cursor(&mut self, verb: VerbId) {
        let Some(by) = Step::of_verb(verb) else { return };
        match self.tab {
            ClientTab::Journey => {
                if let Some(page) = self.page.get() {
                    self.journey.step(by, page);
                }
            }
            ClientTab::Documents => self.documents.act(verb),
            ClientTab::Messages => self.threads.act(verb),
            ClientTab::Coach => self.coach.act(verb),
            _ => self.scroll.by(by),
        }
    }

    fn open(&self) -> Vec<Wish> {
        let place = match self.tab {
            ClientTab::Messages => self.threads.chosen().map(|row| Place::Thread(row.thread.id.clone())),
            ClientTab::Coach => self.coach.chosen().map(|row| Place::Transcript(self.id.clone(), row.id.clone())),
            _ => self.document().map(|row| Place::Document(row.id.clone())),
        };
        match place {
            Some(place) => vec![Wish::Go(place)],
            None => vec![Wish::Say(Meaning::Waiting, "There is no document behind this row yet.".into())],
        }
    }
}

impl View for ClientScreen {
    fn place(&self) -> Place {
        Place::Client(self.id.clone(), self.tab)
    }

    fn title(&self) -> String {
        self.page.get().map_or_else(|| "Client".into(), |page| page.client.full_name.line())
    }

    fn aside(&self, cx: &Cx<'_>) -> Option<Line<'static>> {
        let client = &self.page.get()?.client;
        let zone = client.zone();
        let local = cx.now().with_timezone(&zone).format("%H:%M");
        let city = zone.name().rsplit('/').next().unwrap_or("UTC").replace('_', " ");
        let (meaning, status) = match client.status {
            Status::Active => (None, "active"),
            Status::Paused => (Some(Meaning::Paused), "paused"),
            Status::Lead => (None, "lead"),
            Status::Onboarding => (None, "onboarding"),
            Status::Completed => (Some(Meaning::Done), "completed"),
            Status::Churned => (Some(Meaning::Quiet), "left"),
            Status::Archived => (Some(Meaning::Quiet), "archived"),
        };
        let month = client.current_month.map(|month| format!(", month {month}")).unwrap_or_default();
        let mut aside = Line::from(Span::styled(format!("{city} {local}  "), cx.theme().dim()));
        if let Some(meaning) = meaning {
            aside.spans.push(line::mark(cx.theme(), meaning));
            aside.spans.push(Span::raw(" "));
        }
        aside.spans.push(Span::raw(format!("{status}{month}")));
        Some(aside)
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        let mut needs = vec![(PAGE, Query::Client(self.id.clone()))];
        match self.tab {
            ClientTab::Journey | ClientTab::Documents => {
                needs.push((DOCUMENTS, Query::Documents(self.id.clone())));
            }
            ClientTab::Messages => {
                let query = Query::Threads { client: Some(self.id.clone()), show: ThreadShow::All };
                needs.push((THREADS, query));
            }
            ClientTab::Activity => needs.push((ACTIVITY, Query::Activity(self.id.clone()))),
            ClientTab::Coach => needs.push((COACH, Query::Coach(self.id.clone()))),
            ClientTab::Social => needs.push((SOCIAL, Query::Social(self.id.clone()))),
            ClientTab::Community => {}
        }
        needs
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, Problem>) {
        match slot {
            PAGE => self.page.take(answer, |answer| match answer {
                Answer::Client(page) => Some(*page),
                _ => None,
            }),
            DOCUMENTS => self.documents.take(answer, |answer| match answer {
                Answer::Documents(rows) => Some(rows),
                _ => None,
            }),
            THREADS => self.threads.take(answer, |answer| match answer {
                Answer::Threads(rows) => Some(rows),
                _ => None,
            }),
            COACH => self.coach.take(answer, |answer| match answer {
                Answer::Coach(rows) => Some(rows),
                _ => None,
            }),
            SOCIAL => self.social.take(answer, |answer| match answer {
                Answer::Social(readings) => Some(readings),
                _ => None,
            }),
            _ => self.activity.take(answer, |answer| match answer {
                Answer::Activity(events) => Some(events),
                _ => None,
            }),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        let particular: &[Scope] = match self.tab {
            ClientTab::Journey => {
                &[Scope::Review, Scope::Journey, Scope::Months, Scope::Moves, Scope::Rows, Scope::List]
            }
            ClientTab::Documents => &[Scope::Review, Scope::Months, Scope::Rows, Scope::List],
            ClientTab::Messages => &[Scope::Talk, Scope::Rows, Scope::List],
            ClientTab::Coach => &[Scope::Rows, Scope::List],
            _ => &[Scope::Paper],
        };
        particular.iter().copied().chain([Scope::Person, Scope::Client, Scope::Tabs]).collect()
    }

    fn subject(&self) -> Subject {
        let row = match self.tab {
            ClientTab::Journey => self.page.get().map(|page| self.journey.subject(page, self.documents.rows())),
            ClientTab::Documents => self.documents.chosen().map(|row| Subject::Document(row.status)),
            ClientTab::Messages => self.threads.chosen().map(inbox::subject),
            ClientTab::Coach => self.coach.chosen().map(|row| Subject::Coach(row.mode)),
            _ => None,
        };
        row.unwrap_or(Subject::Nothing)
    }

    fn client(&self) -> Option<Subject> {
        self.page.get().map(|page| Subject::of_client(&page.client))
    }

    fn act(&mut self, verb: VerbId, cx: &Cx<'_>) -> Vec<Wish> {
        self.move_cursor(verb);
        match verb {
            VerbId::Tab(digit) => self.turn_to(usize::from(digit).saturating_sub(1)),
            VerbId::NextTab => self.turn_to((self.at() + 1) % ClientTab::ALL.len()),
            VerbId::Open => return self.open(),
            VerbId::Why | VerbId::RunNow | VerbId::RetryRow | VerbId::CancelRow => {
                return self.page.get().map(|page| self.journey.act(verb, page)).unwrap_or_default();
            }
            VerbId::WriteExtra => {
                let month = self.document().and_then(|row| row.month);
                return vec![self.page.get().map_or_else(papers::no_month, |page| papers::extras(page, month))];
            }
            VerbId::SkipMonth => {
                let month = self.page.get().and_then(|page| self.journey.month(page));
                return month.and_then(|month| moves::skip(&self.id, month)).into_iter().collect();
            }
            VerbId::Pause | VerbId::Resume | VerbId::Extend | VerbId::AdjustStart | VerbId::Replan => {
                return self.page.get().map(|page| moves::act(verb, &page.client, cx.now())).unwrap_or_default();
            }
            VerbId::Reply | VerbId::CloseThread => {
                let talk = |row: &ThreadRow| talks::act(verb, &row.thread, &row.client_name.line());
                return self.threads.chosen().map(talk).unwrap_or_default();
            }
            verb => {
                let on_client = self.page.get().map(|page| people::act(verb, &page.client)).unwrap_or_default();
                if !on_client.is_empty() {
                    return on_client;
                }
                if let Some(row) = self.document() {
                    return papers::act(verb, &row.id, &words::paper(&self.name(), row.month));
                }
            }
        }
        Vec::new()
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let names: Vec<(&str, bool)> = ClientTab::ALL.iter().map(|tab| (tab.name(), false)).collect();
        line::left(buf, line::row(area, 0), theme, frame::tabs(theme, &names, self.at()));
        let body = line::below(area, if area.height > 12 { 2 } else { 1 });
        let body = parts::with_problem(buf, body, theme, &self.page);
        let page = parts::content(buf, body, theme, &self.page)?;
        match self.tab {
            ClientTab::Journey => self.journey.draw(buf, body, cx, page, self.documents.rows()),
            ClientTab::Documents => tabs::documents(buf, body, cx, &self.documents),
            ClientTab::Messages => tabs::messages(buf, body, cx, &self.threads),
            ClientTab::Activity => tabs::activity(buf, body, cx, &self.activity, &self.scroll),
            ClientTab::Coach => tabs::coach(buf, body, cx, &self.coach),
            ClientTab::Social => social::draw(buf, body, cx, &self.social, &self.scroll),
            ClientTab::Community => parts::empty(buf, body, theme, tabs::NO_COMMUNITY),
        }
        None
    }
}
