//! Recognising in a client's own words that a person is needed.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::fold;

/// Whom one can only mean when one wants a person of the studio.
const PEOPLE: [&str; 9] = [
    "human",
    "human being",
    "real person",
    "actual person",
    "real human",
    "person at the studio",
    "somebody at the studio",
    "someone at the studio",
    "person from the studio",
];

/// With these words before or "please" behind, it is a request.
const REQUESTS: [&str; 24] = [
    "talk to",
    "talk with",
    "speak to",
    "speak with",
    "chat to",
    "chat with",
    "connect me to",
    "connect me with",
    "put me through to",
    "hand me over to",
    "transfer me to",
    "pass me to",
    "pass this to",
    "get me",
    "i want",
    "i need",
    "need",
    "want",
    "give me",
    "ask",
    "message",
    "contact",
    "reach",
    "i would like",
];

/// Whole requests that need no further word.
const PHRASES: [&str; 21] = [
    "get me a person",
    "give me a person",
    "connect me to a person",
    "pass me to a person",
    "put me through to a person",
    "talk to a person",
    "talk to a person please",
    "speak to a person",
    "speak with a person",
    "talk to the studio",
    "speak to the studio",
    "speak with the studio",
    "contact the studio",
    "ask the studio",
    "talk to my manager",
    "talk to the team",
    "speak to the team",
    "speak to someone",
    "talk to someone please",
    "is anyone there",
    "stop the bot",
];

/// Somebody may be in danger.
const DISTRESS: [&str; 14] = [
    "kill myself",
    "killing myself",
    "end my life",
    "ending my life",
    "take my own life",
    "suicide",
    "suicidal",
    "want to die",
    "wanna die",
    "hurt myself",
    "hurting myself",
    "harm myself",
    "self harm",
    "no reason to live",
];

/// What people call a machine when they are angry with it.
const INSULTS: [&str; 16] = [
    "you are useless",
    "youre useless",
    "useless bot",
    "you suck",
    "you are stupid",
    "youre stupid",
    "stupid bot",
    "dumb bot",
    "idiot",
    "moron",
    "shut up",
    "fuck*",
    "asshole",
    "bullshit",
    "piece of shit",
    "screw you",
];

/// With these a question is about persons in general, not a request for one.
const ASKING_HOW: [&str; 6] = ["how", "what", "why", "should", "when", "where"];

/// Whether the client asks for a person of the studio.
#[must_use]
pub fn asks_for_a_person(text: &str) -> bool {
    let words = words(text);
    let asking_how = words.first().is_some_and(|first| ASKING_HOW.contains(&first.as_str()));
    let spoken = |phrase: &str| contains(&words, phrase);
    let wanted = PEOPLE.iter().any(|person| {
        ["", "a ", "an ", "the ", "some "].iter().any(|article| {
            let them = format!("{article}{person}");
            REQUESTS.iter().any(|request| spoken(&format!("{request} {them}")))
                || spoken(&format!("{them} please"))
                || words.join(" ") == them
        })
    });
    wanted || (!asking_how && PHRASES.iter().any(|phrase| spoken(phrase)))
}

/// Whether the words point to somebody being in danger.
#[must_use]
pub fn shows_distress(text: &str) -> bool {
    let words = words(text);
    DISTRESS.iter().any(|phrase| contains(&words, phrase))
}

/// Whether the words are meant to hurt and ask nothing.
#[must_use]
pub fn insults(text: &str) -> bool {
    let words = words(text);
    INSULTS.iter().any(|phrase| contains(&words, phrase))
}

/// The first of `keywords` that stands in the text as a whole word or phrase, in any case and with
/// any accents. A `*` at a keyword's end stands for any ending.
#[must_use]
pub fn find_keyword<'a>(text: &str, keywords: &'a [String]) -> Option<&'a str> {
    let words = words(text);
    keywords.iter().map(String::as_str).find(|keyword| contains(&words, keyword))
}

fn words(text: &str) -> Vec<String> {
    // A curly or missing apostrophe must not split or join differently than the list does.
    fold(text).replace(['\u{2019}', '\''], "").unicode_words().map(str::to_owned).collect()
}

fn contains(text: &[String], phrase: &str) -> bool {
    let (phrase, open_ended) = match phrase.trim().strip_suffix('*') {
        Some(start) => (start, true),
        None => (phrase, false),
    };
    let wanted = words(phrase);
    let Some((last, before)) = wanted.split_last() else { return false };
    text.windows(wanted.len()).any(|window| {
        let (end, start) = window.split_last().unwrap_or((last, &[]));
        start == before && if open_ended { end.starts_with(last.as_str()) } else { end == last }
    })
}
