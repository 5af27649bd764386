//! The file that a client receives: one HTML page that needs nothing else.
//!
//! A phone opens it without an app, it prints well, and nothing in it runs or is fetched.

use super::{Document, html};
use crate::Studio;
use crate::clients::Client;
use crate::programme::Month;
use crate::text::fold;

/// A file to hand over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// A name that every system takes.
    pub name: String,
    /// Its MIME type.
    pub mime: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The longest part of a file name that comes from a title.
const LONGEST_NAME: usize = 60;

/// The file of a document, without any effect on it: for senders, exports and previews.
#[must_use]
pub fn file_of(document: &Document, studio: &Studio, client: &Client) -> File {
    let month = document.its_month().ok();
    let page = html::Page {
        title: document.title.raw(),
        studio: &studio.settings.studio.name,
        client: client.full_name.raw(),
        month: month.map(|month| (month, studio.programme.title(month))),
        date: document.delivered_at.map(|at| at.with_timezone(&client.zone()).date_naive()),
        markdown: document.content_markdown.raw(),
    };
    File {
        name: file_name(month, document.title.raw()),
        mime: "text/html; charset=utf-8",
        bytes: page.render().into_bytes(),
    }
}

/// `month-3-market-entry-preparation.html`, `business-plan.html`: plain letters, digits and hyphens alone.
fn file_name(month: Option<Month>, title: &str) -> String {
    let mut name = month.map(|month| format!("month-{month}")).unwrap_or_default();
    for word in fold(title).split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if name.len() + word.len() >= LONGEST_NAME {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(word);
    }
    if name.is_empty() {
        name.push_str("document");
    }
    name.push_str(".html");
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Market Entry Preparation", "month-3-market-entry-preparation.html")]
    #[case("../../etc/passwd\u{0}", "month-3-etc-passwd.html")]
    #[case("Übung & Café: CON", "month-3-ubung-cafe-con.html")]
    #[case("ブランド戦略", "month-3.html")]
    fn a_file_name_is_safe_everywhere(#[case] title: &str, #[case] name: &str) {
        assert_eq!(file_name(Month::new(3).ok(), title), name);
    }

    #[rstest]
    #[case("Business plan, version 2", "business-plan-version-2.html")]
    #[case("事業計画", "document.html")]
    fn a_plan_is_named_by_its_title(#[case] title: &str, #[case] name: &str) {
        assert_eq!(file_name(None, title), name);
    }

    #[test]
    fn a_long_title_is_cut_between_words() {
        let name = file_name(Month::new(3).ok(), &"word ".repeat(100));
        assert!(name.len() <= LONGEST_NAME + 5 && name.ends_with("-word.html"), "{name}");
    }
}
