//! Rows in columns: widths in cells, numbers to the right, and columns that
//! leave by priority when there is no room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::line;
use super::list::first_in_sight;
use super::text::width;
use crate::theme::Theme;

/// Which edge of its column a cell stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers and ages.
    Right,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// The least width that is of use, in cells.
    pub min: u16,
    /// The width beyond which more is of no use.
    pub max: u16,
    /// Which edge.
    pub align: Align,
    /// Columns with the highest number leave first.
    pub rank: u8,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub const fn text(title: &'static str, min: u16, max: u16, rank: u8) -> Self {
        Self { title, min, max, align: Align::Left, rank }
    }

    /// A column of numbers or ages.
    #[must_use]
    pub const fn number(title: &'static str, cells: u16, rank: u8) -> Self {
        Self { title, min: cells, max: cells, align: Align::Right, rank }
    }
}

/// The space between two columns.
const GAP: u16 = 2;

/// The width of each column inside `room` cells; `None` for one that left.
#[must_use]
pub fn layout(columns: &[Column], room: u16) -> Vec<Option<u16>> {
    let mut widths: Vec<Option<u16>> = columns.iter().map(|c| Some(c.min)).collect();
    while needed(&widths) > room && widths.iter().flatten().count() > 1 {
        let leaver = (0..columns.len()).filter(|&i| widths[i].is_some()).max_by_key(|&i| (columns[i].rank, i));
        match leaver {
            Some(i) => widths[i] = None,
            None => break,
        }
    }
    // What is spare goes round, a cell each, so that no column starves beside a greedy one.
    let mut spare = room.saturating_sub(needed(&widths));
    let mut grew = true;
    while spare > 0 && grew {
        grew = false;
        for (width, column) in widths.iter_mut().zip(columns) {
            if let Some(width) = width.as_mut().filter(|width| **width < column.max && spare > 0) {
                *width += 1;
                spare -= 1;
                grew = true;
            }
        }
    }
    // A single column that is too wide gets what there is.
    widths.into_iter().map(|w| w.map(|w| w.min(room))).collect()
}

fn needed(widths: &[Option<u16>]) -> u16 {
    let shown = u16::try_from(widths.iter().flatten().count()).unwrap_or(0);
    widths.iter().flatten().sum::<u16>() + GAP * shown.saturating_sub(1)
}

/// A table ready to draw. The cursor's row has the pointer and is bold.
pub struct Table<'a> {
    /// The columns, left to right.
    pub columns: &'a [Column],
    /// How many rows there are.
    pub len: usize,
    /// The row under the cursor; `None` when the keys are elsewhere.
    pub cursor: Option<usize>,
    /// The first row to draw; `None` to follow the cursor.
    pub first: Option<usize>,
}

impl Table<'_> {
    /// Draws headings and as many rows as fit; `cells` gives a row's cells and
    /// is asked only for rows in sight.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme, cells: impl Fn(usize) -> Vec<Line<'static>>) {
        const POINTER: u16 = 3;
        if area.width <= POINTER || area.height == 0 {
            return;
        }
        let widths = layout(self.columns, area.width - POINTER);
        let titled = self.columns.iter().any(|c| !c.title.is_empty());
        let mut body = area;
        if titled {
            let heads = self.columns.iter().map(|c| Line::styled(c.title, theme.dim())).collect();
            self.row(buf, line::row(area, 0), theme, &widths, heads);
            body = line::below(area, 1);
        }
        let height = usize::from(body.height);
        let first = self.first.unwrap_or_else(|| first_in_sight(self.cursor.unwrap_or(0), height));
        for (at, index) in (first..self.len).take(height).enumerate() {
            let row = line::row(body, u16::try_from(at).unwrap_or(u16::MAX));
            let mut cells = cells(index);
            if self.cursor == Some(index) {
                let pointer = Span::styled(theme.pointer(), theme.accent());
                line::left(buf, Rect { x: row.x + 1, width: 1, ..row }, theme, pointer);
                for cell in &mut cells {
                    cell.style = cell.style.add_modifier(Modifier::BOLD);
                }
            }
            self.row(buf, row, theme, &widths, cells);
        }
    }

    fn row(&self, buf: &mut Buffer, area: Rect, theme: Theme, widths: &[Option<u16>], cells: Vec<Line<'static>>) {
        let mut x = area.x + 3;
        for ((column, wide), cell) in self.columns.iter().zip(widths).zip(cells) {
            let Some(wide) = *wide else { continue };
            let place = Rect { x, width: wide, ..area };
            match column.align {
                Align::Left => line::left(buf, place, theme, cell),
                Align::Right => line::right(buf, place, theme, cell),
            }
            x += wide + GAP;
        }
    }
}

/// The widest of some texts, for a column that fits its content.
#[must_use]
pub fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> u16 {
    texts.map(width).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::theme::Glyphs;

    const COLUMNS: [Column; 3] =
        [Column::text("Name", 8, 20, 0), Column::text("Next", 6, 10, 1), Column::number("Age", 4, 2)];

    #[test]
    fn columns_leave_by_rank_and_share_what_is_spare() {
        assert_eq!(layout(&COLUMNS, 60), [Some(20), Some(10), Some(4)]);
        assert_eq!(layout(&COLUMNS, 24), [Some(9), Some(7), Some(4)]);
        assert_eq!(layout(&COLUMNS, 19), [Some(10), Some(7), None]);
        assert_eq!(layout(&COLUMNS, 9), [Some(9), None, None]);
        assert_eq!(layout(&COLUMNS, 3), [Some(3), None, None]);
    }

    #[test]
    fn numbers_stand_at_the_right_and_wide_names_keep_their_columns() {
        let area = Rect::new(0, 0, 27, 3);
        let mut buf = Buffer::empty(area);
        let rows = [["李小龙", "today", "4 m"], ["Maya", "late", "12 d"]];
        Table { columns: &COLUMNS, len: 2, cursor: Some(1), first: None }.draw(
            &mut buf,
            area,
            Theme::new(Glyphs::Ascii),
            |i| rows[i].iter().map(|cell| Line::raw(*cell)).collect(),
        );
        let text = crate::testing::text(&buf);
        assert_eq!(text, "   Name       Next      Age\n   李小龙     today     4 m\n > Maya       late     12 d\n");
    }

    proptest! {
        #[test]
        fn a_layout_never_exceeds_its_room(room in 1u16..200) {
            prop_assert!(needed(&layout(&COLUMNS, room)) <= room);
        }
    }
}
