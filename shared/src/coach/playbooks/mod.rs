//! The studio's playbooks: what the offline coach answers from, and what the offline writer starts with.
//!
//! They are compiled in from `config/playbooks`: one file a month, one for every month, one for what
//! the coach does not answer. A passage is a question as heading, an answer that may be sent as it
//! stands, keywords, and where it helps a button that it offers. A month's file ends in a `# Document` part of six sections with
//! `{placeholders}` for the writer; the file for business plans is nothing else. Reading and searching are pure: the same question finds the same
//! passages everywhere.

mod read;
mod search;

use std::sync::LazyLock;

use crate::programme::Month;

pub use search::{Passage, Scored, best_of, terms};

const FILES: [(Source, &str); 10] = [
    (Source::Month(1), include_str!("../../../../config/playbooks/m1.md")),
    (Source::Month(2), include_str!("../../../../config/playbooks/m2.md")),
    (Source::Month(3), include_str!("../../../../config/playbooks/m3.md")),
    (Source::Month(4), include_str!("../../../../config/playbooks/m4.md")),
    (Source::Month(5), include_str!("../../../../config/playbooks/m5.md")),
    (Source::Month(6), include_str!("../../../../config/playbooks/m6.md")),
    (Source::Month(7), include_str!("../../../../config/playbooks/m7.md")),
    (Source::Month(8), include_str!("../../../../config/playbooks/m8.md")),
    (Source::General, include_str!("../../../../config/playbooks/general.md")),
    (Source::Boundaries, include_str!("../../../../config/playbooks/boundaries.md")),
];

const PLAN: &str = include_str!("../../../../config/playbooks/plan.md");

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::read(&FILES, PLAN));

/// Where a passage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In this month's playbook.
    Month(u8),
    /// In the playbook for every month.
    General,
    /// Among what the coach does not answer.
    Boundaries,
    /// In a document that was delivered to the client.
    Document(u8),
}

/// One of the sections of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub name: String,
    /// Its Markdown, with `{placeholders}`.
    pub markdown: String,
}

struct Library {
    passages: Vec<Passage>,
    documents: Vec<Vec<Section>>,
    plan: Vec<Section>,
}

impl Library {
    fn read(files: &[(Source, &str)], plan: &str) -> Self {
        let documents = files.iter().filter(|(source, _)| matches!(source, Source::Month(_)));
        Self {
            passages: files.iter().flat_map(|(source, text)| read::passages(*source, text)).collect(),
            documents: documents.map(|(_, text)| read::document(text)).collect(),
            plan: read::document(plan),
        }
    }
}

/// The sections of a month's document in order: summary, context, framework, procedures, templates, metrics.
#[must_use]
pub fn document_sections(month: Month) -> &'static [Section] {
    &LIBRARY.documents[usize::from(month.number()) - 1]
}

/// The sections of the business plan in order.
#[must_use]
pub fn plan_sections() -> &'static [Section] {
    &LIBRARY.plan
}

/// A delivered document as passages, one a section, so that it is searched like a playbook.
#[must_use]
pub fn document_passages(month: i64, markdown: &str) -> Vec<Passage> {
    let month = u8::try_from(month).unwrap_or_default();
    read::sections(markdown)
        .into_iter()
        .map(|(heading, body)| Passage::new(Source::Document(month), heading, Vec::new(), read::beginning(body)))
        .collect()
}

/// Every passage of the playbooks.
#[must_use]
pub fn passages() -> &'static [Passage] {
    &LIBRARY.passages
}

/// The passages that answer `query` best, the best first, those of `month` preferred. Empty when
/// nothing fits.
#[must_use]
pub fn search(query: &str, month: Option<Month>) -> Vec<&'static Passage> {
    best_of(passages().iter(), query, month).into_iter().map(|scored| scored.passage).collect()
}

#[cfg(test)]
mod tests;
