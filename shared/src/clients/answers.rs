//! The answers to the questionnaire: one row a client and question, saved one by one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::questions::{self, Question, Unfit};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, execute, fetch_all, fetch_optional, fetch_scalar};

/// What a client has answered so far, by question key.
pub async fn answers(tx: &mut Tx, id: &ClientId) -> Result<BTreeMap<String, Foreign>> {
    let rows = fetch_all!(
        tx,
        (String, Foreign),
        "SELECT question, answer FROM client_answers WHERE client_id = $1 ORDER BY question",
        id
    )?;
    Ok(rows.into_iter().collect())
}

/// Saves one answer. A blank one takes an optional answer back. The niche is kept on the client too.
/// A client may change answers until a plan was made from them; the studio always may. The same
/// answer once more is no news: nothing is recorded of it.
pub async fn save_answer(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    id: &ClientId,
    key: &str,
    answer: &Foreign,
) -> Result<()> {
    let question = may_answer(tx, actor, id, key).await?;
    let answer = question.check(answer.raw()).map_err(|unfit| Error::invalid(unfit.to_string()))?;
    let before = stored(tx, id, question).await?;
    let same = before == answer;
    match answer {
        Some(answer) => store(tx, now, id, question, &answer).await?,
        None => {
            execute!(tx, "DELETE FROM client_answers WHERE client_id = $1 AND question = $2", id, question.key)?;
        }
    }
    if same {
        return Ok(());
    }
    let what = format!("Answered question {} of 29", question.number);
    let metadata = serde_json::json!({ "question": question.key });
    events::record(tx, now, actor, EventKind::ClientUpdated, Some(id), &what, Some(metadata)).await
}

/// Notes that an optional question was left out, so that it is not asked again.
pub async fn skip_question(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, id: &ClientId, key: &str) -> Result<()> {
    let question = may_answer(tx, actor, id, key).await?;
    if question.required && stored(tx, id, question).await?.is_none() {
        return Err(Error::invalid(Unfit::Needed.to_string()));
    }
    execute!(
        tx,
        "INSERT INTO skipped_questions (client_id, question, skipped_at) VALUES ($1, $2, $3)
         ON CONFLICT (client_id, question) DO UPDATE SET skipped_at = excluded.skipped_at",
        id,
        question.key,
        now
    )?;
    Ok(())
}

/// The questions that a client has settled since `since`: answered, or left out.
pub(crate) async fn settled(tx: &mut Tx, id: &ClientId, since: DateTime<Utc>) -> Result<BTreeSet<String>> {
    let keys = fetch_all!(
        tx,
        (String,),
        "SELECT question FROM client_answers WHERE client_id = $1 AND answered_at >= $2
         UNION SELECT question FROM skipped_questions WHERE client_id = $1 AND skipped_at >= $2",
        id,
        since
    )?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}

/// Whether a plan was made from a client's answers.
pub(crate) async fn has_plan(tx: &mut Tx, id: &ClientId) -> Result<bool> {
    Ok(fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM business_plans WHERE client_id = $1", id)? > 0)
}

/// The question, if this person may answer it for this client now.
async fn may_answer(tx: &mut Tx, actor: &Actor, id: &ClientId, key: &str) -> Result<&'static Question> {
    match actor {
        Actor::Client(own) if own == id => refuse_once_planned(tx, id).await?,
        Actor::Client(_) => return Err(Error::NotFound("client")),
        _ => actor.require(Capability::Edit)?,
    }
    questions::find(key).ok_or(Error::NotFound("question"))
}

async fn stored(tx: &mut Tx, id: &ClientId, question: &Question) -> Result<Option<String>> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT answer FROM client_answers WHERE client_id = $1 AND question = $2",
        id,
        question.key
    )?;
    Ok(row.map(|(answer,)| answer))
}

