use rstest::rstest;

use super::*;

fn chars(text: &str, limit: usize) -> Vec<&str> {
    split(text, limit, |range| text[range].chars().count()).into_iter().map(|range| &text[range]).collect()
}

#[rstest]
#[case::whole("short", 10, &["short"])]
#[case::paragraph("one two\n\nthree four", 12, &["one two", "three four"])]
#[case::line("one two\nthree four", 12, &["one two", "three four"])]
#[case::sentence("One two. Three four", 12, &["One two.", "Three four"])]
#[case::word("one two three", 9, &["one two", "three"])]
#[case::grapheme("abcdefgh", 3, &["abc", "def", "gh"])]
#[case::emoji_stay_whole("👩🏽‍🎤👩🏽‍🎤", 5, &["👩🏽‍🎤", "👩🏽‍🎤"])]
#[case::a_grapheme_that_is_too_long("e\u{301}\u{301}\u{301}", 2, &["e\u{301}", "\u{301}\u{301}"])]
#[case::an_early_paragraph_does_not_leave_a_stub("a\n\nbbb bbb bbb", 10, &["a\n\nbbb", "bbb bbb"])]
#[case::blank("  \n ", 3, &[])]
fn text_is_cut_where_a_reader_would(#[case] text: &str, #[case] limit: usize, #[case] parts: &[&str]) {
    assert_eq!(chars(text, limit), parts);
}
