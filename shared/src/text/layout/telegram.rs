//! Telegram's measure of a text: what fits into one message, and how a preview notes its entities.

use std::ops::Range;

use super::{BlockLook, Flow, Look, split};
use crate::text::Rich;

/// The longest message, in UTF-16 units.
pub const TEXT_LIMIT: usize = 4096;

/// Length in UTF-16 units, as Telegram counts.
#[must_use]
pub fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Where a text is cut into messages.
#[must_use]
pub fn cuts(flow: &Flow) -> Vec<Range<usize>> {
    split(&flow.text, TEXT_LIMIT, |range| utf16(&flow.text[range]))
}

/// The messages that a text becomes, with their entities written as Telegram's HTML style. It is for
/// reading: what is sent is plain text with entities beside it.
#[must_use]
pub fn as_html(text: &Rich) -> Vec<String> {
    let flow = Flow::of(text);
    cuts(&flow).into_iter().map(|range| html(&flow, &range)).collect()
}

fn html(flow: &Flow, range: &Range<usize>) -> String {
    let text = &flow.text[range.clone()];
    let blocks = flow.within(&flow.blocks, range).into_iter().map(|(at, look)| match look {
        BlockLook::Quote => (at, "blockquote"),
        BlockLook::Verbatim => (at, "pre"),
    });
    let looks = flow.within(&flow.looks, range).into_iter().map(|(at, look)| match look {
        Look::Bold => (at, "b"),
        Look::Italic => (at, "i"),
        Look::Code => (at, "code"),
    });
    let tags: Vec<(Range<usize>, &str)> = blocks.chain(looks).collect();
    let mut out = String::with_capacity(text.len() + 32);
    for (at, c) in text.char_indices().chain([(text.len(), '\0')]) {
        // Looks lie within blocks and never across each other: the inner one was pushed last.
        out.extend(tags.iter().rev().filter(|(range, _)| range.end == at).map(|(_, tag)| format!("</{tag}>")));
        out.extend(tags.iter().filter(|(range, _)| range.start == at).map(|(_, tag)| format!("<{tag}>")));
        match c {
            '\0' => {}
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_noted_as_tags_and_text_is_escaped() {
        let text = Rich::from_markdown("Hello **Zoë & Co**, *now*\n\n> said **so**\n\n`a<b`");
        assert_eq!(
            as_html(&text),
            ["Hello <b>Zoë &amp; Co</b>, <i>now</i>\n\n<blockquote>said <b>so</b></blockquote>\n\n<code>a&lt;b</code>"]
        );
    }
}
