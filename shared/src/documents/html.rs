//! Markdown to one self-contained page: escaped, with contents, ready to print.
//!
//! HTML in the text is shown as text, pictures as their description, and only plain web and mail
//! addresses stay links. The page forbids itself scripts and fetching.

use std::fmt::Write;

use chrono::NaiveDate;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::programme::Month;
use crate::text::terminal_safe;

/// What goes on the page.
pub(super) struct Page<'a> {
    pub title: &'a str,
    pub studio: &'a str,
    pub client: &'a str,
    /// Its month with that month's title, unless it belongs to none.
    pub month: Option<(Month, &'a str)>,
    pub date: Option<NaiveDate>,
    pub markdown: &'a str,
}

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c1b1a; --soft: #6b6660; --line: #ddd6cc; --paper: #fffdf9; --mark: #0b6e6e; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece8e1; --soft: #a49d93; --line: #3a3733; --paper: #1a1917; --mark: #5cc2bd; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.6 Charter, 'Iowan Old Style', Georgia, serif; overflow-wrap: break-word; }
main { max-width: 40rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { border-bottom: 2px solid var(--mark); padding-bottom: 1.25rem; margin-bottom: 1.5rem; }
header p, footer { color: var(--soft); font: 14px/1.5 system-ui, sans-serif; margin: 0; }
h1, h2, h3, h4 { line-height: 1.25; font-family: system-ui, sans-serif; }
h1 { font-size: 1.9rem; margin: .4rem 0 .6rem; } h2 { font-size: 1.35rem; margin: 2.4rem 0 .6rem; } h3 { font-size: 1.1rem; margin: 1.8rem 0 .4rem; }
nav { font: 15px/1.7 system-ui, sans-serif; background: color-mix(in srgb, var(--mark) 7%, transparent); padding: .9rem 1.2rem; border-radius: 8px; }
nav p { margin: 0; font-weight: 600; } nav ol { margin: .2rem 0 0; padding-left: 1.4rem; }
a { color: var(--mark); }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font: 15px/1.45 system-ui, sans-serif; margin: 1rem 0; }
th, td { border: 1px solid var(--line); padding: .45rem .6rem; text-align: left; vertical-align: top; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--mark); color: var(--soft); }
pre { white-space: pre-wrap; border: 1px solid var(--line); padding: .8rem; border-radius: 6px; font-size: 14px; }
li > p { margin: .2rem 0; } li:has(> input) { list-style: none; margin-left: -1.4rem; }
footer { border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 1rem; }
@media print { :root { --ink: #000; --paper: #fff; } body { font-size: 11pt; } main { max-width: none; padding: 0; }
  nav { background: none; border: 1px solid var(--line); } h2, h3 { break-after: avoid; } table, pre, blockquote { break-inside: avoid; } .table { overflow: visible; } }
@page { margin: 2cm; }
";

impl Page<'_> {
    pub(super) fn render(&self) -> String {
        let safe = terminal_safe(self.markdown);
        let events = sanitized(&safe);
        let contents = contents(&events);
        let mut body = String::with_capacity(safe.len() * 2);
        pulldown_cmark::html::push_html(&mut body, with_anchors(events).into_iter());
        let body = body.replace("<table>", "<div class=\"table\"><table>").replace("</table>", "</table></div>");
        let (title, studio, client) = (escape(self.title), escape(self.studio), escape(self.client));
        let mut page = String::with_capacity(body.len() + 6000);
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"author\" content=\"{studio}\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <header>\n<p>{studio}</p>\n<h1>{title}</h1>\n<p>{}</p>\n</header>\n{}{body}\
             <footer>Prepared for {client} by {studio}.</footer>\n</main>\n</body>\n</html>\n",
            self.line(&client),
            render_contents(&contents),
        );
        page
    }

    /// For whom, which month, when.
    fn line(&self, client: &str) -> String {
        let mut line = format!("For {client}");
        if let Some((month, title)) = self.month {
            let _ = write!(line, " · Month {month} of 8");
            if title != self.title {
                line.push_str(" · ");
                line.push_str(&escape(title));
            }
        }
        if let Some(date) = self.date {
            let _ = write!(line, " · {}", date.format("%-d %B %Y"));
        }
        line
    }
}

