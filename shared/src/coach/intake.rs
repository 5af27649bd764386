//! Five questions about the client that no form asks, and that the coach's answers rest on.
//!
//! They are asked on first use, one at a time; each answer is kept as soon as it is given, and each
//! question may be skipped for good.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::clients::{self, Client};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::staff::Actor;
use crate::text::Foreign;
use crate::{Error, Result, Studio, execute, fetch_all};

/// The longest answer that is kept, in characters.
const LONGEST: usize = 500;
/// The most entries of an answer that is a list.
const ENTRIES: usize = 8;

/// Something about a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fact {
    /// How long they have been at it.
    Experience,
    /// What they earn with it now.
    IncomeNow,
    /// What they want to earn with it.
    IncomeGoal,
    /// What stands in their way.
    Challenges,
    /// What they are good at.
    Strengths,
}

impl Fact {
    /// Every fact, in the order of asking.
    pub const ALL: [Self; 5] = [Self::Experience, Self::IncomeNow, Self::IncomeGoal, Self::Challenges, Self::Strengths];

    /// Its name in actions and in the catalogue.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Experience => "experience",
            Self::IncomeNow => "income_now",
            Self::IncomeGoal => "income_goal",
            Self::Challenges => "challenges",
            Self::Strengths => "strengths",
        }
    }

    /// The fact of this name.
    #[must_use]
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.key() == key)
    }

    fn is_known(self, client: &Client) -> bool {
        let said = |text: &Option<Foreign>| text.as_ref().is_some_and(|text| !text.is_blank());
        let listed = |list: &Option<Vec<Foreign>>| list.as_ref().is_some_and(|list| !list.is_empty());
        match self {
            Self::Experience => said(&client.experience_level),
            Self::IncomeNow => said(&client.income_now),
            Self::IncomeGoal => said(&client.income_goal),
            Self::Challenges => listed(&client.challenges),
            Self::Strengths => listed(&client.strengths),
        }
    }
}

/// What is still to be asked of a client, in order: neither known nor skipped.
pub async fn unasked(tx: &mut Tx, client: &ClientId) -> Result<Vec<Fact>> {
    let client = clients::get(tx, client).await?.ok_or(Error::NotFound("client"))?;
    let skipped: Vec<(Fact,)> =
        fetch_all!(tx, (Fact,), "SELECT fact FROM coach_skips WHERE client_id = $1", &client.id)?;
    let open = |fact: &Fact| !fact.is_known(&client) && !skipped.contains(&(*fact,));
    Ok(Fact::ALL.into_iter().filter(open).collect())
}

/// Keeps an answer. Later answers replace earlier ones.
pub async fn tell(studio: &Studio, client: &ClientId, fact: Fact, answer: &Foreign) -> Result<()> {
    let answer = cleaned(answer.raw());
    if answer.is_empty() {
        return Err(Error::invalid("write a few words, or skip the question"));
    }
    if answer.chars().count() > LONGEST {
        return Err(Error::invalid(format!("please keep it to {LONGEST} characters")));
    }
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    store(&mut tx, client, fact, &answer, now).await?;
    let what = format!("Told the coach about their {}", fact.key().replace('_', " "));
    let actor = Actor::Client(client.clone());
    events::record(&mut tx, now, &actor, EventKind::ClientUpdated, Some(client), &what, None).await?;
    tx.commit().await
}

/// Never asks this again.
pub async fn skip(studio: &Studio, client: &ClientId, fact: Fact) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(
        tx,
        "INSERT INTO coach_skips (client_id, fact, skipped_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        client,
        fact,
        studio.clock.now()
    )?;
    tx.commit().await
}

async fn store(tx: &mut Tx, client: &ClientId, fact: Fact, answer: &str, now: DateTime<Utc>) -> Result<()> {
    let list = || Json(entries(answer));
    match fact {
        Fact::Experience => execute!(
            tx,
            "UPDATE clients SET experience_level = $2, updated_at = $3, version = version + 1 WHERE id = $1",
            client,
            answer,
            now
        ),
        Fact::IncomeNow => execute!(
            tx,
            "UPDATE clients SET income_now = $2, updated_at = $3, version = version + 1 WHERE id = $1",
            client,
            answer,
            now
        ),
        Fact::IncomeGoal => execute!(
            tx,
            "UPDATE clients SET income_goal = $2, updated_at = $3, version = version + 1 WHERE id = $1",
            client,
            answer,
            now
        ),
        Fact::Challenges => execute!(
            tx,
            "UPDATE clients SET challenges = $2, updated_at = $3, version = version + 1 WHERE id = $1",
            client,
            list(),
            now
        ),
        Fact::Strengths => execute!(
            tx,
            "UPDATE clients SET strengths = $2, updated_at = $3, version = version + 1 WHERE id = $1",
            client,
            list(),
            now
        ),
    }?;
    Ok(())
}

/// Text without controls, which a database may refuse.
fn cleaned(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    text.trim().to_owned()
}

/// The entries of a list that somebody typed: one a line, or parted by commas or semicolons. Pure.
fn entries(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let parts: Vec<&str> = if lines.len() > 1 { lines } else { text.split([',', ';']).collect() };
    let bare = |part: &str| part.trim().trim_start_matches(['-', '•', '*']).trim().to_owned();
    parts.into_iter().map(bare).filter(|part| !part.is_empty()).take(ENTRIES).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::coach::testing::client;
    use crate::testing::on_both;

    #[tokio::test]
    async fn each_question_is_asked_until_it_is_answered_or_skipped() {
        on_both(|studio| async move {
            let ada = client(&studio, "Ada").await.id;
            let left = async || unasked(&mut studio.db.read().await.unwrap(), &ada).await.unwrap();
            assert_eq!(left().await, Fact::ALL);
            tell(&studio, &ada, Fact::Experience, &"Two years\u{0}".into()).await.unwrap();
            skip(&studio, &ada, Fact::IncomeNow).await.unwrap();
            skip(&studio, &ada, Fact::IncomeNow).await.unwrap();
            tell(&studio, &ada, Fact::Challenges, &"time, money".into()).await.unwrap();
            assert_eq!(left().await, [Fact::IncomeGoal, Fact::Strengths]);
            assert!(matches!(tell(&studio, &ada, Fact::Strengths, &" \n".into()).await, Err(Error::Invalid(_))));
            assert!(tell(&studio, &ada, Fact::Strengths, &"x".repeat(501).into()).await.is_err());
            let client = clients::get(&mut studio.db.read().await.unwrap(), &ada).await.unwrap().unwrap();
            assert_eq!(client.experience_level.unwrap().raw(), "Two years");
            let challenges: Vec<String> = client.challenges.unwrap().iter().map(|one| one.raw().to_owned()).collect();
            assert_eq!(challenges, ["time", "money"]);
        })
        .await;
    }

    #[rstest]
    #[case("time, money; nerve", &["time", "money", "nerve"])]
    #[case("- too little time, always\n- nerve", &["too little time, always", "nerve"])]
    #[case("writing", &["writing"])]
    #[case(", ,", &[])]
    fn a_list_is_read_as_people_type_it(#[case] text: &str, #[case] list: &[&str]) {
        assert_eq!(entries(text), list);
    }

    #[test]
    fn every_fact_is_read_back_by_its_name() {
        assert!(Fact::ALL.into_iter().all(|fact| Fact::named(fact.key()) == Some(fact)));
    }
}
