//! What names one client and waits for a person: escalations, alerts, requests for a break, holds without an
//! end, and what concerns somebody's access.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use wavelaunch_shared::desk::{Attention, AttentionKind};
use wavelaunch_shared::id::AlertId;
use wavelaunch_shared::portal::Decision;

use super::listing::Listing;
use super::{ClientTab, Place, Subject, signs, words};
use crate::app::overlay::{Overlay, Write};
use crate::app::{Cx, Slot, View, Wish};
use crate::data::{Answer, Command, Problem, Query};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::table::Column;

const COLUMNS: [Column; 4] = [
    Column::text("What", 15, 15, 0),
    Column::text("Client", 14, 22, 0),
    Column::text("Detail", 20, 80, 2),
    Column::number("Since", 12, 1),
];

/// The screen.
pub struct AttentionScreen {
    rows: Listing<Attention>,
}

impl Default for AttentionScreen {
    fn default() -> Self {
        Self { rows: Listing::new(|row| row.id.as_str()) }
    }
}

impl View for AttentionScreen {
    fn place(&self) -> Place {
        Place::Attention
    }

    fn title(&self) -> String {
        "Attention".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Attention)]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.rows.take(answer, |answer| match answer {
            Answer::Attention(rows) => Some(rows),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Attention, Scope::Rows, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.rows.chosen().map_or(Subject::Nothing, |row| Subject::Waiting(row.kind))
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        self.rows.act(verb);
        let Some(row) = self.rows.chosen() else { return Vec::new() };
        vec![match verb {
            VerbId::Open => Wish::Go(place(row)),
            VerbId::MarkSeen => Wish::Submit(Command::SeeAlert(AlertId::from_input(&row.id))),
            VerbId::Decline if row.kind == AttentionKind::EmailChange => decide(row, Decision::Decline),
            VerbId::Decline => Wish::Show(decline(row)),
            VerbId::ApproveEmail => decide(row, Decision::Approve),
            VerbId::Invite => Wish::Submit(Command::Invite(row.client_id.clone())),
            _ => return Vec::new(),
        }]
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let empty = "Nothing needs attention. Business plans that are owed, coach escalations, clients whom the coach does not help, social alerts, requests for a break, \
                     holds without an end, \
                     invitations that run out and accounts that no longer answer appear here.";
        self.rows.draw(buf, area, cx, &COLUMNS, empty, |row| {
            let overdue = row.due_at.is_some_and(|due| due < cx.now());
            let meaning = if overdue { Meaning::Late } else { Meaning::Waiting };
            let when = match row.due_at {
                Some(due) if row.kind == AttentionKind::InviteExpiring => {
                    format!("{} left", words::span(due - cx.now()))
                }
                Some(due) if overdue => format!("overdue {}", words::short_age(due, cx.now())),
                Some(due) => format!("due in {}", words::short_age(due, cx.now())),
                None => words::age(row.since, cx.now()),
            };
            vec![
                signs::sign(theme, meaning, what(row.kind)),
                Line::raw(row.client_name.line()),
                Line::styled(detail(row), theme.dim()),
                Line::raw(when),
            ]
        });
        None
    }
}

/// What waits, in a word or two.
fn what(kind: AttentionKind) -> &'static str {
    match kind {
        AttentionKind::Escalation => "escalation",
        AttentionKind::LowRated => "coach rated low",
        AttentionKind::Alert => "alert",
        AttentionKind::PauseRequest => "pause request",
        AttentionKind::OpenHold => "open hold",
        AttentionKind::Plan => "business plan",
        AttentionKind::InviteExpiring => "invite ends",
        AttentionKind::InviteRequested => "wants a link",
        AttentionKind::Unreachable => "unreachable",
        AttentionKind::Disowned => "not the client",
        AttentionKind::EmailChange => "new e-mail",
    }
}

fn detail(row: &Attention) -> String {
    let detail = row.detail.as_ref().map(wavelaunch_shared::text::Foreign::line).unwrap_or_default();
    match row.kind {
        AttentionKind::InviteExpiring => "nobody has used it yet".into(),
        AttentionKind::InviteRequested => "opened an expired invitation".into(),
        AttentionKind::Disowned => format!("{detail}: says that they are somebody else; unlinked"),
        _ => detail,
    }
}

fn decide(row: &Attention, decision: Decision) -> Wish {
    Wish::Submit(Command::DecideEmail { client: row.client_id.clone(), decision })
}

/// Where it is dealt with.
fn place(row: &Attention) -> Place {
    let tab = match row.kind {
        AttentionKind::Escalation | AttentionKind::LowRated => ClientTab::Coach,
        AttentionKind::Alert => ClientTab::Social,
        AttentionKind::PauseRequest | AttentionKind::OpenHold => ClientTab::Journey,
        AttentionKind::Plan => ClientTab::Documents,
        _ => ClientTab::Activity,
    };
    Place::Client(row.client_id.clone(), tab)
}

fn decline(row: &Attention) -> Overlay {
    let client = row.client_id.clone();
    let title = format!("To {}: why the journey goes on", row.client_name.line());
    Overlay::Write(Write::letter(title, "goes to the client's chat", move |text| {
        let message = text.trim().to_owned();
        if message.is_empty() {
            return Err("Write a few words: why not, or when.".into());
        }
        Ok(Wish::Submit(Command::DeclineBreak { client: client.clone(), message }))
    }))
}
