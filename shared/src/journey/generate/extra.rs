//! What the offline writer makes of an extra document: the passages of the month's playbook that bear on its title.

use std::fmt::Write as _;

use crate::coach::playbooks::{self, Passage, Section, Source};
use crate::programme::Month;

/// How many passages go into one.
const PASSAGES: usize = 4;

/// The sections of the extra of this title.
pub(super) fn sections(month: Month, title: &str) -> Vec<Section> {
    let chosen = choose(month, title);
    let mut sections = vec![summary(month, title, &chosen)];
    sections.extend(chosen.iter().map(|passage| section(&passage.heading, passage.text.clone())));
    sections.push(checks());
    sections
}

/// The passages that fit the title best, then others of the month until there are enough.
fn choose(month: Month, title: &str) -> Vec<&'static Passage> {
    let of_month = |passage: &&'static Passage| passage.source == Source::Month(month.number());
    let mut chosen: Vec<&'static Passage> = Vec::new();
    let fitting = playbooks::search(title, Some(month)).into_iter().filter(of_month);
    for passage in fitting.chain(playbooks::passages().iter().filter(of_month)) {
        if chosen.len() < PASSAGES && !chosen.iter().any(|known| known.heading == passage.heading) {
            chosen.push(passage);
        }
    }
    chosen
}

fn section(name: &str, markdown: String) -> Section {
    Section { name: name.to_owned(), markdown }
}

fn summary(month: Month, title: &str, chosen: &[&Passage]) -> Section {
    let mut text = format!(
        "This document stands beside the main document of month {month}, {{month_title}}, and goes into one subject: \
         {title}. It is for {{brand_name}}, whose people are “{{audience}}”.\n"
    );
    for (at, passage) in chosen.iter().take(3).enumerate() {
        let first = passage.text.split_once(". ").map_or(passage.text.as_str(), |(first, _)| first);
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{}. **{}** {}.", at + 1, passage.heading, first.trim_end_matches('.'));
    }
    section("Summary", text)
}

fn checks() -> Section {
    let text = "- [ ] The decision of this document fits into one sentence, and is dated\n\
                - [ ] It agrees with the brand base: “{unique_value}”\n\
                - [ ] Somebody of the audience has seen it, and said in their own words what it is for\n\
                - [ ] It takes no more hours a week than there are\n\n\
                What fails a check goes to the studio as a question, before more is built on it.";
    section("Checks", text.to_owned())
}
