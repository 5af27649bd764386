//! Small pictures of numbers: a bar and a sparkline.

use ratatui::text::{Line, Span};

use crate::theme::{Meaning, Theme};

/// A bar of `cells` cells of which `part / whole` are filled. Anything above
/// nothing shows at least one cell.
#[must_use]
pub fn bar(theme: Theme, part: u64, whole: u64, cells: u16) -> Line<'static> {
    let (full, empty) = theme.bar();
    let filled = filled_cells(part, whole, cells);
    Line::from(vec![
        Span::raw(full.repeat(usize::from(filled))),
        Span::styled(empty.repeat(usize::from(cells - filled)), theme.dim()),
    ])
}

/// The filled cells alone, for bars that stand beside their number.
#[must_use]
pub fn stroke(theme: Theme, part: u64, whole: u64, cells: u16) -> String {
    theme.bar().0.repeat(usize::from(filled_cells(part, whole, cells)))
}

fn filled_cells(part: u64, whole: u64, cells: u16) -> u16 {
    if part == 0 || whole == 0 {
        return 0;
    }
    let exact = u64::from(cells) * part.min(whole) / whole;
    u16::try_from(exact).unwrap_or(cells).clamp(1.min(cells), cells)
}

/// One cell a value, scaled to the largest.
#[must_use]
pub fn sparkline(theme: Theme, values: &[u64]) -> Span<'static> {
    let steps = theme.spark();
    let top = values.iter().copied().max().unwrap_or(0).max(1);
    let last = steps.len() as u64 - 1;
    let cell = |value: &u64| {
        let step = (value * last).div_ceil(top);
        steps[usize::try_from(step).unwrap_or(0).min(steps.len() - 1)]
    };
    Span::styled(values.iter().map(cell).collect::<String>(), theme.style(Meaning::Machine))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Glyphs;

    const THEME: Theme = Theme::new(Glyphs::Ascii);

    #[test]
    fn a_bar_shows_something_as_soon_as_there_is_something() {
        assert_eq!(bar(THEME, 0, 8, 8).to_string(), "........");
        assert_eq!(bar(THEME, 1, 800, 8).to_string(), "#.......");
        assert_eq!(bar(THEME, 6, 8, 8).to_string(), "######..");
        assert_eq!(bar(THEME, 9, 8, 8).to_string(), "########");
        assert_eq!(bar(THEME, 3, 0, 4).to_string(), "....");
    }

    #[test]
    fn a_sparkline_scales_to_its_largest_value() {
        assert_eq!(sparkline(THEME, &[0, 3, 6]).content, "_=#");
        assert_eq!(sparkline(THEME, &[0, 0]).content, "__");
        assert_eq!(sparkline(THEME, &[]).content, "");
    }
}