async fn store(tx: &mut Tx, now: DateTime<Utc>, id: &ClientId, question: &Question, answer: &str) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO client_answers (client_id, question, answer, answered_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (client_id, question) DO UPDATE SET answer = excluded.answer, answered_at = excluded.answered_at",
        id,
        question.key,
        answer,
        now
    )?;
    if question.key == "industry_niche" {
        execute!(
            tx,
            "UPDATE clients SET industry_niche = $2, updated_at = $3, version = version + 1
             WHERE id = $1 AND (industry_niche IS NULL OR industry_niche <> $2)",
            id,
            answer,
            now
        )?;
    }
    Ok(())
}

/// A questionnaire that the studio has opened once more may be answered whatever was written before.
async fn refuse_once_planned(tx: &mut Tx, id: &ClientId) -> Result<()> {
    if !has_plan(tx, id).await? || asked_again(tx, id).await? {
        return Ok(());
    }
    Err(Error::refused("the plan was written from these answers already; send the studio a message to change one"))
}

async fn asked_again(tx: &mut Tx, id: &ClientId) -> Result<bool> {
    let open = fetch_scalar!(
        tx,
        i64,
        "SELECT COUNT(*) FROM client_portal_users
         WHERE client_id = $1 AND onboarding_reopened_at IS NOT NULL AND NOT completed_onboarding",
        id
    )?;
    Ok(open > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{NewClient, add, get};
    use crate::testing::{monday_noon, on_both};

    #[tokio::test]
    async fn answers_are_saved_replaced_and_taken_back() {
        on_both(|studio| async move {
            let new = NewClient { full_name: "Ada".into(), email: "ada@example.com".into(), ..NewClient::default() };
            let client = add(&studio, &Actor::local_owner(), new).await.unwrap();
            let me = Actor::Client(client.id.clone());
            let mut tx = studio.db.write().await.unwrap();
            for (key, answer) in [
                ("industry_niche", "Pottery\0 for\u{1b} two"),
                ("preferred_font", "Elegant serif"),
                ("brand_values", "Honesty, always"),
                ("brand_values", " "),
            ] {
                save_answer(&mut tx, monday_noon(), &me, &client.id, key, &answer.into()).await.unwrap();
            }
            let kept = answers(&mut tx, &client.id).await.unwrap();
            let kept: Vec<_> = kept.iter().map(|(key, answer)| (key.as_str(), answer.raw())).collect();
            assert_eq!(kept, [("industry_niche", "Pottery for two"), ("preferred_font", "elegant-serif")]);
            let client = get(&mut tx, &client.id).await.unwrap().unwrap();
            assert_eq!(client.industry_niche.unwrap().raw(), "Pottery for two");
        })
        .await;
    }

    #[tokio::test]
    async fn nobody_answers_for_another_and_no_client_after_the_plan() {
        on_both(|studio| async move {
            let new = NewClient { full_name: "Ada".into(), email: "ada@example.com".into(), ..NewClient::default() };
            let client = add(&studio, &Actor::local_owner(), new).await.unwrap();
            let mut tx = studio.db.write().await.unwrap();
            let stranger = Actor::Client(crate::id::ClientId::new(monday_noon()));
            let answer = Foreign::from("a kind of warmth");
            let refusal = save_answer(&mut tx, monday_noon(), &stranger, &client.id, "differentiation", &answer).await;
            assert!(matches!(refusal, Err(Error::NotFound("client"))));
            execute!(
                tx,
                "INSERT INTO business_plans (id, client_id, version, content_markdown, updated_at)
                 VALUES ('p', $1, 1, 'plan', $2)",
                &client.id,
                monday_noon()
            )
            .unwrap();
            let me = Actor::Client(client.id.clone());
            assert!(save_answer(&mut tx, monday_noon(), &me, &client.id, "differentiation", &answer).await.is_err());
            let studio_may = Actor::local_owner();
            save_answer(&mut tx, monday_noon(), &studio_may, &client.id, "differentiation", &answer).await.unwrap();
        })
        .await;
    }
}
