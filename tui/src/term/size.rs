//! How large a frame may be.

use ratatui::layout::Size;

/// Widest frame drawn, in columns.
pub const MAX_COLUMNS: u16 = 500;
/// Tallest frame drawn, in rows.
pub const MAX_ROWS: u16 = 200;

/// Brings any size that a terminal reports into 1..=500 by 1..=200, because a
/// peer may claim 65,535 columns or none and the cost of a frame is its area.
#[must_use]
pub fn clamp(columns: u16, rows: u16) -> Size {
    Size::new(columns.clamp(1, MAX_COLUMNS), rows.clamp(1, MAX_ROWS))
}
