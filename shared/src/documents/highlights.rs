//! What is told of a document: highlights in its notice, accomplishments in the celebrations, and a summary for the
//! writer of later months.
//!
//! All three are taken from the text when a person approves it, so they never say what nobody has read. An admin may
//! put other lines in their place.

use crate::text::{Block, Rich, Span, Style};
use crate::{Error, Result};

/// How many highlights, and how many accomplishments, are taken from a text.
const COUNT: usize = 3;
/// How many of either an admin may write.
const MOST: usize = 5;
/// The longest of either, in characters.
const LONGEST: usize = 140;
/// A summary that is shorter is filled up with what the other sections open with, in words.
const SHORTEST_SUMMARY: usize = 150;
/// The longest summary, in words.
const LONGEST_SUMMARY: usize = 300;

/// What a client is told of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What to look for in it.
    pub highlights: Vec<String>,
    /// What stands once its month is complete.
    pub accomplishments: Vec<String>,
}

impl Told {
    /// What a text says of itself.
    #[must_use]
    pub fn of(markdown: &str) -> Self {
        Self { highlights: highlights_of(markdown), accomplishments: accomplishments_of(markdown) }
    }
}

/// Lines as an admin writes them, tidied; or why they cannot be told.
pub(super) fn checked_lines(lines: &[String]) -> Result<Vec<String>> {
    let tidy = |line: &String| crate::text::terminal_safe(line).split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = lines.iter().map(tidy).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() || lines.len() > MOST {
        return Err(Error::invalid(format!("give one to {MOST} lines; there are {}", lines.len())));
    }
    if let Some(long) = lines.iter().map(|line| line.chars().count()).find(|length| *length > LONGEST) {
        return Err(Error::invalid(format!("a line has {long} characters; {LONGEST} are the most")));
    }
    Ok(lines)
}

/// Up to three short lines: the points of the summary, else the first sentence under each heading.
#[must_use]
pub fn highlights_of(markdown: &str) -> Vec<String> {
    let Rich(blocks) = Rich::from_markdown(markdown);
    let points = summary(&blocks).iter().filter_map(|block| match block {
        Block::Item(_, _, spans) => Some(point(spans)),
        _ => None,
    });
    first_of(points.chain(openings(&blocks).map(|opening| cut(&first_sentence(&opening)))))
}

/// Up to three things that the client has in hand: what the templates are called, else the highlights.
#[must_use]
pub fn accomplishments_of(markdown: &str) -> Vec<String> {
    let Rich(blocks) = Rich::from_markdown(markdown);
    let templates = under("templates", &blocks).unwrap_or_default();
    let all = templates.iter().filter_map(|block| match block {
        Block::Heading(_, spans) => Some(cut(&plain(spans))),
        Block::Paragraph(spans) => spans.first().filter(|first| first.style == Style::Bold).map(|_| point(spans)),
        _ => None,
    });
    let named = first_of(all);
    if named.is_empty() { highlights_of(markdown) } else { named }
}

/// The summary section in plain words, cut to what a prompt can carry. One that says little is followed by what the
/// other sections open with.
#[must_use]
pub fn summary_of(markdown: &str) -> String {
    let Rich(blocks) = Rich::from_markdown(markdown);
    let mut plain = Rich(summary(&blocks).to_vec()).to_plain();
    for opening in openings(&blocks) {
        if plain.split_whitespace().count() >= SHORTEST_SUMMARY {
            break;
        }
        if !plain.contains(&opening) {
            plain.push(' ');
            plain.push_str(&opening);
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.len() <= LONGEST_SUMMARY { words.join(" ") } else { format!("{} …", words[..LONGEST_SUMMARY].join(" ")) }
}

/// The first few lines that are not empty and not there already.
fn first_of(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in lines {
        if !line.is_empty() && !found.contains(&line) {
            found.push(line);
        }
        if found.len() == COUNT {
            break;
        }
    }
    found
}

/// The blocks under the heading "Summary", or those before the second heading where there is none.
fn summary(blocks: &[Block]) -> &[Block] {
    under("summary", blocks).unwrap_or_else(|| {
        let from = blocks.iter().position(is_heading).map_or(0, |at| at + 1);
        before(&blocks[from..], is_heading)
    })
}

/// The blocks under the first heading in which `name` occurs, up to the next heading of its rank.
fn under<'a>(name: &str, blocks: &'a [Block]) -> Option<&'a [Block]> {
    let (at, rank) = blocks.iter().enumerate().find_map(|(at, block)| match block {
        Block::Heading(rank, spans) if plain(spans).to_lowercase().contains(name) => Some((at, *rank)),
        _ => None,
    })?;
    Some(before(&blocks[at + 1..], |block| matches!(block, Block::Heading(other, _) if *other <= rank)))
}

