//! Rows with a cursor that stays on its row when newer rows arrive.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::parts;
use crate::app::{Cx, Remote};
use crate::data::{Answer, Problem};
use crate::verbs::VerbId;
use crate::widgets::list::{Step, step};
use crate::widgets::table::{Column, Table};

/// A loaded list.
pub struct Listing<T> {
    remote: Remote<Vec<T>>,
    cursor: usize,
    id: fn(&T) -> &str,
}

impl<T> Listing<T> {
    /// An empty list whose rows are told apart by `id`.
    pub fn new(id: fn(&T) -> &str) -> Self {
        Self { remote: Remote::default(), cursor: 0, id }
    }

    /// Takes newer rows. The cursor follows its row; when that row is gone, it
    /// stays where it was.
    pub fn take(&mut self, answer: Result<Answer, Problem>, pick: impl FnOnce(Answer) -> Option<Vec<T>>) {
        let id = self.id;
        let before = self.chosen().map(|row| id(row).to_owned());
        self.remote.take(answer, pick);
        let same = before.and_then(|before| self.rows().iter().position(|row| id(row) == before));
        self.cursor = same.unwrap_or(self.cursor).min(self.rows().len().saturating_sub(1));
    }

    /// What is known.
    pub fn rows(&self) -> &[T] {
        self.remote.get().map_or(&[], Vec::as_slice)
    }

    /// Whether anything has come, and what went wrong last.
    pub fn state(&self) -> &Remote<Vec<T>> {
        &self.remote
    }

    /// The cursor's place.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row under the cursor.
    pub fn chosen(&self) -> Option<&T> {
        self.rows().get(self.cursor)
    }

    /// Moves the cursor if the verb is one that does.
    pub fn act(&mut self, verb: VerbId) {
        if let Some(by) = Step::of_verb(verb) {
            self.cursor = step(self.cursor, by, self.rows().len());
        }
    }

    /// Draws the rows, or why there are none.
    pub fn draw(
        &self,
        buf: &mut Buffer,
        area: Rect,
        cx: &Cx<'_>,
        columns: &[Column],
        empty: &str,
        cells: impl Fn(&T) -> Vec<Line<'static>>,
    ) {
        let area = parts::with_problem(buf, area, cx.theme(), &self.remote);
        let Some(rows) = parts::content(buf, area, cx.theme(), &self.remote) else { return };
        if rows.is_empty() {
            return parts::empty(buf, area, cx.theme(), empty);
        }
        let table = Table { columns, len: rows.len(), cursor: Some(self.cursor), first: None };
        table.draw(buf, area, cx.theme(), |index| cells(&rows[index]));
    }
}
