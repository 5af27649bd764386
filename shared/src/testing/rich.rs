//! Arbitrary texts, hostile ones among them, for the properties of the renderers.

use proptest::prelude::*;

use crate::text::{Block, Rich, Span, Style};

fn any_style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Plain), Just(Style::Bold), Just(Style::Italic), Just(Style::Code)]
}

/// Any text of up to six blocks.
pub fn any_rich() -> impl Strategy<Value = Rich> {
    let text = prop_oneof![
        ".{0,60}",
        "[ \n*_`~|>#@<\\-\\[\\]()]{0,40}",
        Just("@everyone <@1> 👩🏽‍🎤".to_owned()),
        Just("https://a.example/x_y*z?q=@here) ".to_owned()),
        (1usize..3000, any::<char>()).prop_map(|(n, c)| c.to_string().repeat(n)),
    ];
    let spans = || {
        let span = (text.clone(), any_style()).prop_map(|(text, style)| Span { text, style });
        prop::collection::vec(span, 0..5)
    };
    let block = prop_oneof![
        spans().prop_map(Block::Paragraph),
        spans().prop_map(|s| Block::Heading(2, s)),
        (0u8..4, prop::option::of(1u64..20), spans()).prop_map(|(d, n, s)| Block::Item(d, n, s)),
        spans().prop_map(Block::Quote),
        text.clone().prop_map(Block::Code),
        prop::collection::vec(prop::collection::vec(spans(), 0..4), 0..4).prop_map(Block::Table),
        Just(Block::Rule),
    ];
    prop::collection::vec(block, 0..6).prop_map(Rich)
}
