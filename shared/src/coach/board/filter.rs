//! What somebody types to see some of the conversations.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::coach::{Mode, Rating};
use crate::db::Sql;
use crate::text::{fold, typed};
use crate::{Error, Result};

/// Which conversations are meant: every word must hold. Days are those of UTC.
///
/// `maya` (in the client's name, the title, or anything that was said) · `up` · `down` (with such a rating) ·
/// `called` (for a person, ever) · `waiting` (for one, now) · `human` · `ai` · `day:2026-11-20` ·
/// `from:2026-11-01` · `until:2026-11-30` · `"two words"`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationFilter(Vec<Term>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Text(String),
    Rated(Rating),
    Called,
    Waiting,
    Mode(Mode),
    From(NaiveDate),
    Until(NaiveDate),
}

impl ConversationFilter {
    /// Goes on with conditions that hold for the conversations meant.
    pub(super) fn push(&self, sql: &mut Sql) {
        self.0.iter().for_each(|term| term.push(sql));
    }
}

impl Term {
    fn push(&self, sql: &mut Sql) {
        match self {
            Self::Text(text) => {
                let plain = typed::like(&text.to_lowercase());
                sql.push(" AND (c.name_key LIKE ").bind(typed::like(&fold(text)));
                sql.push(" ESCAPE '\\' OR LOWER(k.title) LIKE ").bind(plain.clone());
                sql.push(" ESCAPE '\\' OR EXISTS (SELECT 1 FROM coach_messages m WHERE m.conversation_id = k.id");
                sql.push(" AND LOWER(m.content) LIKE ").bind(plain).push(" ESCAPE '\\'))");
            }
            Self::Rated(rating) => {
                sql.push(" AND EXISTS (SELECT 1 FROM coach_messages m WHERE m.conversation_id = k.id AND m.rating = ");
                sql.bind(*rating as i64).push(")");
            }
            Self::Called => {
                sql.push(" AND k.has_escalation");
            }
            Self::Waiting => {
                sql.push(" AND EXISTS (SELECT 1 FROM coach_escalations e WHERE e.conversation_id = k.id");
                sql.push(" AND e.status = 'OPEN')");
            }
            Self::Mode(mode) => {
                let word = if *mode == Mode::Human { "HUMAN" } else { "AI" };
                sql.push(" AND k.mode = ").bind(word);
            }
            Self::From(day) => {
                sql.push(" AND k.last_message_at >= ").bind(begin(*day));
            }
            Self::Until(day) => {
                sql.push(" AND k.created_at < ").bind(begin(*day) + TimeDelta::days(1));
            }
        }
    }
}

fn begin(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

impl FromStr for ConversationFilter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut terms = Vec::new();
        for word in typed::words(text) {
            match word.split_once(':') {
                Some(("day", typed)) => terms.extend([Term::From(day(typed)?), Term::Until(day(typed)?)]),
                Some(("from", typed)) => terms.push(Term::From(day(typed)?)),
                Some(("until", typed)) => terms.push(Term::Until(day(typed)?)),
                _ => terms.push(match word.as_str() {
                    "up" => Term::Rated(Rating::Up),
                    "down" => Term::Rated(Rating::Down),
                    "called" => Term::Called,
                    "waiting" => Term::Waiting,
                    "human" => Term::Mode(Mode::Human),
                    "ai" => Term::Mode(Mode::Ai),
                    _ => Term::Text(word),
                }),
            }
        }
        Ok(Self(terms))
    }
}

fn day(typed: &str) -> Result<NaiveDate> {
    typed.parse().map_err(|_| Error::invalid(format!("{typed:?} is no day; write it like day:2026-11-20")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_a_wrong_day_is_named() {
        let filter: ConversationFilter = "down waiting \"two words\" day:2026-11-20 re:fund".parse().unwrap();
        let day: NaiveDate = "2026-11-20".parse().unwrap();
        let terms = [
            Term::Rated(Rating::Down),
            Term::Waiting,
            Term::Text("two words".into()),
            Term::From(day),
            Term::Until(day),
            Term::Text("re:fund".into()),
        ];
        assert_eq!(filter.0, terms);
        assert!("from:soon".parse::<ConversationFilter>().unwrap_err().to_string().contains("day:2026-11-20"));
    }
}
