//! Questions that are being answered: so that they can be stopped, and are not forgotten by a process
//! that dies.
//!
//! A turn is a row from the moment in which its question is stored until its answer is. Whoever
//! answers renews its lease; a row whose lease ran out was left by a process that is gone: the
//! question is marked, what it held of the allowance is given back, and the client is told
//! ([`recover`]). A stop works at once in the process that answers, and within a lease's third in
//! any other.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::allowance::{self, Reservation};
use super::conversation::store as conversations;
use crate::clients;
use crate::db::Tx;
use crate::delivery::{self, Notice, Urgency};
use crate::id::{ClientId, CoachMessageId, ConversationId};
use crate::text::Foreign;
use crate::{Result, Studio, execute, fetch_all, fetch_optional};

/// How long a turn lasts without a sign of life.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often whoever answers gives one.
const BEAT: Duration = Duration::from_secs(15);

/// What is kept on a question whose answer will never come.
const LEFT_BEHIND: &str = "the program that was answering ended before the answer was whole";
/// The catalogue's key of the news of it.
const BROKEN_OFF: &str = "coach_left_behind";

/// The turns of this process, by their question.
static RUNNING: LazyLock<Mutex<HashMap<CoachMessageId, Running>>> = LazyLock::new(Mutex::default);

struct Running {
    client: ClientId,
    stop: CancellationToken,
}

/// How often what is said so far is written down for whoever looks on.
const DRAFT: Duration = Duration::from_secs(2);

/// Writes a turn down, with what it holds of the client's `day`.
pub(super) async fn begin(
    tx: &mut Tx,
    question: &CoachMessageId,
    client: &ClientId,
    day: &str,
    reserved_tokens: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO coach_turns (question_id, client_id, day, reserved_tokens, lease_until)
         VALUES ($1, $2, $3, $4, $5)",
        question,
        client,
        day,
        reserved_tokens,
        now + LEASE
    )?;
    Ok(())
}

/// Takes a turn off. False when it was given up on meanwhile, and its allowance given back already.
pub(super) async fn end(tx: &mut Tx, question: &CoachMessageId) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM coach_turns WHERE question_id = $1", question)? == 1)
}

/// A turn of this process while it is worked on.
pub(super) struct Watch {
    studio: Studio,
    question: CoachMessageId,
    stop: CancellationToken,
    draft: Mutex<Draft>,
}

/// What is said so far.
#[derive(Default)]
struct Draft {
    text: String,
    is_new: bool,
}

impl Watch {
    /// Begins to look after a turn.
    pub(super) fn over(studio: &Studio, client: &ClientId, question: &CoachMessageId) -> Self {
        let stop = CancellationToken::new();
        let running = Running { client: client.clone(), stop: stop.clone() };
        lock().insert(question.clone(), running);
        Self { studio: studio.clone(), question: question.clone(), stop, draft: Mutex::default() }
    }

    /// Takes in what is said so far; the dashboard shows it within two seconds.
    pub(super) fn shows(&self, so_far: &str) {
        let mut draft = self.draft.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.clone_into(&mut draft.text);
        draft.is_new = true;
    }

    /// Keeps the lease; ends when the client wants no more of the answer, or a person has taken over.
    pub(super) async fn stopped(&self) {
        let (mut beat, mut draft) = (every(BEAT), every(DRAFT));
        loop {
            let done = tokio::select! {
                () = self.stop.cancelled() => return,
                _ = beat.tick() => self.beat().await,
                _ = draft.tick() => self.keep_draft().await.map(|()| false),
            };
            match done {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => tracing::warn!(question = %self.question, %error, "a turn could not be looked after"),
            }
        }
    }

    /// Writes down what is said so far, if it grew.
    async fn keep_draft(&self) -> Result<()> {
        let text = {
            let mut draft = self.draft.lock().unwrap_or_else(PoisonError::into_inner);
            if !std::mem::take(&mut draft.is_new) {
                return Ok(());
            }
            draft.text.clone()
        };
        let mut tx = self.studio.db.write().await?;
        execute!(tx, "UPDATE coach_turns SET draft = $2 WHERE question_id = $1", &self.question, text)?;
        tx.commit().await
    }