fn before(blocks: &[Block], ends: impl Fn(&Block) -> bool) -> &[Block] {
    &blocks[..blocks.iter().position(ends).unwrap_or(blocks.len())]
}

fn is_heading(block: &Block) -> bool {
    matches!(block, Block::Heading(..))
}

/// The first paragraph under each heading.
fn openings(blocks: &[Block]) -> impl Iterator<Item = String> {
    blocks.windows(2).filter_map(|pair| match pair {
        [Block::Heading(..), Block::Paragraph(spans)] => Some(plain(spans)),
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
        assert!(highlights_of("").is_empty() && accomplishments_of("").is_empty());
        assert_eq!(summary_of("just words"), "just words");
    }

    #[test]
    fn what_the_templates_are_called_is_what_stands() {
        let text = "## Summary\n\n1. **A**\n\n## Templates\n\n**Interview script (20 minutes)**\n\n1. Ask.\n\n\
            ### Competitor grid\n\ntext\n\n**Brand page:** niche\n\nplain\n\n## Metrics\n\n**Not this**";
        assert_eq!(accomplishments_of(text), ["Interview script (20 minutes)", "Competitor grid", "Brand page"]);
        assert_eq!(accomplishments_of(DOCUMENT), highlights_of(DOCUMENT), "without templates, the highlights");
    }

    #[test]
    fn a_short_summary_is_filled_up_with_what_the_sections_open_with() {
        let text = "## Summary\n\nLittle.\n\n## Context\n\nWhere we are. In full.\n\n## Metrics\n\nHow we know.";
        assert_eq!(summary_of(text), "Little. Where we are. In full. How we know.");
        let long = format!("## Summary\n\n{}\n\n## Context\n\nNot this.", "word ".repeat(160));
        assert!(!summary_of(&long).contains("Not this"));
    }

    #[rstest::rstest]
    #[case(&[], "one to 5 lines; there are 0")]
    #[case(&["  ", "\n"], "there are 0")]
    #[case(&["a", "b", "c", "d", "e", "f"], "there are 6")]
    #[case(&["x".repeat(141).leak() as &str], "141 characters; 140 are the most")]
    fn lines_that_cannot_be_told_are_refused(#[case] lines: &[&str], #[case] why: &str) {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let refused = checked_lines(&lines).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }

    #[test]
    fn an_admins_lines_are_tidied() {
        let lines = ["  A \n b\u{202e} ".to_owned(), String::new(), "c".to_owned()];
        assert_eq!(checked_lines(&lines).unwrap(), ["A b", "c"]);
    }

    proptest! {
        #[test]
        fn any_text_gives_short_lines(text in "\\PC{0,400}") {
            let Told { highlights, accomplishments } = Told::of(&text);
            prop_assert!(highlights.iter().chain(&accomplishments).all(|line| line.chars().count() <= LONGEST + 1));
            prop_assert!(summary_of(&text).split_whitespace().count() <= LONGEST_SUMMARY + 1);
        }
    }
}
