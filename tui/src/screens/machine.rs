//! The machine: what it did, and the messages that it sends.
//!
//! Parts on digits: the log of the engine's steps, the outbox, where what is in doubt
//! waits to be settled by a person, and how the engine does.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::delivery::{OutboxRow, Settlement, State};
use wavelaunch_shared::desk::Health;
use wavelaunch_shared::id::AutomationLogId;
use wavelaunch_shared::journey::{AutomationStatus, LogRow, LogStatus};
use wavelaunch_shared::text::Foreign;

use super::listing::Listing;
use super::narrowing::{Narrowed, Narrowing};
use super::place::MachinePart as Part;
use super::roll::{Roll, Stretch};
use super::{Place, Subject, health, parts, signs, words};
use crate::app::overlay::{Confirm, Overlay};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Command, PAGE, Problem, Query};
use crate::term::Key;
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::paper::Scroll;
use crate::widgets::table::{Column, Table};
use crate::widgets::{frame, line};

const LOG_COLUMNS: [Column; 5] = [
    Column::text("When", 12, 12, 0),
    Column::text("Client", 9, 24, 1),
    Column::text("Step", 9, 9, 2),
    Column::text("How it ended", 12, 15, 1),
    Column::text("Detail", 16, 80, 3),
];

const OUTBOX_COLUMNS: [Column; 6] = [
    Column::text("Queued", 9, 12, 1),
    Column::text("To", 14, 24, 0),
    Column::text("On", 8, 8, 3),
    Column::text("About", 12, 28, 2),
    Column::text("State", 11, 11, 1),
    Column::text("Error", 8, 80, 4),
];

fn name(part: Part) -> &'static str {
    match part {
        Part::Log => "Log",
        Part::Doubt => "In doubt",
        Part::Dead => "Undeliverable",
        Part::Outbox => "All messages",
        Part::Health => "Health",
    }
}

/// The state whose messages a part lists.
fn state(part: Part) -> Option<State> {
    match part {
        Part::Doubt => Some(State::InDoubt),
        Part::Dead => Some(State::Dead),
        Part::Log | Part::Outbox | Part::Health => None,
    }
}

/// What can be typed to narrow the log.
const HINT: &str = "a name, failed, done, skipped, generate, remind, escalate, day:2026-11-20, day:today";
const OUTBOX: Slot = 0;
const HEALTH: Slot = 1;
/// The first page's slot of the log; the others follow.
const LOG: Slot = 2;

/// The screen.
pub struct MachineScreen {
    part: Part,
    narrowing: Narrowing,
    log: Roll<LogRow, AutomationLogId>,
    outbox: Listing<OutboxRow>,
    health: Remote<Health>,
    scroll: Scroll,
}

impl MachineScreen {
    /// The screen on one of its parts.
    pub fn new(part: Part) -> Self {
        Self {
            part,
            narrowing: Narrowing::default(),
            log: Roll::new(|row| row.id.as_str()),
            outbox: Listing::new(|row| row.id.as_str()),
            health: Remote::default(),
            scroll: Scroll::default(),
        }
    }

    fn turn_to(&mut self, part: Part) {
        if part != self.part {
            self.part = part;
            // The rows of another state must not stand under this heading.
            self.outbox = Listing::new(|row| row.id.as_str());
        }
    }

    fn follow(&mut self, narrowed: Narrowed) {
        if narrowed == Narrowed::Changed {
            self.log.begin_again();
        }
    }

