//! People in a conversation with the coach: called by the client, taking over, handing back.

use chrono::DateTime;

use super::conversation::{Author, Mode, Owned, not_theirs, store, title_of};
use super::escalation::{self, Opened, Trigger, in_short};
use crate::delivery::{self, Notice, Urgency};
use crate::events::{self, EventKind};
use crate::id::{ClientId, CoachMessageId, ConversationId};
use crate::staff::{Actor, Capability};
use crate::text::Button;
use crate::{Error, Result, Studio, clients};

/// The catalogue's key of a person's answer.
const REPLY: &str = "coach_escalation_reply";
/// The longest answer of a person, and how much of the question it repeats, in characters.
const LONGEST_REPLY: usize = 4000;
const QUOTED: usize = 120;

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

/// A member of staff answers from now on, and the coach keeps silent.
pub async fn take_over(studio: &Studio, actor: &Actor, id: &ConversationId) -> Result<()> {
    switch(studio, actor, id, Mode::Ai, Mode::Human).await
}

/// The coach answers again.
pub async fn hand_back(studio: &Studio, actor: &Actor, id: &ConversationId) -> Result<()> {
    switch(studio, actor, id, Mode::Human, Mode::Ai).await
}

async fn switch(studio: &Studio, actor: &Actor, id: &ConversationId, from: Mode, to: Mode) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let conversation = store::get(&mut tx, id).await?.ok_or(Error::NotFound("conversation"))?;
    let (who, what, done) = match to {
        Mode::Human => (actor.admin_id(), "Took over a coach conversation", "a person has this conversation already"),
        _ => (None, "Handed a conversation back to the coach", "the coach has this conversation already"),
    };
    if store::set_mode(&mut tx, id, from, to, who, now).await? == 0 {
        return Err(Error::refused(done));
    }
    let metadata = serde_json::json!({ "conversation": id });
    let client = &conversation.client_id;
    events::record(&mut tx, now, actor, EventKind::CoachEscalated, Some(client), what, Some(metadata)).await?;
    tx.commit().await
}
