//! Finding the passages that answer a question: BM25 over folded words, with the heading and the
//! keywords counted above the text. The collection is a few hundred passages, so that a plain walk
//! is exact, quick and the same on every database.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_segmentation::UnicodeSegmentation;

use super::Source;
use crate::coach::flagged::Proposal;
use crate::programme::Month;
use crate::text::fold;

/// How many passages a search returns at most.
const BEST: usize = 3;
/// How much a word counts in the heading, in a keyword, in the text.
const IN_HEADING: f64 = 3.0;
const IN_KEYWORD: f64 = 4.0;
const IN_TEXT: f64 = 1.0;
/// BM25's usual constants: how soon repeats stop counting, and how much length matters.
const K1: f64 = 1.2;
const B: f64 = 0.6;
/// The client's own month, and what was written for this client, come first among equals.
const OWN_MONTH: f64 = 1.3;
const OWN_DOCUMENT: f64 = 1.15;
/// A keyword of several words that stands in the question as written.
const PHRASE: f64 = 4.0;
/// Below this a passage shares words with the question by chance; one of them in its heading or
/// among its keywords is no chance.
const LEAST: f64 = 4.0;
const LEAST_NAMED: f64 = 1.5;

/// Words that say nothing about the subject.
static EMPTY: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a about after all also am an and any are as at be been before but by can could did do does doing \
    don done down e each else every for from get give go goes good got had has have he help her here him his how i if in into \
    is it its just know let like ll m make makes making may me mine more most much must my need no not now of off on \
    one only or other our out over own please really s say see she should so some such t tell than that the their them \
    then there these they thing things think this those to too up us use using ve very want was way we well were what \
    when where which who why will with would you your yours"
        .split(' ')
        .collect()
});

/// What people say, and the word that the playbooks use for it.
const SAME: [(&str, &str); 18] = [
    ("charge", "price"),
    ("fee", "price"),
    ("expensive", "price"),
    ("attorney", "lawyer"),
    ("solicitor", "lawyer"),
    ("subscriber", "followers"),
    ("subscribers", "followers"),
    ("fans", "followers"),
    ("shop", "store"),
    ("manufacturer", "supplier"),
    ("factory", "supplier"),
    ("email", "mail"),
    ("emails", "mail"),
    ("newsletter", "mail"),
    ("newsletters", "mail"),
    ("advert", "ads"),
    ("advertising", "ads"),
    ("testimonial", "testimonials"),
];

/// An answer from the playbooks or from a delivered document.
#[derive(Clone, Debug)]
pub struct Passage {
    /// Where it stands.
    pub source: Source,
    /// The question that it answers.
    pub heading: String,
    /// The words under which it should be found.
    pub keywords: Vec<String>,
    /// The answer, as Markdown.
    pub text: String,
    /// What it offers to do.
    pub offers: Option<Proposal>,
    weights: HashMap<String, f64>,
    length: f64,
}

/// A passage and how well it fits.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// The passage.
    pub passage: &'a Passage,
    /// Higher fits better; only comparable within one search.
    pub score: f64,
}

impl Passage {
    /// A passage, ready to be searched.
    #[must_use]
    pub fn new(source: Source, heading: &str, keywords: Vec<String>, text: &str) -> Self {
        let mut weights: HashMap<String, f64> = HashMap::new();
        let fields = [(heading.to_owned(), IN_HEADING), (keywords.join(" "), IN_KEYWORD), (text.to_owned(), IN_TEXT)];
        for (field, weight) in &fields {
            for term in terms(field) {
                *weights.entry(term).or_default() += weight;
            }
        }
        let length = weights.values().sum();
        Self { source, heading: heading.to_owned(), keywords, text: text.to_owned(), offers: None, weights, length }
    }
}

/// The words of a text that carry meaning, folded and cut to a stem that is the same for the plain
/// forms of an English word.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    fold(text)
        .unicode_words()
        .flat_map(|word| word.split('\''))
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .map(|word| stem(usual(word)))
        .collect()
}

fn usual(word: &str) -> &str {
    SAME.iter().find(|(said, _)| *said == word).map_or(word, |(_, ours)| ours)
}

fn stem(word: &str) -> String {
    let long_enough = |rest: &&str| rest.chars().count() >= 3;
    let cut = |ending: &str| word.strip_suffix(ending).filter(long_enough);
    if let Some(rest) = cut("ies") {
        return format!("{rest}y");
    }
    let rest = cut("ing")
        .or_else(|| cut("ed"))
        .or_else(|| cut("es"))
        .or_else(|| cut("s").filter(|rest| !rest.ends_with('s') && !rest.ends_with('u') && !rest.ends_with('i')));
    rest.or_else(|| cut("e")).unwrap_or(word).to_owned()
}

/// The few passages that fit `query` best, best first. Ties keep the given order.
#[must_use]
pub fn best_of<'a>(passages: impl Iterator<Item = &'a Passage>, query: &str, month: Option<Month>) -> Vec<Scored<'a>> {
    let passages: Vec<&Passage> = passages.collect();
    let mut wanted = terms(query);
    wanted.sort();
    wanted.dedup();
    let rarity: Vec<f64> = wanted.iter().map(|term| rarity(term, &passages)).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred passages")]
    let average = passages.iter().map(|passage| passage.length).sum::<f64>() / passages.len().max(1) as f64;
    let folded = format!(" {} ", fold(query).unicode_words().collect::<Vec<_>>().join(" "));

    let mut scored: Vec<Scored<'a>> = passages
        .into_iter()
        .map(|passage| {
            let words: f64 = wanted
                .iter()
                .zip(&rarity)
                .filter_map(|(term, rarity)| Some((passage.weights.get(term)?, rarity)))
                .map(|(weight, rarity)| {
                    rarity * weight * (K1 + 1.0) / (weight + K1 * (1.0 - B + B * passage.length / average))
                })
                .sum();
            Scored { passage, score: (words + phrases(passage, &folded)) * preference(passage, month) }
        })
        .filter(|scored| {
            let named = |term| scored.passage.weights.get(term).is_some_and(|weight| *weight >= IN_HEADING);
            scored.score >= if wanted.iter().any(named) { LEAST_NAMED } else { LEAST }
        })
        .collect();
    scored.sort_by(|one, other| other.score.total_cmp(&one.score));
    scored.truncate(BEST);
    scored
}

/// How much it says that a passage has this word: nothing is rarer than a word of one passage.
#[expect(clippy::cast_precision_loss, reason = "a few hundred passages")]
fn rarity(term: &str, passages: &[&Passage]) -> f64 {
    let having = passages.iter().filter(|passage| passage.weights.contains_key(term)).count() as f64;
    ((passages.len() as f64 - having + 0.5) / (having + 0.5)).ln_1p()
}

fn phrases(passage: &Passage, folded_query: &str) -> f64 {
    let written = |keyword: &&String| {
        let keyword = fold(keyword);
        keyword.contains(' ') && folded_query.contains(&format!(" {keyword} "))
    };
    if passage.keywords.iter().any(|keyword| written(&keyword)) { PHRASE } else { 0.0 }
}

fn preference(passage: &Passage, month: Option<Month>) -> f64 {
    match passage.source {
        Source::Month(number) if month.is_some_and(|month| month.number() == number) => OWN_MONTH,
        Source::Document(_) => OWN_DOCUMENT,
        _ => 1.0,
    }
}
