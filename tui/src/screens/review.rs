//! The review queue: plans and documents that wait for the studio's judgement.
//!
//! A wide terminal shows the document under the cursor beside the list.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use wavelaunch_shared::documents::{DocumentStatus, ReviewRow};

use super::listing::Listing;
use super::{Place, Subject, document, papers, signs, words};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, DocumentPage, Problem, Query};
use crate::verbs::{Scope, VerbId};
use crate::widgets::paper::Scroll;
use crate::widgets::table::Column;

/// From this width on the document stands beside the list.
const BESIDE: u16 = 110;

const ROWS: Slot = 0;
const PREVIEW: Slot = 1;

const COLUMNS: [Column; 5] = [
    Column::text("Client", 14, 24, 0),
    Column::number("M", 2, 1),
    Column::text("Document", 12, 40, 3),
    Column::text("State", 11, 13, 2),
    Column::number("Waits", 8, 1),
];

/// The screen.
pub struct ReviewScreen {
    rows: Listing<ReviewRow>,
    preview: Remote<DocumentPage>,
}

impl Default for ReviewScreen {
    fn default() -> Self {
        Self { rows: Listing::new(|row| row.id.as_str()), preview: Remote::default() }
    }
}

/// What can be judged now comes first; what waits for another draft comes last.
fn by_urgency(mut rows: Vec<ReviewRow>) -> Vec<ReviewRow> {
    rows.sort_by_key(|row| match row.status {
        DocumentStatus::PendingReview => 0,
        DocumentStatus::Approved => 1,
        DocumentStatus::Draft => 2,
        DocumentStatus::Rejected | DocumentStatus::Delivered => 3,
    });
    rows
}

impl View for ReviewScreen {
    fn place(&self) -> Place {
        Place::Review
    }

    fn title(&self) -> String {
        "Review".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        let preview = self.rows.chosen().map(|row| (PREVIEW, Query::Document(row.id.clone())));
        std::iter::once((ROWS, Query::Review)).chain(preview).collect()
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, Problem>) {
        match slot {
            ROWS => self.rows.take(answer, |answer| match answer {
                Answer::Review(rows) => Some(by_urgency(rows)),
                _ => None,
            }),
            _ => self.preview.take(answer, |answer| match answer {
                Answer::Document(page) => Some(*page),
                _ => None,
            }),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Review, Scope::Rows, Scope::ToClient, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.rows.chosen().map_or(Subject::Nothing, |row| Subject::Document(row.status))
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        self.rows.act(verb);
        let Some(row) = self.rows.chosen() else { return Vec::new() };
        match verb {
            VerbId::Open => vec![Wish::Go(Place::Document(row.id.clone()))],
            VerbId::OpenClient => vec![Wish::Go(Place::client(&row.client_id))],
            _ => papers::act(verb, &row.id, &words::paper(&row.full_name.line(), row.month)),
        }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let beside = area.width >= BESIDE && !self.rows.rows().is_empty();
        let list = Rect { width: if beside { area.width / 2 } else { area.width }, ..area };
        let theme = cx.theme();
        let empty = "Nothing waits for review. Drafts appear here as soon as the machine has written one.";
        self.rows.draw(buf, list, cx, &COLUMNS, empty, |row| {
            let age = words::age(row.updated_at, cx.now());
            let state = signs::sign(theme, signs::document(row.status), row.status.words());
            vec![
                Line::raw(row.full_name.line()),
                Line::raw(words::month(row.month)),
                Line::raw(row.title.line()),
                state,
                Line::styled(age, theme.style(signs::waiting(row.updated_at, cx.now()))),
            ]
        });
        if beside && let Some(chosen) = self.rows.chosen() {
            let x = list.right() + 2;
            let room = Rect { x, width: area.right() - x, ..area };
            // While the next one loads, the last one must not pass for it.
            if let Some(found) = self.preview.get().filter(|found| found.document.id == chosen.id) {
                document::draw_text(buf, room, cx, found, &Scroll::default());
            }
        }
        None
    }
}
