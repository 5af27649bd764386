//! People in a conversation with the coach: called by the client, taking over, handing back.

use chrono::DateTime;

use super::conversation::{Author, CoachMessage, Mode, Owned, not_theirs, store, title_of};
use super::escalation::{self, Opened, Trigger, in_short};
use super::turns;
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::delivery::{self, Notice, Urgency};
use crate::events::{self, EventKind};
use crate::id::{AdminId, ClientId, CoachMessageId, ConversationId};
use crate::staff::{Actor, Capability};
use crate::text::Button;
use crate::{Error, Result, Studio};

/// The catalogue's key of a person's answer.
const REPLY: &str = "coach_escalation_reply";
/// The longest answer of a person, and how much of the question it repeats, in characters.
const LONGEST_REPLY: usize = 4000;
const QUOTED: usize = 120;

/// The catalogue's key of the coach's return.
const BACK: &str = "coach_hand_back";
/// The longest summary of what a person settled, and of one message in it, in characters.
const SUMMARY: usize = 600;
const SAID: usize = 160;

/// What stands in the transcript when somebody pressed for a person without a word.
const ASKED: &str = "(asked for a person)";

/// The client asks for a person by a button or a command: the conversation of `about`, else their
/// newest one, else a new one, is handed over.
pub async fn call_person(
    studio: &Studio,
    client: &ClientId,
    about: Option<&CoachMessageId>,
    surface: &str,
) -> Result<Opened> {
    let now = studio.clock.now();
    let actor = Actor::Client(client.clone());
    let mut tx = studio.db.write().await?;
    clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    let conversation = match about {
        Some(id) => match store::own_answer(&mut tx, client, id).await? {
            Some(answer) => answer.conversation_id,
            None => return Err(not_theirs(tx, now, client, Owned::Answer(id)).await?),
        },
        None => match store::current(&mut tx, client, DateTime::UNIX_EPOCH).await? {
            Some(newest) => newest.id,
            None => store::begin(&mut tx, client, &title_of(ASKED), surface, now).await?,
        },
    };
    let message = store::add_message(&mut tx, &conversation, Author::User, ASKED, now).await?;
    let opened =
        escalation::open(&mut tx, now, &actor, client, &conversation, Trigger::Request, Some(&message)).await?;
    tx.commit().await?;
    Ok(opened)
}

/// A person's answer, in the same conversation and marked as such; it goes to the client's chat at
/// any hour, and closes the open hand-off. Whether the coach keeps silent is a matter of its own: see
/// [`take_over`].
pub async fn reply(studio: &Studio, actor: &Actor, id: &ConversationId, body: &str) -> Result<CoachMessageId> {
    actor.require(Capability::Edit)?;
    let body = body.trim();
    if body.is_empty() || body.chars().count() > LONGEST_REPLY {
        return Err(Error::invalid(format!("an answer needs some text, and at most {LONGEST_REPLY} characters")));
    }
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let conversation = store::get(&mut tx, id).await?.ok_or(Error::NotFound("conversation"))?;
    let client = clients::get(&mut tx, &conversation.client_id).await?.ok_or(Error::NotFound("client"))?;
    let question = store::last_words(&mut tx, id).await?.unwrap_or(conversation.title);
    let message = store::add_message(&mut tx, id, Author::Admin, body, now).await?;
    escalation::resolve_open(&mut tx, id, now, actor).await?;
    let notice = Notice {
        key: REPLY,
        values: vec![
            ("studio_name", studio.settings.studio.name.clone()),
            ("question", in_short(&question, QUOTED)),
            ("message_text", body.to_owned()),
        ],
        buttons: vec![vec![Button::new(label(studio)?, "coach")]],
        dedupe: format!("coach-reply:{message}"),
        urgency: Urgency::Transactional,
        reference: Some(("COACH_MESSAGE", message.to_string())),
    };
    delivery::notify(&mut tx, studio, &client, notice).await?;
    let metadata = serde_json::json!({ "conversation": id, "message": message });
    let what = "Answered in a coach conversation";
    events::record(&mut tx, now, actor, EventKind::MessageSent, Some(&client.id), what, Some(metadata)).await?;
    tx.commit().await?;
    Ok(message)
}

fn label(studio: &Studio) -> Result<String> {
    Ok(studio.messages.get(REPLY)?.buttons.first().cloned().unwrap_or_default())
}

/// A member of staff answers from now on, and the coach keeps silent: what it is just writing ends.
pub async fn take_over(studio: &Studio, actor: &Actor, id: &ConversationId) -> Result<()> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let who = actor.admin_id();
    let what = "Took over a coach conversation";
    switch(&mut tx, studio, actor, id, (Mode::Ai, Mode::Human), who, what).await?;
    let stopped = turns::stop_in(&mut tx, id, now).await?;
    tx.commit().await?;
    turns::cancel(&stopped);
    Ok(())
}

