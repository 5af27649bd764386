//! An e-mail: its subject, and its text once plain and once as HTML.
//!
//! Every span is escaped, and nothing is fetched when the mail is opened: no image, no style sheet, no link that hides
//! where it leads.

use std::fmt::{self, Write};
use std::ops::Range;

use super::{BlockLook, Flow};
use crate::text::{Block, Rich, Span, Style};

/// The longest subject, in characters; mailboxes show less.
const SUBJECT_LIMIT: usize = 150;

/// The look of all of it, for the few readers who see mail without any of their own.
const BODY: &str = "margin:0 auto;padding:24px 16px;max-width:36em;font:16px/1.5 system-ui,sans-serif;color:#1a1a1a";
const CELL: &str = "border:1px solid #ccc;padding:4px 8px;text-align:left";
const QUOTE: &str = "margin:0;padding-left:12px;border-left:3px solid #ccc";

/// A text as an e-mail shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its first line, where that is a heading of the whole.
    pub subject: Option<String>,
    /// For readers who want plain text.
    pub plain: String,
    /// For all others.
    pub html: String,
}

impl Mail {
    /// Sets a text. A first line in bold alone becomes the subject and is not repeated; what a mail has besides stands
    /// in `below`.
    #[must_use]
    pub fn of(text: &Rich, below: &Rich) -> Self {
        let (subject, rest) = match text.0.split_first() {
            Some((Block::Paragraph(spans), rest)) if is_subject(spans) && !rest.is_empty() => {
                (Some(subject_line(&joined(spans))), rest)
            }
            _ => (None, text.0.as_slice()),
        };
        let whole = Rich(rest.to_vec());
        let plain = [plain(&whole), plain(below)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        Self { subject, plain: plain.join("\n\n-- \n"), html: html(&whole, below) }
    }
}

/// A subject is one line without anything that could begin another header.
#[must_use]
pub fn subject_line(text: &str) -> String {
    let seen: String =
        text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SUBJECT_LIMIT {
        return line;
    }
    let cut: String = line.chars().take(SUBJECT_LIMIT - 1).collect();
    format!("{}…", cut.trim_end())
}

fn is_subject(spans: &[Span]) -> bool {
    matches!(spans, [span] if span.style == Style::Bold && !span.text.trim().is_empty())
}

/// Controls other than white space, and marks that turn the direction of reading.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn joined(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

/// The text in lines, what somebody else said behind the usual mark.
fn plain(text: &Rich) -> String {
    let flow = Flow::of(text);
    let mut out = String::with_capacity(flow.text.len() + 16);
    let mut at = 0;
    for line in flow.text.split_inclusive('\n') {
        let quoted = |(range, look): &(Range<usize>, BlockLook)| *look == BlockLook::Quote && range.contains(&at);
        if flow.blocks.iter().any(quoted) {
            out.push_str("> ");
        }
        out.push_str(line);
        at += line.len();
    }
    out
}

/// Adds markup of ours.
fn put(out: &mut String, markup: fmt::Arguments<'_>) {
    // A String takes whatever it is given.
    let _ = out.write_fmt(markup);
}

fn html(text: &Rich, below: &Rich) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"></head>\n<body style=\"{BODY}\">\n"
    );
    blocks(&mut out, text);
    if !below.is_empty() {
        out.push_str("<hr>\n<div style=\"font-size:14px;color:#666\">\n");
        blocks(&mut out, below);
        out.push_str("</div>\n");
    }
    out.push_str("</body></html>\n");
    out
}

fn blocks(out: &mut String, text: &Rich) {
    let mut lists: Vec<&'static str> = Vec::new();
    for block in &text.0 {
        close_lists(out, &mut lists, block);
        if let Block::Item(_, number, _) = block {
            open_item(out, &mut lists, depth(block), *number);
        }
        set(out, block);
    }
    close_lists(out, &mut lists, &Block::Rule);
}

/// In how many lists a block stands.
fn depth(block: &Block) -> usize {
    if let Block::Item(depth, ..) = block { usize::from(*depth).min(6) + 1 } else { 0 }
}

fn kind(number: Option<u64>) -> &'static str {
    if number.is_some() { "ol" } else { "ul" }
}

/// Closes the lists in which `block` does not stand.
fn close_lists(out: &mut String, lists: &mut Vec<&'static str>, block: &Block) {
    let other_kind = |open: &&str| matches!(block, Block::Item(_, number, _) if kind(*number) != *open);
    while lists.len() > depth(block) || (lists.len() == depth(block) && lists.last().is_some_and(other_kind)) {
        if let Some(open) = lists.pop() {
            put(out, format_args!("</li>\n</{open}>\n"));
        }
    }
}

