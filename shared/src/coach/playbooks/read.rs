//! Taking a playbook apart.

use super::{Passage, Section, Source};
use crate::coach::flagged::Proposal;

const KEYWORDS: &str = "Keywords:";
const OFFERS: &str = "Offers:";
/// About how long a passage of a document may be, in bytes.
const LONGEST: usize = 1200;
const DOCUMENT: &str = "# Document";

/// The passages before the document part: one for each `## ` heading.
pub(super) fn passages(source: Source, text: &str) -> Vec<Passage> {
    sections(talk(text))
        .into_iter()
        .map(|(heading, body)| {
            let (answer, below) = body.rsplit_once(KEYWORDS).unwrap_or((body, ""));
            let (keywords, offers) = below.split_once(OFFERS).unwrap_or((below, ""));
            let keywords = keywords.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty());
            let mut passage = Passage::new(source, heading, keywords.collect(), answer.trim());
            passage.offers = proposal(offers);
            passage
        })
        .collect()
}

/// What stands behind `Offers:`.
fn proposal(word: &str) -> Option<Proposal> {
    match word.trim() {
        "break" => Some(Proposal::Break),
        "message" => Some(Proposal::Message),
        _ => None,
    }
}

/// The sections of the document part.
pub(super) fn document(text: &str) -> Vec<Section> {
    let (_, part) = text.split_once(&format!("\n{DOCUMENT}\n")).unwrap_or((text, ""));
    sections(part)
        .into_iter()
        .map(|(name, body)| Section { name: name.to_owned(), markdown: body.trim().to_owned() })
        .collect()
}

fn talk(text: &str) -> &str {
    text.split_once(&format!("\n{DOCUMENT}\n")).map_or(text, |(talk, _)| talk)
}

/// Heading and body of each `## ` part; what stands before the first is the file's own introduction.
pub(super) fn sections(text: &str) -> Vec<(&str, &str)> {
    let starts: Vec<usize> =
        text.match_indices("## ").map(|(at, _)| at).filter(|at| *at == 0 || text[..*at].ends_with('\n')).collect();
    starts
        .iter()
        .enumerate()
        .map(|(index, start)| {
            let end = starts.get(index + 1).copied().unwrap_or(text.len());
            let part = &text[start + 3..end];
            let (heading, body) = part.split_once('\n').unwrap_or((part, ""));
            (heading.trim(), body)
        })
        .collect()
}

/// As much of a section as a chat message bears, cut after a paragraph.
pub(super) fn beginning(body: &str) -> &str {
    let body = body.trim();
    let mut end = 0;
    for (at, _) in body.match_indices("\n\n").chain([(body.len(), "")]) {
        if at > LONGEST && end > 0 {
            break;
        }
        end = at;
    }
    let cut = body.char_indices().nth(2 * LONGEST).map_or(body.len(), |(at, _)| at);
    &body[..end.min(cut)]
}
