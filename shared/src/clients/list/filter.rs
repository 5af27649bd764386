//! What somebody types to see some of the clients.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::Status;
use crate::db::Sql;
use crate::journey;
use crate::programme::{MONTHS, Month};
use crate::text::typed::{like, words};
use crate::text::{fold, terminal_safe};
use crate::{Error, Result};

/// Which clients are meant: every word must hold, `!` turns one round. Without a word, everybody
/// who is not archived.
///
/// `maya` (in name, e-mail or brand) · `month:3` · `month:1,2` · `month:none` · `status:active` ·
/// `paused` · `late` (the studio owes a month) · `silent` (a document lies unopened) ·
/// `niche:espresso` · `"two words"` · `!late`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter(Vec<Word>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    not: bool,
    term: Term,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Text(String),
    Niche(String),
    Months(Vec<Month>),
    NotStarted,
    Statuses(Vec<Status>),
    Paused,
    Late,
    Silent,
    OnTheWay,
}

impl Filter {
    /// The same clients, as far as their journey is under way or on hold.
    #[must_use]
    pub fn on_the_way(mut self) -> Self {
        self.0.push(Word { not: false, term: Term::OnTheWay });
        self
    }

    /// True when no word narrows the list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Goes on with a `WHERE` that holds for the clients meant, `now`.
    pub(super) fn push_where(&self, sql: &mut Sql, now: DateTime<Utc>) {
        sql.push(" WHERE ");
        sql.push(if self.asks_for_archived() { "TRUE" } else { "status <> 'ARCHIVED'" });
        for word in &self.0 {
            sql.push(if word.not { " AND NOT (" } else { " AND (" });
            word.term.push(sql, now);
            sql.push(")");
        }
    }

    fn asks_for_archived(&self) -> bool {
        self.0.iter().any(|word| match &word.term {
            Term::Statuses(statuses) => !word.not && statuses.contains(&Status::Archived),
            _ => false,
        })
    }
}

impl Term {
    fn push(&self, sql: &mut Sql, now: DateTime<Utc>) {
        match self {
            Self::Text(text) => {
                sql.push("name_key LIKE ").bind(like(&fold(text))).push(" ESCAPE '\\' OR email LIKE ");
                sql.bind(like(&text.to_lowercase())).push(" ESCAPE '\\' OR LOWER(COALESCE(brand_name, '')) LIKE ");
                sql.bind(like(&text.to_lowercase())).push(" ESCAPE '\\'")
            }
            Self::Niche(text) => {
                sql.push("LOWER(COALESCE(industry_niche, '')) LIKE ");
                sql.bind(like(&text.to_lowercase())).push(" ESCAPE '\\'")
            }
            Self::Months(months) => sql
                .push("current_month IS NOT NULL AND current_month IN ")
                .bind_list(months.iter().map(|month| i64::from(month.number()))),
            Self::NotStarted => sql.push("current_month IS NULL"),
            Self::Statuses(statuses) => sql.push("status IN ").bind_list(statuses.iter().map(|status| status.as_str())),
            Self::Paused => sql.push("is_paused"),
            Self::OnTheWay => sql.push("status IN ('ACTIVE', 'PAUSED') AND program_start_date IS NOT NULL"),
            Self::Late => sql
                .push(
                    "status = 'ACTIVE' AND id IN (SELECT client_id FROM journey_months
                     WHERE delivered_at IS NULL AND skipped_at IS NULL AND planned_date < ",
                )
                .bind(journey::late_before(now))
                .push(")"),
            Self::Silent => sql
                .push(
                    "id IN (SELECT client_id FROM deliverables
                     WHERE status = 'DELIVERED' AND first_opened_at IS NULL AND type = 'MAIN' AND delivered_at < ",
                )
                .bind(now - TimeDelta::days(3))
                .push(")"),
        };
    }
}

impl FromStr for Filter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        words(text).into_iter().map(|word| parse(&word)).collect::<Result<_>>().map(Self)
    }
}

fn parse(word: &str) -> Result<Word> {
    let (not, word) = word.strip_prefix('!').map_or((false, word), |word| (true, word));
    let term = match word.split_once(':') {
        Some(("month", "none")) => Term::NotStarted,
        Some(("month", months)) => Term::Months(list(months, month)?),
        Some(("status", statuses)) => Term::Statuses(list(statuses, str::parse)?),
        Some(("niche", niche)) => Term::Niche(niche.to_owned()),
        Some((key, _)) => {
            return Err(Error::invalid(format!(
                "there is no filter {:?}; use month:, status:, niche:, paused, late, silent, or plain text",
                terminal_safe(key)
            )));
        }
        None => match word {
            "paused" => Term::Paused,
            "late" => Term::Late,
            "silent" => Term::Silent,
            text => Term::Text(text.to_owned()),
        },
    };
    Ok(Word { not, term })
}

fn list<T>(text: &str, parse: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect()
}

fn month(text: &str) -> Result<Month> {
    text.parse::<i64>()
        .ok()
        .and_then(|number| Month::new(number).ok())
        .ok_or_else(|| Error::invalid(format!("month:{} is none; write 1 to {MONTHS}, or none", terminal_safe(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_with_quotes_and_negation() {
        let filter: Filter = r#"  maya "two words" !late month:1,3 niche:"home esp" status:Active "#.parse().unwrap();
        let word = |not, term| Word { not, term };
        let months = vec![Month::new(1).unwrap(), Month::new(3).unwrap()];
        assert_eq!(
            filter.0,
            [
                word(false, Term::Text("maya".into())),
                word(false, Term::Text("two words".into())),
                word(true, Term::Late),
                word(false, Term::Months(months)),
                word(false, Term::Niche("home esp".into())),
                word(false, Term::Statuses(vec![Status::Active])),
            ]
        );
    }

    #[test]
    fn a_wrong_word_is_refused_with_what_would_be_right() {
        for (typed, hint) in [("colour:red", "month:"), ("month:9", "1 to 8"), ("status:gone", "churned")] {
            assert!(typed.parse::<Filter>().unwrap_err().to_string().contains(hint), "{typed}");
        }
        assert!(" ! ".parse::<Filter>().is_ok() && "".parse::<Filter>().unwrap().is_empty());
    }

    #[test]
    fn a_pattern_takes_percent_and_underscore_literally() {
        assert_eq!(like(r"50%_\"), r"%50\%\_\\%");
    }
}
