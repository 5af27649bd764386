//! A long list held page by page.
//!
//! Each page is asked for by the key at which the one before ended. Pages far
//! from the cursor keep only their length and their end, so scrolling back asks
//! for them again and memory stays small.

use wavelaunch_shared::clients::{Cursor, Page, Places};

use crate::app::Remote;
use crate::data::{Answer, PAGE, Problem};
use crate::widgets::list::{Step, step};

/// Pages on either side of the cursor's that keep their rows.
const KEPT: usize = 3;

struct Held<T, K> {
    after: Option<K>,
    rows: Option<Vec<T>>,
    len: usize,
    next: Option<K>,
}

impl<T, K> Held<T, K> {
    fn empty(after: Option<K>) -> Self {
        Self { after, rows: None, len: 0, next: None }
    }
}

/// A page and the key after which the next one begins.
pub struct Stretch<T, K> {
    /// In order.
    pub rows: Vec<T>,
    /// `None` when nothing follows.
    pub next: Option<K>,
}

impl<T> From<Page<T>> for Stretch<T, Cursor> {
    fn from(page: Page<T>) -> Self {
        Self { rows: page.rows, next: page.next }
    }
}

/// The list.
pub struct Roll<T, K = Cursor> {
    pages: Vec<Held<T, K>>,
    cursor: usize,
    state: Remote<()>,
    id: fn(&T) -> &str,
    /// The last row is wanted, and nobody knows yet where its page begins.
    to_the_end: bool,
}

impl<T, K: Clone + PartialEq> Roll<T, K> {
    /// A list of which nothing is known yet; its rows are told apart by `id`.
    pub fn new(id: fn(&T) -> &str) -> Self {
        Self { pages: vec![Held::empty(None)], cursor: 0, state: Remote::default(), id, to_the_end: false }
    }

    /// Back to the first page, whose old rows stay on show until new ones come.
    pub fn begin_again(&mut self) {
        self.pages.truncate(1);
        self.cursor = 0;
        self.to_the_end = false;
    }

    /// The pages to be asked for now: the cursor's and its neighbours, each with
    /// the key that it follows.
    pub fn wanted(&self) -> Vec<(u32, Option<K>)> {
        let (at, _) = self.find(self.cursor);
        let near = at.saturating_sub(1)..=(at + 1).min(self.pages.len() - 1);
        near.filter_map(|page| Some((u32::try_from(page).ok()?, self.pages[page].after.clone()))).collect()
    }

    /// Takes a page: the part of the answer that `pick` finds.
    pub fn take(
        &mut self,
        page: u32,
        answer: Result<Answer, Problem>,
        pick: impl FnOnce(Answer) -> Option<Stretch<T, K>>,
    ) {
        let mut found = None;
        self.state.take(answer, |answer| {
            found = pick(answer);
            found.is_some().then_some(())
        });
        if let (Some(found), Ok(page)) = (found, usize::try_from(page)) {
            self.put(page, found);
        }
    }

    fn put(&mut self, page: usize, found: Stretch<T, K>) {
        if page >= self.pages.len() {
            return;
        }
        let chosen = self.chosen().map(|row| (self.id)(row).to_owned());
        let held = &mut self.pages[page];
        held.len = found.rows.len();
        held.rows = Some(found.rows);
        held.next.clone_from(&found.next);
        match found.next {
            None => self.pages.truncate(page + 1),
            next if page + 1 == self.pages.len() => self.pages.push(Held::empty(next)),
            next => self.pages[page + 1].after = next,
        }
        self.follow(page, chosen.as_deref());
        self.shed();
    }

    /// Keeps the cursor on its row when that row moved within its page.
    fn follow(&mut self, page: usize, chosen: Option<&str>) {
        let begins: usize = self.pages[..page].iter().map(|held| held.len).sum();
        let rows = self.pages[page].rows.as_deref().unwrap_or(&[]);
        if let Some(at) = rows.iter().position(|row| Some((self.id)(row)) == chosen) {
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

    /// Whether rows follow what is known.
    fn goes_on(&self) -> bool {
        self.pages.last().is_some_and(|held| held.rows.is_none() && held.len == 0)
    }

    /// Rows known so far.
    pub fn len(&self) -> usize {
        self.pages.iter().map(|held| held.len).sum()
    }

    /// A row, if its page is held.
    pub fn row(&self, index: usize) -> Option<&T> {
        let (page, at) = self.find(index);
        self.pages[page].rows.as_ref()?.get(at)
    }

    /// The row under the cursor.
    pub fn chosen(&self) -> Option<&T> {
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
    /// way. The last row may be far from anything known, so its page is looked up.
    pub fn step(&mut self, by: Step) {
        self.to_the_end = by == Step::Bottom && self.goes_on();
        self.cursor = step(self.cursor, by, self.len());
    }
}

impl<T> Roll<T> {
    /// Whether the beginnings of all pages are to be asked for.
    pub fn wants_places(&self) -> bool {
        self.to_the_end
    }

    /// Takes the beginnings of all pages and goes to the last row.
    pub fn take_places(&mut self, answer: Result<Answer, Problem>) {
        let mut found = None;
        self.state.take(answer, |answer| match answer {
            Answer::Places(places) => {
                found = Some(places);
                Some(())
            }
            _ => None,
        });
        if let Some(places) = found.filter(|_| self.to_the_end) {
            self.to_the_end = false;
            self.lay_out(places);
        }
    }

    fn lay_out(&mut self, places: Places) {
        let total = usize::try_from(places.total).unwrap_or(0);
        let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let begins = std::iter::once(None).chain(places.ends.into_iter().map(Some));
        let pages = begins.enumerate().map(|(page, after)| (after, total.saturating_sub(page * size).min(size)));
        let mut known = std::mem::take(&mut self.pages).into_iter();
        self.pages = pages
            .filter(|(after, len)| after.is_none() || *len > 0)
            .map(|(after, len)| match known.next() {
                Some(held) if held.after == after && held.len == len => held,
                _ => Held { len, ..Held::empty(after) },
            })
            .collect();
        self.cursor = total.saturating_sub(1);
        self.shed();
    }
}
