//! Cutting a text into messages where a reader would: paragraph, line, sentence, word, grapheme.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Cuts `text` into parts of which each measures at most `limit`, without white space at their
/// ends and never blank. `measure` must not shrink when a range grows.
pub fn split(text: &str, limit: usize, measure: impl Fn(Range<usize>) -> usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = skip_space(text, 0);
    while start < text.len() {
        let end = if measure(start..text.trim_end().len().max(start)) <= limit {
            text.len()
        } else {
            let reach = reach(text, start, limit, &measure);
            best_break(text, start, reach)
        };
        let trimmed = start + text[start..end].trim_end().len();
        if !is_blank(&text[start..trimmed]) {
            parts.push(start..trimmed);
        }
        start = skip_space(text, end);
    }
    parts
}

/// The furthest grapheme boundary that is still within the limit; inside a grapheme that is alone
/// too long, the furthest character.
fn reach(text: &str, start: usize, limit: usize, measure: &impl Fn(Range<usize>) -> usize) -> usize {
    // One unit is at least a quarter of a character's bytes, so no part is longer than this.
    let mut window = (start + limit.saturating_mul(4).saturating_add(4)).min(text.len());
    while !text.is_char_boundary(window) {
        window -= 1;
    }
    let furthest = |ends: &[usize]| ends.partition_point(|end| measure(start..*end) <= limit);
    let graphemes: Vec<usize> =
        text[start..window].grapheme_indices(true).map(|(at, g)| start + at + g.len()).collect();
    if let Some(end) = furthest(&graphemes).checked_sub(1).and_then(|index| graphemes.get(index)) {
        return *end;
    }
    let chars: Vec<usize> = text[start..window].char_indices().map(|(at, c)| start + at + c.len_utf8()).collect();
    let index = furthest(&chars).saturating_sub(1);
    chars.get(index).copied().unwrap_or(text.len())
}

/// The last good place to cut in `start..reach`; a better kind of place wins unless it would leave
/// a part of less than a third.
fn best_break(text: &str, start: usize, reach: usize) -> usize {
    let piece = &text[start..reach];
    let enough = piece.len() / 3;
    let after = |mark: &str| piece.rfind(mark).map(|at| at + mark.len()).filter(|at| *at > enough);
    let sentence = || {
        let ends = [". ", "! ", "? ", "… ", "。", "！", "？"];
        ends.iter().filter_map(|mark| after(mark)).max()
    };
    let word = || piece.rfind(char::is_whitespace).filter(|at| *at > enough);
    let at = after("\n\n").or_else(|| after("\n")).or_else(sentence).or_else(word).unwrap_or(piece.len());
    start + at
}

fn skip_space(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    // Indentation made of no-break spaces belongs to the line that follows.
    from + (rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() && c != '\u{a0}').len())
}

/// True for text of which nothing can be seen: platforms refuse a message of it.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
    })
}
