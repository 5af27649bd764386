use super::*;
use proptest::prelude::*;
use rstest::rstest;

fn json(markdown: &str) -> String {
    serde_json::to_string(&blocks(markdown, "Title")).unwrap()
}

fn levels(markdown: &str) -> Vec<u8> {
    let headings = blocks(markdown, "Title").into_iter().filter_map(|block| match block {
        Block::Heading { level, .. } => Some(level),
        _ => None,
    });
    headings.collect()
}

#[rstest]
#[case("## A\n\n### B\n\n## C", &[1, 2, 1])]
#[case("# A\n\n#### B\n\n## C\n\n##### D", &[1, 2, 2, 3])]
#[case("### A\n\n# B\n\n## C", &[1, 1, 2])]
fn heading_levels_leave_none_out(#[case] markdown: &str, #[case] wanted: &[u8]) {
    assert_eq!(levels(markdown), wanted);
}

#[test]
fn a_heading_that_repeats_the_title_goes() {
    assert_eq!(levels("# TITLE\n\n## A"), [1]);
    assert_eq!(levels("# Another\n\n## A"), [1, 2]);
}

#[test]
fn everything_that_markdown_has_comes_along() {
    let text = "Some **bold *both*** `code` ~~gone~~ [site](https://a.example/x).\n\n- one\n  1. in it\n- [x] done\n- [ ] open\n\n\
                > quoted\n>\n> - deep\n\n```rust\nlet x;\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n---\n";
    insta::assert_debug_snapshot!(blocks(text, "Title"));
}

#[rstest]
#[case::script("<script>alert(1)</script>\n\ntext", "<script>alert(1)</script>")]
#[case::typst("#read(\"/etc/passwd\") $x$ @ref \\ *", "#read(\\\"/etc/passwd\\\") $x$ @ref")]
#[case::image("![a picture](https://evil.example/p.png)", "a picture")]
fn what_looks_like_code_is_text(#[case] markdown: &str, #[case] shown: &str) {
    assert!(json(markdown).contains(shown), "{}", json(markdown));
}

#[rstest]
#[case("[x](javascript:alert(1))")]
#[case("[x](file:///etc/passwd)")]
#[case("![x](https://a.example)")]
fn only_addresses_of_the_web_are_links(#[case] markdown: &str) {
    assert!(json(markdown).contains("\"link\":null"), "{}", json(markdown));
}

#[rstest]
#[case("[the plan](https://a.example/x?y=1)", "the plan (a.example)")]
#[case("[bank.example](https://bank.example.evil.example)", "bank.example (bank.example.evil.example)")]
#[case("[bank](https://b\u{430}nk.example)", "bank (xn--bnk-6cd.example)")]
#[case("[write](mailto:maya@a.example)", "write (maya@a.example)")]
#[case("[a.example/x](https://a.example/x)", "a.example/x")]
#[case("<https://a.example/>", "https://a.example/")]
#[case("[x](javascript:alert(1))", "x")]
fn a_link_says_where_it_leads(#[case] markdown: &str, #[case] shown: &str) {
    let [Block::Paragraph(line)] = &blocks(markdown, "Title")[..] else { panic!("one paragraph") };
    assert_eq!(plain(line), shown);
}

#[rstest]
#[case("a\u{202e}b\u{200b}c\u{7}d", "abcd")]
#[case("👩\u{200d}💻 नी\u{200d}", "👩\u{200d}💻 नी\u{200d}")]
fn what_deceives_is_left_out_and_what_joins_stays(#[case] text: &str, #[case] kept: &str) {
    assert_eq!(printable(text), kept);
}

#[rstest]
#[case("1. שלום world", Direction::Rtl)]
#[case("مرحبا", Direction::Rtl)]
#[case("Maya مرحبا", Direction::Ltr)]
#[case("123", Direction::Ltr)]
fn a_line_runs_as_its_first_letter_does(#[case] text: &str, #[case] way: Direction) {
    assert_eq!(direction(text), way);
}

proptest! {
    #[test]
    fn any_text_becomes_blocks(text in "[#*_`>|\\-\\[\\]()!<a-z0-9. \n]{0,300}|\\PC{0,200}") {
        let found = blocks(&text, "Title");
        let high = |block: &Block| matches!(block, Block::Heading { level, .. } if !(1..=6).contains(level));
        prop_assert!(!found.iter().any(high));
    }

    #[test]
    fn depth_is_no_danger(depth in 1usize..400) {
        let text = format!("{}deep", "> ".repeat(depth));
        prop_assert!(json(&text).contains("deep"));
        let text: Vec<String> = (0..depth.min(60)).map(|level| format!("{}- x\n", "  ".repeat(level))).collect();
        prop_assert!(json(&text.concat()).matches("\"x\"").count() == text.len());
    }
}
