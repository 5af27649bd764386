//! How good the coach is: what clients say, how often a person is needed, whom it does not help, and a sample
//! of conversations to read.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{ConversationRow, Reach, SELECT};
use crate::db::{Sql, Tx};
use crate::id::ClientId;
use crate::staff::Actor;
use crate::text::Foreign;
use crate::{Result, Studio};

/// Over how many days the figures are taken, and the ratings of one client.
const DAYS: i64 = 30;
const LOW_DAYS: i64 = 7;
/// More of a client's ratings than this are 👎, of at least so many, in percent.
const LOW_PERCENT: i64 = 30;
const LOW_LEAST: i64 = 5;
/// A conversation is settled when nothing follows for so long.
const SETTLED: TimeDelta = TimeDelta::hours(48);
/// How much of a day's conversations is read, and at least how many.
const SAMPLE_PERCENT: usize = 5;
const SAMPLE_LEAST: usize = 3;

/// The coach over the last thirty days.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// Answers rated 👍.
    pub up: i64,
    /// Answers rated 👎.
    pub down: i64,
    /// 👍 of all ratings, in percent; none without any.
    pub satisfaction: Option<i64>,
    /// The same on a scale to five: 1 + 4 × satisfaction.
    pub stars: Option<f64>,
    /// Conversations in which something was asked.
    pub conversations: i64,
    /// Those in which a person was called for.
    pub escalated: i64,
    /// Settled conversations without a call for a person and without a message to the studio within two days
    /// after, of all settled ones, in percent.
    pub resolution: Option<i64>,
    /// Questions asked.
    pub questions: i64,
    /// Clients who asked something within seven days.
    pub weekly_clients: i64,
    /// Clients who asked something within thirty.
    pub monthly_clients: i64,
    /// Whom the coach does not help.
    pub low_rated: Vec<LowRated>,
}

/// A client who rates many answers down.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct LowRated {
    /// Who.
    pub client_id: ClientId,
    /// Their name.
    pub client_name: Foreign,
    /// Ratings within seven days.
    pub ratings: i64,
    /// Those that are 👎.
    pub down: i64,
    /// When the first of these was given.
    pub since: DateTime<Utc>,
}

impl LowRated {
    /// The share of 👎, in percent.
    #[must_use]
    pub fn percent(&self) -> i64 {
        self.down * 100 / self.ratings.max(1)
    }
}

/// The figures, over the conversations that the actor may read.
pub async fn quality(tx: &mut Tx, studio: &Studio, actor: &Actor) -> Result<Quality> {
    let now = studio.clock.now();
    let reach = Reach::of(actor)?;
    let talks = talks(tx, &reach, now).await?;
    let said = said(tx, &reach, now).await?;
    let rated = said.up + said.down;
    #[expect(clippy::cast_precision_loss, reason = "a count of ratings")]
    let stars = (rated > 0).then(|| 1.0 + 4.0 * said.up as f64 / rated as f64);
    Ok(Quality {
        up: said.up,
        down: said.down,
        satisfaction: percent(said.up, rated),
        stars,
        conversations: count(talks.iter()),
        escalated: count(talks.iter().filter(|talk| talk.has_escalation)),
        resolution: resolution(&talks, &follow_ups(tx, &reach, now).await?, now),
        questions: said.questions,
        weekly_clients: said.weekly_clients,
        monthly_clients: said.monthly_clients,
        low_rated: low_rated_of(tx, &reach, now).await?,
    })
}

fn count<T>(rows: impl Iterator<Item = T>) -> i64 {
    i64::try_from(rows.count()).unwrap_or(i64::MAX)
}

/// A share in percent, rounded half up; none of nothing.
fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 200 + whole) / (whole * 2))
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Talk {
    client_id: ClientId,
    has_escalation: bool,
    last_message_at: DateTime<Utc>,
}

/// The conversations of the last thirty days in which something was said.
async fn talks(tx: &mut Tx, reach: &Reach, now: DateTime<Utc>) -> Result<Vec<Talk>> {
    let mut sql = Sql::new(
        "SELECT k.client_id, k.has_escalation, k.last_message_at
         FROM coach_conversations k JOIN clients c ON c.id = k.client_id",
    );
    reach.push(&mut sql);
    sql.push(" AND k.message_count > 0 AND k.last_message_at >= ").bind(now - TimeDelta::days(DAYS));
    sql.fetch_all(tx).await
}

/// When clients began to write to the studio.
async fn follow_ups(tx: &mut Tx, reach: &Reach, now: DateTime<Utc>) -> Result<Vec<(ClientId, DateTime<Utc>)>> {
    let mut sql =
        Sql::new("SELECT p.client_id, p.created_at FROM portal_threads p JOIN clients c ON c.id = p.client_id");
    reach.push(&mut sql);
    sql.push(" AND p.created_at >= ").bind(now - TimeDelta::days(DAYS));
    sql.push(" AND EXISTS (SELECT 1 FROM portal_messages m WHERE m.thread_id = p.id AND m.is_from_admin = FALSE");
    sql.push(" AND m.created_at = p.created_at)");
    sql.fetch_all(tx).await
}

/// The share of settled conversations that needed nobody. Pure.
fn resolution(talks: &[Talk], follow_ups: &[(ClientId, DateTime<Utc>)], now: DateTime<Utc>) -> Option<i64> {
    let settled: Vec<&Talk> = talks.iter().filter(|talk| talk.last_message_at + SETTLED <= now).collect();
    let followed = |talk: &Talk| {
        let within = talk.last_message_at..=talk.last_message_at + SETTLED;
        follow_ups.iter().any(|(client, at)| *client == talk.client_id && within.contains(at))
    };
    let solved = settled.iter().filter(|talk| !talk.has_escalation && !followed(talk));
    percent(count(solved), count(settled.iter()))
}