    fn act_on_log(&mut self, verb: VerbId) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.log.step(by);
        }
        match verb {
            VerbId::Filter => self.narrowing.begin(),
            VerbId::Why => {
                let automation = self.log.chosen().and_then(|row| row.automation_id.clone());
                return automation.map(|id| Wish::Go(Place::Why(id))).into_iter().collect();
            }
            _ => {}
        }
        Vec::new()
    }

    fn act_on_message(&self, verb: VerbId) -> Vec<Wish> {
        let Some(row) = self.outbox.chosen() else { return Vec::new() };
        let id = row.id.clone();
        let name = whom(row);
        let wish = match verb {
            VerbId::SettleSent => Wish::Submit(Command::Settle(id, Settlement::Sent)),
            VerbId::SettleNotSent => {
                let lines = vec!["It is sent again. If it did arrive, it arrives twice.".into()];
                let command = Command::Settle(id, Settlement::NotSent);
                Wish::Show(Overlay::Confirm(Confirm::command(format!("Send to {name} again?"), lines, command)))
            }
            VerbId::RetryRow => Wish::Submit(Command::RetryMessage(id)),
            VerbId::CancelRow => {
                let lines = vec!["It will not be sent.".into()];
                let command = Command::CancelMessage(id);
                Wish::Show(Overlay::Confirm(Confirm::command(format!("Withdraw this to {name}?"), lines, command)))
            }
            VerbId::CopyId => Wish::Copy(id.to_string()),
            _ => return Vec::new(),
        };
        vec![wish]
    }
}

impl View for MachineScreen {
    fn place(&self) -> Place {
        Place::Machine(self.part)
    }