    /// Renews the lease, and answers whether somebody asked for a stop.
    async fn beat(&self) -> Result<bool> {
        let mut tx = self.studio.db.write().await?;
        let until = self.studio.clock.now() + LEASE;
        execute!(tx, "UPDATE coach_turns SET lease_until = $2 WHERE question_id = $1", &self.question, until)?;
        let asked = fetch_optional!(
            tx,
            (Option<DateTime<Utc>>,),
            "SELECT stop_asked_at FROM coach_turns WHERE question_id = $1",
            &self.question
        )?;
        tx.commit().await?;
        Ok(asked.is_some_and(|(at,)| at.is_some()))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock().remove(&self.question);
    }
}

/// Ticks from one period on.
fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval_at(tokio::time::Instant::now() + period, period);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    interval
}

fn lock() -> std::sync::MutexGuard<'static, HashMap<CoachMessageId, Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops the answers that are being written for a client; what was said so far is kept. Answers how
/// many there were.
pub async fn stop(studio: &Studio, client: &ClientId) -> Result<u64> {
    let mut tx = studio.db.write().await?;
    let asked = execute!(
        tx,
        "UPDATE coach_turns SET stop_asked_at = $2 WHERE client_id = $1 AND stop_asked_at IS NULL",
        client,
        studio.clock.now()
    )?;
    tx.commit().await?;
    lock().values().filter(|running| running.client == *client).for_each(|running| running.stop.cancel());
    Ok(asked)
}

/// Stops what is being written in a conversation, since a person has taken over; whoever writes it asks
/// the database once more before anything is stored.
pub(super) async fn stop_in(
    tx: &mut Tx,
    conversation: &ConversationId,
    now: DateTime<Utc>,
) -> Result<Vec<CoachMessageId>> {
    let stopped = fetch_all!(
        tx,
        (CoachMessageId,),
        "UPDATE coach_turns SET stop_asked_at = $2
         WHERE question_id IN (SELECT id FROM coach_messages WHERE conversation_id = $1)
         RETURNING question_id",
        conversation,
        now
    )?;
    Ok(stopped.into_iter().map(|(id,)| id).collect())
}

/// Stops these turns at once where they run in this process.
pub(super) fn cancel(questions: &[CoachMessageId]) {
    let running = lock();
    questions.iter().filter_map(|id| running.get(id)).for_each(|running| running.stop.cancel());
}

/// What is said so far of the answer that is being written in a conversation.
pub(super) async fn draft(tx: &mut Tx, conversation: &ConversationId) -> Result<Option<Foreign>> {
    let row = fetch_optional!(
        tx,
        (Foreign,),
        "SELECT COALESCE(t.draft, '') FROM coach_turns t JOIN coach_messages m ON m.id = t.question_id
         WHERE m.conversation_id = $1 ORDER BY m.created_at DESC LIMIT 1",
        conversation
    )?;
    Ok(row.map(|(text,)| text))
}

#[derive(sqlx::FromRow)]
struct Left {
    question_id: CoachMessageId,
    client_id: ClientId,
    day: String,
    reserved_tokens: i64,
}

/// Looks after turns whose process is gone, and answers how many there were.
pub async fn recover(studio: &Studio) -> Result<usize> {
    let now = studio.clock.now();
    let mut tx = studio.db.read().await?;
    let left = fetch_all!(
        tx,
        Left,
        "SELECT question_id, client_id, day, reserved_tokens FROM coach_turns WHERE lease_until < $1",
        now
    )?;
    drop(tx);
    let mut found = 0;
    for turn in left {
        let Left { question_id, client_id, day, reserved_tokens } = turn;
        let mut tx = studio.db.write().await?;
        // Its process may have come back to life, or another one may have found it.
        let gone =
            execute!(tx, "DELETE FROM coach_turns WHERE question_id = $1 AND lease_until < $2", &question_id, now)?;
        if gone == 0 {
            continue;
        }
        conversations::fail(&mut tx, &question_id, LEFT_BEHIND).await?;
        let reservation = Reservation { client: client_id.clone(), day, tokens: reserved_tokens };
        allowance::release(&mut tx, reservation, now).await?;
        tell(&mut tx, studio, &client_id, &question_id).await?;
        tx.commit().await?;
        found += 1;
    }
    Ok(found)
}

