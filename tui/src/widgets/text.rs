//! Text measured in terminal cells.

use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// How many cells a text takes.
#[must_use]
pub fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// The text, cut to `cells` with `ellipsis` at its end when it is longer.
#[must_use]
pub fn clip(text: &str, cells: u16, ellipsis: &str) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let room = cells.saturating_sub(width(ellipsis));
    let mut taken = head(text, room).to_owned();
    if width(ellipsis) <= cells {
        taken.push_str(ellipsis);
    }
    taken
}

/// The longest beginning of the text that fits into `cells`.
#[must_use]
pub fn head(text: &str, cells: u16) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > cells {
            return &text[..at];
        }
    }
    text
}

/// A line cut to `cells`, keeping the style of each span.
#[must_use]
pub fn clip_line(line: Line<'static>, cells: u16, ellipsis: &str) -> Line<'static> {
    if line.width() <= usize::from(cells) {
        return line;
    }
    let mut room = cells;
    let mut kept = Vec::new();
    for span in line.spans {
        let wide = width(&span.content);
        if wide >= room {
            // One more cell is needed for the ellipsis unless this is the end.
            kept.push(Span::styled(clip_hard(&span.content, room, ellipsis), span.style));
            break;
        }
        room -= wide;
        kept.push(span);
    }
    Line { spans: kept, ..line }
}

/// Cuts to `cells` and always ends with the ellipsis.
fn clip_hard(text: &str, cells: u16, ellipsis: &str) -> String {
    let room = cells.saturating_sub(width(ellipsis));
    format!("{}{ellipsis}", head(text, room))
}

/// Breaks a text into lines of at most `cells`, at spaces where there are any.
/// Line breaks in the text stay; a word longer than a line is broken inside.
#[must_use]
pub fn wrap(text: &str, cells: u16) -> Vec<String> {
    let cells = cells.max(1);
    text.split('\n').flat_map(|line| wrap_line(line, cells)).collect()
}

fn wrap_line(line: &str, cells: u16) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in line.split_word_bounds_by_space() {
        if width(&current) + width(word.trim_end()) <= cells {
            current.push_str(word);
            continue;
        }
        if !current.trim_end().is_empty() {
            lines.push(current.trim_end().to_owned());
        }
        current.clear();
        let mut rest = word;
        while width(rest.trim_end()) > cells {
            let part = match head(rest, cells) {
                // A character wider than the line still has to go somewhere.
                "" => rest.graphemes(true).next().unwrap_or(rest),
                part => part,
            };
            lines.push(part.to_owned());
            rest = &rest[part.len()..];
        }
        current.push_str(rest);
    }
    lines.push(current.trim_end().to_owned());
    lines
}

/// Splitting after each run of spaces, so that the pieces join to the original.
trait SplitAfterSpaces {
    fn split_word_bounds_by_space(&self) -> impl Iterator<Item = &str>;
}

impl SplitAfterSpaces for str {
    fn split_word_bounds_by_space(&self) -> impl Iterator<Item = &str> {
        let mut rest = self;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let word = rest.find(' ').unwrap_or(rest.len());
            let end = rest[word..].find(|c| c != ' ').map_or(rest.len(), |spaces| word + spaces);
            let (piece, after) = rest.split_at(end);
            rest = after;
            Some(piece)
        })
    }
}

/// A number with thousands separators: `15,234`.
#[must_use]
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 8);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Maya Okonkwo", 20, "Maya Okonkwo")]
    #[case("Maya Okonkwo", 6, "Maya …")]
    #[case("李小龙", 5, "李小…")]
    #[case("李小龙", 4, "李…")]
    #[case("abc", 0, "")]
    fn clipping_counts_cells(#[case] text: &str, #[case] cells: u16, #[case] expected: &str) {
        assert_eq!(clip(text, cells, "…"), expected);
    }

    #[test]
    fn wrapping_breaks_at_spaces_and_keeps_line_breaks() {
        assert_eq!(wrap("one two three\nfour", 8), ["one two", "three", "four"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("李", 1), ["李", ""]);
    }

    #[rstest]
    #[case(0, "0")]
    #[case(999, "999")]
    #[case(15234, "15,234")]
    #[case(-1_000_000, "-1,000,000")]
    fn numbers_are_grouped(#[case] number: i64, #[case] expected: &str) {
        assert_eq!(grouped(number), expected);
    }

    #[test]
    fn a_styled_line_is_cut_with_an_ellipsis() {
        let line = Line::from(vec![Span::raw("abc"), Span::raw("defg")]);
        assert_eq!(clip_line(line, 5, "…").to_string(), "abcd…");
    }

    proptest! {
        #[test]
        fn wrapped_lines_fit_and_lose_only_spaces(text in "[a-z李é ]{0,60}", cells in 2u16..20) {
            let lines = wrap(&text, cells);
            prop_assert!(lines.iter().all(|line| width(line) <= cells));
            let squeeze = |s: &str| s.replace(' ', "");
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }

        #[test]
        fn a_clipped_text_fits(text in "\\PC{0,40}", cells in 0u16..20) {
            prop_assert!(width(&clip(&text, cells, "…")) <= cells);
        }
    }
}