/// Begins an item, with the lists that it stands in as far as they are not open.
fn open_item(out: &mut String, lists: &mut Vec<&'static str>, depth: usize, number: Option<u64>) {
    let begin = number.map_or_else(|| "<li>".to_owned(), |number| format!("<li value=\"{number}\">"));
    if lists.len() == depth {
        put(out, format_args!("</li>\n{begin}"));
        return;
    }
    while lists.len() < depth {
        let kind = kind(number);
        lists.push(kind);
        put(out, format_args!("<{kind}>\n{}", if lists.len() == depth { &begin } else { "<li>" }));
    }
}

fn set(out: &mut String, block: &Block) {
    match block {
        Block::Paragraph(spans) => put(out, format_args!("<p>{}</p>\n", inline(spans))),
        Block::Heading(level, spans) => {
            let level = (*level).clamp(1, 6);
            put(out, format_args!("<h{level}>{}</h{level}>\n", inline(spans)));
        }
        Block::Item(.., spans) => out.push_str(&inline(spans)),
        Block::Quote(spans) => put(out, format_args!("<blockquote style=\"{QUOTE}\">{}</blockquote>\n", inline(spans))),
        Block::Code(code) => put(out, format_args!("<pre>{}</pre>\n", escaped(code.trim_end()))),
        Block::Table(rows) => table(out, rows),
        Block::Rule => out.push_str("<hr>\n"),
    }
}

fn table(out: &mut String, rows: &[Vec<Vec<Span>>]) {
    out.push_str("<table style=\"border-collapse:collapse\">\n");
    for (number, row) in rows.iter().enumerate() {
        let cell = if number == 0 { "th" } else { "td" };
        out.push_str("<tr>");
        for spans in row {
            put(out, format_args!("<{cell} style=\"{CELL}\">{}</{cell}>", inline(spans)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

fn inline(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| {
            let text = escaped(&span.text).replace('\n', "<br>\n");
            match span.style {
                Style::Plain => text,
                Style::Bold => format!("<strong>{text}</strong>"),
                Style::Italic => format!("<em>{text}</em>"),
                Style::Code => format!("<code>{text}</code>"),
            }
        })
        .collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            c if is_hidden(c) || c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::testing::any_rich;

    #[test]
    fn a_notice_becomes_a_subject_and_two_texts() {
        let notice = Rich(vec![Block::Paragraph(vec![Span::bold("Month 1 is ready")])]).then(Rich::from_markdown(
            "**Zoë & Co**, it is *here*:\n\n- one\n- two\n\n1. first\n\n> said \"so\"\n\n`a<b`",
        ));
        let mail = Mail::of(&notice, &Rich::plain("Why you get this."));
        insta::assert_snapshot!(format!("{}\n\n{}\n\n{}", mail.subject.unwrap_or_default(), mail.plain, mail.html));
    }

    #[rstest]
    #[case("Month 1\r\nBcc: everyone@example.com", "Month 1 Bcc: everyone@example.com")]
    #[case("  a\u{202e}b\u{0}c\td ", "abc d")]
    #[case("", "")]
    fn a_subject_is_one_line(#[case] text: &str, #[case] line: &str) {
        assert_eq!(subject_line(text), line);
    }

    #[test]
    fn a_text_that_is_one_bold_line_stays_a_text() {
        let mail = Mail::of(&Rich(vec![Block::Paragraph(vec![Span::bold("Done.")])]), &Rich::default());
        assert_eq!((mail.subject, mail.plain.as_str()), (None, "Done."));
    }

    /// Everything between tags, and the tags themselves.
    fn tags(html: &str) -> Vec<&str> {
        html.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(tag, _)| tag).collect()
    }

    proptest! {
        #[test]
        fn whatever_is_written_only_our_own_tags_stand_in_it_and_they_close(text in any_rich()) {
            let mail = Mail::of(&text, &Rich::plain("below"));
            let known = ["!doctype", "html", "head", "meta", "body", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li",
                "blockquote", "pre", "table", "tr", "th", "td", "hr", "br", "strong", "em", "code", "div"];
            let mut open: Vec<&str> = Vec::new();
            for tag in tags(&mail.html) {
                let name = tag.trim_start_matches('/').split(' ').next().unwrap_or("");
                prop_assert!(known.contains(&name), "{tag:?} is none of ours");
                match tag.strip_prefix('/') {
                    Some(closed) => prop_assert_eq!(open.pop(), Some(closed)),
                    None if ["!doctype", "meta", "hr", "br"].contains(&name) => {}
                    None => open.push(name),
                }
            }
            prop_assert!(open.is_empty(), "{open:?} stay open");
            prop_assert!(!mail.plain.chars().any(|c| c.is_control() && c != '\n'), "{:?}", mail.plain);
            prop_assert!(mail.subject.is_none_or(|line| !line.chars().any(char::is_control)));
        }
    }
}