    fn title(&self) -> String {
        "Machine".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        match self.part {
            Part::Log => {
                let words = || self.narrowing.words().to_owned();
                let pages = self.log.wanted().into_iter();
                pages.map(|(page, before)| (LOG + page, Query::Log { words: words(), before })).collect()
            }
            Part::Health => vec![(HEALTH, Query::Health)],
            part => vec![(OUTBOX, Query::Outbox(state(part)))],
        }
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, Problem>) {
        match slot {
            OUTBOX => self.outbox.take(answer, |answer| match answer {
                Answer::Outbox(rows) => Some(rows),
                _ => None,
            }),
            HEALTH => self.health.take(answer, |answer| match answer {
                Answer::Health(health) => Some(*health),
                _ => None,
            }),
            page => self.log.take(page - LOG, answer, |answer| match answer {
                Answer::Log(rows) => Some(stretch(rows)),
                _ => None,
            }),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        match self.part {
            Part::Log => vec![Scope::Log, Scope::Tabs, Scope::ToClient, Scope::List],
            Part::Health => vec![Scope::Tabs, Scope::Paper],
            Part::Doubt | Part::Dead | Part::Outbox => {
                vec![Scope::Outbox, Scope::Tabs, Scope::ToClient, Scope::List]
            }
        }
    }

    fn subject(&self) -> Subject {
        match self.part {
            Part::Log => match self.log.chosen() {
                Some(LogRow { automation_id: Some(_), status, .. }) => Subject::Automation(status_of(*status)),
                Some(_) => Subject::Link,
                None => Subject::Nothing,
            },
            Part::Health => Subject::Nothing,
            _ => self.outbox.chosen().map_or(Subject::Nothing, |row| Subject::Delivery(row.state)),
        }
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        match verb {
            VerbId::Tab(digit) => {
                if let Some(part) = Part::ALL.get(usize::from(digit).wrapping_sub(1)) {
                    self.turn_to(*part);
                }
            }
            VerbId::NextTab => {
                let at = Part::ALL.iter().position(|part| *part == self.part).unwrap_or(0);
                self.turn_to(Part::ALL[(at + 1) % Part::ALL.len()]);
            }
            VerbId::OpenClient => {
                let client = match self.part {
                    Part::Log => self.log.chosen().map(|row| &row.client_id),
                    _ => self.outbox.chosen().and_then(|row| row.client_id.as_ref()),
                };
                return client.map(|id| Wish::Go(Place::client(id))).into_iter().collect();
            }
            verb if self.part == Part::Log => return self.act_on_log(verb),
            verb if self.part == Part::Health => {
                if let Some(by) = Step::of_verb(verb) {
                    self.scroll.by(by);
                }
            }
            verb => {
                self.outbox.act(verb);
                return self.act_on_message(verb);
            }
        }
        Vec::new()
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
        let names: Vec<(&str, bool)> = Part::ALL.iter().map(|part| (name(*part), false)).collect();
        let chosen = Part::ALL.iter().position(|part| *part == self.part).unwrap_or(0);
        line::left(buf, line::row(area, 0), theme, frame::tabs(theme, &names, chosen));
        let body = line::below(area, 2);
        let empty = match self.part {
            Part::Log => return self.draw_log(buf, body, cx),
            Part::Health => {
                health::draw(buf, body, cx, &self.health, &self.scroll);
                return None;
            }
            Part::Doubt => "Nothing is in doubt. A message of which nobody knows whether it arrived waits here.",
            Part::Dead => "Everything could be delivered.",
            Part::Outbox => "No message has been queued yet.",
        };
        self.outbox.draw(buf, body, cx, &OUTBOX_COLUMNS, empty, |row| outbox_cells(row, cx));
        None
    }
}

impl MachineScreen {
    fn draw_log(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let (area, at) = self.narrowing.draw(buf, area, theme, HINT);
        let area = parts::with_problem(buf, area, theme, self.log.state());
        parts::content(buf, area, theme, self.log.state())?;
        if self.log.len() == 0 {
            let empty = if self.narrowing.words().trim().is_empty() {
                "The machine has done nothing yet. Start a client's journey and its steps appear here."
            } else {
                "The machine did nothing of the kind. Press / to change the words."
            };
            parts::empty(buf, area, theme, empty);
            return at;
        }
        let table = Table { columns: &LOG_COLUMNS, len: self.log.len(), cursor: Some(self.log.cursor()), first: None };
        table.draw(buf, area, theme, |index| match self.log.row(index) {
            Some(row) => log_cells(row, cx),
            None => vec![Line::styled(theme.mark(Meaning::Quiet).repeat(8), theme.dim())],
        });
        at
    }
}

/// A page of the log; a full one may go on.
fn stretch(rows: Vec<LogRow>) -> Stretch<LogRow, AutomationLogId> {
    let full = i64::try_from(rows.len()).unwrap_or(0) >= PAGE;
    let next = rows.last().filter(|_| full).map(|row| row.id.clone());
    Stretch { rows, next }
}

/// The state of a step, as far as one of its attempts tells it.
fn status_of(attempt: LogStatus) -> AutomationStatus {
    match attempt {
        LogStatus::Success | LogStatus::Skipped => AutomationStatus::Completed,
        LogStatus::Failed => AutomationStatus::Failed,
    }
}

fn log_cells(row: &LogRow, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let (meaning, word) = signs::attempt(row.status);
    let why = match (&row.error_message, row.reason) {
        (Some(error), _) => wavelaunch_shared::text::terminal_safe(error).replace('\n', " "),
        (None, Some(reason)) => words::skipped(reason).to_owned(),
        (None, None) => row.action.clone(),
    };
    let mut end = signs::sign(theme, meaning, word);
    if row.attempt > 1 {
        end.spans.push(Span::styled(format!(" {}x", row.attempt), theme.dim()));
    }
    vec![
        Line::styled(words::stamp(row.created_at, cx.now(), cx.look.zone), theme.dim()),
        Line::raw(row.full_name.line()),
        Line::raw(words::automation(row.kind.as_str())),
        end,
        Line::styled(why, theme.dim()),
    ]
}

/// Whom a message is for.
fn whom(row: &OutboxRow) -> String {
    row.client_name.as_ref().or(row.admin_name.as_ref()).map_or_else(|| "the studio".into(), Foreign::line)
}

fn outbox_cells(row: &OutboxRow, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let (meaning, word) = signs::delivery(row.state);
    let error = row.error.as_deref().map(wavelaunch_shared::text::terminal_safe).unwrap_or_default();
    let later = row.state == State::Queued && row.not_before > cx.now();
    let state = if later {
        let at = words::moment(row.not_before, cx.now(), cx.look.zone);
        signs::sign(theme, Meaning::Paused, format!("held {at}"))
    } else {
        signs::sign(theme, meaning, word)
    };
    vec![
        Line::styled(words::stamp(row.created_at, cx.now(), cx.look.zone), theme.dim()),
        Line::raw(whom(row)),
        Line::raw(row.channel.name()),
        Line::raw(row.purpose.clone()),
        state,
        Line::styled(error.replace('\n', " "), theme.dim()),
    ]
}
