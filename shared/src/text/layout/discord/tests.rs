use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::testing::any_rich;
use crate::text::{Block, Span, Style};

fn one(text: &str) -> String {
    let mut parts = parts(&Rich::plain(text));
    assert_eq!(parts.len(), 1, "{text:?}");
    parts.remove(0)
}

#[rstest]
#[case::emphasis("*a* _b_ ~~c~~ ||d||", r"\*a\* \_b\_ \~\~c\~\~ \|\|d\|\|")]
#[case::code("`a` ```b```", r"\`a\` \`\`\`b\`\`\`")]
#[case::backslash(r"\*", r"\\\*")]
#[case::heading("# a\n## b\n-# c", "\\# a\n\\## b\n\\-# c")]
#[case::list("- a\n  - b\n+ c\n1. d\n12) e", "\\- a\n  \\- b\n\\+ c\n1\\. d\n12\\) e")]
#[case::mid_line("a - b # c 1. d > e", "a - b # c 1. d > e")]
#[case::quote("> a\n>>> b", "\\> a\n\\>>> b")]
#[case::everyone("@everyone @here @EVERYONE a@b", "@\u{200b}everyone @\u{200b}here @\u{200b}EVERYONE a@b")]
#[case::mentions(
    "<@1> <@&2> <#3> <:e:4> <a:e:5> <t:6:R> </x:7> <id:guide>",
    "\\<\u{200b}@1> \\<\u{200b}@&2> \\<\u{200b}#3> \\<\u{200b}:e:4> \\<\u{200b}a:e:5> \\<\u{200b}t:6:R> \\<\u{200b}/x:7> \\<\u{200b}id:guide>"
)]
#[case::less_than("1 < 2 <b>", r"1 \< 2 \<b>")]
#[case::masked_link("[bank](https://evil.example/a)", r"\[bank\](<https://evil.example/a>)")]
#[case::address("see https://a.example/x_y?z=1, then", "see <https://a.example/x_y?z=1>, then")]
#[case::address_that_calls("https://a.example/@everyone_x", "https://a.example/@\u{200b}everyone\\_x")]
fn foreign_text_is_shown_to_the_letter(#[case] text: &str, #[case] written: &str) {
    assert_eq!(one(text), written);
}

#[test]
fn looks_become_markers_that_do_not_run_together() {
    let span = |text: &str, style| Span { text: text.into(), style };
    let text = Rich(vec![Block::Paragraph(vec![
        span("bold ", Style::Bold),
        span("it*", Style::Italic),
        span("both\nlines", Style::Bold),
        span("c<@1>", Style::Code),
        span("`", Style::Code),
    ])]);
    assert_eq!(
        parts(&text),
        ["**bold** *it\\**\u{200b}**both**\n**lines**\u{200b}`c<\u{200b}@1>`\u{200b}\u{200b}\\`\u{200b}"]
    );
}

#[test]
fn blocks_are_laid_out() {
    let markdown = "# Month 1\n\nHello\n\n- one\n  - two\n\n1. first\n\n> said *so*\n\n```\nlet `a`;\n```\n\n| a | b |\n|--|--|\n| 1 | 22 |\n\n---\n";
    insta::assert_snapshot!(parts(&Rich::from_markdown(markdown))[0].replace('\u{a0}', "~"), @r"
    **Month 1**

    Hello

    • one
    ~~• two
    1\. first

    > said *so*

    ```
    let `a`;
    ```

    ```
    a  b
    ─  ──
    1  22
    ```

    ———
    ");
}

#[test]
fn a_cut_fence_is_closed_and_opened_again() {
    let code = (0..300).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
    let parts = parts(&Rich(vec![Block::Code(code)]));
    assert!(parts.len() > 1);
    for part in parts {
        assert!(part.starts_with("```\nline") && part.ends_with("\n```"), "{part}");
    }
}

/// What Discord would show of escaped text without looks: escapes resolved, our own gaps gone.
fn shown(written: &str) -> String {
    let mut out = String::new();
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            GAP => {}
            c => out.push(c),
        }
    }
    out
}

#[test]
fn a_reference_in_capitals_is_broken_up_like_any_other() {
    for reference in ["<t:1>", "<T:1>", "<A:wave:1>", "<ID:guide>"] {
        let written = parts(&Rich::plain(reference)).concat();
        assert!(written.starts_with(&format!("\\<{GAP}")), "{written}");
    }
}

proptest! {
    #[test]
    fn any_text_is_within_the_limit_and_inert(text in any_rich()) {
        for part in parts(&text) {
            prop_assert!((1..=TEXT_LIMIT).contains(&part.chars().count()));
            let unescaped = part.to_lowercase().replace(r"\](", " ");
            for live in ["@everyone", "@here", "<@", "<#", "<t:"] {
                prop_assert!(!unescaped.contains(live), "{live} in {part}");
            }
            // Between backticks a link is not one.
            prop_assert!(part.contains('`') || !unescaped.contains("]("), "a masked link in {part}");
        }
    }

    #[test]
    fn plain_text_arrives_to_the_letter(text in "[a-z*_`~|#>@\\\\.\\-0-9\\[\\]() \n]{0,3000}") {
        let joined: String = parts(&Rich::plain(&text)).iter().map(|part| shown(part)).collect();
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(letters(&joined), letters(&text));
    }
}
