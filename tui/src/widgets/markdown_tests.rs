use proptest::prelude::*;

use super::*;
use crate::theme::Glyphs;

fn plain(markdown: &str, cells: u16) -> String {
    let lines = set(Theme::new(Glyphs::Unicode), markdown, cells);
    lines.iter().map(|line| line.to_string().trim_end().to_owned() + "\n").collect()
}

#[test]
fn a_document_is_set_at_its_width() {
    let text = plain(
        "# Market Entry\n\nWhat we do *this* month, and **why** it matters to you.\n\n\
         1. Find ten shops\n2. Ask three of them for a meeting this week\n   - bring samples\n\n\
         > Small steps.\n\n```\nlet x = 1;\n```\n\n| Week | Task |\n|---|---|\n| 1 | Shops |\n\n---\nEnd.",
        32,
    );
    insta::assert_snapshot!(text);
}

#[test]
fn emphasis_is_a_style() {
    let lines = set(Theme::new(Glyphs::Ascii), "a **b** `c`", 40);
    let bold: Vec<_> = lines[0]
        .spans
        .iter()
        .filter(|span| span.style.add_modifier.contains(Modifier::BOLD))
        .map(|span| span.content.to_string())
        .collect();
    assert_eq!(bold, ["b", "c"]);
}

#[test]
fn a_link_shows_where_it_leads() {
    assert_eq!(plain("[our shop](https://shop.test/x)", 60), "our shop (https://shop.test/x)\n");
}

#[test]
fn html_is_text() {
    assert_eq!(plain("a <b>bold</b> claim", 40), "a <b>bold</b> claim\n");
}

proptest! {
    #[test]
    fn nothing_is_wider_than_the_page(text in "[-a-z李*#>|`0-9. \n]{0,200}", cells in 12u16..60) {
        for line in set(Theme::new(Glyphs::Ascii), &text, cells) {
            // A deep nest of lists and quotes keeps four cells for its text.
            let margin = line.spans.first().map_or(0, |span| width(&span.content));
            let limit = cells.max(margin.saturating_add(5));
            prop_assert!(line.width() <= usize::from(limit) + 1, "{line:?}");
        }
    }
}
