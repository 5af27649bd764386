//! A long list held page by page.
//!
//! Each page is asked for by the key at which the one before ended. Pages far
//! from the cursor keep only their length and their end, so scrolling back asks
//! for them again and memory stays small.

use wavelaunch_shared::clients::{ClientRow, Cursor, Page};

use crate::app::Remote;
use crate::data::{Answer, Problem};
use crate::widgets::list::{Step, step};

/// Pages on either side of the cursor's that keep their rows.
const KEPT: usize = 3;

struct Held {
    after: Option<Cursor>,
    rows: Option<Vec<ClientRow>>,
    len: usize,
    next: Option<Cursor>,
}

impl Held {
    fn empty(after: Option<Cursor>) -> Self {
        Self { after, rows: None, len: 0, next: None }
    }
}

/// The list.
pub struct Roll {
    pages: Vec<Held>,
    cursor: usize,
    state: Remote<()>,
}

impl Default for Roll {
    fn default() -> Self {
        Self { pages: vec![Held::empty(None)], cursor: 0, state: Remote::default() }
    }
}

impl Roll {
    /// Back to the first page, whose old rows stay on show until new ones come.
    pub fn begin_again(&mut self) {
        self.pages.truncate(1);
        self.cursor = 0;
    }

    /// The pages to be asked for now: the cursor's and its neighbours, each with
    /// the key that it follows.
    pub fn wanted(&self) -> Vec<(u32, Option<Cursor>)> {
        let (at, _) = self.find(self.cursor);
        let near = at.saturating_sub(1)..=(at + 1).min(self.pages.len() - 1);
        near.filter_map(|page| Some((u32::try_from(page).ok()?, self.pages[page].after.clone()))).collect()
    }

    /// Takes a page.
    pub fn take(&mut self, page: u32, answer: Result<Answer, Problem>) {
        let mut found = None;
        self.state.take(answer, |answer| match answer {
            Answer::Clients(page) => {
                found = Some(page);
                Some(())
            }
            _ => None,
        });
        if let (Some(found), Ok(page)) = (found, usize::try_from(page)) {
            self.put(page, found);
        }
    }

    fn put(&mut self, page: usize, found: Page<ClientRow>) {
        if page >= self.pages.len() {
            return;
        }
        let chosen = self.chosen().map(|row| row.client.id.clone());
        let held = &mut self.pages[page];
        held.len = found.rows.len();
        held.rows = Some(found.rows);
        held.next.clone_from(&found.next);
        match found.next {
            None => self.pages.truncate(page + 1),
            next if page + 1 == self.pages.len() => self.pages.push(Held::empty(next)),
            next => self.pages[page + 1].after = next,
        }
        self.follow(page, chosen.as_ref());
        self.shed();
    }

    /// Keeps the cursor on its row when that row moved within its page.
    fn follow(&mut self, page: usize, chosen: Option<&wavelaunch_shared::id::ClientId>) {
        let begins: usize = self.pages[..page].iter().map(|held| held.len).sum();
        let rows = self.pages[page].rows.as_deref().unwrap_or(&[]);
        if let Some(at) = rows.iter().position(|row| Some(&row.client.id) == chosen) {
            self.cursor = begins + at;
        }
        self.cursor = self.cursor.min(self.len().saturating_sub(1));
    }

    fn shed(&mut self) {
        let (at, _) = self.find(self.cursor);
        for (page, held) in self.pages.iter_mut().enumerate() {
            if page.abs_diff(at) > KEPT {
                held.rows = None;
            }
        }
    }

    /// The page and the place in it of a row.
    fn find(&self, index: usize) -> (usize, usize) {
        let mut left = index;
        for (page, held) in self.pages.iter().enumerate() {
            if left < held.len {
                return (page, left);
            }
            left -= held.len;
        }
        (self.pages.len() - 1, left)
    }

    /// Rows known so far.
    pub fn len(&self) -> usize {
        self.pages.iter().map(|held| held.len).sum()
    }

    /// A row, if its page is held.
    pub fn row(&self, index: usize) -> Option<&ClientRow> {
        let (page, at) = self.find(index);
        self.pages[page].rows.as_ref()?.get(at)
    }

    /// The row under the cursor.
    pub fn chosen(&self) -> Option<&ClientRow> {
        self.row(self.cursor)
    }

    /// The cursor's place.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether anything has come, and what went wrong last.
    pub fn state(&self) -> &Remote<()> {
        &self.state
    }

    /// Moves the cursor through what is known; the next page is asked for on the
    /// way.
    pub fn step(&mut self, by: Step) {
        self.cursor = step(self.cursor, by, self.len());
    }
}
