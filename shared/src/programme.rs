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

/// The whole programme.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// Questions offered before the start and after the end.
    pub generic_starters: Vec<String>,
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
    fn a_month_outside_the_programme_is_refused() {
        assert!(Month::new(0).is_err() && Month::new(9).is_err());
        assert_eq!(Month::FIRST.previous(), None);
        assert_eq!(Month::LAST.next(), None);
    }
}
