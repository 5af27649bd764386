//! Our neutral text as Discord messages: every character of it escaped, so that it can neither
//! become markup nor mention anybody. Markup comes from looks alone.

mod escape;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{BlockLook, Flow, Look, split};
use crate::text::Rich;

/// The longest message of a bot, in characters.
pub const TEXT_LIMIT: usize = 2000;
/// Cutting a text may need a few more marks than the uncut text: room for them.
const ROOM: usize = 20;

/// Keeps two marked runs apart, and a mention from being one.
const GAP: char = '\u{200b}';

/// The messages that a text becomes, each within Discord's limit. None for a text of nothing.
#[must_use]
pub fn parts(text: &Rich) -> Vec<String> {
    let flow = Flow::of(text);
    split(&flow.text, TEXT_LIMIT - ROOM, |range| written(&flow, &range).chars().count())
        .into_iter()
        .map(|range| written(&flow, &range))
        .collect()
}

/// A part of the text as Discord takes it.
fn written(flow: &Flow, range: &Range<usize>) -> String {
    let text = &flow.text[range.clone()];
    let looks = flow.within(&flow.looks, range);
    let blocks = flow.within(&flow.blocks, range);
    let mut out = String::with_capacity(text.len() + 16);
    let mut verbatim = false;
    let mut at = 0;
    for line in text.split('\n') {
        let here = at..at + line.len();
        let block =
            blocks.iter().find(|(range, _)| here.start < range.end && range.start <= here.end).map(|(_, look)| *look);
        fence(&mut out, &mut verbatim, block == Some(BlockLook::Verbatim));
        match block {
            Some(BlockLook::Verbatim) => out.push_str(&escape::verbatim(line)),
            Some(BlockLook::Quote) => {
                out.push_str("> ");
                line_with_looks(&mut out, text, &here, &looks);
            }
            None => line_with_looks(&mut out, text, &here, &looks),
        }
        out.push('\n');
        at = here.end + 1;
    }
    out.pop();
    if verbatim {
        out.push_str("\n```");
    }
    out
}

/// Opens or closes the fence around verbatim lines.
fn fence(out: &mut String, verbatim: &mut bool, wanted: bool) {
    if *verbatim != wanted {
        out.push_str("```\n");
        *verbatim = wanted;
    }
}

fn line_with_looks(out: &mut String, text: &str, line: &Range<usize>, looks: &[(Range<usize>, Look)]) {
    let mut at = line.start;
    let mut marked = false;
    for (range, look) in looks {
        let cut = range.start.max(line.start)..range.end.min(line.end);
        let shown = text.get(cut.clone()).unwrap_or("").trim();
        if shown.is_empty() {
            continue;
        }
        let start = cut.start + text[cut.clone()].find(shown).unwrap_or(0);
        let before = escape::plain(&text[at..start], at == line.start);
        // Two runs of markers side by side would be read as one longer marker.
        if marked && before.is_empty() {
            out.push(GAP);
        }
        out.push_str(&before);
        let first = start == line.start;
        match look {
            Look::Bold => out.extend(["**", &escape::plain(shown, first), "**"]),
            Look::Italic => out.extend(["*", &escape::plain(shown, first), "*"]),
            // Nothing can be escaped between backticks: with one inside, it is shown as text.
            // Its neighbours must not complete a mention with it either.
            Look::Code if shown.contains('`') => {
                out.push(GAP);
                out.push_str(&escape::plain(shown, first));
                out.push(GAP);
            }
            Look::Code => out.extend(["`", &escape::verbatim(shown), "`"]),
        }
        marked = true;
        at = start + shown.len();
    }
    let after = &text[at..line.end];
    out.push_str(&escape::plain(after, at == line.start));
}
