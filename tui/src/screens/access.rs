//! Who was invited, who is in, who has gone silent.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use wavelaunch_shared::portal::{AccessStatus, Link, PortalUser, UserCounts, UserFilter};

use super::listing::Listing;
use super::{Door, Linked, Place, Subject, parts, signs, words};
use crate::app::overlay::{Confirm, Overlay};
use crate::app::{Cx, Slot, View, Wish};
use crate::data::{Answer, Command, Problem, Query};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::line;
use crate::widgets::table::Column;

const COLUMNS: [Column; 6] = [
    Column::text("Client", 14, 26, 0),
    Column::text("Access", 18, 22, 0),
    Column::text("Chats", 10, 20, 2),
    Column::number("Questions", 9, 3),
    Column::number("Seen", 8, 1),
    Column::text("E-mail", 18, 40, 4),
];

/// The screen.
pub struct AccessScreen {
    rows: Listing<PortalUser>,
    counts: Option<UserCounts>,
    filter: usize,
}

impl Default for AccessScreen {
    fn default() -> Self {
        Self { rows: Listing::new(|row| row.client_id.as_str()), counts: None, filter: 0 }
    }
}

impl AccessScreen {
    fn filter(&self) -> UserFilter {
        UserFilter::ALL.get(self.filter).copied().unwrap_or_default()
    }
}

/// Whether a client could come in.
fn door(row: &PortalUser) -> Door {
    match (row.status, row.deactivated_at) {
        (AccessStatus::NotCreated, _) => Door::NotMade,
        (_, Some(_)) => Door::SwitchedOff,
        _ => Door::Open,
    }
}

impl View for AccessScreen {
    fn place(&self) -> Place {
        Place::Access
    }

    fn title(&self) -> String {
        "Access".into()
    }

    fn aside(&self, cx: &Cx<'_>) -> Option<Line<'static>> {
        Some(Line::styled(format!("showing {}", self.filter().name()), cx.theme().dim()))
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Users(self.filter()))]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        let counts = &mut self.counts;
        self.rows.take(answer, |answer| match answer {
            Answer::Users(page) => {
                *counts = Some(page.counts);
                Some(page.rows)
            }
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Access, Scope::Rows, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.rows.chosen().map_or(Subject::Nothing, |row| {
            let linked = row.telegram.is_some() || row.discord.is_some();
            Subject::Access(door(row), if linked { Linked::Yes } else { Linked::No })
        })
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        self.rows.act(verb);
        if verb == VerbId::NextShow {
            self.filter = (self.filter + 1) % UserFilter::ALL.len();
            return Vec::new();
        }
        let Some(row) = self.rows.chosen() else { return Vec::new() };
        let id = row.client_id.clone();
        vec![match verb {
            VerbId::Open => Wish::Go(Place::client(&id)),
            VerbId::ShowAnswers => Wish::Go(Place::Answers(id)),
            VerbId::Invite => Wish::Submit(Command::Invite(id)),
            VerbId::SwitchOn => Wish::Submit(Command::SwitchOn(id)),
            VerbId::Unlink => Wish::Show(unlink(row)),
            VerbId::SwitchOff => Wish::Show(switch_off(row)),
            _ => return Vec::new(),
        }]
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        if let Some(counts) = &self.counts {
            let text = format!(
                " {} active · {} invited · {} inactive · {} never invited",
                counts.active, counts.invited, counts.inactive, counts.not_created
            );
            line::left(buf, line::row(area, 0), cx.theme(), Line::styled(text, cx.theme().dim()));
        }
        let rows = line::below(area, 1);
        let empty = "Nobody here. i on a client's page makes an invitation; s shows others.";
        if self.counts.is_some() && self.rows.rows().is_empty() {
            parts::empty(buf, rows, cx.theme(), empty);
            return None;
        }
        self.rows.draw(buf, rows, cx, &COLUMNS, empty, |row| cells(row, cx));
        None
    }
}

fn cells(row: &PortalUser, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let questions = match (row.completed_onboarding, row.answered) {
        (true, _) => "done".to_owned(),
        (false, 0) => String::new(),
        (false, answered) => format!("{answered} of 29"),
    };
    let (meaning, access) = access(row, cx);
    vec![
        Line::raw(row.full_name.line()),
        signs::sign(theme, meaning, access),
        Line::raw(chats(row)),
        Line::raw(questions),
        Line::styled(row.last_login_at.map(|at| words::short_age(at, cx.now())).unwrap_or_default(), theme.dim()),
        Line::styled(row.email.clone(), theme.dim()),
    ]
}

/// How far somebody has come, and what it means for the studio.
fn access(row: &PortalUser, cx: &Cx<'_>) -> (Meaning, String) {
    match (row.status, row.deactivated_at, row.invite_expires_at) {
        (_, Some(_), _) => (Meaning::Paused, "switched off".into()),
        (AccessStatus::Active, ..) => (Meaning::Done, "active".into()),
        (AccessStatus::Invited, _, Some(until)) if until >= cx.now() => {
            (Meaning::Waiting, format!("invited, {} left", words::span(until - cx.now())))
        }
        (AccessStatus::Invited, ..) => (Meaning::Late, "invite expired".into()),
        (AccessStatus::Inactive, _, Some(until)) if until >= cx.now() => {
            (Meaning::Waiting, format!("re-invited, {} left", words::span(until - cx.now())))
        }
        (AccessStatus::Inactive, ..) => (Meaning::Late, "inactive".into()),
        (AccessStatus::NotCreated, ..) => (Meaning::Quiet, "not created".into()),
    }
}

fn chats(row: &PortalUser) -> String {
    let one = |name: &str, link: Option<Link>| match link {
        Some(Link::Linked) => Some(name.to_owned()),
        Some(Link::Unreachable) => Some(format!("{name}!")),
        None => None,
    };
    match (row.telegram, row.discord) {
        (Some(Link::Linked), Some(Link::Linked)) => "both".into(),
        (telegram, discord) => {
            one("Telegram", telegram).into_iter().chain(one("Discord", discord)).collect::<Vec<_>>().join(" ")
        }
    }
}

fn unlink(row: &PortalUser) -> Overlay {
    let lines = vec![
        "Each linked account is told, and gets no more messages.".into(),
        "The client needs a new invitation to come back.".into(),
    ];
    let command = Command::Unlink(row.client_id.clone());
    Overlay::Confirm(Confirm::command(format!("Unlink {}?", row.full_name.line()), lines, command))
}

fn switch_off(row: &PortalUser) -> Overlay {
    let lines = vec![
        "The client is not let in and gets no messages until it is switched on again.".into(),
        "The links stay: no new invitation will be needed.".into(),
    ];
    let command = Command::SwitchOff(row.client_id.clone());
    Overlay::Confirm(Confirm::command(format!("Switch off {}?", row.full_name.line()), lines, command))
}