async fn tell(tx: &mut Tx, studio: &Studio, client: &ClientId, question: &CoachMessageId) -> Result<()> {
    let Some(client) = clients::get(tx, client).await? else { return Ok(()) };
    let actions = [format!("again:{question}"), "human".to_owned()];
    let notice = Notice {
        key: BROKEN_OFF,
        values: Vec::new(),
        buttons: vec![studio.messages.buttons(BROKEN_OFF, actions)?],
        dedupe: format!("coach-left:{question}"),
        urgency: Urgency::Transactional,
        reference: Some(("COACH_MESSAGE", question.to_string())),
    };
    delivery::notify(tx, studio, &client, notice).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::testing::{client, question_of};
    use crate::coach::{Limit, used};
    use crate::testing::{TestStudio, on_both};
    use crate::{fetch_one, fetch_scalar};

    /// A turn that nobody works on.
    async fn left(studio: &TestStudio, client: &ClientId) -> CoachMessageId {
        let question = question_of(studio, client).await;
        let now = studio.clock.now();
        let limit = Limit { tokens: 5000, messages: 50 };
        let mut tx = studio.db.write().await.unwrap();
        let held = allowance::reserve(&mut tx, client, now, limit, 530).await.unwrap().unwrap();
        begin(&mut tx, &question, client, &held.day, held.tokens, now).await.unwrap();
        tx.commit().await.unwrap();
        question
    }

    #[tokio::test]
    async fn a_turn_of_a_dead_process_is_told_and_settled_once() {
        on_both(|studio| async move {
            let ada = crate::portal::fixture::linked(&studio, "Ada", &[delivery::Channel::Telegram]).await;
            let question = left(&studio, &ada.id).await;
            assert_eq!(recover(&studio).await.unwrap(), 0, "its lease still runs");
            studio.clock.advance(LEASE + TimeDelta::seconds(1));
            assert_eq!((recover(&studio).await.unwrap(), recover(&studio).await.unwrap()), (1, 0));
            let mut tx = studio.db.read().await.unwrap();
            let (error,) =
                fetch_one!(tx, (Option<String>,), "SELECT error FROM coach_messages WHERE id = $1", &question).unwrap();
            assert_eq!(error.as_deref(), Some(LEFT_BEHIND));
            let now = studio.clock.now();
            let day = used(&mut tx, &ada.id, now).await.unwrap();
            assert_eq!((day.reserved_tokens, day.messages), (0, 0));
            let told = "SELECT COUNT(*) FROM outbox WHERE purpose = 'coach_left_behind'";
            assert_eq!(fetch_scalar!(tx, i64, told).unwrap(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn a_stop_reaches_the_clients_own_turn_and_no_other() {
        on_both(|studio| async move {
            let (ada, bo) = (client(&studio, "Ada").await.id, client(&studio, "Bo").await.id);
            let question = left(&studio, &ada).await;
            let watch = Watch::over(&studio, &ada, &question);
            assert_eq!(stop(&studio, &bo).await.unwrap(), 0);
            assert!(!watch.stop.is_cancelled() && !watch.beat().await.unwrap());
            assert_eq!(stop(&studio, &ada).await.unwrap(), 1);
            watch.stopped().await;
            assert!(watch.beat().await.unwrap(), "another process would see it too");
            drop(watch);
            assert!(!lock().contains_key(&question));
        })
        .await;
    }
}
