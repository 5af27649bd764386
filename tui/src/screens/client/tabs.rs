//! The client's other tabs: documents, messages, the coach, activity.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use wavelaunch_shared::coach::{Conversation, Mode};
use wavelaunch_shared::documents::{DocumentKind, DocumentRow};
use wavelaunch_shared::events::Event;
use wavelaunch_shared::portal::ThreadRow;

use crate::app::{Cx, Remote};
use crate::screens::listing::Listing;
use crate::screens::{inbox, parts, signs, transcript, words};
use crate::theme::Meaning;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::table::Column;

const DOCUMENTS: [Column; 5] = [
    Column::number("M", 2, 0),
    Column::text("Document", 16, 48, 0),
    Column::text("State", 11, 13, 1),
    Column::number("Delivered", 9, 2),
    Column::number("Opened", 9, 3),
];

const COACH: [Column; 4] = [
    Column::text("First question", 16, 80, 0),
    Column::text("Who answers", 20, 22, 1),
    Column::number("Messages", 8, 3),
    Column::number("Last", 6, 2),
];

const MESSAGES: [Column; 3] =
    [Column::text("About", 14, 30, 0), Column::text("Last message", 12, 80, 2), Column::number("Waits", 8, 1)];

/// The list of documents.
pub fn documents(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, rows: &Listing<DocumentRow>) {
    let theme = cx.theme();
    let day = |at: Option<_>| at.map(|at| words::day(at, cx.now(), cx.look.zone)).unwrap_or_default();
    let empty = "No document yet. The business plan comes first (B has it written), then one document a month.";
    rows.draw(buf, area, cx, &DOCUMENTS, empty, |row| {
        vec![
            Line::raw(words::month(row.month)),
            Line::raw(titled(row)),
            signs::sign(theme, signs::document(row.status), row.status.words()),
            Line::raw(day(row.delivered_at)),
            Line::raw(day(row.first_opened_at)),
        ]
    });
}

/// A title; that of an extra is set in under its month's.
fn titled(row: &DocumentRow) -> String {
    if row.kind == DocumentKind::Subdocument { format!("  {}", row.title.line()) } else { row.title.line() }
}

/// The list of conversations.
pub fn messages(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, rows: &Listing<ThreadRow>) {
    let empty = "No conversation yet. m begins one; what the client writes in a chat appears here too.";
    rows.draw(buf, area, cx, &MESSAGES, empty, |row| inbox::cells(row, cx).split_off(1));
}

/// Conversations with the coach.
pub fn coach(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, rows: &Listing<Conversation>) {
    let theme = cx.theme();
    let empty = "No conversation with the coach yet. A client begins one with /coach ask in Discord; \
                 what needs a person comes to Attention (g a).";
    rows.draw(buf, area, cx, &COACH, empty, |row| {
        let mut mode = transcript::mode_sign(row.mode, cx);
        if row.has_escalation && row.mode == Mode::Ai {
            mode = signs::sign(theme, Meaning::Waiting, "called for a person");
        }
        vec![
            Line::raw(row.title.line()),
            mode,
            Line::raw(row.message_count.to_string()),
            Line::styled(words::short_age(row.last_message_at, cx.now()), theme.dim()),
        ]
    });
}

/// What happened, newest first.
pub fn activity(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, events: &Remote<Vec<Event>>, scroll: &Scroll) {
    let theme = cx.theme();
    let area = parts::with_problem(buf, area, theme, events);
    let Some(events) = parts::content(buf, area, theme, events) else { return };
    if events.is_empty() {
        return parts::empty(
            buf,
            area,
            theme,
            "Nothing has happened yet. Every change to this client is written down here.",
        );
    }
    let lines: Vec<Line<'static>> = events
        .iter()
        .map(|event| {
            let when = words::stamp(event.at, cx.now(), cx.look.zone);
            let who = match event.actor_kind.as_str() {
                "ADMIN" => "studio",
                "CLIENT" => "client",
                _ => "machine",
            };
            Line::from(vec![
                Span::styled(format!(" {when:<13}{who:<9}"), theme.dim()),
                Span::raw(event.description.clone()),
            ])
        })
        .collect();
    paper::draw(buf, area, theme, &lines, scroll);
}

/// What the community's tab says before the client takes part.
pub const NO_COMMUNITY: &str =
    "Posts, answers, points and badges appear here once the client takes part in the Discord community.";
