use super::*;

#[test]
fn escape_sequences_bidi_and_zero_width_tricks_do_not_reach_a_terminal() {
    let hostile = "a\u{1b}]0;owned\u{7}b\u{9b}31mc\u{202e}d\u{200b}e\u{2066}f\ttab\nnext";
    assert_eq!(terminal_safe(hostile), "a]0;ownedb31mcdef    tab\nnext");
}

#[test]
fn names_in_many_scripts_and_emoji_stay_whole() {
    for name in ["Zoë Brontë-Müller", "محمد الفارسي", "さくら 田中", "👩🏽‍🎤 Novák", "नेहा"]
    {
        assert_eq!(terminal_safe(name), name);
    }
}

#[test]
fn names_fold_to_one_searchable_form() {
    assert_eq!(fold("  Zoë  BRONTË-Müller "), "zoe bronte-muller");
    assert_eq!(fold("Łukasz"), "lukasz");
}

#[test]
fn a_link_cannot_hide_where_it_leads() {
    let rich = Rich::from_markdown("see [our bank](https://evil.example) or <https://ok.example>");
    assert_eq!(rich.to_plain(), "see our bank (https://evil.example) or https://ok.example");
}

#[test]
fn markdown_becomes_blocks() {
    let rich = Rich::from_markdown(
        "# One\n\nHello **you** and `it`.\n\n1. a\n2. b\n   - c\n\n| x | y |\n|---|---|\n| 1 | 2 |\n",
    );
    assert!(matches!(&rich.0[0], Block::Heading(1, _)));
    assert_eq!(rich.0[2], Block::Item(0, Some(1), vec![Span::plain("a")]));
    assert_eq!(rich.0[4], Block::Item(1, None, vec![Span::plain("c")]));
    assert!(matches!(&rich.0[5], Block::Table(rows) if rows.len() == 2));
    assert_eq!(rich.to_plain(), "One\n\nHello you and it.\n\n1. a\n2. b\n  - c\n\nx | y\n1 | 2");
}

#[test]
fn html_in_markdown_is_dropped() {
    assert_eq!(Rich::from_markdown("a <script>x</script> b").to_plain(), "a x b");
}
