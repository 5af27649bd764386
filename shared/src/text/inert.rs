//! Taking the life out of what a platform would make pressable by itself.

use super::{Block, Rich, Span, Style};

/// Beginnings of what is pressed or opened.
const SCHEMES: [&str; 6] = ["www.", "tg:", "mailto:", "javascript:", "data:", "discord.gg"];

impl Rich {
    /// Addresses, names and commands set as code, which no platform makes pressable: for text that a model
    /// wrote, which may have been talked into it.
    #[must_use]
    pub fn inert(self) -> Self {
        Self(self.0.into_iter().map(block).collect())
    }
}

fn block(block: Block) -> Block {
    match block {
        Block::Paragraph(spans) => Block::Paragraph(quiet(spans)),
        Block::Heading(level, spans) => Block::Heading(level, quiet(spans)),
        Block::Item(depth, number, spans) => Block::Item(depth, number, quiet(spans)),
        Block::Quote(spans) => Block::Quote(quiet(spans)),
        Block::Table(rows) => Block::Table(rows.into_iter().map(|row| row.into_iter().map(quiet).collect()).collect()),
        block @ (Block::Code(_) | Block::Rule) => block,
    }
}

fn quiet(spans: Vec<Span>) -> Vec<Span> {
    spans.into_iter().flat_map(|span| if span.style == Style::Code { vec![span] } else { parted(&span) }).collect()
}

/// A span parted where something pressable begins and ends.
fn parted(span: &Span) -> Vec<Span> {
    let mut parts: Vec<Span> = Vec::new();
    let mut add = |text: &str, style| match parts.last_mut() {
        Some(last) if last.style == style => last.text.push_str(text),
        _ => parts.push(Span { text: text.to_owned(), style }),
    };
    for piece in span.text.split_inclusive(char::is_whitespace) {
        let word = piece
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')'));
        match piece.find(word).filter(|_| is_pressable(word)) {
            Some(at) => {
                let end = at + word.len();
                for (text, style) in [(&piece[..at], span.style), (word, Style::Code), (&piece[end..], span.style)] {
                    if !text.is_empty() {
                        add(text, style);
                    }
                }
            }
            None => add(piece, span.style),
        }
    }
    parts
}

fn is_pressable(word: &str) -> bool {
    let lower = word.to_lowercase();
    let follows = |sign: char| {
        lower.match_indices(sign).any(|(at, _)| lower[at + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    lower.contains("://")
        || SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
        || follows('@')
        || (lower.starts_with('/') && follows('/'))
        || is_domain(lower.split(['/', '?', '#', ':']).next().unwrap_or_default())
}

/// Whether a word looks like the name of a site: parts between dots, and an end of letters.
fn is_domain(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let Some((last, before)) = parts.split_last() else { return false };
    let is_part = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    !before.is_empty()
        && before.iter().all(is_part)
        && last.chars().count() >= 2
        && last.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The words that were set as code.
    fn quieted(text: &str) -> Vec<String> {
        let Rich(blocks) = Rich::from_markdown(text).inert();
        let spans = blocks.into_iter().flat_map(|block| match block {
            Block::Paragraph(spans) | Block::Item(_, _, spans) | Block::Heading(_, spans) => spans,
            _ => Vec::new(),
        });
        spans.filter(|span| span.style == Style::Code).map(|span| span.text).collect()
    }

    #[rstest]
    #[case("See [your invoice](https://collect.example/?d=1).", &["https://collect.example/?d=1"])]
    #[case("Go to collect.example/now, or www.x.example!", &["collect.example/now", "www.x.example"])]
    #[case("Ping @everyone and @ada_b, or ada@example.com", &["@everyone", "@ada_b", "ada@example.com"])]
    #[case("Send /stop or tg://user?id=1", &["/stop", "tg://user?id=1"])]
    #[case("- join discord.gg/steal", &["discord.gg/steal"])]
    #[case("**Write to t.me/evil now**", &["t.me/evil"])]
    #[case("It costs 4.20, e.g. for two. And/or 3/4 of it; i.e. U.S. size @ 5.", &[])]
    fn what_could_be_pressed_becomes_code(#[case] text: &str, #[case] words: &[&str]) {
        assert_eq!(quieted(text), words);
        assert_eq!(Rich::from_markdown(text).inert().to_plain(), Rich::from_markdown(text).to_plain());
    }
}
