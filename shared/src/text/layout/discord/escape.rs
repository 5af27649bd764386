//! Escaping for Discord's dialect of Markdown.

use super::GAP;

/// Text as Discord shows it to the letter. `line_start` says that it begins a line, where headings,
/// lists and quotes are recognised.
pub(super) fn plain(text: &str, line_start: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut fresh = line_start;
    while let Some(c) = rest.chars().next() {
        if let Some(address) = address(rest) {
            // In angle brackets: taken verbatim, and without a preview.
            out.extend(["<", address, ">"]);
            rest = &rest[address.len()..];
            fresh = false;
            continue;
        }
        let after = &rest[c.len_utf8()..];
        match c {
            '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' => out.extend(['\\', c]),
            '#' | '-' | '+' | '>' if fresh => out.extend(['\\', c]),
            '.' | ')' if fresh_number(text, rest, line_start) => out.extend(['\\', c]),
            '<' => {
                out.push_str("\\<");
                if opens_reference(after) {
                    out.push(GAP);
                }
            }
            '@' => {
                out.push('@');
                if calls_everyone(after) {
                    out.push(GAP);
                }
            }
            c => out.push(c),
        }
        fresh &= c.is_whitespace();
        rest = after;
    }
    out
}

/// Text between backticks or fences, where nothing can be escaped: what would close them or call
/// somebody is broken up.
pub(super) fn verbatim(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        out.push(c);
        let broken = match c {
            '`' => after.is_empty() || after.starts_with('`'),
            '<' => opens_reference(after),
            '@' => calls_everyone(after),
            _ => false,
        };
        if broken {
            out.push(GAP);
        }
        rest = after;
    }
    out
}

/// True when the dot or bracket that `rest` begins with ends a list number at the line's start.
fn fresh_number(text: &str, rest: &str, line_start: bool) -> bool {
    let before = text[..text.len() - rest.len()].trim_start();
    line_start && !before.is_empty() && before.chars().all(|c| c.is_ascii_digit())
}

/// What follows `<` in a mention, a channel, an emoji, a time or a command.
fn opens_reference(after: &str) -> bool {
    after.starts_with(['@', '#', ':', '/']) || begins_with_one_of(after, &["a:", "t:", "id:"])
}

fn calls_everyone(after: &str) -> bool {
    begins_with_one_of(after, &["everyone", "here"])
}

/// In capitals or not.
fn begins_with_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
}

/// The web address that `text` begins with, as far as it can stand in angle brackets: no white space,
/// no markup that its surroundings could read, no call to everyone.
fn address(text: &str) -> Option<&str> {
    let body = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let scheme = text.len() - body.len();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()+,;=%".contains(c);
    let end = body.find(|c| !allowed(c)).unwrap_or(body.len());
    let address = text[..scheme + end].trim_end_matches(['.', ',', ':', ';', '!', '?', '(', ')', '\'', '~']);
    let lower = address.to_ascii_lowercase();
    (address.len() > scheme && !lower.contains("@everyone") && !lower.contains("@here") && !lower.contains("~~"))
        .then_some(address)
}
