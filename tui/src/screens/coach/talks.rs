//! Everybody's conversations with the coach, narrowed by words.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use wavelaunch_shared::coach::{ConversationRow, Mode};
use wavelaunch_shared::id::ConversationId;

use crate::app::{Cx, Wish};
use crate::data::{Command, PAGE};
use crate::screens::narrowing::Narrowing;
use crate::screens::roll::{Roll, Stretch};
use crate::screens::{Place, parts, signs, words};
use crate::theme::Meaning;
use crate::verbs::VerbId;
use crate::widgets::table::{Column, Table};

/// What can be typed to narrow the list.
const HINT: &str =
    "a name or a word that was said, up, down, called, waiting, human, ai, day:2026-11-20, from:, until:";

pub const COLUMNS: [Column; 6] = [
    Column::text("Client", 12, 22, 0),
    Column::text("First question", 16, 60, 0),
    Column::text("Who answers", 13, 20, 1),
    Column::text("Liked", 6, 6, 3),
    Column::number("Said", 4, 4),
    Column::number("Last", 6, 2),
];

pub fn act(verb: VerbId, row: &ConversationRow) -> Vec<Wish> {
    let talk = &row.conversation;
    vec![match verb {
        VerbId::Open => Wish::Go(Place::Transcript(talk.client_id.clone(), talk.id.clone())),
        VerbId::OpenClient => Wish::Go(Place::client(&talk.client_id)),
        VerbId::TakeOver => Wish::Submit(Command::TakeOver(talk.id.clone())),
        VerbId::HandBack => Wish::Submit(Command::HandBack { id: talk.id.clone(), summary: None }),
        _ => return Vec::new(),
    }]
}

/// A page of conversations; a full one may go on.
pub fn stretch(rows: Vec<ConversationRow>) -> Stretch<ConversationRow, ConversationId> {
    let full = i64::try_from(rows.len()).unwrap_or(0) >= PAGE;
    let next = rows.last().filter(|_| full).map(|row| row.conversation.id.clone());
    Stretch { rows, next }
}

pub fn draw(
    buf: &mut Buffer,
    area: Rect,
    cx: &Cx<'_>,
    narrowing: &Narrowing,
    rows: &Roll<ConversationRow, ConversationId>,
) -> Option<Position> {
    let theme = cx.theme();
    let (area, at) = narrowing.draw(buf, area, theme, HINT);
    let area = parts::with_problem(buf, area, theme, rows.state());
    parts::content(buf, area, theme, rows.state())?;
    if rows.len() == 0 {
        let empty = if narrowing.words().trim().is_empty() {
            "Nobody has asked the coach yet. Clients begin with /coach in their chat."
        } else {
            "No conversation is like that. Press / to change the words."
        };
        parts::empty(buf, area, theme, empty);
        return at;
    }
    let table = Table { columns: &COLUMNS, len: rows.len(), cursor: Some(rows.cursor()), first: None };
    table.draw(buf, area, theme, |index| match rows.row(index) {
        Some(row) => cells(row, cx),
        None => vec![Line::styled(theme.mark(Meaning::Quiet).repeat(8), theme.dim())],
    });
    at
}

/// A conversation's cells.
pub fn cells(row: &ConversationRow, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let talk = &row.conversation;
    let who = match (row.due_at, talk.mode) {
        (Some(due), Mode::Ai) if due <= cx.now() => signs::sign(theme, Meaning::Late, "waits, late"),
        (Some(_), Mode::Ai) => signs::sign(theme, Meaning::Waiting, "waits for you"),
        (_, Mode::Ai) => signs::sign(theme, Meaning::Machine, "the coach"),
        (_, Mode::Human) => signs::sign(theme, Meaning::Waiting, "a person"),
        (_, Mode::Closed) => signs::sign(theme, Meaning::Quiet, "closed"),
    };
    // Ratings are kept as 1 and 2.
    #[expect(clippy::cast_possible_truncation, reason = "a mean of ones and twos")]
    let liked = talk.average_rating.map(|mean| ((mean - 1.0) * 100.0).round() as i64);
    let liked = match liked {
        Some(share) if share < 50 => Line::styled(format!("{share} %"), theme.style(Meaning::Late)),
        Some(share) => Line::raw(format!("{share} %")),
        None => Line::default(),
    };
    vec![
        Line::raw(row.client_name.line()),
        Line::raw(talk.title.line()),
        who,
        liked,
        Line::raw(talk.message_count.to_string()),
        Line::styled(words::short_age(talk.last_message_at, cx.now()), theme.dim()),
    ]
}
