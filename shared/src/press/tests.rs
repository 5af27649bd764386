use chrono::NaiveDate;

use super::*;
use crate::config::DocumentSettings;
use crate::testing::{paper, visible};

fn fonts() -> Fonts {
    Fonts::new(&DocumentSettings::default())
}

fn about(title: &str) -> About {
    About::new(title, "Harbour Studio", NaiveDate::from_ymd_opt(2026, 3, 12).unwrap())
}

fn document(title: &str, markdown: &str) -> Paper {
    let frame = Frame {
        above: "Month 3 of 8",
        below: &["Prepared for Maya by Harbour Studio".into(), "12 March 2026".into()],
        footer: "Harbour Studio for Maya",
        contents: "Contents",
        page: ["", " of ", ""],
    };
    Paper::Document(Document::new(about(title), &frame, markdown))
}

fn print(paper: &Paper) -> Printed {
    Job::new(paper, &fonts()).unwrap().run().unwrap()
}

const SECTIONS: &str = "## Summary\n\nWhere we stand.\n\n1. **One.** First.\n2. Two\n\n## Context\n\n> Her words.\n\n\
    ## Framework\n\n| What | When |\n|---|--:|\n| Launch | 3 |\n\n- [x] done\n- [ ] open\n\n## Metrics\n\n```\nlet x = 1;\n```\n\n\
    See [the plan](https://example.com/plan).\n";

#[test]
fn a_document_says_what_it_is_on_every_page() {
    let printed = print(&document("Market Entry", SECTIONS));
    assert!(printed.lacking.is_empty());
    let Some(text) = paper::text(&printed.bytes) else { return };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), usize::try_from(printed.pages).unwrap());
    assert!(pages[0].contains("Market Entry") && pages[0].contains("Contents") && pages[0].contains("Framework"));
    for (number, page) in (1..).zip(&pages) {
        assert!(page.contains(&format!("{number} of {}", pages.len())), "{page}");
    }
    for part in ["Where we stand.", "Her words.", "Launch", "let x = 1;", "See the plan (example.com)."] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    let info = paper::info(&printed.bytes).unwrap();
    for part in ["Market Entry", "Harbour Studio", "Tagged:          yes", "A4"] {
        assert!(info.contains(part), "no {part:?} in {info}");
    }
    let raw = String::from_utf8_lossy(&printed.bytes);
    assert!(raw.contains("/Lang") && raw.contains("pdfuaid"), "language and accessibility are declared");
}

#[test]
fn a_short_text_has_no_contents() {
    let printed = print(&document("A note", "One paragraph and nothing else."));
    assert_eq!(printed.pages, 1);
    if let Some(text) = paper::text(&printed.bytes) {
        assert!(text.contains("One paragraph") && !text.contains("Contents"), "{text}");
    }
}

#[test]
fn the_same_paper_is_the_same_bytes_and_another_is_not() {
    let one = print(&document("A", SECTIONS));
    assert_eq!(print(&document("A", SECTIONS)), one);
    assert_ne!(print(&document("B", SECTIONS)).bytes, one.bytes);
    let key = |paper: &Paper| Job::new(paper, &fonts()).unwrap().key;
    assert_eq!(key(&document("A", "x")), key(&document("A", "x")));
    assert_ne!(key(&document("A", "x")), key(&document("A", "y")));
}

/// What somebody might write who wants the typesetter to act.
const HOSTILE: &str = "#read(\"/etc/passwd\") #include \"template.typ\" #{panic()} $integral$ @nowhere <label> \\ \\u{41} *a* _b_ `c`\n\n\
    #set page(width: 1pt) #eval(\"1\") // no comment /* nor this */ [#text] {code} ~~ -- --- ... ' \" = + - / 1.\n";

#[test]
fn what_looks_like_code_comes_out_as_text() {
    let printed = print(&document("#panic() $x$ @y", HOSTILE));
    let Some(text) = paper::text(&printed.bytes) else { return };
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "#panic() $x$ @y",
        "#read(\"/etc/passwd\")",
        "#{panic()} $integral$ @nowhere <label> \\ \\u{41} a b c",
        "#set page(width: 1pt) #eval(\"1\") // no comment /* nor this */ [#text] {code}",
    ] {
        assert!(flat.contains(part), "no {part:?} in {flat}");
    }
    assert!(!text.contains("root:"));
}

#[test]
fn a_word_without_end_stays_on_the_page() {
    let printed = print(&document("A", &format!("{}\n\n    {}\n", "a".repeat(3000), "b".repeat(3000))));
    let Some(text) = paper::text(&printed.bytes) else { return };
    // A few more stand in the words around the text.
    assert!((3000..3010).contains(&text.matches('b').count()), "{text}");
    // A place to break stands between the letters, which nobody sees.
    let seen = |line: &str| line.chars().filter(|c| *c != '\u{200b}').count();
    assert!(text.lines().all(|line| seen(line) < 120), "{text}");
}

/// Names, scripts and signs that people have, and what a reader must find again.
const PEOPLE: [&str; 6] = ["Łukasz Ångström", "Ελένη", "Дарья", "שלום", "José Ñandú", "Đặng Thị"];
/// The same for what the fonts inside the program lack.
const FAR: [&str; 6] = ["李小龍", "さくら", "김철수", "مريم", "अनीता", "🎉"];

#[test]
fn names_of_many_scripts_come_out_whole() {
    let printed = print(&document("Names", &PEOPLE.join("\n\n")));
    assert!(printed.lacking.is_empty());
    let Some(text) = paper::text(&printed.bytes) else { return };
    for name in PEOPLE.iter().filter(|name| **name != "שלום") {
        assert!(text.contains(name), "no {name:?} in {text}");
    }
}

#[test]
fn scripts_from_further_away_need_the_machines_fonts() {
    let printed = print(&document("Names", &FAR.join("\n\n")));
    if !printed.lacking.is_empty() {
        assert!(std::env::var_os("WAVELAUNCH_REQUIRE_FONTS").is_none(), "no font has {:?}", printed.lacking);
        visible("not all scripts are printed: install fonts-noto-core, fonts-noto-cjk and fonts-noto-color-emoji");
        return;
    }
    let Some(text) = paper::text(&printed.bytes) else { return };
    for name in FAR.iter().filter(|name| **name != "مريم") {
        assert!(text.contains(name), "no {name:?} in {text}");
    }
}

#[test]
fn a_character_without_a_font_is_named_and_the_rest_is_printed() {
    // A private character, which no font has for sure.
    let printed = print(&document("A", "Before \u{10fffd} after."));
    assert_eq!(printed.lacking, ['\u{10fffd}']);
    if let Some(text) = paper::text(&printed.bytes) {
        assert!(text.contains("Before") && text.contains("after."), "{text}");
    }
}
