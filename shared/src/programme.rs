//! The programme as data: eight months, their titles and contents, from `config/programme.toml`.

use serde::Deserialize;

use crate::{Error, Result};

const TEXT: &str = include_str!("../../config/programme.toml");

/// How many months the programme has.
pub const MONTHS: u8 = 8;

/// A month of the programme, 1 to 8: a step, not a calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Month(u8);

impl Month {
    /// The first month.
    pub const FIRST: Self = Self(1);
    /// The last month.
    pub const LAST: Self = Self(MONTHS);

    /// The month with this number.
    pub fn new(number: i64) -> Result<Self> {
        u8::try_from(number).ok().filter(|number| (1..=MONTHS).contains(number)).map(Self).ok_or_else(|| {
            Error::invalid(format!("there is no month {number}; the programme has months 1 to {MONTHS}"))
        })
    }

    /// All eight, in order.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (1..=MONTHS).map(Self)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// The month before, unless this is the first.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        (self.0 > 1).then(|| Self(self.0 - 1))
    }

    /// The month after, unless this is the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        (self.0 < MONTHS).then(|| Self(self.0 + 1))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What each of the six sections of a month's document must contain.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as the sections are")]
pub struct Sections {
    pub summary: String,
    pub context: String,
    pub framework: String,
    pub procedures: String,
    pub templates: String,
    pub metrics: String,
}

/// One month of the catalogue.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthPlan {
    /// 1 to 8.
    pub number: u8,
    /// What everybody calls it.
    pub title: String,
    /// Two or three words.
    pub focus: String,
    /// What the main document usually holds.
    pub contents: Vec<String>,
    /// Extra documents that the studio may make.
    pub sub_documents: Vec<String>,
    /// Questions offered to somebody who opens the coach in this month.
    pub starters: Vec<String>,
    /// Briefs of the document's sections.
    pub sections: Sections,
}

/// What the business plan holds, which precedes the months.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanOutline {
    /// What everybody calls it.
    pub title: String,
    /// What it is for, in a sentence.
    pub purpose: String,
    /// Its sections, in order.
    pub sections: Vec<PlanSection>,
}

/// A section of the business plan.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSection {
    /// Its heading.
    pub title: String,
    /// What it must contain.
    pub brief: String,
}

impl PlanOutline {
    /// The title of a client's plan with this number.
    #[must_use]
    pub fn title_of(&self, version: i64) -> String {
        if version <= 1 { self.title.clone() } else { format!("{}, version {version}", self.title) }
    }
}

/// The whole programme.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// Questions offered before the start and after the end.
    pub generic_starters: Vec<String>,
    /// The business plan.
    pub plan: PlanOutline,
    month: Vec<MonthPlan>,
}

impl Programme {
    /// Reads the built-in programme.
    pub fn load() -> Result<Self> {
        let programme: Self =
            toml::from_str(TEXT).map_err(|e| Error::Setting(format!("config/programme.toml: {e}")))?;
        let numbers: Vec<u8> = programme.month.iter().map(|month| month.number).collect();
        if numbers != (1..=MONTHS).collect::<Vec<_>>() {
            return Err(Error::Setting("config/programme.toml: the months must be 1 to 8, in order".into()));
        }
        Ok(programme)
    }

    /// One month's entry.
    #[must_use]
    pub fn month(&self, month: Month) -> &MonthPlan {
        &self.month[usize::from(month.number()) - 1]
    }

    /// The title of one of a month's sub-documents, which is named by that title or by its place, counted from 1.
    pub fn sub_document(&self, month: Month, named: &str) -> Result<&str> {
        let titles = &self.month(month).sub_documents;
        let named = named.trim();
        let place = named.parse::<usize>().ok().and_then(|place| titles.get(place.checked_sub(1)?));
        let found = place.or_else(|| titles.iter().find(|title| title.to_lowercase() == named.to_lowercase()));
        found.map(String::as_str).ok_or_else(|| {
            let known: Vec<String> =
                titles.iter().enumerate().map(|(at, title)| format!("{} {title}", at + 1)).collect();
            Error::invalid(format!("month {month} has no sub-document of that name; it has {}", known.join(", ")))
        })
    }

    /// One month's title.
    #[must_use]
    pub fn title(&self, month: Month) -> &str {
        &self.month(month).title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_programme_has_the_eight_titles() {
        let programme = Programme::load().unwrap();
        assert_eq!(programme.title(Month::FIRST), "Foundation Excellence");
        assert_eq!(programme.title(Month::LAST), "Full Launch & Market Domination");
    }

    #[test]
    fn a_sub_document_is_named_by_title_or_place() {
        let programme = Programme::load().unwrap();
        for named in ["Visual Identity", " visual identity ", "3"] {
            assert_eq!(programme.sub_document(Month::FIRST, named).unwrap(), "Visual Identity");
        }
        for named in ["", "0", "6", "Identity"] {
            let refused = programme.sub_document(Month::FIRST, named).unwrap_err().to_string();
            assert!(refused.contains("it has 1 Brand Architecture, 2 Market Fortification"), "{refused}");
        }
        assert!(Month::all().all(|month| (1..=5).contains(&programme.month(month).sub_documents.len())));
        let months = Month::all().map(|month| &programme.month(month).sub_documents);
        let all: std::collections::BTreeSet<&String> = months.flatten().collect();
        assert_eq!(all.len(), 40);
    }

    #[test]
    fn a_month_outside_the_programme_is_refused() {
        assert!(Month::new(0).is_err() && Month::new(9).is_err());
        assert_eq!(Month::FIRST.previous(), None);
        assert_eq!(Month::LAST.next(), None);
    }
}