/// Everything that could act or fetch becomes plain text.
fn sanitized(markdown: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut links = Vec::new();
    Parser::new_ext(markdown, options)
        .filter_map(|event| match event {
            Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
            Event::Start(Tag::Link { dest_url, .. }) => {
                let safe = leads_out(&dest_url);
                links.push(safe);
                safe.then(|| Event::Start(plain_link(dest_url)))
            }
            Event::End(TagEnd::Link) => links.pop().unwrap_or(false).then_some(Event::End(TagEnd::Link)),
            Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(heading(level, None))),
            other => Some(other),
        })
        .collect()
}

fn leads_out(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

fn plain_link(dest_url: CowStr<'_>) -> Tag<'_> {
    Tag::Link { link_type: pulldown_cmark::LinkType::Inline, dest_url, title: "".into(), id: "".into() }
}

fn heading(level: HeadingLevel, id: Option<CowStr<'_>>) -> Tag<'_> {
    Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() }
}

/// The headings of the first two levels with their numbers among all headings.
fn contents(events: &[Event<'_>]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut number = 0;
    let mut open: Option<String> = None;
    for event in events {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                number += 1;
                open = (*level <= HeadingLevel::H2).then(String::new);
            }
            Event::End(TagEnd::Heading(_)) => found.extend(open.take().map(|text| (number, text))),
            Event::Text(text) | Event::Code(text) => {
                if let Some(open) = &mut open {
                    open.push_str(text);
                }
            }
            _ => {}
        }
    }
    found
}

/// Numbers every heading, so that the contents can point at it.
fn with_anchors(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut number = 0;
    events
        .into_iter()
        .map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => {
                number += 1;
                Event::Start(heading(level, Some(format!("s{number}").into())))
            }
            other => other,
        })
        .collect()
}

fn render_contents(contents: &[(usize, String)]) -> String {
    if contents.len() < 2 {
        return String::new();
    }
    let mut nav = String::from("<nav>\n<p>Contents</p>\n<ol>\n");
    for (number, text) in contents {
        // Writing to a String cannot fail.
        let _ = writeln!(nav, "<li><a href=\"#s{number}\">{}</a></li>", escape(text));
    }
    nav.push_str("</ol>\n</nav>\n");
    nav
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in terminal_safe(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(title: &str, markdown: &str) -> String {
        let date = NaiveDate::from_ymd_opt(2026, 4, 2);
        let month = Some((Month::new(3).unwrap(), "Entry"));
        Page { title, studio: "Wave & Co", client: "Zoë <b>", month, date, markdown }.render()
    }

    #[test]
    fn a_page_names_everybody_and_has_contents() {
        let page =
            page("Market plan", "## One\n\ntext\n\n## Two `x`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [ ] do it");
        for part in [
            "<title>Market plan</title>",
            "For Zoë &lt;b&gt; · Month 3 of 8 · Entry · 2 April 2026",
            "<li><a href=\"#s2\">Two x</a></li>",
            "<h2 id=\"s2\">Two <code>x</code></h2>",
            "<div class=\"table\"><table>",
            "type=\"checkbox\"",
            "Wave &amp; Co",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }

    #[test]
    fn nothing_in_a_page_runs_or_fetches() {
        let hostile = "<script>alert(1)</script>\n\n<img src=x onerror=y> ![pixel](https://track.example/p.png)\n\n\
            [tap](javascript:alert(1)) [fine](https://ok.example) [data](data:text/html,x)\n\n\
            <https://ok.example/\"onclick=\"x>\n\n## H {#id onload=x}\n";
        let page = page("</title><script>x</script>", hostile);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("href=\"javascript"));
        assert!(!page.contains("href=\"data:") && !page.contains("track.example"));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("pixel"));
        assert!(page.contains("<a href=\"https://ok.example\">fine</a>"));
    }

    proptest! {
        #[test]
        fn any_text_stays_text(text in "[<>\"'&a-z\\[\\]()!#`* \n:/|-]{0,200}", title in "\\PC{0,40}") {
            let page = page(&title, &text);
            let tags = ["<script", "<img", "<iframe", "<object", "<link", "<a href=\"java"];
            prop_assert!(tags.iter().all(|tag| !page.to_lowercase().contains(tag)));
        }
    }
}
