use proptest::prelude::*;
use teloxide::types::MessageEntityRef;
use wavelaunch_shared::testing::any_rich;
use wavelaunch_shared::text::layout::telegram::TEXT_LIMIT;
use wavelaunch_shared::text::{Block, Span, Style};

use super::*;

fn span(text: &str, style: Style) -> Span {
    Span { text: text.into(), style }
}

#[test]
fn looks_become_entities_counted_in_utf16() {
    let text = Rich(vec![Block::Paragraph(vec![
        Span::plain("🎉 Zoë "),
        Span::bold("won "),
        span("x*y", Style::Code),
        span("!", Style::Italic),
    ])]);
    let parts = parts(&text);
    assert_eq!(parts[0].text, "🎉 Zoë won x*y!");
    assert_eq!(
        parts[0].entities,
        [MessageEntity::bold(7, 3), MessageEntity::code(11, 3), MessageEntity::italic(14, 1)]
    );
}

#[test]
fn blocks_are_laid_out_for_a_phone() {
    let markdown = "# Month 1\n\nHello\n\n- one\n  - two\n\n1. first\n\n> said *so*\n\n```\nlet a;\n```\n\n| a | b |\n|--|--|\n| 1 | 22 |\n\n---\n";
    let parts = parts(&Rich::from_markdown(markdown));
    assert_eq!(parts.len(), 1);
    insta::assert_snapshot!(parts[0].text.replace('\u{a0}', "~"), @r"
    Month 1

    Hello

    • one
    ~~• two
    1. first

    said so

    let a;

    a  b
    ─  ──
    1  22

    ———
    ");
    let kinds: Vec<&MessageEntityKind> = parts[0].entities.iter().map(|entity| &entity.kind).collect();
    assert!(matches!(
        kinds[..],
        [
            MessageEntityKind::Bold,
            MessageEntityKind::Blockquote,
            MessageEntityKind::Italic,
            MessageEntityKind::Pre { .. },
            MessageEntityKind::Pre { .. }
        ]
    ));
}

#[test]
fn a_wide_table_is_told_row_by_row() {
    let table =
        "| Channel | What to do this month |\n|--|--|\n| Instagram | Post three reels a week and answer comments |\n";
    let parts = parts(&Rich::from_markdown(table));
    assert_eq!(parts[0].text, "• Instagram · What to do this month: Post three reels a week and answer comments");
    assert_eq!(parts[0].entities, [MessageEntity::bold(2, 9)]);
}

#[test]
fn markup_in_foreign_text_stays_text() {
    for hostile in ["*bold* _it_ [x](https://e.example)", "<b>x</b>&amp;", "`a` ```b```", "tg://user?id=1", "\\*"] {
        let parts = parts(&Rich::plain(hostile));
        assert_eq!((parts[0].text.as_str(), parts[0].entities.len()), (hostile, 0));
    }
}

#[test]
fn controls_and_overrides_are_dropped_and_joiners_stay() {
    let parts = parts(&Rich::plain("a\u{1b}[2J\u{202e}b 👩🏽‍🎤 می‌خواهم\0"));
    assert_eq!(parts[0].text, "a[2Jb 👩🏽‍🎤 می‌خواهم");
}

#[test]
fn nothing_to_see_is_no_message() {
    for blank in ["", " \n ", "\u{200b}\u{feff}", "\u{200d}"] {
        assert!(parts(&Rich(vec![Block::Paragraph(vec![Span::plain(blank)])])).is_empty(), "{blank:?}");
    }
}

#[test]
fn long_text_is_cut_between_paragraphs_and_looks_are_cut_with_it() {
    let paragraph = format!("{}end.", "word ".repeat(400));
    let text = Rich((0..3).map(|_| Block::Paragraph(vec![Span::bold(paragraph.clone())])).collect());
    let parts = parts(&text);
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.text.starts_with("word") && part.text.ends_with("end.")));
    assert_eq!(parts.iter().map(|part| part.entities.len()).sum::<usize>(), 3);
    let one = Rich(vec![Block::Paragraph(vec![Span::bold("x".repeat(5000))])]);
    let cut = super::parts(&one);
    assert_eq!(cut[0].entities, [MessageEntity::bold(0, 4096)]);
    assert_eq!(cut[1].entities, [MessageEntity::bold(0, 904)]);
}

#[test]
fn a_button_that_telegram_would_refuse_is_left_out() {
    let fits = Button::new("Open", "o".repeat(64));
    let rows = [vec![fits, Button::new("Long", "é".repeat(33)), Button::new("", "x")], vec![Button::new("None", "")]];
    let keyboard = keyboard(&rows).unwrap();
    assert_eq!(keyboard.inline_keyboard.len(), 1);
    assert_eq!(keyboard.inline_keyboard[0].len(), 1);
    assert!(super::keyboard(&[]).is_none());
}

proptest! {
    #[test]
    fn any_text_is_within_telegrams_limits(text in any_rich()) {
        for part in parts(&text) {
            prop_assert!((1..=TEXT_LIMIT).contains(&utf16(&part.text)));
            prop_assert!(part.entities.len() <= ENTITY_LIMIT);
            // teloxide's own reader of entities panics on an offset inside a surrogate pair or
            // beyond the end, and gives the text that Telegram would style.
            for entity in MessageEntityRef::parse(&part.text, &part.entities) {
                prop_assert!(!entity.text().is_empty() && entity.text().trim() == entity.text());
            }
        }
    }

    #[test]
    fn plain_text_arrives_to_the_letter(text in "[a-z*_`<>&\\[\\]() .\n]{0,9000}") {
        let shown: String = parts(&Rich::plain(&text)).iter().map(|part| part.text.as_str()).collect();
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(letters(&shown), letters(&text));
    }
}
