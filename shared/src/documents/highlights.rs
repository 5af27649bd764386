//! What the notice says about a document, and what the writer of later months is told of it.
//!
//! Both are taken from the text when a person approves it, so they never say what nobody has read.

use crate::text::{Block, Rich, Span, Style};

/// How many highlights a notice has.
const COUNT: usize = 3;
/// The longest highlight, in characters.
const LONGEST: usize = 140;
/// The longest summary, in words.
const SUMMARY_WORDS: usize = 300;

/// Up to three short lines: the points of the summary, else the first sentence under each heading.
#[must_use]
pub fn highlights_of(markdown: &str) -> Vec<String> {
    let Rich(blocks) = Rich::from_markdown(markdown);
    let mut found: Vec<String> = Vec::new();
    let points = summary(&blocks).iter().filter_map(|block| match block {
        Block::Item(_, _, spans) => Some(point(spans)),
        _ => None,
    });
    for line in points.chain(openings(&blocks)) {
        if !line.is_empty() && !found.contains(&line) {
            found.push(line);
        }
        if found.len() == COUNT {
            break;
        }
    }
    found
}

/// The summary section in plain words, cut to what a prompt can carry.
#[must_use]
pub fn summary_of(markdown: &str) -> String {
    let Rich(blocks) = Rich::from_markdown(markdown);
    let plain = Rich(summary(&blocks).to_vec()).to_plain();
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.len() <= SUMMARY_WORDS { words.join(" ") } else { format!("{} …", words[..SUMMARY_WORDS].join(" ")) }
}

/// The blocks under the heading "Summary", or those before the second heading where there is none.
fn summary(blocks: &[Block]) -> &[Block] {
    let heading = |block: &Block| matches!(block, Block::Heading(..));
    let named = blocks
        .iter()
        .position(|block| matches!(block, Block::Heading(_, spans) if plain(spans).to_lowercase().contains("summary")));
    let from = named.or_else(|| blocks.iter().position(heading)).map_or(0, |at| at + 1);
    let rest = &blocks[from..];
    &rest[..rest.iter().position(heading).unwrap_or(rest.len())]
}

/// The first sentence under each heading.
fn openings(blocks: &[Block]) -> impl Iterator<Item = String> {
    blocks.windows(2).filter_map(|pair| match pair {
        [Block::Heading(..), Block::Paragraph(spans)] => Some(cut(&first_sentence(&plain(spans)))),
        _ => None,
    })
}

/// A list item's point: what is in bold at its beginning, else its first sentence.
fn point(spans: &[Span]) -> String {
    match spans.first() {
        Some(first) if first.style == Style::Bold => cut(first.text.trim().trim_end_matches(['.', ':'])),
        _ => cut(&first_sentence(&plain(spans))),
    }
}

fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_sentence(text: &str) -> String {
    let end = text
        .char_indices()
        .zip(text.chars().skip(1))
        .find(|((_, c), next)| matches!(c, '.' | '?' | '!') && next.is_whitespace())
        .map_or(text.len(), |((at, c), _)| at + c.len_utf8());
    text[..end].to_owned()
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    let short = &text[..end];
    format!("{}…", short.rsplit_once(' ').map_or(short, |(before, _)| before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DOCUMENT: &str = "# Title\n\nIntro.\n\n## Summary\n\nThree decisions:\n\n1. **Who it is for.** We start here.\n\
        2. What it takes on: the problem. More.\n3. **Why this brand**\n\n## Context\n\nHere we are. And so on.\n";

    #[test]
    fn the_points_of_the_summary_are_the_highlights() {
        assert_eq!(highlights_of(DOCUMENT), ["Who it is for", "What it takes on: the problem.", "Why this brand"]);
        assert!(summary_of(DOCUMENT).starts_with("Three decisions: 1. Who it is for."));
    }

    #[test]
    fn a_summary_without_points_lends_first_sentences() {
        let text = "## Summary\n\nOne thing. Two.\n\n## Context\n\nAnother one! Yes.\n\n## Metrics\n\nLast";
        assert_eq!(highlights_of(text), ["One thing.", "Another one!", "Last"]);
    }

    #[test]
    fn a_shapeless_text_gives_what_it_has() {
        assert!(highlights_of("").is_empty());
        assert_eq!(summary_of("just words"), "just words");
    }

    proptest! {
        #[test]
        fn any_text_gives_short_lines(text in "\\PC{0,400}") {
            prop_assert!(highlights_of(&text).iter().all(|line| line.chars().count() <= LONGEST + 1));
            prop_assert!(summary_of(&text).split_whitespace().count() <= SUMMARY_WORDS + 1);
        }
    }
}
