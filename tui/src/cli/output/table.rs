//! Columns aligned by what a terminal shows, not by bytes or characters.

use unicode_width::UnicodeWidthStr;

/// Between two columns.
const GAP: &str = "  ";

/// On which side a column's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// A column's heading and side.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    title: &'static str,
    side: Side,
}

/// A column of text.
#[must_use]
pub fn left(title: &'static str) -> Column {
    Column { title, side: Side::Left }
}

/// A column of numbers.
#[must_use]
pub fn right(title: &'static str) -> Column {
    Column { title, side: Side::Right }
}

/// Headings, then rows.
pub fn aligned<const N: usize>(columns: &[Column; N], rows: &[[String; N]]) -> String {
    let heading = columns.map(|column| column.title.to_owned());
    let widths = widths(rows.iter().chain([&heading]));
    let sides = columns.map(|column| column.side);
    std::iter::once(&heading).chain(rows).map(|row| line(row, &widths, &sides)).collect()
}

/// Rows without headings, all on the left.
pub fn aligned_bare<const N: usize>(rows: &[[String; N]]) -> String {
    let widths = widths(rows.iter());
    rows.iter().map(|row| line(row, &widths, &[Side::Left; N])).collect()
}

/// One row a line, a tab between the fields.
pub fn tabs<const N: usize>(rows: &[[String; N]]) -> String {
    rows.iter().map(|row| row.join("\t") + "\n").collect()
}

fn widths<'a, const N: usize>(rows: impl Iterator<Item = &'a [String; N]>) -> [usize; N] {
    rows.fold([0; N], |widths, row| std::array::from_fn(|at| widths[at].max(row[at].width())))
}

fn line<const N: usize>(row: &[String; N], widths: &[usize; N], sides: &[Side; N]) -> String {
    let cells: Vec<String> = (0..N)
        .map(|at| {
            let room = " ".repeat(widths[at].saturating_sub(row[at].width()));
            match sides[at] {
                Side::Left => format!("{}{room}", row[at]),
                Side::Right => format!("{room}{}", row[at]),
            }
        })
        .collect();
    format!("{}\n", cells.join(GAP).trim_end())
}
