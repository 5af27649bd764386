//! The answers to the questionnaire: one row a client and question, saved one by one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::questions::{self, Question};
use super::validate::NICHE_LENGTH;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, execute, fetch_all, fetch_scalar};

/// The most characters that one answer may have: one long chat message.
const LONGEST: usize = 4000;

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
/// A client may change answers until a plan was made from them; the studio always may.
pub async fn save_answer(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    id: &ClientId,
    key: &str,
    answer: &Foreign,
) -> Result<()> {
    match actor {
        Actor::Client(own) if own == id => refuse_once_planned(tx, id).await?,
        Actor::Client(_) => return Err(Error::NotFound("client")),
        _ => actor.require(Capability::Edit)?,
    }
    let question = questions::find(key).ok_or(Error::NotFound("question"))?;
    match checked(question, answer.raw())? {
        Some(answer) => store(tx, now, id, question, &answer).await?,
        None => {
            execute!(tx, "DELETE FROM client_answers WHERE client_id = $1 AND question = $2", id, question.key)?;
        }
    }
    let what = format!("Answered question {} of 29", question.number);
    let metadata = serde_json::json!({ "question": question.key });
    events::record(tx, now, actor, EventKind::ClientUpdated, Some(id), &what, Some(metadata)).await
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
            "UPDATE clients SET industry_niche = $2, updated_at = $3, version = version + 1 WHERE id = $1",
            id,
            answer,
            now
        )?;
    }
    Ok(())
}

async fn refuse_once_planned(tx: &mut Tx, id: &ClientId) -> Result<()> {
    let plans = fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM business_plans WHERE client_id = $1", id)?;
    if plans == 0 {
        return Ok(());
    }
    Err(Error::refused("the plan was written from these answers already; send the studio a message to change one"))
}

/// The answer as it is stored, or `None` for an optional one that was left blank. Pure.
fn checked(question: &Question, text: &str) -> Result<Option<String>> {
    // A database refuses some controls, and no answer needs any but line breaks.
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let text = text.trim();
    if text.is_empty() {
        return if question.required { Err(Error::invalid("this question needs an answer")) } else { Ok(None) };
    }
    let length = text.chars().count();
    let longest = if question.key == "industry_niche" { NICHE_LENGTH } else { LONGEST };
    if length > longest {
        return Err(Error::invalid(format!("the answer has {length} characters; at most {longest} are kept")));
    }
    if question.choices.is_empty() {
        return Ok(Some(text.to_owned()));
    }
    let known = || question.choices.iter().map(|choice| choice.label).collect::<Vec<_>>().join("; ");
    let choice = question.choice(text).ok_or_else(|| Error::invalid(format!("please choose one of: {}", known())))?;
    Ok(Some(choice.key.to_owned()))
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
                ("brand_values", "Honesty"),
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
            let answer = Foreign::from("x");
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

    #[test]
    fn a_required_blank_an_overlong_text_and_an_unknown_choice_are_refused() {
        let question = |key| questions::find(key).unwrap();
        assert!(checked(question("vision_for_venture"), " \n ").is_err());
        assert!(checked(question("vision_for_venture"), &"x".repeat(4001)).is_err());
        assert!(checked(question("industry_niche"), &"x".repeat(501)).is_err(), "as long as the client's field");
        let refusal = checked(question("preferred_font"), "comic").unwrap_err().to_string();
        assert!(refusal.contains("Elegant serif"));
    }
}