/// The coach answers again; it is told `summary`, or else the last words of both sides, and the client is
/// told that it is back.
pub async fn hand_back(studio: &Studio, actor: &Actor, id: &ConversationId, summary: Option<&str>) -> Result<()> {
    let mut tx = studio.db.write().await?;
    let what = "Handed a conversation back to the coach";
    let client = switch(&mut tx, studio, actor, id, (Mode::Human, Mode::Ai), None, what).await?;
    let summary = match summary.map(str::trim).filter(|summary| !summary.is_empty()) {
        Some(summary) => summary.chars().take(SUMMARY).collect(),
        None => summarised(&store::messages(&mut tx, id).await?),
    };
    store::set_summary(&mut tx, id, &summary).await?;
    let notice = Notice {
        key: BACK,
        values: vec![("studio_name", studio.settings.studio.name.clone())],
        buttons: Vec::new(),
        dedupe: format!("coach-back:{id}:{}", studio.clock.now().timestamp_millis()),
        urgency: Urgency::Transactional,
        reference: Some(("COACH_CONVERSATION", id.to_string())),
    };
    delivery::notify(&mut tx, studio, &client, notice).await?;
    tx.commit().await
}

/// The last words of both sides since the coach spoke, in order, within the length of a summary. Pure.
fn summarised(messages: &[CoachMessage]) -> String {
    let since = messages.iter().rposition(|message| message.author == Author::Assistant).map_or(0, |at| at + 1);
    let lines = messages[since..].iter().filter_map(|message| {
        let who = match message.author {
            Author::User => "the client",
            Author::Admin => "the studio",
            Author::Assistant | Author::System => return None,
        };
        Some(format!("{who}: {}", in_short(&message.content, SAID)))
    });
    lines.collect::<Vec<_>>().join("; ").chars().take(SUMMARY).collect()
}

/// Changes who answers, if it is not so already, and answers whose conversation it is.
async fn switch(
    tx: &mut Tx,
    studio: &Studio,
    actor: &Actor,
    id: &ConversationId,
    (from, to): (Mode, Mode),
    who: Option<&AdminId>,
    what: &str,
) -> Result<Client> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let conversation = store::get(tx, id).await?.ok_or(Error::NotFound("conversation"))?;
    if store::set_mode(tx, id, from, to, who, now).await? == 0 {
        return Err(Error::refused(match to {
            Mode::Human => "a person has this conversation already",
            _ => "the coach has this conversation already",
        }));
    }
    let metadata = serde_json::json!({ "conversation": id });
    let client = clients::get(tx, &conversation.client_id).await?.ok_or(Error::NotFound("client"))?;
    events::record(tx, now, actor, EventKind::CoachConversationChanged, Some(&client.id), what, Some(metadata)).await?;
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::model::scripted::Act;
    use crate::coach::testing::{answer, put, scripted};
    use crate::coach::{Outcome, Refusal};
    use crate::delivery::Channel;
    use crate::portal::fixture::linked;
    use crate::testing::on_both;

    #[tokio::test]
    async fn what_a_person_settled_is_known_to_the_coach_afterwards() {
        on_both(|studio| async move {
            let (ada, owner) = (linked(&studio, "Ada", &[Channel::Telegram]).await.id, Actor::local_owner());
            let (studio, endpoint) = scripted(&studio, [Act::Answer("Costs first.", None)]).await;
            let id = answer(&studio, &ada, "How do I price?").await.conversation;
            take_over(&studio, &owner, &id).await.unwrap();
            assert_eq!(put(&studio, &ada, "May I pay you later?").await, Outcome::Refused(Refusal::Human));
            reply(&studio, &owner, &id, "Yes, until the 30th.").await.unwrap();
            hand_back(&studio, &owner, &id, None).await.unwrap();
            answer(&studio, &ada, "What is next?").await;
            let sent = endpoint.requests()[1].to_string();
            let settled =
                "Settled by a person at the studio: the client: May I pay you later?; the studio: Yes, until the 30th.";
            assert!(sent.contains(settled), "{sent}");

            studio.clock.advance(chrono::TimeDelta::minutes(1));
            take_over(&studio, &owner, &id).await.unwrap();
            hand_back(&studio, &owner, &id, Some("She pays on the 30th.")).await.unwrap();
            answer(&studio, &ada, "And after that?").await;
            assert!(endpoint.requests()[2].to_string().contains("studio: She pays on the 30th."));
            let told = crate::fetch_scalar!(
                studio.db.read().await.unwrap(),
                i64,
                "SELECT COUNT(*) FROM outbox WHERE purpose = 'coach_hand_back'"
            );
            assert_eq!(told.unwrap(), 2);
        })
        .await;
    }
}
