//! Answers that a person put right: told to the client as what they are, and kept as pairs.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::conversation::{Author, may_read_of, store};
use super::escalation::in_short;
use crate::db::Tx;
use crate::delivery::{self, Notice, Urgency};
use crate::events::{self, EventKind};
use crate::id::{AdminId, ClientId, CoachMessageId};
use crate::staff::{Actor, Capability};
use crate::text::{Button, Foreign};
use crate::{Error, Result, Studio, clients, fetch_all};

/// The catalogue's key of a correction.
const CORRECTION: &str = "coach_correction";
/// The longest correction, and how much of the question its notice repeats, in characters.
const LONGEST: usize = 4000;
const QUOTED: usize = 120;

/// A question, what the coach answered, and what it should have.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Correction {
    /// The correction's row.
    pub id: CoachMessageId,
    /// Whose conversation it is.
    pub client_id: ClientId,
    /// Their name.
    pub client_name: Foreign,
    /// The member of staff whom the client knows.
    pub assigned_admin_id: Option<AdminId>,
    /// What was asked.
    pub question: Option<Foreign>,
    /// What the coach answered.
    pub answer: Foreign,
    /// What a person put in its place.
    pub correction: Foreign,
    /// Who had answered: a model's name, or `offline`.
    pub model: Option<String>,
    /// When it was put right.
    pub at: DateTime<Utc>,
}

/// Puts an answer of the coach's right. The client is told with a clear mark, and the coach reads the
/// correction instead of its own words from then on. A second correction replaces nothing: both are told.
pub async fn correct(studio: &Studio, actor: &Actor, id: &CoachMessageId, body: &str) -> Result<CoachMessageId> {
    actor.require(Capability::Edit)?;
    let body = body.trim();
    if body.is_empty() || body.chars().count() > LONGEST {
        return Err(Error::invalid(format!("a correction needs some text, and at most {LONGEST} characters")));
    }
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let answer = store::answer(&mut tx, id).await?.ok_or(Error::NotFound("answer of the coach"))?;
    let conversation = store::get(&mut tx, &answer.conversation_id).await?.ok_or(Error::NotFound("conversation"))?;
    let client = clients::get(&mut tx, &conversation.client_id).await?.ok_or(Error::NotFound("client"))?;
    let question = store::question_before(&mut tx, &answer).await?.unwrap_or(conversation.title);
    let message = store::add_message(&mut tx, &answer.conversation_id, Author::Admin, body, now).await?;
    store::set_correction(&mut tx, &message, id).await?;
    let labels = studio.messages.get(CORRECTION)?.buttons.clone();
    let notice = Notice {
        key: CORRECTION,
        values: vec![
            ("studio_name", studio.settings.studio.name.clone()),
            ("question", in_short(&question, QUOTED)),
            ("message_text", body.to_owned()),
        ],
        buttons: vec![labels.into_iter().take(1).map(|label| Button::new(label, "coach")).collect()],
        dedupe: format!("coach-correction:{message}"),
        urgency: Urgency::Transactional,
        reference: Some(("COACH_MESSAGE", message.to_string())),
    };
    delivery::notify(&mut tx, studio, &client, notice).await?;
    let metadata = serde_json::json!({ "message": message, "correction_of": id });
    let what = "Corrected an answer of the coach";
    events::record(&mut tx, now, actor, EventKind::CoachCorrected, Some(&client.id), what, Some(metadata)).await?;
    tx.commit().await?;
    Ok(message)
}

/// Every pair that the actor may read, the newest first: what a prompt is tuned with.
pub async fn corrections(tx: &mut Tx, actor: &Actor) -> Result<Vec<Correction>> {
    actor.require(Capability::ReadTranscripts)?;
    let mut all = fetch_all!(
        tx,
        Correction,
        "SELECT m.id, k.client_id, c.full_name AS client_name, c.assigned_admin_id, a.content AS answer,
                m.content AS correction, a.model, m.created_at AS at,
                (SELECT q.content FROM coach_messages q
                 WHERE q.conversation_id = a.conversation_id AND q.role = 'user'
                   AND (q.created_at < a.created_at OR (q.created_at = a.created_at AND q.id < a.id))
                 ORDER BY q.created_at DESC, q.id DESC LIMIT 1) AS question
         FROM coach_messages m JOIN coach_messages a ON a.id = m.correction_of
             JOIN coach_conversations k ON k.id = m.conversation_id JOIN clients c ON c.id = k.client_id
         ORDER BY m.created_at DESC, m.id DESC"
    )?;
    all.retain(|pair| may_read_of(actor, pair.assigned_admin_id.as_ref()));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::model::scripted::Act;
    use crate::coach::testing::{answer, scripted};
    use crate::delivery::Channel;
    use crate::portal::fixture::linked;
    use crate::staff::Role;
    use crate::testing::on_both;

    #[tokio::test]
    async fn a_correction_reaches_the_client_the_coach_and_the_pairs() {
        on_both(|studio| async move {
            let (ada, owner) = (linked(&studio, "Ada", &[Channel::Telegram]).await.id, Actor::local_owner());
            let acts = [Act::Answer("Give it away.", None), Act::Answer("Costs first.", None)];
            let (studio, endpoint) = scripted(&studio, acts).await;
            let wrong = answer(&studio, &ada, "How do I price?").await;
            assert!(correct(&studio, &owner, &wrong.message_id, " ").await.is_err());
            assert!(matches!(correct(&studio, &owner, &wrong.question, "No.").await, Err(Error::NotFound(_))));
            let viewer = Actor::Admin { id: None, role: Role::Viewer };
            assert!(matches!(correct(&studio, &viewer, &wrong.message_id, "No.").await, Err(Error::Forbidden { .. })));
            correct(&studio, &owner, &wrong.message_id, "Never below your costs.").await.unwrap();

            let sent = delivery::claim(&studio, "test", Channel::Telegram, 9).await.unwrap();
            let text = sent.iter().map(|leased| leased.body.text.to_plain()).collect::<String>();
            assert!(text.contains("Correction. The coach's answer to How do I price? was not right."), "{text}");
            assert!(text.contains("Never below your costs."), "{text}");

            answer(&studio, &ada, "What is next?").await;
            let shown = endpoint.requests()[1].to_string();
            assert!(shown.contains("(A person at the studio corrected my answer:) Never below your costs."), "{shown}");

            let pairs = corrections(&mut studio.db.read().await.unwrap(), &owner).await.unwrap();
            let pair = &pairs[0];
            let words = [pair.question.as_ref().unwrap(), &pair.answer, &pair.correction].map(Foreign::raw);
            assert_eq!(words, ["How do I price?", "Give it away.", "Never below your costs."]);
        })
        .await;
    }
}