#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
struct SaidSums {
    up: i64,
    down: i64,
    questions: i64,
    weekly_clients: i64,
    monthly_clients: i64,
}

async fn said(tx: &mut Tx, reach: &Reach, now: DateTime<Utc>) -> Result<SaidSums> {
    let mut sql = Sql::new(
        "SELECT COUNT(CASE WHEN m.rating = 2 THEN 1 END) AS up, COUNT(CASE WHEN m.rating = 1 THEN 1 END) AS down,
                COUNT(CASE WHEN m.role = 'user' THEN 1 END) AS questions,
                COUNT(DISTINCT CASE WHEN m.role = 'user' AND m.created_at >= ",
    );
    sql.bind(now - TimeDelta::days(LOW_DAYS));
    sql.push(
        " THEN k.client_id END) AS weekly_clients,
                COUNT(DISTINCT CASE WHEN m.role = 'user' THEN k.client_id END) AS monthly_clients
         FROM coach_messages m JOIN coach_conversations k ON k.id = m.conversation_id
             JOIN clients c ON c.id = k.client_id",
    );
    reach.push(&mut sql);
    sql.push(" AND m.created_at >= ").bind(now - TimeDelta::days(DAYS));
    Ok(sql.fetch_all::<SaidSums>(tx).await?.pop().unwrap_or_default())
}

/// The clients who rate more than three in ten of a week's answers down, the worst first. It tells no words.
pub(crate) async fn low_rated(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<LowRated>> {
    low_rated_of(tx, &Reach::All, now).await
}

async fn low_rated_of(tx: &mut Tx, reach: &Reach, now: DateTime<Utc>) -> Result<Vec<LowRated>> {
    let mut sql = Sql::new(
        "SELECT k.client_id, c.full_name AS client_name, COUNT(*) AS ratings,
                COUNT(CASE WHEN m.rating = 1 THEN 1 END) AS down,
                MIN(CASE WHEN m.rating = 1 THEN m.created_at END) AS since
         FROM coach_messages m JOIN coach_conversations k ON k.id = m.conversation_id
             JOIN clients c ON c.id = k.client_id",
    );
    reach.push(&mut sql);
    sql.push(" AND m.rating IS NOT NULL AND m.created_at >= ").bind(now - TimeDelta::days(LOW_DAYS));
    sql.push(" GROUP BY k.client_id, c.full_name HAVING COUNT(*) >= ").bind(LOW_LEAST);
    sql.push(" AND COUNT(CASE WHEN m.rating = 1 THEN 1 END) * 100 > COUNT(*) * ").bind(LOW_PERCENT);
    sql.push(" ORDER BY down DESC, k.client_id");
    sql.fetch_all(tx).await
}

/// Yesterday's conversations to be read: one in twenty, at least three, drawn anew each day and the same for
/// everybody all day long. Yesterday is that of UTC.
pub async fn sample(tx: &mut Tx, studio: &Studio, actor: &Actor) -> Result<Vec<ConversationRow>> {
    let today = studio.clock.now().date_naive().and_time(NaiveTime::MIN).and_utc();
    let yesterday = today - TimeDelta::days(1);
    let mut sql = Sql::new(SELECT);
    Reach::of(actor)?.push(&mut sql);
    sql.push(" AND EXISTS (SELECT 1 FROM coach_messages m WHERE m.conversation_id = k.id AND m.role = 'assistant'");
    sql.push(" AND m.created_at >= ").bind(yesterday).push(" AND m.created_at < ").bind(today).push(")");
    Ok(drawn(sql.fetch_all(tx).await?, &today.format("%F").to_string()))
}

/// Draws the day's sample. Pure.
fn drawn(mut rows: Vec<ConversationRow>, day: &str) -> Vec<ConversationRow> {
    let size = (rows.len() * SAMPLE_PERCENT).div_ceil(100).max(SAMPLE_LEAST);
    rows.sort_by_cached_key(|row| Sha256::digest(format!("{day}:{}", row.conversation.id)).to_vec());
    rows.truncate(size);
    // Read in the order of the day.
    rows.sort_by(|a, b| {
        (a.conversation.last_message_at, &a.conversation.id).cmp(&(b.conversation.last_message_at, &b.conversation.id))
    });
    rows
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    #[rstest]
    #[case(&[(0, false), (0, false)], &[], Some(100))]
    #[case(&[(0, false), (0, true)], &[], Some(50))]
    #[case(&[(0, false), (0, false)], &[48], Some(0))]
    #[case(&[(0, false)], &[49], Some(100))]
    #[case(&[(60, false)], &[], None)]
    #[case(&[], &[], None)]
    fn a_conversation_is_solved_when_nothing_follows_in_two_days(
        #[case] talks: &[(i64, bool)],
        #[case] threads: &[i64],
        #[case] expected: Option<i64>,
    ) {
        let id = || ClientId::from_input("c1");
        let talk = |(hour, has_escalation): &(i64, bool)| Talk {
            client_id: id(),
            has_escalation: *has_escalation,
            last_message_at: at(*hour),
        };
        let talks: Vec<Talk> = talks.iter().map(talk).collect();
        let threads: Vec<_> = threads.iter().map(|hour| (id(), at(*hour))).collect();
        assert_eq!(resolution(&talks, &threads, at(100)), expected);
    }

    #[test]
    fn three_quarters_up_are_four_stars() {
        assert_eq!((percent(3, 4), percent(1, 8), percent(0, 0)), (Some(75), Some(13), None));
    }
}
